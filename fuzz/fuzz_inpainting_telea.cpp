#include <algorithm>

#include "fuzz/decode.hpp"
#include "fuzz/holes.hpp"
#include "fuzz/level.hpp"
#include "fuzz/reference.hpp"
#include "ops/inpainting_telea.hpp"

namespace burnish::fuzz {

void run(Bytes& bytes) {
  decode_level(bytes);
  const auto radius = bytes.ConsumeIntegralInRange<std::int64_t>(
      1, bytes.PickValueInArray<std::int64_t>({3, 6, 6, 100}));
  // Time grows with the square of the radius.
  const std::int64_t longest =
      radius > 6 ? 10 : bytes.PickValueInArray<std::int64_t>({20, 20, 40, 120});
  const std::int64_t rows = bytes.ConsumeIntegralInRange<std::int64_t>(1, longest);
  const std::int64_t columns = bytes.ConsumeIntegralInRange<std::int64_t>(1, longest);
  const Shape shape =
      picture_shape(rows, columns, bytes.ConsumeIntegralInRange<std::int64_t>(1, 4));
  const DType dtype = decode_stored(bytes);
  Array image = decode_array(bytes, shape, dtype, false);
  const Array mask = decode_marks(bytes, shape);
  const View mask_view = mask.view();
  const int workers = bytes.ConsumeIntegralInRange(1, 3);
  decode_pixels(bytes, image);

  // Wide integers are rounded to double.
  const auto value_at = [&](const Index& at) { return static_cast<double>(image.at(at)); };
  Range known;
  bool finite = true, all_masked = true;
  for (std::int64_t i = 0; i < shape.elements(); ++i) {
    const Index at = shape.at(i);
    if (is_set(mask, at)) continue;
    all_masked = false;
    finite = finite && std::isfinite(value_at(at));
    known.add(value_at(at));
  }

  const std::vector<std::byte> before = image.copy();
  const auto fill = [&](int threads) {
    return ops::inpaint_telea(image.mutable_view(), mask_view, radius, threads);
  };
  const ops::Filled filled = fill(1);
  const std::vector<std::byte> after = image.copy();
  if (all_masked != (filled == ops::Filled::no_source)) fail("all is masked, or it isn't");
  if (finite && filled == ops::Filled::not_finite) fail("all that is known is finite");

  std::vector<std::byte> rest = after;
  for (std::int64_t i = 0; i < shape.elements(); ++i) {
    const Index at = shape.at(i);
    if (!is_set(mask, at)) continue;
    const std::int64_t offset = image.layout().offset(at);
    std::copy_n(before.begin() + offset, item_size(dtype), rest.begin() + offset);
    if (filled != ops::Filled::all || !finite) continue;
    const double value = value_at(at);
    if (!(value >= known.lowest && value <= known.highest)) fail("beyond what is known");
  }
  if (rest != before) fail("a known pixel has changed");

  const auto check_again = [&](int threads, const char* reason) {
    std::copy(before.begin(), before.end(), image.bytes());
    if (fill(threads) != filled) fail(reason);
    if (filled == ops::Filled::all && image.copy() != after) fail(reason);
  };
  check_again(workers, "the result depends on workers");
  decode_level(bytes);
  check_again(1, "the result depends on the level");
}

}  // namespace burnish::fuzz
