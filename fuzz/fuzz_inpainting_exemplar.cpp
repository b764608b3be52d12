#include <set>

#include "fuzz/holes.hpp"
#include "fuzz/level.hpp"
#include "fuzz/reference.hpp"
#include "ops/inpainting_exemplar.hpp"

namespace burnish::fuzz {

void run(Bytes& bytes) {
  decode_level(bytes);
  const auto patch_size = 2 * bytes.ConsumeIntegralInRange<std::int64_t>(
                                  1, bytes.PickValueInArray<std::int64_t>({1, 3, 4, 25})) +
                          1;
  // Of several windows now and then; most are small, for speed.
  const auto longest = bytes.PickValueInArray<std::int64_t>({20, 20, 40, 200});
  const auto decode_side = [&] {
    return patch_size + bytes.ConsumeIntegralInRange<std::int64_t>(0, longest);
  };
  const std::int64_t rows = decode_side(), columns = decode_side();
  const Shape shape = picture_shape(rows, columns,
                                    bytes.ConsumeIntegralInRange<std::int64_t>(
                                        1, bytes.PickValueInArray<std::int64_t>({1, 3, 9})));
  const DType dtype = decode_stored(bytes);
  Array image = decode_array(bytes, shape, dtype, false);
  const Array mask = decode_marks(bytes, shape);
  Array allowed = decode_marks(bytes, shape);
  turn_over(allowed);
  const View mask_view = mask.view(), allowed_view = allowed.view();
  const bool some = bytes.ConsumeBool();
  // Exhaustive, so that large holes in large pictures take seconds: these end early.
  const std::int64_t most_calls = rows * columns > 1 << 12 ? 2 : 100;
  const auto stop_after = bytes.ConsumeIntegralInRange<std::int64_t>(1, most_calls);
  const int workers = bytes.ConsumeIntegralInRange(1, 3);
  decode_pixels(bytes, image);

  const std::vector<std::byte> before = image.copy();
  const auto fill = [&](int threads) {
    double last = 0;
    std::int64_t calls = 0;
    const auto observer = [&](double done) {
      if (!(done > last && done <= 1)) fail("progress goes back");
      last = done;
      return ++calls == stop_after;
    };
    return ops::inpaint_exemplar(image.mutable_view(), mask_view, some ? &allowed_view : nullptr,
                                 patch_size, observer, threads);
  };
  const ops::Filled filled = fill(1);
  const std::vector<std::byte> after = image.copy();

  const Layout& layout = image.layout();
  const auto pixel_at = [&](const std::vector<std::byte>& store, std::int64_t y, std::int64_t x) {
    std::vector<std::byte> pixel;
    for (std::int64_t c = 0; c < shape.size[2]; ++c) {
      const auto first = store.begin() + layout.offset({y, x, c, 0});
      pixel.insert(pixel.end(), first, first + static_cast<std::ptrdiff_t>(item_size(dtype)));
    }
    return pixel;
  };
  std::set<std::vector<std::byte>> known;
  std::vector<std::byte> rest = after;
  for (int pass = 0; pass < 2; ++pass) {
    for (std::int64_t y = 0; y < rows; ++y) {
      for (std::int64_t x = 0; x < columns; ++x) {
        const Index at{y, x, 0, 0};
        if (pass == 0 && !is_set(mask, at) && (!some || is_set(allowed, at))) {
          known.insert(pixel_at(before, y, x));
        }
        if (pass == 0 || !is_set(mask, at)) continue;
        if (filled == ops::Filled::all && known.count(pixel_at(after, y, x)) == 0) {
          fail("no copy of a source");
        }
        for (std::int64_t c = 0; c < shape.size[2]; ++c) {
          const std::int64_t offset = layout.offset({y, x, c, 0});
          std::copy_n(before.begin() + offset, item_size(dtype), rest.begin() + offset);
        }
      }
    }
  }
  if (rest != before) fail("a known pixel has changed");

  // With other threads, and at another level, the same bits.
  std::copy(before.begin(), before.end(), image.bytes());
  decode_level(bytes);
  if (fill(workers) != filled || image.copy() != after) {
    fail("the result depends on workers or the level");
  }
}

}  // namespace burnish::fuzz
