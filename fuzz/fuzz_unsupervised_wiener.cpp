#include <complex>
#include <limits>

#include "fuzz/decode.hpp"
#include "fuzz/level.hpp"
#include "fuzz/reference.hpp"
#include "ops/unsupervised_wiener.hpp"

namespace burnish::fuzz {
namespace {

using Complex = std::complex<double>;
using Spectrum = std::vector<Complex>;

// A kernel along all axes.
Kernel decode_kernel(Bytes& bytes, const Shape& shape) {
  std::vector<ops::Taps> taps;
  std::int64_t count = 1;
  std::int64_t most = std::clamp<std::int64_t>((1 << 17) / shape.elements(), 1, 512);
  for (int axis = 0; axis < shape.ndim; ++axis) {
    const auto size = std::min(most, bytes.ConsumeIntegralInRange<std::int64_t>(1, 12));
    most /= size;
    count *= size;
    const auto origin = bytes.ConsumeIntegralInRange<std::int64_t>(-(size / 2), (size - 1) / 2);
    taps.push_back(ops::centred_taps(axis, size, origin, Border::wrap));
  }
  return {taps, decode_weights(bytes, count)};
}

// By its definition, term by term.
Spectrum transformed(const Shape& shape, const Spectrum& from, double sign) {
  constexpr double turn = 6.283185307179586476925286766559;
  Spectrum to(from.size());
  for (std::int64_t i = 0; i < shape.elements(); ++i) {
    const Index frequency = shape.at(i);
    for (std::int64_t j = 0; j < shape.elements(); ++j) {
      const Index pixel = shape.at(j);
      double turns = 0;
      for (std::size_t axis = 0; axis < static_cast<std::size_t>(shape.ndim); ++axis) {
        turns += static_cast<double>(frequency[axis] * pixel[axis] % shape.size[axis]) /
                 static_cast<double>(shape.size[axis]);
      }
      to[static_cast<std::size_t>(i)] +=
          from[static_cast<std::size_t>(j)] * std::polar(1.0, sign * turn * turns);
    }
  }
  return to;
}

// What a kernel makes of a pixel at the origin.
Spectrum response(const Shape& shape, const Kernel& kernel) {
  Spectrum pixels(static_cast<std::size_t>(shape.elements()));
  for (std::int64_t i = 0; i < shape.elements(); ++i) {
    for_taps(shape, kernel, shape.at(i), [&](long double weight, const Index* from) {
      if (*from == Index{}) pixels[static_cast<std::size_t>(i)] += static_cast<double>(weight);
    });
  }
  return transformed(shape, pixels, -1);
}

struct Truth {
  Spectrum mean;  // its pixels
  double error = 0;
};

// What two samples make, if their normals are the spectrum of `noise` and its negative half.
Truth sampled(const Array& image, const Kernel& blur, const Kernel& prior, const Spectrum& noise,
              double noise_precision, double prior_precision) {
  const Shape& shape = image.layout().shape;
  Spectrum pixels;
  double largest = 0;
  for (std::int64_t i = 0; i < shape.elements(); ++i) {
    pixels.emplace_back(static_cast<double>(image.at(shape.at(i))));
    largest = std::max(largest, std::abs(pixels.back()));
  }
  const Spectrum data = transformed(shape, pixels, -1);
  const Spectrum h = response(shape, blur);
  const Spectrum r = response(shape, prior);
  const double ratio = prior_precision / noise_precision;
  const auto count = static_cast<double>(shape.elements());
  Spectrum x(data.size());
  double least = HUGE_VAL;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double d = std::norm(h[i]) + ratio * std::norm(r[i]);
    least = std::min(least, d);
    // A transform without a factor makes noise `count` times as strong.
    x[i] = std::conj(h[i]) * data[i] / d + 0.25 * noise[i] * std::sqrt(1 / (noise_precision * d));
  }
  Truth truth{transformed(shape, x, 1)};
  for (Complex& pixel : truth.mean) pixel /= count;
  truth.error = least < 1e-3 ? HUGE_VAL : (largest + std::sqrt(1 / noise_precision)) / least;
  return truth;
}

// The real parts, then the imaginary ones, of the half that is drawn, as normals of variance 1.
std::vector<double> half_of(const Shape& shape, const Spectrum& noise, double factor) {
  std::vector<double> normals;
  const auto last = static_cast<std::size_t>(shape.ndim - 1);
  const double scale = factor * std::sqrt(2 / static_cast<double>(shape.elements()));
  for (const bool imaginary : {false, true}) {
    for (std::int64_t i = 0; i < shape.elements(); ++i) {
      if (shape.at(i)[last] > shape.size[last] / 2) continue;
      const Complex& z = noise[static_cast<std::size_t>(i)];
      normals.push_back(scale * (imaginary ? z.imag() : z.real()));
    }
  }
  normals.shrink_to_fit();
  return normals;
}

}  // namespace

void run(Bytes& bytes) {
  decode_level(bytes);
  const Rerun rerun = decode_rerun(bytes);
  Shape shape = decode_shape(bytes, 1 << 12);
  shape.ndim = std::min(shape.ndim, 3);
  const DType dtype = decode_dtype(bytes);
  Array image = decode_array(bytes, shape, dtype, true);
  Kernel blur = decode_kernel(bytes, shape);
  const Kernel prior = decode_kernel(bytes, shape);
  double sum = 0;
  for (double& weight : blur.weights) sum += weight = std::fabs(weight);
  if (sum == 0) return;
  for (double& weight : blur.weights) weight /= sum;
  const Pixels pixels = decode_pixels(bytes, image);
  const bool given = shape.elements() <= 128 && bytes.ConsumeBool();
  const auto key = bytes.ConsumeIntegral<std::uint64_t>();
  const auto iteration = bytes.ConsumeIntegralInRange<std::int64_t>(0, (std::int64_t{1} << 31) - 2);
  const bool keeps = bytes.ConsumeBool();
  const double noise_precision = std::ldexp(1.0, bytes.ConsumeIntegralInRange(-20, 40));
  const double prior_precision =
      noise_precision * std::ldexp(1.0, bytes.ConsumeIntegralInRange(-40, 20));
  Random random = decode_random(bytes);

  Spectrum noise;
  std::vector<double> whole, half;
  if (given) {
    Spectrum values;
    for (std::int64_t i = 0; i < shape.elements(); ++i) values.emplace_back(signed_unit(random));
    noise = transformed(shape, values, -1);
    whole = half_of(shape, noise, 1);
    half = half_of(shape, noise, -0.5);
  }
  Array out = decode_array(bytes, shape, result_dtype(dtype), false);
  Array sample =
      decode_array(bytes, shape, computed_in_double(dtype) ? DType::f64 : DType::f32, false);
  std::vector<double> results;
  bool finite = true;
  double unit = 0;
  const auto operation = [&](const MutableView& result, int threads) {
    const auto chain = ops::wiener_chain(image.view(), blur.taps, blur.weights.data(), prior.taps,
                                         prior.weights.data(), keeps, threads);
    finite = chain != nullptr;
    if (!finite) {
      clear(out.layout(), result.data);
      return;
    }
    unit = chain->unit();
    results.push_back(chain->variance());
    for (int i = 0; i < 2; ++i) {
      const double* const normals = !given ? nullptr : i == 0 ? whole.data() : half.data();
      const ops::WienerSums sums = chain->step(
          {noise_precision, prior_precision, key, iteration + i, normals, true, i == 1}, threads);
      results.insert(results.end(), {sums.residual, sums.prior, sums.change});
    }
    if (keeps) chain->sample(sample.mutable_view(), threads);
    chain->mean(result, threads);
  };
  if (!run_twice({&image}, out, rerun, operation)) fail("a kernel was refused");
  const auto middle = results.begin() + static_cast<std::ptrdiff_t>(results.size() / 2);
  const auto same = [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); };
  if (!std::equal(results.begin(), middle, middle, same)) fail("a sum depends on workers");
  if (finite != pixels.bounded && finite != all_finite(image)) {
    fail("an image was taken that is not finite, or one refused that is");
  }
  if (!finite || !given || unit == 0 || !pixels.bounded) return;
  const double square = unit * unit;
  const Truth truth =
      sampled(image, blur, prior, noise, noise_precision / square, prior_precision / square);
  // The normals are not bounded by what is in the image.
  const double bound = 1e3 * precision(dtype) * truth.error;
  if (!(bound < HUGE_VAL)) return;
  check_answers(out, 128, bound, [&](const Index& at) {
    return static_cast<long double>(truth.mean[shape.number(at)].real());
  });
}

}  // namespace burnish::fuzz
