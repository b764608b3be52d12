#include "ops/inpainting_patch.hpp"

#include <algorithm>
#include <cmath>

#include "base/parallel.hpp"
#include "ops/inpainting_original.hpp"
#include "ops/inpainting_picture.hpp"
#include "ops/inpainting_seam.hpp"
#include "ops/inpainting_search.hpp"

namespace burnish::ops {
namespace {

// All constants below were chosen on 21 holes of 96x96 in scikit-image's photographs, with
// benchmarks/inpainting.py; structure and texture want the same, and few of them matter much.

// How far patches may come from, at least. From farther away they are less alike: 128 is no better,
// and the whole of 512x512 clearly worse.
constexpr std::int64_t margin = 64;
// Sources this many times as far away as the hole is deep are tried, and `margin` away at least: in
// large windows, full of holes, those beyond are less alike and cost more than all else.
constexpr std::int64_t search_depths = 6;
// Squared differences of textures count this much. 150 makes random texture a little rougher and
// structure worse.
constexpr double texture_weight = 25;
// Differences from known pixels count twice, so four times squared: hole and rim agree better.
constexpr std::uint8_t known_weight = 2;
// A patch at the mean of distances counts 0.7 times as much as the nearest, and one whose middle
// lies a pixel farther from the rim 1 / 1.6 as much: what is known grows inwards.
constexpr Voting voting{0.52F, 0.68F};
// Searches and votes on the two coarsest levels, on those between and on the finest, where the last
// vote copies; and sweeps of a search.
constexpr int coarse_rounds = 20, middle_rounds = 6, fine_rounds = 3, sweeps = 2;
// Where a vote changes pixels by less on average, in a thousandth of the range, nothing more comes.
constexpr std::int64_t least_change = 1;
// The coarsest level must offer something: so many sources, one in so many pixels.
constexpr std::int64_t least_sources = 64, rarest_sources = 20;
// Of the range of values: a larger step across the rim is an edge, not a seam.
constexpr double most_seam = 16.0 / 255;

// As many that the hole at the coarsest is about as wide as two patches. With more, random texture
// comes out as flat as what fills the hole there.
std::int64_t levels_for(std::int64_t depth, std::int64_t patch_size) {
  const std::int64_t deepest = std::max<std::int64_t>(patch_size - 2, 2);
  std::int64_t count = 1;
  while ((depth >> count) >= deepest) ++count;
  return count;
}

// The pictures of one window from the finest to the coarsest, and the way back.
class Pyramid {
 public:
  // `anywhere`: sources may be far from the holes, for they were named.
  Pyramid(Original& original, const PatchInpainting& options, bool anywhere, std::uint32_t key,
          int workers)
      : original_(original), options_(options), anywhere_(anywhere), key_(key), workers_(workers) {
    PatchPicture& finest = original.picture();
    const auto depth = static_cast<std::int64_t>(finest.layers().size());
    const std::int64_t count =
        options.num_levels > 0 ? options.num_levels : levels_for(depth, options.patch_size);
    original.fill_texture(std::int64_t{1} << std::min<std::int64_t>(count - 1, 16),
                          std::sqrt(texture_weight));
    while (static_cast<std::int64_t>(halves_.size()) + 1 < count) {
      PatchPicture half = level(halves_.size()).halved(workers);
      half.find_patches(known_weight, workers);
      const Page& page = half.pages()[0];
      if (std::min(page.rows, page.columns) < options.patch_size ||
          half.source_count() < least_sources ||
          half.source_count() * rarest_sources < std::int64_t{page.rows} * page.columns) {
        break;
      }
      halves_.push_back(std::move(half));
    }
  }

  // `observer` is called with how much is done of the work, a round on a level being a quarter of
  // one on the next finer.
  void fill(const std::function<bool(double)>& observer) {
    const std::size_t coarsest = halves_.size();
    bool stopped = false;
    double all = 0, done = 0;
    for (std::size_t l = 0; l <= coarsest; ++l) all += rounds_on(l) * work_on(l);
    for (std::size_t l = coarsest + 1; l-- > 0;) {
      PatchPicture& picture = level(l);
      const std::int32_t radius = radius_on(l);
      const std::uint32_t key = mixed(key_ + static_cast<std::uint32_t>(l) * 0x85ebca6bU);
      if (l == coarsest) {
        start_from_rim(picture, voting, key, radius, workers_);
      } else {
        start_from_half(picture, level(l + 1), key, radius, workers_);
        vote(picture, voting, workers_);
      }
      double left = rounds_on(l) * work_on(l);
      for (int round = 0; round < rounds_on(l) && !stopped; ++round) {
        for (int sweep = 0; sweep < sweeps; ++sweep) {
          const auto number = static_cast<std::uint32_t>(round * sweeps + sweep);
          search(picture, mixed(key + number), sweep % 2 == 1, radius, workers_);
        }
        const bool last = l == 0 && round + 1 == rounds_on(l);
        const std::int64_t change = last ? 0 : vote(picture, voting, workers_);
        left -= work_on(l);
        stopped = observer((done + rounds_on(l) * work_on(l) - left) / all);
        if (change < static_cast<std::int64_t>(picture.holes().size()) * least_change) break;
      }
      done += rounds_on(l) * work_on(l);
    }
  }

 private:
  PatchPicture& level(std::size_t l) { return l == 0 ? original_.picture() : halves_[l - 1]; }

  int rounds_on(std::size_t l) const {
    if (options_.num_iter > 0) return static_cast<int>(options_.num_iter);
    return l == 0 ? fine_rounds : l + 1 >= halves_.size() ? coarse_rounds : middle_rounds;
  }
  std::int32_t radius_on(std::size_t l) {
    const PatchPicture& finest = original_.picture();
    const auto depth = static_cast<std::int64_t>(finest.layers().size());
    const std::int64_t all = std::max(finest.stride(), finest.bounds().back().bottom);
    const std::int64_t radius =
        anywhere_ ? all : std::min(all, std::max(margin, search_depths * depth));
    return static_cast<std::int32_t>(std::clamp<std::int64_t>(radius >> l, 1, 0x7fff));
  }
  static double work_on(std::size_t l) { return std::ldexp(1.0, -2 * static_cast<int>(l)); }

  Original& original_;
  const PatchInpainting& options_;
  const bool anywhere_;
  const std::uint32_t key_;
  const int workers_;
  std::vector<PatchPicture> halves_;
};

View constant(const MutableView& view) {
  return {view.data, view.dtype, view.ndim, view.shape, view.strides};
}

Original original_of(const MutableView& image, const View& mask, const View* allowed,
                     const std::vector<View>& references, const Rectangle& window,
                     std::int64_t patch_size, int workers) {
  std::vector<Part> parts{{constant(image), window, &mask, allowed}};
  for (const View& reference : references) {
    parts.push_back({reference, {0, reference.shape[0], 0, reference.shape[1]}, nullptr, nullptr});
  }
  return Original(std::move(parts), patch_size, workers);
}

// Where sources are named, all of them and all holes are one window; with references too, so that
// these are gone through but once.
std::vector<Rectangle> windows_of(const View& mask, const View* allowed, bool as_one) {
  const Rectangle frame{0, mask.shape[0], 0, mask.shape[1]};
  std::vector<Rectangle> windows = hole_windows(mask, margin);
  if (windows.empty() || (allowed == nullptr && !as_one)) return windows;
  Rectangle all = windows[0];
  for (const Rectangle& window : windows) all = united(all, window);
  if (allowed != nullptr) {
    const Rectangle sources = bounding_rectangle(*allowed, frame);
    if (sources.size() > 0) all = united(all, sources);
  }
  return {all};
}

}  // namespace

Filled inpaint_patch(const MutableView& image, const View& mask, const View* allowed,
                     const std::vector<View>& references, const PatchInpainting& options,
                     int workers) {
  const Rectangle frame{0, mask.shape[0], 0, mask.shape[1]};
  const std::uint32_t key = mixed(options.seed);
  const bool anywhere = allowed != nullptr || !references.empty();
  const auto run = [&](const std::vector<Rectangle>& windows) {
    std::int64_t all = 0, behind = 0;
    for (const Rectangle& window : windows) all += window.size();
    bool stopped = false;
    const auto observe = [&](double pixels) {
      if (options.observer && !stopped) {
        stopped = options.observer(std::min(pixels / static_cast<double>(all), 1.0));
      }
      return stopped;
    };
    const auto fill = [&](std::size_t index, const Rectangle& window) {
      Original original =
          original_of(image, mask, allowed, references, window, options.patch_size, workers);
      if (!original.finite()) return Filled::not_finite;
      original.picture().find_patches(known_weight, workers);
      if (original.picture().source_count() == 0) return Filled::no_source;
      const bool alone = window.size() > largest_shared_window;
      Pyramid(original, options, anywhere, mixed(key + static_cast<std::uint32_t>(index)), workers)
          .fill([&](double done) {
            if (!alone) return stopped;
            return observe(static_cast<double>(behind) + done * static_cast<double>(window.size()));
          });
      PatchPicture& picture = original.picture();
      const std::vector<std::int32_t> copies = copied_places(picture, voting, workers);
      const auto limit = static_cast<float>(most_seam * original.highest());
      original.write(image, copies, seam_correction(picture, copies, limit));
      return Filled::all;
    };
    return fill_windows(windows, workers, fill, [&](std::int64_t pixels) {
      behind = pixels;
      observe(static_cast<double>(pixels));
    });
  };
  const Filled filled = run(windows_of(mask, allowed, !references.empty()));
  // Where all around a hole is masked too, there may be something farther away.
  return filled == Filled::no_source ? run({frame}) : filled;
}

PatchField patch_field(const MutableView& image, const View& mask, const View* allowed,
                       const std::vector<View>& references, std::int64_t patch_size,
                       std::int64_t sweep_count, std::uint32_t seed, int workers) {
  const Rectangle frame{0, mask.shape[0], 0, mask.shape[1]};
  Original original = original_of(image, mask, allowed, references, frame, patch_size, workers);
  PatchPicture& picture = original.picture();
  picture.find_patches(known_weight, workers);
  PatchField field{};
  if (!original.finite() || picture.source_count() == 0) return field;
  original.fill_texture(1, std::sqrt(texture_weight));
  start_from_rim(picture, voting, seed, 0x7fff, workers);
  const auto pixels = [&] {
    return std::vector<std::int16_t>(picture.pixel(0),
                                     picture.pixel(0) + picture.all_places() * picture.items());
  };
  field = {picture.all_places() / picture.stride(),
           picture.stride(),
           picture.items(),
           pixels(),
           picture.targets(),
           {},
           {},
           picture.holes(),
           {},
           {}};
  for (std::int64_t sweep = 0; sweep < sweep_count; ++sweep) {
    search(picture, mixed(seed + static_cast<std::uint32_t>(sweep)), sweep % 2 == 1,
           std::max(picture.stride(), picture.pages()[0].rows), workers);
  }
  for (const std::int32_t target : picture.targets()) {
    field.matches.push_back(picture.matches()[target]);
    field.distances.push_back(picture.distances()[target]);
  }
  field.copies = copied_places(picture, voting, workers);
  vote(picture, voting, workers);
  field.voted = pixels();
  return field;
}

}  // namespace burnish::ops
