#include "ops/axes.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <stdexcept>
#include <string>

namespace burnish::ops {
namespace {

// Interleaving more channels than this is no gain: rows of one pixel's channels are long enough.
constexpr std::int64_t most_interleaved = 32;

bool filtered(const Axis& axis) { return axis.filtered(); }

// Whether `inner` walks through memory without gaps where `outer` takes its next step.
bool contiguous(const Axis& outer, const Axis& inner) {
  return outer.in_stride == inner.size * inner.in_stride &&
         outer.out_stride == inner.size * inner.out_stride;
}

std::vector<Axis> merged_axes(const View& image, const MutableView& out,
                              const std::vector<Taps>& taps) {
  std::vector<Axis> axes;
  for (int i = 0; i < image.ndim; ++i) {
    const auto at = static_cast<std::size_t>(i);
    Axis axis{image.shape[at], image.strides[at], out.strides[at]};
    for (std::size_t k = 0; k < taps.size(); ++k) {
      if (taps[k].axis != i) continue;
      axis.taps = taps[k].taps;
      axis.before = taps[k].before;
      axis.kernel_axis = static_cast<int>(k);
      axis.border = taps[k].border;
    }
    if (axis.size == 1 && axis.taps == 1) continue;
    if (axis.taps == 1 && axis.before == 0) axis.kernel_axis = -1;
    if (!axes.empty() && !filtered(axes.back()) && !filtered(axis) &&
        contiguous(axes.back(), axis)) {
      axis.size *= axes.back().size;
      axes.back() = axis;
    } else {
      axes.push_back(axis);
    }
  }
  return axes;
}

// Takes the last axis for which `wanted` holds out of the list.
template <class Predicate>
bool take_last(std::vector<Axis>& axes, Predicate wanted, Axis& taken) {
  const auto found = std::find_if(axes.rbegin(), axes.rend(), wanted);
  if (found == axes.rend()) return false;
  taken = *found;
  axes.erase(std::next(found).base());
  return true;
}

bool any(const Axis&) { return true; }

// What the columns leave over.
void take_rows_and_planes(Geometry& g) {
  g.in_element = g.columns.in_stride / g.step;
  g.out_element = g.columns.out_stride / g.step;
  if (take_last(g.batch, filtered, g.rows)) {
    take_last(g.batch, filtered, g.planes);
  } else {
    take_last(g.batch, any, g.rows);
  }
}

}  // namespace

Taps centred_taps(int axis, std::int64_t size, std::int64_t origin, Border border) {
  if (size < 1 || origin < -(size / 2) || origin > (size - 1) / 2) {
    throw std::invalid_argument("origin is " + std::to_string(origin) +
                                ", which puts the centre outside a kernel of size " +
                                std::to_string(size));
  }
  return {axis, size, size / 2 + origin, border};
}

std::int64_t Geometry::batch_size() const {
  std::int64_t size = 1;
  for (const Axis& axis : batch) size *= axis.size;
  return size;
}

Geometry make_geometry(const View& image, const MutableView& out, const std::vector<Taps>& taps) {
  const auto in_item = static_cast<std::int64_t>(item_size(image.dtype));
  const auto out_item = static_cast<std::int64_t>(item_size(out.dtype));
  Geometry g;
  g.batch = merged_axes(image, out, taps);
  g.columns = {1, in_item, out_item};
  const auto filtered_count = std::count_if(g.batch.begin(), g.batch.end(), filtered);

  if (!g.batch.empty()) {
    const std::size_t n = g.batch.size();
    const Axis last = g.batch[n - 1];
    const bool inside_pixels = n >= 2 && !filtered(last) && filtered(g.batch[n - 2]) &&
                               (last.size <= most_interleaved || filtered_count == 3);
    if (inside_pixels && last.in_stride == in_item && last.out_stride == out_item &&
        contiguous(g.batch[n - 2], last)) {
      g.step = last.size;
      g.columns = g.batch[n - 2];
      g.batch.resize(n - 2);
    } else if (inside_pixels) {
      g.columns = g.batch[n - 2];
      g.batch.erase(g.batch.end() - 2);
    } else {
      g.columns = last;
      g.batch.pop_back();
    }
  }
  take_rows_and_planes(g);
  return g;
}

Geometry make_planar_geometry(const View& image, const MutableView& out,
                              const std::vector<Taps>& taps) {
  Geometry g;
  g.batch = merged_axes(image, out, taps);
  g.columns = {1, static_cast<std::int64_t>(item_size(image.dtype)),
               static_cast<std::int64_t>(item_size(out.dtype))};
  if (!take_last(g.batch, filtered, g.columns)) take_last(g.batch, any, g.columns);
  take_rows_and_planes(g);
  return g;
}

BatchOffset batch_offset(const Geometry& geometry, std::int64_t index) {
  BatchOffset offset{0, 0};
  for (const Axis& axis : geometry.batch) {
    const std::int64_t i = index % axis.size;
    index /= axis.size;
    offset.in += i * axis.in_stride;
    offset.out += i * axis.out_stride;
  }
  return offset;
}

}  // namespace burnish::ops
