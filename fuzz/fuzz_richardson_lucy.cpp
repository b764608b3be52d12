#include "fuzz/decode.hpp"
#include "fuzz/level.hpp"
#include "fuzz/reference.hpp"
#include "ops/richardson_lucy.hpp"

namespace burnish::fuzz {
namespace {

constexpr double least = 1e-12;

// The elements of `shape` that share the place `number` along the axes that are not blurred.
std::vector<Index> volume(const Shape& shape, const std::vector<ops::Taps>& taps,
                          std::int64_t number) {
  Shape batch = shape;
  Shape blurred{shape.ndim};
  for (const ops::Taps& t : taps) {
    const auto axis = static_cast<std::size_t>(t.axis);
    blurred.size[axis] = shape.size[axis];
    batch.size[axis] = 1;
  }
  std::vector<Index> elements;
  for (std::int64_t i = 0; i < blurred.elements(); ++i) {
    Index at = blurred.at(i);
    const Index first = batch.at(number);
    for (std::size_t axis = 0; axis < at.size(); ++axis) at[axis] += first[axis];
    elements.push_back(at);
  }
  return elements;
}

struct Truth {
  std::vector<double> estimate;
  std::vector<double> largest;  // of each element's volume
  bool well_posed = true;       // nothing was divided by much less than that
};

Truth richardson_lucy(const Array& image, const Kernel& kernel, std::int64_t num_iter) {
  const Shape& shape = image.layout().shape;
  Truth truth;
  truth.largest.resize(static_cast<std::size_t>(shape.elements()));
  const std::size_t in_volume = volume(shape, kernel.taps, 0).size();
  for (std::int64_t i = 0; i < shape.elements() / static_cast<std::int64_t>(in_volume); ++i) {
    const std::vector<Index> elements = volume(shape, kernel.taps, i);
    double largest = 0;
    for (const Index& at : elements) {
      largest = std::max(largest, static_cast<double>(std::fabs(image.at(at))));
    }
    for (const Index& at : elements) truth.largest[shape.number(at)] = largest;
  }
  truth.estimate = truth.largest;
  for (std::int64_t iteration = 0; iteration < num_iter; ++iteration) {
    std::vector<double> ratio = correlated(shape, kernel, truth.estimate, false);
    for (std::size_t i = 0; i < ratio.size(); ++i) {
      const auto pixel = static_cast<double>(image.at(shape.at(static_cast<std::int64_t>(i))));
      truth.well_posed = truth.well_posed && ratio[i] > truth.largest[i] / 100;
      ratio[i] = ratio[i] > least * truth.largest[i] ? pixel / ratio[i] : 0.0;
    }
    const std::vector<double> factor = correlated(shape, kernel, ratio, true);
    for (std::size_t i = 0; i < factor.size(); ++i) truth.estimate[i] *= factor[i];
  }
  return truth;
}

// Sets every pixel of an array of floats or bytes.
template <class Value>
void fill(Array& image, const Value& value) {
  const Layout& layout = image.layout();
  for (std::int64_t i = 0; i < layout.shape.elements(); ++i) {
    std::byte* const pixel = image.bytes() + layout.offset(layout.shape.at(i));
    const double exact = value();
    if (layout.dtype == DType::f64) {
      std::memcpy(pixel, &exact, sizeof exact);
    } else if (layout.dtype == DType::f32) {
      const auto narrow = static_cast<float>(exact);
      std::memcpy(pixel, &narrow, sizeof narrow);
    } else {
      *pixel = static_cast<std::byte>(exact);
    }
  }
}

// Everything but the PSF and the weights.
ops::RichardsonLucyOptions decode_options(Bytes& bytes) {
  using Outside = ops::Outside;
  ops::RichardsonLucyOptions options{};
  options.outside = bytes.PickValueInArray<Outside>(
      {Outside::zero, Outside::wrap, Outside::reflect, Outside::unknown});
  options.num_iter = bytes.ConsumeIntegralInRange<std::int64_t>(1, 4);
  options.least = least;
  if (bytes.ConsumeBool()) return options;
  const auto level = [&] { return std::ldexp(1.0, bytes.ConsumeIntegralInRange(-40, 40)); };
  if (bytes.ConsumeBool()) options.background = level();
  if (bytes.ConsumeBool()) options.damping = level();
  options.acceleration = bytes.ConsumeBool();
  if (bytes.ConsumeBool()) options.total_variation = 0.1;
  options.stop = bytes.PickValueInArray<ops::Stop>(
      {ops::Stop::never, ops::Stop::change, ops::Stop::discrepancy});
  options.stop_at = level();
  return options;
}

bool is_plain(const ops::RichardsonLucyOptions& options) {
  return options.weights == nullptr && options.background == 0 && options.damping == 0 &&
         !options.acceleration && options.total_variation == 0 && options.stop == ops::Stop::never;
}

// The relative distance of an estimate of floats from the truth, volume by volume.
void check_estimate(const Array& out, const Truth& truth, const std::vector<ops::Taps>& taps) {
  const Shape& shape = out.layout().shape;
  const std::size_t in_volume = volume(shape, taps, 0).size();
  const double allowed = out.layout().dtype == DType::f64 ? 1e-12 : 1e-5;
  for (std::int64_t i = 0; i < shape.elements() / static_cast<std::int64_t>(in_volume); ++i) {
    double error = 0;
    double norm = 0;
    for (const Index& at : volume(shape, taps, i)) {
      const std::size_t number = shape.number(at);
      const double scale = 1 / truth.largest[number];  // else squares leave the range
      const double right = truth.estimate[number] * scale;
      const double off = static_cast<double>(out.at(at)) * scale - right;
      error += off * off;
      norm += right * right;
    }
    if (std::sqrt(error) <= allowed * std::sqrt(norm)) continue;
    std::fprintf(stderr, "off by %.3g of the estimate\n", std::sqrt(error / norm));
    fail("wrong answer");
  }
}

}  // namespace

void run(Bytes& bytes) {
  decode_level(bytes);
  const Rerun rerun = decode_rerun(bytes);
  const Shape shape = decode_shape(bytes, 1 << 10);
  const DType dtype = decode_dtype(bytes);
  Array image = decode_array(bytes, shape, dtype, true);
  const bool bright = (dtype == DType::f32 || dtype == DType::f64) && bytes.ConsumeBool();
  // What is checked takes the slow truth as many steps as there are taps and pixels.
  const std::int64_t work = bright ? 1 << 17 : 1 << 22;
  std::vector<ops::Taps> taps =
      decode_taps(bytes, shape, std::clamp<std::int64_t>(work / shape.elements(), 1, 4096));
  ops::RichardsonLucyOptions options = decode_options(bytes);
  const bool wraps = options.outside == ops::Outside::wrap;
  for (ops::Taps& t : taps) t.border = wraps ? Border::wrap : Border::constant;
  std::int64_t count = 1;
  for (const ops::Taps& t : taps) count *= t.taps;
  Kernel kernel{taps, decode_weights(bytes, count)};
  double sum = 0;
  for (double& weight : kernel.weights) sum += weight = std::fabs(weight);
  if (sum == 0) return;
  for (double& weight : kernel.weights) weight /= sum;
  decode_pixels(bytes, image);
  // Several axes that are not blurred can't be matched with those of weights.
  const bool weighed = bytes.ConsumeBool() && shape.ndim <= static_cast<int>(taps.size()) + 1;
  const DType float_type = computed_in_double(dtype) ? DType::f64 : DType::f32;
  Array shares = decode_array(bytes, shape, bytes.ConsumeBool() ? float_type : DType::u8, true);
  const View shares_view = shares.view();
  Random random = decode_random(bytes);
  if (weighed) {
    fill(shares, [&] { return (random() & 3) == 0 ? 0.0 : std::fabs(signed_unit(random)); });
    options.weights = &shares_view;
  }
  if (bright) {
    const int scale = bytes.ConsumeIntegralInRange(-120, 120);
    fill(image, [&] { return std::ldexp(2 + signed_unit(random), scale); });
  }

  Array out = decode_array(bytes, shape, result_dtype(dtype), false);
  std::vector<bool> finite;
  const auto operation = [&](const MutableView& result, int threads) {
    finite.push_back(
        ops::richardson_lucy(image.view(), result, taps, kernel.weights.data(), options, threads));
    if (finite.back()) return;
    // What was written till then depends on the threads.
    clear(out.layout(), result.data);
  };
  if (!run_twice({&image, &shares}, out, rerun, operation)) fail("a PSF was refused");
  if (finite.front() != finite.back()) fail("what is finite depends on workers");
  if (finite.front() && !weighed && !all_finite(image)) {
    fail("an image that is not finite was taken");
  }
  if (!bright) return;
  if (!finite.front()) fail("a positive image was refused");
  if (!is_plain(options)) return;
  if (options.outside != ops::Outside::zero && !wraps) return;
  const Truth truth = richardson_lucy(image, kernel, options.num_iter);
  if (truth.well_posed) check_estimate(out, truth, taps);
}

}  // namespace burnish::fuzz
