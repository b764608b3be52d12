#include "ops/inpainting_patch.hpp"

#include <algorithm>
#include <cmath>

#include "base/parallel.hpp"
#include "ops/inpainting_alignment.hpp"
#include "ops/inpainting_original.hpp"
#include "ops/inpainting_picture.hpp"
#include "ops/inpainting_seam.hpp"
#include "ops/inpainting_search.hpp"

namespace burnish::ops {
namespace {

// All constants below were chosen on 21 holes of 96x96 in scikit-image's photographs, with
// benchmarks/inpainting.py; structure and texture want the same, and few of them matter much.

// Sources this many times as far away as the hole is deep are tried, and `source_margin` at least:
// in large windows, full of holes, those beyond are less alike and cost more than all else.
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
// A reference is aligned with the first page within so many pixels on the coarsest level, and again
// on each finer one. It shows the same scene if patches beside the holes are so much nearer to
// their counterparts than to those of others, or, where all is smooth, differ by so little, in root
// mean squares and parts of the range.
constexpr std::int32_t coarse_shift = 32, fine_shift = 2;
constexpr double nearer = 0.4, little = 0.03;
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

// As many that the coarsest still holds a patch.
std::int64_t levels_within(std::int64_t side, std::int64_t patch_size) {
  std::int64_t count = 1;
  for (; (side + 1) / 2 >= patch_size; side = (side + 1) / 2) ++count;
  return count;
}

// The pictures of one window from the finest to the coarsest, and the way back.
class Pyramid {
 public:
  // `named`: what may be copied was, as a mask or as references.
  Pyramid(Original& original, const PatchInpainting& options, bool named, std::uint32_t key,
          int workers)
      : original_(original), options_(options), named_(named), key_(key), workers_(workers) {
    const auto depth = static_cast<std::int64_t>(original.picture().layers().size());
    const Page& all = original.picture().pages()[0];
    const std::int64_t count = std::min(
        options.num_levels > 0 ? options.num_levels : levels_for(depth, options.patch_size),
        levels_within(std::min(all.rows, all.columns), options.patch_size));
    if (original.picture().pages().size() > 1) {
      build(count);
      find_reference();
    }
    // Beside a hole the texture of a reference that shows the same scene knows of more pixels than
    // the image's: they don't compare.
    if (alignments_.empty()) {
      original.fill_texture(std::int64_t{1} << (count - 1), std::sqrt(texture_weight));
      build(count);
    }
  }

  // `observer` is called with how much is done of the work, a round on a level being a quarter of
  // one on the next finer.
  void fill(const Observer& observer) {
    const std::size_t coarsest = halves_.size();
    for (std::size_t l = 0; l <= coarsest; ++l) all_work_ += rounds_on(l) * work_on(l);
    for (std::size_t l = coarsest + 1; l-- > 0;) {
      PatchPicture& picture = level(l);
      if (l == coarsest) {
        start_from_rim(picture, voting, key_on(l), radius_on(l), workers_);
      } else {
        start_from_half(picture, level(l + 1), key_on(l), radius_on(l), workers_);
      }
      if (!alignments_.empty()) take_counterparts(picture, alignments_[l]);
      if (l < coarsest || !alignments_.empty()) vote(picture, voting, workers_);
      refine(l, observer);
    }
  }

 private:
  void build(std::int64_t count) {
    halves_.clear();
    while (static_cast<std::int64_t>(halves_.size()) + 1 < count) {
      PatchPicture half = level(halves_.size()).halved(workers_);
      half.find_patches(known_weight, workers_);
      const Page& page = half.pages()[0];
      if (half.source_count() < least_sources ||
          half.source_count() * rarest_sources < std::int64_t{page.rows} * page.columns) {
        break;
      }
      halves_.push_back(std::move(half));
    }
  }

  // Aligns the reference that shows the same scene, if one does, the best one if several do. What
  // others show is then left aside.
  void find_reference() {
    const PatchPicture& finest = level(0);
    const double side =
        static_cast<double>(options_.patch_size * known_weight) * little * original_.highest();
    const double small = side * side * static_cast<double>(original_.channels());
    double best = HUGE_VAL;
    for (std::size_t page = 1; page < finest.pages().size(); ++page) {
      std::vector<Alignment> found(halves_.size() + 1);
      // Pictures of one size are taken for the same pixels, others for the same middle.
      const Position corner = original_.corner_in(page);
      const std::size_t coarsest = halves_.size();
      found[coarsest] = {page, corner.row >> coarsest, corner.column >> coarsest};
      found[coarsest] = aligned(level(coarsest), found[coarsest], coarse_shift, workers_);
      for (std::size_t l = coarsest; l-- > 0;) {
        const Alignment guess{page, 2 * found[l + 1].dy, 2 * found[l + 1].dx};
        found[l] = aligned(level(l), guess, fine_shift, workers_);
      }
      const Fit fit = fit_of(finest, found[0]);
      const bool same_scene = fit.own >= 0 && (fit.own < nearer * fit.others || fit.own < small);
      if (!same_scene || fit.own >= best) continue;
      best = fit.own;
      alignments_ = found;
    }
    if (alignments_.empty()) return;
    for (std::size_t page = 1; page < finest.pages().size(); ++page) {
      if (page == alignments_[0].page) continue;
      for (std::size_t l = 0; l <= halves_.size(); ++l) level(l).bar(page);
    }
  }

  // Searches and votes in turn.
  void refine(std::size_t l, const Observer& observer) {
    PatchPicture& picture = level(l);
    for (int round = 0; round < rounds_on(l) && !stopped_; ++round) {
      for (int sweep = 0; sweep < sweeps; ++sweep) {
        const auto number = static_cast<std::uint32_t>(round * sweeps + sweep);
        search(picture, mixed(key_on(l) + number), sweep % 2 == 1, radius_on(l), anywhere(),
               workers_);
      }
      const bool last = l == 0 && round + 1 == rounds_on(l);
      const std::int64_t change = last ? 0 : vote(picture, voting, workers_);
      stopped_ = observer(std::min((done_work_ + (round + 1) * work_on(l)) / all_work_, 1.0));
      if (change < static_cast<std::int64_t>(picture.holes().size()) * least_change) break;
    }
    done_work_ += rounds_on(l) * work_on(l);
  }

  // Whether what was named may be far from the holes.
  bool anywhere() const { return named_ && alignments_.empty(); }
  PatchPicture& level(std::size_t l) { return l == 0 ? original_.picture() : halves_[l - 1]; }

  std::uint32_t key_on(std::size_t l) const {
    return mixed(key_ + static_cast<std::uint32_t>(l) * 0x85ebca6bU);
  }
  int rounds_on(std::size_t l) const {
    if (options_.num_iter > 0) return static_cast<int>(options_.num_iter);
    return l == 0 ? fine_rounds : l + 1 >= halves_.size() ? coarse_rounds : middle_rounds;
  }
  std::int32_t radius_on(std::size_t l) {
    const PatchPicture& finest = original_.picture();
    const auto depth = static_cast<std::int64_t>(finest.layers().size());
    const std::int64_t all = std::max(finest.stride(), finest.bounds().back().bottom);
    const std::int64_t radius =
        anywhere() ? all : std::min(all, std::max(source_margin, search_depths * depth));
    return static_cast<std::int32_t>(std::clamp<std::int64_t>(radius >> l, 1, 0x7fff));
  }
  static double work_on(std::size_t l) { return std::ldexp(1.0, -2 * static_cast<int>(l)); }

  Original& original_;
  const PatchInpainting& options_;
  const bool named_;
  const std::uint32_t key_;
  const int workers_;
  std::vector<PatchPicture> halves_;
  std::vector<Alignment> alignments_;  // on each level, with a reference of the same scene
  double all_work_ = 0, done_work_ = 0;
  bool stopped_ = false;
};

Original original_of(const MutableView& image, const View& mask, const View* allowed,
                     const std::vector<View>& references, const Rectangle& window,
                     std::int64_t patch_size, int workers) {
  std::vector<Part> parts{{read_only(image), window, &mask, allowed}};
  for (const View& reference : references) {
    parts.push_back({reference, {0, reference.shape[0], 0, reference.shape[1]}, nullptr, nullptr});
  }
  return Original(std::move(parts), patch_size, workers);
}

}  // namespace

Filled inpaint_patch(const MutableView& image, const View& mask, const View* allowed,
                     const std::vector<View>& references, const PatchInpainting& options,
                     int workers) {
  const std::uint32_t key = mixed(options.seed);
  const bool named = allowed != nullptr || !references.empty();
  // With references all holes are one window, so that these are gone through but once.
  return fill_holes(
      mask, allowed, !references.empty(), workers, options.observer,
      [&](std::size_t index, const Rectangle& window, const Observer& observe) {
        Original original =
            original_of(image, mask, allowed, references, window, options.patch_size, workers);
        if (!original.finite()) return Filled::not_finite;
        original.picture().find_patches(known_weight, workers);
        if (original.picture().source_count() == 0) return Filled::no_source;
        Pyramid(original, options, named, mixed(key + static_cast<std::uint32_t>(index)), workers)
            .fill(observe);
        PatchPicture& picture = original.picture();
        const std::vector<std::int32_t> copies = copied_places(picture, voting, workers);
        const auto limit = static_cast<float>(most_seam * original.highest());
        original.write(image, copies, seam_correction(picture, copies, limit));
        return Filled::all;
      });
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
           std::max(picture.stride(), picture.pages()[0].rows), picture.pages().size() > 1,
           workers);
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
