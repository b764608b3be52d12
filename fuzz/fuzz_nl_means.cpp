#include "fuzz/decode.hpp"
#include "fuzz/level.hpp"
#include "fuzz/reference.hpp"
#include "ops/nl_means.hpp"

namespace burnish::fuzz {
namespace {

std::int64_t window_of(const ops::NlMeans& how) {
  std::int64_t pixels = 1;
  for (const ops::PatchAxis& along : how.axes) pixels *= 2 * along.distance + 1;
  return pixels;
}

std::int64_t patch_of(const ops::NlMeans& how) {
  std::int64_t pixels = 1;
  for (const ops::PatchAxis& along : how.axes) pixels *= along.patch;
  return pixels;
}

// Differences of pixels that a call takes: of each with all of its window, beyond the border too.
std::int64_t work_of(const ops::NlMeans& how, const Shape& shape) {
  std::int64_t pixels = window_of(how) * shape.elements();
  for (const ops::PatchAxis& along : how.axes) {
    const std::int64_t size = shape.size[static_cast<std::size_t>(along.axis)];
    pixels = pixels / size * (size + 2 * along.distance + along.patch);
  }
  return pixels;
}

std::vector<ops::PatchAxis> decode_axes(Bytes& bytes, int ndim) {
  std::vector<ops::PatchAxis> axes;
  for (const int axis : decode_pixel_axes(bytes, ndim)) {
    const auto half = bytes.ConsumeIntegralInRange<std::int64_t>(
        0, bytes.PickValueInArray<std::int64_t>({1, 1, 5, 25}));
    const auto distance = bytes.ConsumeIntegralInRange<std::int64_t>(
        1, bytes.PickValueInArray<std::int64_t>({2, 2, 8, 40}));
    axes.push_back({axis, 2 * half + 1, distance});
  }
  return axes;
}

ops::NlMeans decode_how(Bytes& bytes, const Shape& shape) {
  ops::NlMeans how{decode_axes(bytes, shape.ndim), -1, {}, false, 1, 0};
  int left = shape.ndim * (shape.ndim - 1) / 2;
  for (const ops::PatchAxis& along : how.axes) left -= along.axis;
  if (static_cast<int>(how.axes.size()) < shape.ndim) how.channel_axis = left;
  how.frames = how.axes.size() == 3 && bytes.ConsumeBool();
  if (how.frames) how.axes[0].patch = 1;
  // A batch instead: frames, each for itself.
  if (how.axes.size() > 1 && !how.frames && bytes.ConsumeBool()) how.axes.erase(how.axes.begin());
  // Six times along each axis makes the smallest of all.
  for (std::size_t i = 0; i < 6 * how.axes.size() && work_of(how, shape) > 1 << 20; ++i) {
    ops::PatchAxis& along = how.axes[i % how.axes.size()];
    along.distance = (along.distance + 1) / 2;
    along.patch = along.patch / 4 * 2 + 1;
  }
  if (bytes.ConsumeBool()) {
    for (const ops::PatchAxis& along : how.axes) {
      // Not symmetric, so that no end is taken for the other; never negative.
      std::vector<double> factor = decode_weights(bytes, along.patch);
      double sum = 0;
      for (double& weight : factor) {
        weight = std::fabs(weight);
        sum += weight;
      }
      for (double& weight : factor) weight = sum > 0 ? weight / sum : 1;
      how.patch_kernel.push_back(factor);
    }
  }
  return how;
}

// The pixel that lies `offset` from another, mirrored at the border.
Index moved(const ops::NlMeans& how, const Shape& shape, Index at, const Index& offset) {
  for (std::size_t i = 0; i < how.axes.size(); ++i) {
    const auto axis = static_cast<std::size_t>(how.axes[i].axis);
    at[axis] = walk_to(Border::mirror, at[axis] + offset[i], shape.size[axis]);
  }
  return at;
}

// Calls visit(offset) for all offsets of up to so many pixels along each of the axes.
template <class Reach, class Visit>
void for_offsets(const ops::NlMeans& how, const Reach& reach, const Visit& visit) {
  Shape box;
  box.ndim = static_cast<int>(how.axes.size());
  for (std::size_t i = 0; i < how.axes.size(); ++i) box.size[i] = 2 * reach(how.axes[i]) + 1;
  for (std::int64_t number = 0; number < box.elements(); ++number) {
    Index offset = box.at(number);
    for (std::size_t i = 0; i < how.axes.size(); ++i) offset[i] -= reach(how.axes[i]);
    visit(offset);
  }
}

double mean_at(const Array& image, const ops::NlMeans& how, const Index& at) {
  const Shape& shape = image.layout().shape;
  const bool channels = how.channel_axis >= 0;
  const auto channel_axis = static_cast<std::size_t>(channels ? how.channel_axis : 0);
  const std::int64_t count = channels ? shape.size[channel_axis] : 1;
  const auto patch_reach = [](const ops::PatchAxis& along) { return along.patch / 2; };
  const auto distance = [](const ops::PatchAxis& along) { return along.distance; };

  const auto distance_to = [&](const Index& offset) {
    double sum = 0;
    for_offsets(how, patch_reach, [&](const Index& inside) {
      double weight = 1.0 / static_cast<double>(how.patch_kernel.empty() ? patch_of(how) : 1);
      Index further = inside;
      for (std::size_t i = 0; i < how.axes.size(); ++i) {
        further[i] += offset[i];
        if (!how.patch_kernel.empty()) {
          weight *=
              how.patch_kernel[i][static_cast<std::size_t>(inside[i] + how.axes[i].patch / 2)];
        }
      }
      Index here = moved(how, shape, at, inside);
      Index there = moved(how, shape, at, further);
      for (std::int64_t c = 0; c < count; ++c) {
        if (channels) here[channel_axis] = there[channel_axis] = c;
        const auto difference = static_cast<double>(image.at(here) - image.at(there));
        sum += weight * difference * difference / static_cast<double>(count);
      }
    });
    return sum;
  };

  const auto here = static_cast<double>(image.at(at));
  double total = 0;
  double sum = 0;
  for_offsets(how, distance, [&](const Index& offset) {
    if (how.frames) {
      const auto axis = static_cast<std::size_t>(how.axes[0].axis);
      const std::int64_t frame = at[axis] + offset[0];
      if (frame < 0 || frame >= shape.size[axis]) return;
    }
    const double unlike = std::max(distance_to(offset) - 2 * how.sigma * how.sigma, 0.0);
    const double weight = std::exp(-unlike / (how.h * how.h));
    total += weight;
    sum += weight * (static_cast<double>(image.at(moved(how, shape, at, offset))) - here);
  });
  return here + sum / total;
}

}  // namespace

void run(Bytes& bytes) {
  decode_level(bytes);
  const Rerun rerun = decode_rerun(bytes);
  // Of several tiles now and then; most are small, for speed.
  const Shape shape = decode_shape(bytes, 1 << (bytes.ConsumeIntegralInRange(0, 7) == 7 ? 17 : 10));
  const DType dtype = decode_dtype(bytes);
  Array image = decode_array(bytes, shape, dtype, true);
  Array out = decode_array(bytes, shape, result_dtype(dtype), false);
  ops::NlMeans how = decode_how(bytes, shape);
  const Pixels pixels = decode_pixels(bytes, image);
  const auto largest = static_cast<double>(pixels.largest);
  const int strength = bytes.ConsumeIntegralInRange(-7, 5);
  const double likeness = strength == -7 ? 1e-300 : strength == 5 ? 1e300 : std::ldexp(1, strength);
  const bool bounded = pixels.bounded && largest > 0 && strength > -7 && strength < 5;
  how.h = bounded ? largest * likeness : likeness;
  how.sigma = how.h * bytes.PickValueInArray({0.0, 0.0, 0.25, 1.0, 3.0});

  const bool answered =
      run_twice({&image}, out, rerun, [&](const MutableView& result, int threads) {
        ops::denoise_nl_means(image.view(), result, how, threads);
      });
  if (!answered || !bounded) return;
  // What pixels are rounded by counts for differences, and these twice for weights.
  const double bound = precision(dtype) * largest * (2 + 2 / likeness);
  const std::int64_t channels =
      how.channel_axis < 0 ? 1 : shape.size[static_cast<std::size_t>(how.channel_axis)];
  const std::int64_t work = window_of(how) * patch_of(how) * channels;
  check_answers(out, (1 << 17) / work, bound,
                [&](const Index& at) { return mean_at(image, how, at); });
}

}  // namespace burnish::fuzz
