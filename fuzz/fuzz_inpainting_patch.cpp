#include <algorithm>

#include "fuzz/decode.hpp"
#include "fuzz/level.hpp"
#include "fuzz/reference.hpp"
#include "ops/inpainting_patch.hpp"

namespace burnish::fuzz {
namespace {

Shape picture_shape(std::int64_t rows, std::int64_t columns, std::int64_t channels) {
  Shape shape;
  shape.ndim = 3;
  shape.size = {rows, columns, channels, 1};
  return shape;
}

DType decode_stored(Bytes& bytes) {
  const DType dtype = decode_dtype(bytes);
  return dtype == DType::f16 ? DType::f32 : dtype;
}

// Bytes in C order, of which one in so many is set, and some boxes.
Array decode_marks(Bytes& bytes, const Shape& of) {
  Layout layout{of, DType::u8};
  layout.shape.ndim = 2;
  layout.shape.size[2] = 1;
  layout.strides = {of.size[1], 1};
  layout.bytes = of.size[0] * of.size[1];
  Array marks(layout, 0, 0);
  Random random = decode_random(bytes);
  const auto rarity = bytes.PickValueInArray<std::uint32_t>({0, 0, 4, 50, 400});
  for (std::size_t i = 0; rarity != 0 && i < marks.size(); ++i) {
    if (random() % rarity == 0) marks.bytes()[i] = std::byte{1};
  }
  for (int box = bytes.ConsumeIntegralInRange(0, 3); box > 0; --box) {
    const auto top = bytes.ConsumeIntegralInRange<std::int64_t>(0, of.size[0] - 1);
    const auto left = bytes.ConsumeIntegralInRange<std::int64_t>(0, of.size[1] - 1);
    const auto bottom = bytes.ConsumeIntegralInRange<std::int64_t>(top, of.size[0]);
    const auto right = bytes.ConsumeIntegralInRange<std::int64_t>(left, of.size[1]);
    for (std::int64_t y = top; y < bottom; ++y) {
      std::fill_n(marks.bytes() + y * of.size[1] + left, right - left, std::byte{1});
    }
  }
  return marks;
}

void turn_over(Array& marks) {
  for (std::size_t i = 0; i < marks.size(); ++i) marks.bytes()[i] ^= std::byte{1};
}

bool is_set(const Array& marks, const Index& at) {
  const std::int64_t columns = marks.layout().shape.size[1];
  return marks.bytes()[at[0] * columns + at[1]] != std::byte{0};
}

struct Range {
  long double lowest = HUGE_VALL, highest = -HUGE_VALL;
  void add(long double value) {
    lowest = std::min(lowest, value);
    highest = std::max(highest, value);
  }
};

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
