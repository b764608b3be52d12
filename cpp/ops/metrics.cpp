#include "ops/metrics.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <optional>
#include <vector>

#include "base/parallel.hpp"
#include "base/scratch.hpp"
#include "dispatch/dispatch.hpp"
#include "ops/rows.hpp"

namespace burnish::ops {
namespace {

// The elements of an array in C order, as doubles.
class Elements {
 public:
  explicit Elements(const View& view)
      : data_(view.data), load_(active_table<double>().load[static_cast<int>(view.dtype)]) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(view.ndim); ++i) {
      if (view.shape[i] == 1) continue;
      Step step{view.shape[i], view.strides[i]};
      if (!steps_.empty() && steps_.back().stride == step.size * step.stride) {
        step.size *= steps_.back().size;
        steps_.pop_back();
      }
      steps_.push_back(step);
    }
    if (steps_.empty()) steps_.push_back({1, static_cast<std::int64_t>(item_size(view.dtype))});
    stride_ = in_items(steps_.back().stride, view.dtype);
    in_place_ = view.dtype == DType::f64 && steps_.size() == 1 && stride_ == 1;
  }

  // Where the element stands if all of them follow one another without gaps, else null.
  const std::byte* plain(std::int64_t element) const {
    if (steps_.size() > 1 || stride_ != 1) return nullptr;
    return data_ + element * steps_.back().stride;
  }

  // Where the wanted elements stand: in the array itself, or copied into `buffer`.
  const double* read(Span wanted, double* buffer) const {
    if (in_place_) return reinterpret_cast<const double*>(data_) + wanted.begin;
    const std::int64_t length = steps_.back().size;
    double* target = buffer;
    for (std::int64_t i = wanted.begin; i < wanted.end;) {
      const std::int64_t at = i % length;
      const std::int64_t count = std::min(length - at, wanted.end - i);
      load_({line(i / length) + at * steps_.back().stride, stride_, nullptr, target,
             static_cast<std::ptrdiff_t>(count), 0});
      target += count;
      i += count;
    }
    return buffer;
  }

 private:
  struct Step {
    std::int64_t size;
    std::int64_t stride;  // bytes
  };

  const std::byte* line(std::int64_t index) const {
    const std::byte* address = data_;
    for (std::size_t i = steps_.size() - 1; i-- > 0;) {
      address += index % steps_[i].size * steps_[i].stride;
      index /= steps_[i].size;
    }
    return address;
  }

  const std::byte* data_;
  void (*load_)(const kernels::Load<double>&);
  std::vector<Step> steps_;
  std::ptrdiff_t stride_;
  bool in_place_;
};

}  // namespace

double squared_error(const View& image_true, const View& image_test, const View* mask,
                     int workers) {
  constexpr std::int64_t chunk = 1536;            // three buffers of doubles fit into 48 KB of L1
  constexpr std::int64_t tile_size = 64 * chunk;  // some 10 to 50 us
  const Elements x(image_true);
  const Elements y(image_test);
  std::optional<Elements> counts;
  if (mask != nullptr) counts.emplace(*mask);
  const bool is_plain = mask == nullptr && image_true.dtype == image_test.dtype &&
                        x.plain(0) != nullptr && y.plain(0) != nullptr;
  const auto plain =
      is_plain ? active_level().metrics.plain_squared_error[static_cast<int>(image_true.dtype)]
               : nullptr;
  std::int64_t size = 1;
  for (int i = 0; i < image_true.ndim; ++i) size *= image_true.shape[static_cast<std::size_t>(i)];
  std::vector<double> parts(static_cast<std::size_t>((size + tile_size - 1) / tile_size));

  // Below some 20 us, handing tiles to a helper takes longer than it helps.
  const int threads = size < 4 * tile_size ? 1 : workers;
  for_tiles(static_cast<std::int64_t>(parts.size()), threads, [&](std::int64_t tile) {
    Scratch scratch(3 * Scratch::size_of<double>(chunk));
    double* const x_buffer = scratch.take<double>(chunk);
    double* const y_buffer = scratch.take<double>(chunk);
    double* const mask_buffer = scratch.take<double>(chunk);
    const std::int64_t end = std::min((tile + 1) * tile_size, size);
    const auto count = [&](std::int64_t i) {
      return static_cast<std::ptrdiff_t>(std::min(chunk, end - i));
    };
    double sum = 0;
    if (plain != nullptr) {
      for (std::int64_t i = tile * tile_size; i < end; i += chunk) {
        sum += plain({x.plain(i), y.plain(i), count(i)});
      }
      parts[static_cast<std::size_t>(tile)] = sum;
      return;
    }
    for (std::int64_t i = tile * tile_size; i < end; i += chunk) {
      const Span span{i, i + count(i)};
      sum += active_level().metrics.squared_error(
          {x.read(span, x_buffer), y.read(span, y_buffer),
           counts ? counts->read(span, mask_buffer) : nullptr, count(i)});
    }
    parts[static_cast<std::size_t>(tile)] = sum;
  });
  return std::accumulate(parts.begin(), parts.end(), 0.0);
}

}  // namespace burnish::ops
