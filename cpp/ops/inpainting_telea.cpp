#include "ops/inpainting_telea.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <vector>

#include "base/parallel.hpp"
#include "base/scratch.hpp"
#include "base/sized.hpp"
#include "dispatch/dispatch.hpp"
#include "kernels/kernels.hpp"
#include "ops/inpainting_groups.hpp"
#include "ops/inpainting_march.hpp"

namespace burnish::ops {
namespace {

static_assert(March::overhang >= kernels::telea_block - 1);

// Weights to a call of the kernel: some ms.
constexpr std::int64_t weights_per_call = 1 << 20;

// Holes are filled in units of 2^200 where values are larger than this, so that no sum overflows,
// and of 2^-200 where all are smaller than its inverse, so that no product loses bits.
constexpr double large_value = 0x1p900, large_unit = 0x1p200;

// What of the disc around a pixel depends on the radius alone.
class Disc {
 public:
  explicit Disc(std::int64_t radius) : radius_(radius) {
    for (std::int64_t y = -radius; y <= radius; ++y) {
      std::int64_t reach = 0;
      while ((reach + 1) * (reach + 1) + y * y <= radius * radius) ++reach;
      for (std::int64_t x = -reach; x <= reach; x += kernels::telea_block) {
        blocks_.push_back({static_cast<std::int32_t>(y + radius), static_cast<std::int32_t>(x)});
        for (std::int64_t i = x; i < x + kernels::telea_block; ++i) add(y, i, i <= reach);
      }
    }
  }

  kernels::TeleaDisc view() const {
    return {blocks_.data(),
            static_cast<std::ptrdiff_t>(blocks_.size()),
            radius_,
            columns_.data(),
            unit_downs_.data(),
            unit_rights_.data(),
            nearness_.data()};
  }
  std::int64_t blocks() const { return static_cast<std::int64_t>(blocks_.size()); }
  std::int64_t items() const { return blocks() * kernels::telea_block; }

 private:
  void add(std::int64_t y, std::int64_t x, bool is_within) {
    const auto down = static_cast<double>(y), right = static_cast<double>(x);
    const double squared = down * down + right * right;
    const bool counts = is_within && squared > 0;
    columns_.push_back(right);
    unit_downs_.push_back(counts ? down / std::sqrt(squared) : 0);
    unit_rights_.push_back(counts ? right / std::sqrt(squared) : 0);
    nearness_.push_back(counts ? 1 / squared : 0);
  }

  std::int64_t radius_;
  std::vector<kernels::TeleaBlock> blocks_;
  std::vector<double> columns_, unit_downs_, unit_rights_, nearness_;
};

// One group of holes: its pixels in planes, in double.
class Telea {
 public:
  Telea(const MutableView& image, const HoleGroup& group, std::int64_t radius)
      : image_(image),
        group_(group),
        march_(group, radius + 1, image.shape[1]),
        pitch_(march_.size()),
        room_((1 + 3 * sized(image.shape[2])) * Scratch::size_of<double>(pitch_)) {
    known_ = room_.take<double>(pitch_);
    planes_ = room_.take<double>(3 * image.shape[2] * pitch_);
    in_pieces(pitch_, [&](std::int64_t first, std::int64_t count) {
      std::copy_n(march_.distances().data() + first, count, known_ + first);
    });
    clear_holes(known_, March::unreached);
    in_pieces(3 * image.shape[2] * pitch_, [&](std::int64_t first, std::int64_t count) {
      std::fill_n(planes_ + first, count, 0.0);
    });
  }

  // False if a known value is not finite.
  bool load() {
    double largest = 0, nothing = 0;
    for (std::int64_t c = 0; c < image_.shape[2]; ++c) {
      for (std::size_t i = 0; i < group_.near.size(); ++i) {
        load_run(c, i);
        poll_in_tile();
      }
      clear_holes(plane(c), 0);
      in_pieces(pitch_, [&](std::int64_t first, std::int64_t count) {
        for (const double* value = plane(c) + first; count > 0; ++value, --count) {
          nothing += *value * 0;
          largest = std::max(largest, std::abs(*value));
        }
      });
    }
    if (nothing != 0) return false;
    if (largest > large_value) unit_ = large_unit;
    if (largest < 1 / large_value) unit_ = 1 / large_unit;
    if (unit_ != 1) {
      for (std::int64_t c = 0; c < image_.shape[2]; ++c) {
        in_pieces(pitch_, [&](std::int64_t first, std::int64_t count) {
          for (double* value = plane(c) + first; count > 0; ++value, --count) *value /= unit_;
        });
      }
    }
    return true;
  }

  void fill(const Disc& disc) {
    for (std::int64_t c = 0; c < image_.shape[2]; ++c) set_differences(plane(c));
    const std::vector<std::int32_t>& order = march_.order();
    Scratch scratch(Scratch::size_of<double>(3 * disc.items()) +
                    Scratch::size_of<std::int32_t>(disc.blocks()));
    kernels::FillTelea args{disc.view(),
                            order.data(),
                            0,
                            march_.up().data(),
                            march_.down().data(),
                            march_.distances().data(),
                            known_,
                            planes_,
                            pitch_,
                            image_.shape[2],
                            scratch.take<double>(3 * disc.items()),
                            scratch.take<std::int32_t>(disc.blocks())};
    const auto count = static_cast<std::int64_t>(order.size());
    const std::int64_t step =
        std::max<std::int64_t>(weights_per_call / (disc.items() * (1 + image_.shape[2])), 1);
    for (std::int64_t first = 0; first < count; first += step) {
      args.places = order.data() + first;
      args.count = std::min(step, count - first);
      active_level().inpainting.fill_telea(args);
      poll_in_tile();
    }
  }

  void store() {
    std::vector<double> row;
    for (std::int64_t c = 0; c < image_.shape[2]; ++c) {
      for (std::size_t i = 0; i < group_.holes.size(); ++i) {
        const Run& hole = group_.holes[i];
        const double* const first = plane(c) + march_.first_of_hole(i);
        row.assign(first, first + (hole.end - hole.begin));
        for (double& value : row) value *= unit_;
        std::byte* const target = at(hole.row, hole.begin, c);
        const std::ptrdiff_t stride = in_items(image_.strides[1], image_.dtype);
        const auto count = static_cast<std::ptrdiff_t>(row.size());
        const int dtype = static_cast<int>(image_.dtype);
        if (computed_in_double(image_.dtype)) {
          active_table<double>().store[dtype]({row.data(), target, stride, count});
        } else {
          const std::vector<float> narrow(row.begin(), row.end());
          active_table<float>().store[dtype]({narrow.data(), target, stride, count});
        }
        poll_in_tile();
      }
    }
  }

 private:
  double* plane(std::int64_t channel) { return planes_ + 3 * channel * pitch_; }
  std::byte* at(std::int64_t row, std::int64_t column, std::int64_t channel) const {
    return image_.data + row * image_.strides[0] + column * image_.strides[1] +
           channel * image_.strides[2];
  }

  // Calls piece(first, count) for all of `count` items, and listens in between.
  template <class F>
  static void in_pieces(std::int64_t count, const F& piece) {
    constexpr std::int64_t items = 1 << 20;
    for (std::int64_t first = 0; first < count; first += items) {
      piece(first, std::min(items, count - first));
      poll_in_tile();
    }
  }

  void clear_holes(double* items, double value) const {
    for (std::size_t i = 0; i < group_.holes.size(); ++i) {
      const Run& hole = group_.holes[i];
      std::fill_n(items + march_.first_of_hole(i), hole.end - hole.begin, value);
    }
  }

  void load_run(std::int64_t channel, std::size_t run) {
    const Run& near = group_.near[run];
    const std::int64_t begin = std::max<std::int64_t>(near.begin, 0);
    const std::int64_t end = std::min(near.end, image_.shape[1]);
    active_table<double>().load[static_cast<int>(image_.dtype)](
        {at(near.row, begin, channel), in_items(image_.strides[1], image_.dtype), nullptr,
         plane(channel) + march_.first_of_run(run) + begin - near.begin, end - begin, 0.0});
  }

  // Of known pixels that have known ones on both sides.
  void set_differences(double* values) {
    for (std::size_t run = 0; run < group_.near.size(); ++run) {
      const Run& near = group_.near[run];
      const std::int64_t first = march_.first_of_run(run);
      for (std::int64_t place = first; place < first + near.end - near.begin; ++place) {
        set_difference(values, pitch_, place, march_.up()[sized(place)],
                       march_.down()[sized(place)]);
        set_difference(values, 2 * pitch_, place, place - 1, place + 1);
      }
      poll_in_tile();
    }
  }
  void set_difference(double* values, std::int64_t plane, std::int64_t place, std::int64_t before,
                      std::int64_t after) const {
    if (known_[before] == March::unreached || known_[after] == March::unreached) {
      return;
    }
    values[plane + place] = (values[after] - values[before]) / 2;
  }

  const MutableView& image_;
  const HoleGroup& group_;
  const March march_;
  const std::int64_t pitch_;
  Scratch room_;
  double* known_;
  double* planes_;
  double unit_ = 1;
};

bool is_all_masked(const std::vector<HoleGroup>& groups, const View& mask) {
  std::int64_t masked = 0;
  for (const HoleGroup& group : groups) {
    for (const Run& hole : group.holes) masked += hole.end - hole.begin;
  }
  return masked == mask.shape[0] * mask.shape[1];
}

}  // namespace

Filled inpaint_telea(const MutableView& image, const View& mask, std::int64_t radius, int workers) {
  const std::vector<HoleGroup> groups = hole_groups(mask, radius + 1, workers);
  if (is_all_masked(groups, mask)) return Filled::no_source;
  const Disc disc(radius);
  std::atomic<bool> finite{true};
  for_tiles(static_cast<std::int64_t>(groups.size()), workers, [&](std::int64_t index) {
    Telea telea(image, groups[sized(index)], radius);
    if (!telea.load()) {
      finite = false;
      return;
    }
    telea.fill(disc);
    telea.store();
  });
  return finite ? Filled::all : Filled::not_finite;
}

}  // namespace burnish::ops
