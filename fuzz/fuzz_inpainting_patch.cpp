#include <algorithm>

#include "fuzz/decode.hpp"
#include "fuzz/holes.hpp"
#include "fuzz/level.hpp"
#include "fuzz/reference.hpp"
#include "ops/inpainting_patch.hpp"

namespace burnish::fuzz {
namespace {

void turn_over(Array& marks) {
  for (std::size_t i = 0; i < marks.size(); ++i) marks.bytes()[i] ^= std::byte{1};
}

}  // namespace

void run(Bytes& bytes) {
  decode_level(bytes);
  const auto patch_size = 2 * bytes.ConsumeIntegralInRange<std::int64_t>(
                                  1, bytes.PickValueInArray<std::int64_t>({1, 3, 4, 25})) +
                          1;
  // Of several windows now and then; most are small, for speed.
  const auto longest = bytes.PickValueInArray<std::int64_t>({20, 40, 40, 300});
  const auto decode_side = [&](std::int64_t least) {
    return least + bytes.ConsumeIntegralInRange<std::int64_t>(0, longest);
  };
  const std::int64_t channels = bytes.ConsumeIntegralInRange<std::int64_t>(
      1, bytes.PickValueInArray<std::int64_t>({1, 3, 9}));
  const std::int64_t rows = decode_side(patch_size);
  const Shape shape = picture_shape(rows, decode_side(patch_size), channels);
  const DType dtype = decode_stored(bytes);
  Array image = decode_array(bytes, shape, dtype, false);
  const Array mask = decode_marks(bytes, shape);
  Array allowed = decode_marks(bytes, shape);
  turn_over(allowed);
  const View mask_view = mask.view(), allowed_view = allowed.view();
  const View* const sources = bytes.ConsumeBool() ? &allowed_view : nullptr;
  std::vector<Array> references;
  for (int count = bytes.ConsumeIntegralInRange(0, 2); count > 0; --count) {
    const std::int64_t height = decode_side(1);
    references.push_back(
        decode_array(bytes, picture_shape(height, decode_side(1), channels), dtype, true));
  }
  const std::int64_t stop_after = bytes.ConsumeIntegralInRange(0, 8);
  ops::PatchInpainting options{patch_size,
                               bytes.ConsumeIntegralInRange<std::int64_t>(0, 20),
                               bytes.ConsumeIntegralInRange<std::int64_t>(0, 3),
                               bytes.ConsumeIntegral<std::uint32_t>(),
                               {}};
  const int workers = bytes.ConsumeIntegralInRange(1, 3);
  decode_pixels(bytes, image);
  std::vector<View> others;
  for (Array& reference : references) {
    decode_pixels(bytes, reference);
    others.push_back(reference.view());
  }

  Range range;
  const auto add_all = [&](const Array& array, const Array* holes) {
    const Shape& of = array.layout().shape;
    for (std::int64_t i = 0; i < of.elements(); ++i) {
      const Index at = of.at(i);
      if (holes == nullptr || !is_set(*holes, at)) range.add(array.at(at));
    }
  };
  add_all(image, &mask);
  for (const Array& reference : references) add_all(reference, nullptr);

  const std::vector<std::byte> before = image.copy();
  const auto fill = [&](int threads) {
    double last = 0;
    std::int64_t calls = 0;
    options.observer = [&](double done) {
      if (!(done > last && done <= 1)) fail("progress goes back");
      last = done;
      return ++calls == stop_after;
    };
    return ops::inpaint_patch(image.mutable_view(), mask_view, sources, others, options, threads);
  };
  const ops::Filled filled = fill(1);
  const std::vector<std::byte> after = image.copy();
  std::copy(before.begin(), before.end(), image.bytes());
  if (fill(workers) != filled || image.copy() != after) {
    fail("the result depends on workers");
  }
  const auto check = [&](const Array& result) {
    std::vector<std::byte> rest = result.copy();
    for (std::int64_t i = 0; i < shape.elements(); ++i) {
      const Index at = shape.at(i);
      if (!is_set(mask, at)) continue;
      const std::int64_t offset = result.layout().offset(at);
      std::copy_n(before.begin() + offset, item_size(dtype), rest.begin() + offset);
      if (filled != ops::Filled::all) continue;
      const long double value = result.at(at);
      if (!(value >= range.lowest && value <= range.highest)) fail("beyond what is known");
    }
    if (rest != before) fail("a known pixel has changed");
  };
  check(image);

  // At another level the same bits.
  std::copy(before.begin(), before.end(), image.bytes());
  decode_level(bytes);
  if (fill(1) != filled || image.copy() != after) fail("the result depends on the level");
}

}  // namespace burnish::fuzz
