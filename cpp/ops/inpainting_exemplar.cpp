#include "ops/inpainting_exemplar.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <vector>

#include "base/parallel.hpp"
#include "base/sized.hpp"
#include "dispatch/dispatch.hpp"
#include "ops/inpainting_original.hpp"
#include "ops/inpainting_picture.hpp"

namespace burnish::ops {
namespace {

// Of the hole's pixels: its front has come here. Beside hole_mark and barred_mark.
constexpr std::uint8_t front_mark = 4;

// Added to the data term, so that confidence decides where nothing else does: without it all
// priorities are 0 on an even ground.
constexpr double least_data = 0.001;

// Squares of differences in a chunk of the search: a millisecond at most. Fewer make threads wait
// for each other less, and look more often at what the others have found; more cost fewer calls.
constexpr std::int64_t chunk_work = 1 << 21;

struct Gradient {
  std::int16_t down, right;  // differences of the pixels on both sides
};

// A pixel of the hole beside one that is known, and the priority of the patch around it.
struct Candidate {
  std::int32_t place;
  double confidence, priority;
};

// One window: its numbers in planes, and what is known of each pixel so far.
class Exemplar {
 public:
  Exemplar(Original& original, std::int64_t channels, int workers)
      : picture_(original.picture()),
        page_(picture_.pages()[0]),
        within_(picture_.bounds()[0]),
        stride_(picture_.stride()),
        reach_(picture_.reach()),
        channels_(channels),
        highest_(original.highest()),
        workers_(workers),
        confidences_(sized(picture_.places()), 1.0),
        gradients_(sized(picture_.places())) {
    split_planes();
    for (const std::int32_t hole : picture_.holes()) confidences_[sized(hole)] = 0;
    list_runs();
    for (const std::int32_t hole : picture_.holes()) {
      if (is_front(hole)) join_front(hole);
    }
  }

  void fill(const Observer& observer) {
    const std::size_t all = picture_.holes().size(), step = std::max<std::size_t>(all / 100, 1);
    std::size_t filled = 0, told = 0;
    bool stopped = false;
    while (!front_.empty()) {
      const Candidate first = *std::min_element(
          front_.begin(), front_.end(), [](const Candidate& a, const Candidate& b) {
            return a.priority != b.priority ? a.priority > b.priority : a.place < b.place;
          });
      const std::int32_t target = middle_of(first.place);
      take_known(target);
      kernels::Neighbour near{};
      // As a tile, so that signals are heard without a search too.
      for_tiles(1, 1, [&](std::int64_t) { near = nearest_beside(target); });
      filled += copy(target, stopped ? near.place : nearest(near.distance), first.confidence);
      advance_front(target);
      if (filled - told >= step) {
        told = filled;
        stopped = stopped || observer(static_cast<double>(filled) / static_cast<double>(all));
      }
    }
  }

  // The place that each of the hole's pixels is a copy of.
  std::vector<std::int32_t> copies() const {
    std::vector<std::int32_t> places;
    for (const std::int32_t hole : picture_.holes()) places.push_back(picture_.matches()[hole]);
    return places;
  }

 private:
  bool is_hole(std::int64_t place) const { return (picture_.marks()[place] & hole_mark) != 0; }
  std::int64_t plane(std::int64_t channel) const { return channel * picture_.places(); }

  // The middle of the patch around a pixel, moved as far as the patch lies within the window.
  std::int32_t middle_of(std::int32_t place) const {
    return std::clamp(place / stride_, within_.top, within_.bottom - 1) * stride_ +
           std::clamp(place % stride_, within_.left, within_.right - 1);
  }

  // Pixels at most `reach` away from a place, as far as they are there.
  template <class F>
  void each_around(std::int32_t place, std::int32_t reach, const F& visit) const {
    const std::int32_t y = place / stride_, x = place % stride_;
    const std::int32_t bottom = std::min(y + reach, page_.rows - 1);
    const std::int32_t right = std::min(x + reach, page_.columns - 1);
    for (std::int32_t v = std::max(y - reach, 0); v <= bottom; ++v) {
      for (std::int32_t u = std::max(x - reach, 0); u <= right; ++u) visit(v * stride_ + u);
    }
  }

  template <class F>
  void for_pixels(const F& visit) const {
    constexpr std::int32_t rows_per_piece = 32;
    for_tiles((page_.rows + rows_per_piece - 1) / rows_per_piece, workers_, [&](std::int64_t i) {
      const auto top = static_cast<std::int32_t>(i) * rows_per_piece;
      const std::int32_t end = std::min(top + rows_per_piece, page_.rows) * stride_;
      for (std::int32_t place = top * stride_; place < end; ++place) visit(place);
    });
  }

  void split_planes() {
    numbers_.resize(sized(plane(channels_) + kernels::patch_run));
    for_pixels([&](std::int32_t place) {
      const std::int16_t* const pixel = picture_.pixel(place);
      for (std::int64_t c = 0; c < channels_; ++c) numbers_[sized(plane(c) + place)] = pixel[c];
    });
    for_pixels([&](std::int32_t place) { set_gradient(place); });
  }

  void list_runs() {
    for (std::int32_t y = within_.top; y < within_.bottom; ++y) {
      for (std::int32_t x = within_.left; x < within_.right; ++x) {
        const std::int32_t place = y * stride_ + x;
        if (picture_.sources()[place] == 0) continue;
        runs_.push_back(place);
        x += static_cast<std::int32_t>(kernels::patch_run) - 1;
      }
    }
  }

  // That of the channel in which it is largest; 0 unless the pixel and its four neighbours are
  // known. It stays 0 in what is filled: a mistake there would have edges, and draw others after
  // it. With those, fills of structure are nearly twice as far from the truth in their gradients.
  void set_gradient(std::int32_t place) {
    Gradient& gradient = gradients_[sized(place)];
    gradient = {0, 0};
    const std::int32_t y = place / stride_, x = place % stride_;
    if (y == 0 || y + 1 == page_.rows || x == 0 || x + 1 >= page_.columns) return;
    if (is_hole(place) || is_hole(place - stride_) || is_hole(place + stride_) ||
        is_hole(place - 1) || is_hole(place + 1)) {
      return;
    }
    for (std::int64_t c = 0; c < channels_; ++c) {
      const std::int16_t* const number = numbers_.data() + plane(c) + place;
      const Gradient each{static_cast<std::int16_t>(number[stride_] - number[-stride_]),
                          static_cast<std::int16_t>(number[1] - number[-1])};
      if (squared(each) > squared(gradient)) gradient = each;
    }
  }
  static std::int32_t squared(const Gradient& g) {
    return std::int32_t{g.down} * g.down + std::int32_t{g.right} * g.right;
  }

  bool is_front(std::int32_t place) const {
    if (!is_hole(place)) return false;
    const std::int32_t y = place / stride_, x = place % stride_;
    return (y > 0 && !is_hole(place - stride_)) ||
           (y + 1 < page_.rows && !is_hole(place + stride_)) || (x > 0 && !is_hole(place - 1)) ||
           (x + 1 < page_.columns && !is_hole(place + 1));
  }

  void join_front(std::int32_t place) {
    picture_.marks()[place] |= front_mark;
    front_.push_back({place, 0, 0});
    set_priority(front_.back());
  }

  // How much of the patch is known, and how sure that is, times how strong an edge runs into it.
  void set_priority(Candidate& candidate) const {
    double sum = 0;
    Gradient strongest{0, 0};
    each_around(middle_of(candidate.place), reach_, [&](std::int32_t place) {
      sum += confidences_[sized(place)];
      const Gradient& gradient = gradients_[sized(place)];
      if (squared(gradient) > squared(strongest)) strongest = gradient;
    });
    const auto area = static_cast<double>(picture_.patch_size() * picture_.patch_size());
    candidate.confidence = sum / area;
    candidate.priority = candidate.confidence * (data(candidate.place, strongest) + least_data);
  }

  // The part of a gradient that lies along the front, in a share of the range of values. The front
  // is at right angles to Sobel's gradient of what is unknown, itself repeated beyond the frame.
  double data(std::int32_t place, const Gradient& gradient) const {
    const std::int32_t y = place / stride_, x = place % stride_;
    const auto unknown = [&](std::int32_t dy, std::int32_t dx) {
      const std::int32_t v = std::clamp(y + dy, 0, page_.rows - 1);
      const std::int32_t u = std::clamp(x + dx, 0, page_.columns - 1);
      return is_hole(std::int64_t{v} * stride_ + u) ? 1 : 0;
    };
    std::int32_t down = 0, right = 0;
    for (std::int32_t i = -1; i <= 1; ++i) {
      const std::int32_t weight = i == 0 ? 2 : 1;
      down += weight * (unknown(1, i) - unknown(-1, i));
      right += weight * (unknown(i, 1) - unknown(i, -1));
    }
    const std::int32_t along = std::abs(gradient.down * right - gradient.right * down);
    if (along == 0) return 0;
    const auto length = static_cast<double>(down * down + right * right);
    return along / (std::sqrt(length) * 2 * highest_);
  }

  void take_known(std::int32_t target) {
    known_.clear();
    each_around(target, reach_, [&](std::int32_t place) {
      if (is_hole(place)) return;
      for (std::int64_t c = 0; c < channels_; ++c) {
        const std::int64_t shift = plane(c) + place - target;
        known_.push_back({shift, numbers_[sized(target + shift)]});
      }
    });
  }

  kernels::NearestInRuns among(const std::int32_t* runs, std::size_t count,
                               std::int32_t limit) const {
    return {numbers_.data(),
            known_.data(),
            static_cast<std::ptrdiff_t>(known_.size()),
            picture_.sources(),
            runs,
            static_cast<std::ptrdiff_t>(count),
            static_cast<std::ptrdiff_t>(picture_.places()),
            limit};
  }

  // The nearest, but for what is as near, where what has been copied into the target goes on; if
  // nothing was, the first source.
  kernels::Neighbour nearest_beside(std::int32_t target) const {
    kernels::Neighbour best{-1, kernels::no_target};
    std::int32_t last = -1;
    const auto attempt = [&](std::int32_t place) {
      const auto one = active_level().inpainting.nearest_in_runs(among(&place, 1, best.distance));
      if (one.place >= 0) best = one;
    };
    each_around(target, reach_, [&](std::int32_t place) {
      const std::int32_t match = picture_.matches()[place];
      const std::int32_t source = match - (place - target);
      if (match < 0 || source == last || source < 0 || source >= picture_.places()) return;
      last = source;
      if (picture_.sources()[source] != 0) attempt(source);
    });
    if (best.place < 0) attempt(runs_[0]);
    return best;
  }

  // The nearest of all sources, the earliest if there are several; one is `distance` away.
  std::int32_t nearest(std::int32_t distance) const {
    const std::int64_t per_run = kernels::patch_run * static_cast<std::int64_t>(known_.size());
    const std::size_t size = sized(std::max<std::int64_t>(chunk_work / per_run, 1));
    const std::size_t count = (runs_.size() + size - 1) / size;
    std::vector<kernels::Neighbour> found(count);
    // Chunks don't look for what is farther than any has found, so which of them find nothing
    // depends on threads; which is the nearest does not.
    std::atomic<std::int32_t> least{distance};
    for_tiles(static_cast<std::int64_t>(count), workers_, [&](std::int64_t index) {
      const std::size_t first = sized(index) * size;
      const kernels::Neighbour near = active_level().inpainting.nearest_in_runs(
          among(runs_.data() + first, std::min(size, runs_.size() - first),
                least.load(std::memory_order_relaxed) + 1));
      found[sized(index)] = near;
      poll_in_tile();
      std::int32_t before = least.load(std::memory_order_relaxed);
      while (near.distance < before &&
             !least.compare_exchange_weak(before, near.distance, std::memory_order_relaxed)) {
      }
    });
    kernels::Neighbour best{-1, kernels::no_target};
    for (const kernels::Neighbour& near : found) {
      if (near.place >= 0 && near.distance < best.distance) best = near;
    }
    return best.place;
  }

  std::size_t copy(std::int32_t target, std::int32_t source, double confidence) {
    std::size_t count = 0;
    each_around(target, reach_, [&](std::int32_t place) {
      if (!is_hole(place)) return;
      const std::int32_t from = source + (place - target);
      for (std::int64_t c = 0; c < channels_; ++c) {
        numbers_[sized(plane(c) + place)] = numbers_[sized(plane(c) + from)];
      }
      picture_.matches()[place] = from;
      confidences_[sized(place)] = confidence;
      ++count;
    });
    // Not before: sources hold no hole, but priorities look at marks.
    each_around(target, reach_, [&](std::int32_t place) {
      picture_.marks()[place] &= static_cast<std::uint8_t>(~hole_mark);
    });
    return count;
  }

  // After a patch was filled: what lies near enough for its priority to change.
  void advance_front(std::int32_t target) {
    front_.erase(std::remove_if(front_.begin(), front_.end(),
                                [&](const Candidate& each) { return !is_hole(each.place); }),
                 front_.end());
    const std::int32_t y = target / stride_, x = target % stride_, far = 2 * reach_;
    for (Candidate& each : front_) {
      const std::int32_t middle = middle_of(each.place);
      if (std::abs(middle / stride_ - y) <= far && std::abs(middle % stride_ - x) <= far) {
        set_priority(each);
      }
    }
    each_around(target, reach_ + 1, [&](std::int32_t place) {
      if ((picture_.marks()[place] & front_mark) == 0 && is_front(place)) join_front(place);
    });
  }

  PatchPicture& picture_;
  const Page page_;
  const kernels::Bounds within_;
  const std::int32_t stride_, reach_;
  const std::int64_t channels_;
  const double highest_;
  const int workers_;
  std::vector<std::int16_t> numbers_;
  std::vector<double> confidences_;
  std::vector<Gradient> gradients_;
  std::vector<std::int32_t> runs_;
  std::vector<Candidate> front_;
  std::vector<kernels::KnownNumber> known_;
};

}  // namespace

Filled inpaint_exemplar(const MutableView& image, const View& mask, const View* allowed,
                        std::int64_t patch_size, const Observer& observer, int workers) {
  const View source = read_only(image);
  return fill_holes(mask, allowed, false, workers, observer,
                    [&](std::size_t, const Rectangle& window, const Observer& observe) {
                      Original original({{source, window, &mask, allowed}}, patch_size, workers);
                      if (!original.finite()) return Filled::not_finite;
                      original.picture().find_patches(1, workers);
                      if (original.picture().source_count() == 0) return Filled::no_source;
                      Exemplar exemplar(original, image.shape[2], workers);
                      exemplar.fill(observe);
                      original.write(image, exemplar.copies(), {});
                      return Filled::all;
                    });
}

}  // namespace burnish::ops
