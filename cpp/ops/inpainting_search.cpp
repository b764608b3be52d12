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

// A source drawn at random: none of many tries fails where one place in a hundred is one.
std::int32_t any_source(const PatchPicture& picture, std::uint32_t bits) {
  constexpr int tries = 1000;
  const auto& bounds = picture.bounds();
  for (int i = 0; i < tries; ++i) {
    bits = mixed(bits + 0x9e3779b9U);
    const kernels::Bounds& page = bounds[bits % bounds.size()];
    if (page.bottom <= page.top || page.right <= page.left) continue;
    const std::uint32_t more = mixed(bits);
    const auto y = static_cast<std::int32_t>(bits / bounds.size() %
                                             static_cast<std::uint32_t>(page.bottom - page.top));
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

}  // namespace

std::uint32_t mixed(std::uint32_t x) {
  x ^= x >> 16;
  x *= 0x7feb352dU;
  x ^= x >> 15;
  x *= 0x846ca68bU;
  return x ^ (x >> 16);
}

void start_from_rim(PatchPicture& picture, const Voting& voting, std::uint32_t key, int workers) {
  // Of large holes among many sources only some of these are tried.
  constexpr std::size_t most_distances = 1 << 22;
  const std::vector<std::int32_t> sources = picture.source_places();
  const std::size_t pairs = picture.holes().size() * sources.size();
  const std::size_t step = 1 + pairs / most_distances;
  const kernels::Bounds& within = picture.bounds()[0];
  const std::int32_t side = picture.patch_size(), reach = picture.reach();
  for (const std::int32_t hole : picture.holes()) picture.weights()[hole] = 0;
  std::vector<std::int16_t> values;
  std::vector<kernels::Neighbour> found;
  for (const std::vector<std::int32_t>& layer : picture.layers()) {
    found.resize(layer.size());
    std::vector<std::int32_t> middles(layer.size());
    for_tiles(static_cast<std::int64_t>(layer.size()), useful(layer.size() * 32, workers),
              [&](std::int64_t index) {
                const auto i = static_cast<std::size_t>(index);
                const std::int32_t y = layer[i] / picture.stride(), x = layer[i] % picture.stride();
                const std::int32_t middle =
                    std::clamp(y, within.top, within.bottom - 1) * picture.stride() +
                    std::clamp(x, within.left, within.right - 1);
                middles[i] = middle;
                kernels::NearestPatch args{};
                args.patches = picture.patches();
                args.target = middle;
                args.places = sources.data();
                args.first =
                    static_cast<std::ptrdiff_t>(mixed(key + static_cast<std::uint32_t>(middle)) %
                                                std::min(step, sources.size()));
                args.step = static_cast<std::ptrdiff_t>(step);
                args.count = static_cast<std::ptrdiff_t>(sources.size());
                found[i] = active_level().inpainting.nearest(args);
              });
    for (std::size_t i = 0; i < layer.size(); ++i) {
      // As if all of the patch were known, on average.
      std::int32_t known = 0;
      for (std::int32_t dy = -reach; dy <= reach; ++dy) {
        const std::uint8_t* weights = picture.weights() + middles[i] + dy * picture.stride();
        for (std::int32_t dx = -reach; dx <= reach; ++dx) known += weights[dx] != 0 ? 1 : 0;
      }
      const std::int64_t whole = std::int64_t{found[i].distance} * side * side / std::max(known, 1);
      picture.matches()[middles[i]] = found[i].place;
      picture.distances()[middles[i]] =
          static_cast<std::int32_t>(std::min<std::int64_t>(whole, kernels::no_target - 1));
    }
    replace(picture, layer, voting, workers, values);
    const auto items = static_cast<std::size_t>(picture.items());
    for (std::size_t i = 0; i < layer.size(); ++i) {
      std::memcpy(picture.pixel(layer[i]), values.data() + i * items, items * sizeof values[0]);
      picture.weights()[layer[i]] = 1;
    }
  }
  for (const std::int32_t target : picture.targets()) {
    if (picture.matches()[target] >= 0) continue;
    picture.matches()[target] = any_source(picture, key + static_cast<std::uint32_t>(target));
    picture.distances()[target] = kernels::no_target - 1;
  }
}

void start_from_half(PatchPicture& picture, const PatchPicture& half, std::uint32_t key,
                     int workers) {
  const kernels::Bounds& coarse = half.bounds()[0];
  for_tiles(static_cast<std::int64_t>(picture.tiles().size()),
            useful(picture.targets().size(), workers), [&](std::int64_t index) {
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
                  const std::int32_t row =
                      picture.pages()[from.page].first + 2 * from.row + y - 2 * v;
                  const std::int32_t column = 2 * from.column + x - 2 * u;
                  place = std::clamp(row, page.top, page.bottom - 1) * picture.stride() +
                          std::clamp(column, page.left, page.right - 1);
                  if (picture.sources()[place] == 0) place = -1;
                }
                if (place < 0)
                  place = any_source(picture, key + static_cast<std::uint32_t>(target));
                picture.matches()[target] = place;
                picture.distances()[target] =
                    match < 0 ? kernels::no_target - 1 : half.distances()[v * half.stride() + u];
              }
            });
}

void search(PatchPicture& picture, std::uint32_t key, bool backward, std::int32_t radius,
            int workers) {
  std::memcpy(picture.previous(), picture.matches(),
              static_cast<std::size_t>(picture.places()) * sizeof(std::int32_t));
  for_tiles(static_cast<std::int64_t>(picture.tiles().size()),
            useful(picture.targets().size(), workers), [&](std::int64_t index) {
              const PatchTile& tile = picture.tiles()[static_cast<std::size_t>(index)];
              kernels::SearchPatches args{};
              args.patches = picture.patches();
              args.sources = picture.sources();
              args.pages = picture.bounds().data();
              args.page_count = static_cast<std::ptrdiff_t>(picture.bounds().size());
              args.tile = tile.bounds;
              args.targets = picture.targets().data() + tile.first_target;
              args.count = static_cast<std::ptrdiff_t>(tile.last_target - tile.first_target);
              args.backward = backward;
              args.matches = picture.matches();
              args.previous = picture.previous();
              args.distances = picture.distances();
              args.key = key;
              args.radius = radius;
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
