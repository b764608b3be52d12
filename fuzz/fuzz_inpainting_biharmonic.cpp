#include <algorithm>
#include <vector>

#include "fuzz/decode.hpp"
#include "fuzz/holes.hpp"
#include "fuzz/level.hpp"
#include "fuzz/reference.hpp"
#include "ops/inpainting_biharmonic.hpp"

namespace burnish::fuzz {

void run(Bytes& bytes) {
  decode_level(bytes);
  // Wide enough for multigrid now and then; most are small, for speed.
  const auto longest = bytes.PickValueInArray<std::int64_t>({5, 12, 20, 40, 160});
  const auto decode_side = [&] { return bytes.ConsumeIntegralInRange<std::int64_t>(1, longest); };
  const std::int64_t channels = bytes.ConsumeIntegralInRange<std::int64_t>(1, 4);
  const std::int64_t rows = decode_side();
  const Shape shape = picture_shape(rows, decode_side(), channels);
  const DType dtype = decode_stored(bytes);
  Array image = decode_array(bytes, shape, dtype, false);
  Array mask = decode_marks(bytes, shape);
  if (bytes.ConsumeBool()) turn_over(mask);
  const int workers = bytes.ConsumeIntegralInRange(1, 3);
  decode_pixels(bytes, image);

  std::vector<Range> ranges(static_cast<std::size_t>(channels));
  bool has_holes = false, has_known = false, is_finite = true;
  for (std::int64_t i = 0; i < shape.elements(); ++i) {
    const Index at = shape.at(i);
    const bool is_hole = is_set(mask, at);
    (is_hole ? has_holes : has_known) = true;
    if (is_hole) continue;
    const double value = static_cast<double>(image.at(at));
    is_finite = is_finite && std::isfinite(value);
    ranges[static_cast<std::size_t>(at[2])].add(value);
  }
  const ops::Filled expected = !has_holes   ? ops::Filled::all
                               : !is_finite ? ops::Filled::not_finite
                               : !has_known ? ops::Filled::no_source
                                            : ops::Filled::all;

  const std::vector<std::byte> before = image.copy();
  const auto fill = [&](int threads) {
    std::copy(before.begin(), before.end(), image.bytes());
    if (ops::inpaint_biharmonic(image.mutable_view(), mask.view(), threads) != expected) {
      fail("it ended otherwise");
    }
    return image.copy();
  };
  const std::vector<std::byte> after = fill(1);
  if (fill(workers) != after) fail("the result depends on workers");

  std::vector<std::byte> rest = after;
  for (std::int64_t i = 0; i < shape.elements(); ++i) {
    const Index at = shape.at(i);
    if (!is_set(mask, at)) continue;
    const std::int64_t offset = image.layout().offset(at);
    std::copy_n(before.begin() + offset, item_size(dtype), rest.begin() + offset);
    if (!has_known || !is_finite) continue;
    const Range& range = ranges[static_cast<std::size_t>(at[2])];
    const double value = static_cast<double>(image.at(at));
    if (!(value >= range.lowest && value <= range.highest)) fail("beyond what is known");
  }
  if (rest != before) fail("a known pixel has changed");
  if (expected != ops::Filled::all && after != before) fail("what was refused has changed");

  // At another level the same bits.
  decode_level(bytes);
  if (fill(1) != after) fail("the result depends on the level");
}

}  // namespace burnish::fuzz
