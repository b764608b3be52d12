#include "fuzz/decode.hpp"
#include "fuzz/level.hpp"
#include "fuzz/reference.hpp"
#include "ops/pyramids.hpp"

namespace burnish::fuzz {
namespace {

enum class Step { reduce, expand, combine };

// The blurred or interpolated value at one pixel of the output.
double answer_at(const Array& image, const std::vector<ops::Taps>& taps, Step step, double cval,
                 const Index& pixel) {
  Index centre = pixel;
  std::vector<std::vector<double>> factors;
  for (const ops::Taps& t : taps) {
    const auto axis = static_cast<std::size_t>(t.axis);
    if (step == Step::reduce) {
      centre[axis] = 2 * pixel[axis];
      factors.push_back({1 / 16.0, 4 / 16.0, 6 / 16.0, 4 / 16.0, 1 / 16.0});
    } else {
      centre[axis] = pixel[axis] / 2;
      factors.push_back(pixel[axis] % 2 == 0 ? std::vector<double>{1 / 8.0, 6 / 8.0, 1 / 8.0}
                                             : std::vector<double>{0, 1 / 2.0, 1 / 2.0});
    }
  }
  return correlate_at(image, outer_product(taps, factors), cval, centre);
}

}  // namespace

void run(Bytes& bytes) {
  decode_level(bytes);
  const Rerun rerun = decode_rerun(bytes);
  const Step step = bytes.PickValueInArray({Step::reduce, Step::expand, Step::combine});
  const Shape fine = decode_shape(bytes, 1 << 17);  // smaller ones are no work for threads
  const DType dtype = step == Step::combine ? bytes.PickValueInArray({DType::f32, DType::f64})
                                            : decode_dtype(bytes);
  Shape coarse = fine;
  std::vector<ops::Taps> taps;
  for (const int axis : decode_pixel_axes(bytes, fine.ndim)) {
    const Border border = decode_border(bytes);
    taps.push_back(step == Step::reduce ? ops::reduce_taps(axis, border)
                                        : ops::expand_taps(axis, border));
    std::int64_t& size = coarse.size[static_cast<std::size_t>(axis)];
    size = (size + 1) / 2;
  }
  Array image = decode_array(bytes, step == Step::reduce ? fine : coarse, dtype, true);
  Array out = decode_array(bytes, step == Step::reduce ? coarse : fine, result_dtype(dtype), false);
  Array base(out.layout(), 0, 0);  // strides as they must be
  const double sign = bytes.ConsumeBool() ? 1 : -1;
  const double cval = decode_cval(bytes);
  const Pixels pixels = decode_pixels(bytes, image);
  const Pixels base_pixels = decode_pixels(bytes, base);

  const bool answered =
      run_twice({&image, &base}, out, rerun, [&](const MutableView& result, int threads) {
        if (step == Step::reduce) {
          ops::pyramid_reduce(image.view(), result, taps, cval, threads);
        } else if (step == Step::expand) {
          ops::pyramid_expand(image.view(), result, taps, cval, threads);
        } else {
          ops::pyramid_combine(image.view(), base.view(), sign, result, taps, cval, threads);
        }
      });
  const bool combines = step == Step::combine;
  const double largest =
      largest_met(pixels, taps, cval) + (combines ? largest_met(base_pixels, {}, 0) : 0);
  if (!answered || std::isinf(largest)) return;
  check_answers(out, 1 << 12, precision(dtype) * largest, [&](const Index& at) {
    const double value = answer_at(image, taps, step, cval, at);
    return combines ? static_cast<double>(base.at(at)) + sign * value : value;
  });
}

}  // namespace burnish::fuzz
