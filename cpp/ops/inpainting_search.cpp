#include "ops/inpainting_search.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "base/parallel.hpp"
#include "dispatch/dispatch.hpp"

namespace burnish::ops {
namespace {

// Below so many targets or pixels, handing tiles to a helper takes longer than it helps.
constexpr std::size_t worth_sharing = 256;

int useful(std::size_t count, int workers) { return count < worth_sharing ? 1 : workers; }

// Where patches have their middles within `radius` of some bounds, on each page that has any.
std::vector<kernels::Bounds> bounds_near(const PatchPicture& picture, const kernels::Bounds& of,
                                         std::int32_t radius) {
  std::vector<kernels::Bounds> near;
  for (std::size_t p = 0; p < picture.bounds().size(); ++p) {
    const kernels::Bounds& page = picture.bounds()[p];
    const std::int32_t first = picture.pages()[p].first;
    const kernels::Bounds within{std::max(page.top, first + of.top - radius),
                                 std::min(page.bottom, first + of.bottom + radius),
                                 std::max(page.left, of.left - radius),
                                 std::min(page.right, of.right + radius)};
    if (within.bottom > within.top && within.right > within.left) near.push_back(within);
  }
  return near;
}

std::int64_t places_in(const std::vector<kernels::Bounds>& bounds) {
  std::int64_t places = 0;
  for (const kernels::Bounds& each : bounds) {
    places += std::int64_t{each.bottom - each.top} * (each.right - each.left);
  }
  return places;
}

// Lists the sources among the places number `first`, `first` + `step`, ... in some bounds.
void list_sources(const PatchPicture& picture, const std::vector<kernels::Bounds>& bounds,
                  std::int64_t first, std::int64_t step, std::vector<std::int32_t>& places) {
  places.clear();
  for (const kernels::Bounds& each : bounds) {
    const std::int64_t height = each.bottom - each.top, width = each.right - each.left;
    if (height <= 0 || width <= 0) continue;
    const std::int64_t down = step / width, right = step % width;
    std::int64_t y = first / width, x = first % width;
    while (y < height) {
      const std::int64_t place = (each.top + y) * picture.stride() + each.left + x;
      if (picture.sources()[place] != 0) places.push_back(static_cast<std::int32_t>(place));
      y += down;
      x += right;
      if (x >= width) {
        x -= width;
        ++y;
      }
    }
    first = (y - height) * width + x;
  }
}

// A source drawn at random, near a target unless many tries fail.
std::int32_t any_source(const PatchPicture& picture, std::int32_t target, std::int32_t radius,
                        std::uint32_t bits) {
  constexpr int tries = 1000;
  const std::int32_t row = target / picture.stride(), column = target % picture.stride();
  const std::vector<kernels::Bounds> near =
      bounds_near(picture, {row, row + 1, column, column + 1}, radius);
  for (int i = 0; i < tries && !near.empty(); ++i) {
    bits = mixed(bits + 0x9e3779b9U);
    const kernels::Bounds& page = near[bits % near.size()];
    const std::uint32_t more = mixed(bits);
    const auto y =
        static_cast<std::int32_t>(mixed(more) % static_cast<std::uint32_t>(page.bottom - page.top));
    const auto x =
        static_cast<std::int32_t>(more % static_cast<std::uint32_t>(page.right - page.left));
    const std::int32_t place = (page.top + y) * picture.stride() + page.left + x;
    if (picture.sources()[place] != 0) return place;
  }
  const std::uint8_t* const first = picture.sources();
  const std::uint8_t* const end = first + picture.all_places();
  return static_cast<std::int32_t>(std::find(first, end, std::uint8_t{1}) - first);
}

kernels::VotePatches votes(const PatchPicture& picture, const Voting& voting) {
  kernels::VotePatches args{};
  args.patches = picture.patches();
  args.matches = picture.matches();
  args.distances = picture.distances();
  args.depths = picture.depths();
  args.sharpness = voting.sharpness;
  args.fade = voting.fade;
  return args;
}

// What becomes of some pixels of the hole; none of them must be looked at meanwhile.
void replace(PatchPicture& picture, const std::vector<std::int32_t>& places, const Voting& voting,
             int workers, std::vector<std::int16_t>& values) {
  constexpr std::size_t piece = 512;
  values.resize(places.size() * static_cast<std::size_t>(picture.items()));
  const std::size_t pieces = (places.size() + piece - 1) / piece;
  for_tiles(static_cast<std::int64_t>(pieces), useful(places.size(), workers),
            [&](std::int64_t index) {
              const std::size_t first = static_cast<std::size_t>(index) * piece;
              kernels::VotePatches args = votes(picture, voting);
              args.holes = places.data() + first;
              args.count = static_cast<std::ptrdiff_t>(std::min(piece, places.size() - first));
              args.values = values.data() + first * static_cast<std::size_t>(picture.items());
              active_level().inpainting.vote(args);
            });
}

// The distance of a target of which only some is known, as if the rest were as far from its match.
std::int32_t as_if_known(PatchPicture& picture, std::int32_t target, std::int32_t distance) {
  const std::int32_t side = picture.patch_size(), reach = picture.reach();
  std::int32_t known = 0;
  for (std::int32_t dy = -reach; dy <= reach; ++dy) {
    const std::uint8_t* const weights = picture.weights() + target + dy * picture.stride();
    for (std::int32_t dx = -reach; dx <= reach; ++dx) known += weights[dx] != 0 ? 1 : 0;
  }
  const std::int64_t whole = std::int64_t{distance} * side * side / std::max(known, 1);
  return static_cast<std::int32_t>(std::min<std::int64_t>(whole, kernels::no_target - 1));
}

}  // namespace

std::uint32_t mixed(std::uint32_t x) {
  x ^= x >> 16;
  x *= 0x7feb352dU;
  x ^= x >> 15;
  x *= 0x846ca68bU;
  return x ^ (x >> 16);
}

void start_from_rim(PatchPicture& picture, const Voting& voting, std::uint32_t key,
                    std::int32_t radius, int workers) {
  const std::vector<PatchTile>& tiles = picture.tiles();
  std::vector<std::vector<kernels::Bounds>> near(tiles.size());
  std::int64_t pairs = 0;
  for (std::size_t t = 0; t < tiles.size(); ++t) {
    const std::size_t count = tiles[t].last_hole - tiles[t].first_hole;
    if (count == 0) continue;
    near[t] = bounds_near(picture, tiles[t].bounds, radius);
    pairs += static_cast<std::int64_t>(count) * places_in(near[t]);
  }
  // Of large holes among many sources only some of these are tried: as many patches of 7x7 in
  // colour as take 20 ms. Where sources are rare, more places are looked at, but not without end.
  constexpr double most_numbers = 49 * 4 << 22, rarest = 1.0 / 16;
  const double most_distances =
      most_numbers / static_cast<double>(picture.patch_size() * picture.patch_size() *
                                         picture.items() * (picture.items() == 4 ? 1 : 8));
  const double share = std::max(rarest, static_cast<double>(picture.source_count()) /
                                            static_cast<double>(picture.all_places()));
  const auto step_among = [&](double all) {
    return 1 + static_cast<std::int64_t>(all * share / most_distances);
  };
  const std::int64_t step = step_among(static_cast<double>(pairs));
  const std::int64_t step_anywhere = step_among(static_cast<double>(picture.holes().size()) *
                                                static_cast<double>(picture.all_places()));
  std::int32_t* const tile_of = picture.previous();
  for (std::size_t t = 0; t < tiles.size(); ++t) {
    for (std::size_t i = tiles[t].first_hole; i < tiles[t].last_hole; ++i) {
      tile_of[picture.holes()[i]] = static_cast<std::int32_t>(t);
    }
  }
  const kernels::Bounds& within = picture.bounds()[0];
  for (const std::int32_t hole : picture.holes()) picture.weights()[hole] = 0;
  std::vector<std::int16_t> values;
  std::vector<kernels::Neighbour> found;
  std::vector<std::int32_t> middles;
  for (const std::vector<std::int32_t>& layer : picture.layers()) {
    constexpr std::size_t piece = 4;
    found.resize(layer.size());
    middles.resize(layer.size());
    for_tiles(static_cast<std::int64_t>((layer.size() + piece - 1) / piece),
              useful(layer.size() * 16, workers), [&](std::int64_t index) {
                std::vector<std::int32_t> places;
                const std::size_t first = static_cast<std::size_t>(index) * piece;
                const std::size_t end = std::min(first + piece, layer.size());
                for (std::size_t i = first; i < end; ++i) {
                  const std::int32_t y = layer[i] / picture.stride();
                  const std::int32_t x = layer[i] % picture.stride();
                  middles[i] = std::clamp(y, within.top, within.bottom - 1) * picture.stride() +
                               std::clamp(x, within.left, within.right - 1);
                  const auto& around = near[static_cast<std::size_t>(tile_of[layer[i]])];
                  const std::uint32_t bits = mixed(key + static_cast<std::uint32_t>(middles[i]));
                  const std::int64_t all = std::max<std::int64_t>(places_in(around), 1);
                  list_sources(picture, around, bits % std::min(step, all), step, places);
                  if (places.empty()) {
                    list_sources(picture, picture.bounds(), bits % step_anywhere, step_anywhere,
                                 places);
                  }
                  if (places.empty()) {
                    places.push_back(any_source(picture, middles[i], radius, bits));
                  }
                  kernels::NearestPatch args{};
                  args.patches = picture.patches();
                  args.target = middles[i];
                  args.places = places.data();
                  args.count = static_cast<std::ptrdiff_t>(places.size());
                  found[i] = active_level().inpainting.nearest(args);
                }
              });
    for (std::size_t i = 0; i < layer.size(); ++i) {
      picture.matches()[middles[i]] = found[i].place;
      picture.distances()[middles[i]] = as_if_known(picture, middles[i], found[i].distance);
    }
    replace(picture, layer, voting, workers, values);
    const auto items = static_cast<std::size_t>(picture.items());
    for (std::size_t i = 0; i < layer.size(); ++i) {
      std::memcpy(picture.pixel(layer[i]), values.data() + i * items, items * sizeof values[0]);
      picture.weights()[layer[i]] = 1;
    }
  }
  // Where nothing at all is known there are no layers.
  for (const std::int32_t hole : picture.holes()) picture.weights()[hole] = 1;
  for (const std::int32_t target : picture.targets()) {
    if (picture.matches()[target] >= 0) continue;
    picture.matches()[target] =
        any_source(picture, target, radius, key + static_cast<std::uint32_t>(target));
    picture.distances()[target] = kernels::no_target - 1;
  }
}

void start_from_half(PatchPicture& picture, const PatchPicture& half, std::uint32_t key,
                     std::int32_t radius, int workers) {
  const kernels::Bounds& coarse = half.bounds()[0];
  for_tiles(
      static_cast<std::int64_t>(picture.tiles().size()), useful(picture.targets().size(), workers),
      [&](std::int64_t index) {
        const PatchTile& tile = picture.tiles()[static_cast<std::size_t>(index)];
        for (std::size_t i = tile.first_target; i < tile.last_target; ++i) {
          const std::int32_t target = picture.targets()[i];
          const std::int32_t y = target / picture.stride(), x = target % picture.stride();
          const std::int32_t v = std::clamp(y / 2, coarse.top, coarse.bottom - 1);
          const std::int32_t u = std::clamp(x / 2, coarse.left, coarse.right - 1);
          const std::int32_t match = half.matches()[v * half.stride() + u];
          std::int32_t place = -1;
          if (match >= 0) {
            const Position from = half.position(match);
            const kernels::Bounds& page = picture.bounds()[from.page];
            const std::int32_t row = picture.pages()[from.page].first + 2 * from.row + y - 2 * v;
            const std::int32_t column = 2 * from.column + x - 2 * u;
            place = std::clamp(row, page.top, page.bottom - 1) * picture.stride() +
                    std::clamp(column, page.left, page.right - 1);
            if (picture.sources()[place] == 0) place = -1;
          }
          if (place < 0) {
            place = any_source(picture, target, radius, key + static_cast<std::uint32_t>(target));
          }
          picture.matches()[target] = place;
          picture.distances()[target] =
              match < 0 ? kernels::no_target - 1 : half.distances()[v * half.stride() + u];
        }
      });
}

void search(PatchPicture& picture, std::uint32_t key, bool backward, std::int32_t radius,
            bool anywhere, int workers) {
  std::memcpy(picture.previous(), picture.matches(),
              static_cast<std::size_t>(picture.places()) * sizeof(std::int32_t));
  // References may be too small for a patch.
  std::vector<kernels::Bounds> pages;
  for (const kernels::Bounds& page : picture.bounds()) {
    if (page.bottom > page.top && page.right > page.left) pages.push_back(page);
  }
  for_tiles(static_cast<std::int64_t>(picture.tiles().size()),
            useful(picture.targets().size(), workers), [&](std::int64_t index) {
              const PatchTile& tile = picture.tiles()[static_cast<std::size_t>(index)];
              kernels::SearchPatches args{};
              args.patches = picture.patches();
              args.sources = picture.sources();
              args.pages = pages.data();
              args.page_count = static_cast<std::ptrdiff_t>(pages.size());
              args.tile = tile.bounds;
              args.targets = picture.targets().data() + tile.first_target;
              args.count = static_cast<std::ptrdiff_t>(tile.last_target - tile.first_target);
              args.backward = backward;
              args.matches = picture.matches();
              args.previous = picture.previous();
              args.distances = picture.distances();
              args.key = key;
              args.radius = radius;
              args.anywhere = anywhere;
              active_level().inpainting.search(args);
            });
}

std::int64_t vote(PatchPicture& picture, const Voting& voting, int workers) {
  std::vector<std::int16_t> values;
  const std::vector<std::int32_t>& holes = picture.holes();
  replace(picture, holes, voting, workers, values);
  std::int64_t change = 0;
  const auto items = static_cast<std::size_t>(picture.items());
  for (std::size_t i = 0; i < holes.size(); ++i) {
    std::int16_t* const pixel = picture.pixel(holes[i]);
    const std::int16_t* const value = values.data() + i * items;
    for (std::size_t c = 0; c < items; ++c) change += std::abs(pixel[c] - value[c]);
    std::memcpy(pixel, value, items * sizeof *value);
  }
  return change;
}

std::vector<std::int32_t> copied_places(const PatchPicture& picture, const Voting& voting,
                                        int workers) {
  const std::vector<std::int32_t>& holes = picture.holes();
  std::vector<std::int32_t> copies(holes.size());
  const auto& tiles = picture.tiles();
  for_tiles(static_cast<std::int64_t>(tiles.size()), useful(holes.size(), workers),
            [&](std::int64_t index) {
              const PatchTile& tile = tiles[static_cast<std::size_t>(index)];
              kernels::VotePatches args = votes(picture, voting);
              args.holes = holes.data() + tile.first_hole;
              args.count = static_cast<std::ptrdiff_t>(tile.last_hole - tile.first_hole);
              args.copies = copies.data() + tile.first_hole;
              active_level().inpainting.vote(args);
            });
  return copies;
}

}  // namespace burnish::ops
