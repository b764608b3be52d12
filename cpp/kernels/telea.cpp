// Holes filled with weighted means of what is known around each pixel. The same bits at every
// level: sums are kept for as many lanes at each, and added up in one order.
#include "kernels/lanes.hpp"
#include "kernels/level.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

constexpr int vectors = static_cast<int>(telea_block / lanes<double>);
using Numbers = Vector<double>;

constexpr double infinity = __builtin_huge_val();

// What has no part in the direction of the march counts so little, but counts: where the march
// meets itself there may be nothing else.
constexpr double least_along = 1e-6;

double added(const Numbers* sums) {
  double lane[telea_block];
  for (int k = 0; k < vectors; ++k) store(lane + k * lanes<double>, sums[k]);
  double sum = lane[0];
  for (std::ptrdiff_t i = 1; i < telea_block; ++i) sum += lane[i];
  return sum;
}
double least(const Numbers* values) {
  double lane[telea_block];
  for (int k = 0; k < vectors; ++k) store(lane + k * lanes<double>, values[k]);
  double found = lane[0];
  for (std::ptrdiff_t i = 1; i < telea_block; ++i) found = lane[i] < found ? lane[i] : found;
  return found;
}

// Half the difference of the neighbours, all of it on one side where only one is there.
double slope(double before, double here, double after) {
  if (before == infinity) return after == infinity ? 0 : after - here;
  return after == infinity ? here - before : (after - before) / 2;
}

class Telea {
 public:
  explicit Telea(const FillTelea& args) : a(args) {}

  void fill(std::ptrdiff_t place) {
    set_rows(place);
    const double sum = set_weights(place);
    for (std::ptrdiff_t c = 0; c < a.channels; ++c) {
      double* const values = a.planes + 3 * c * a.pitch;
      values[place] = mean(values, sum);
    }
    a.known_distances[place] = a.distances[place];
    set_differences(place);
  }

 private:
  void set_rows(std::ptrdiff_t place) {
    std::int32_t rows[2 * largest_telea_radius + 1];
    std::int32_t* const middle = rows + a.disc.radius;
    middle[0] = static_cast<std::int32_t>(place);
    for (std::ptrdiff_t i = 1; i <= a.disc.radius; ++i) {
      middle[-i] = a.up[middle[1 - i]];
      middle[i] = a.down[middle[i - 1]];
    }
    for (std::ptrdiff_t b = 0; b < a.disc.count; ++b) {
      a.firsts[b] = rows[a.disc.blocks[b].row] + a.disc.blocks[b].first;
    }
  }

  // Their sum. Each is the part of the direction that lies along the march, times the nearness of
  // the pixel and that of its distance from the rim.
  double set_weights(std::ptrdiff_t place) {
    const double* const t = a.distances;
    const double here = t[place];
    const double down = slope(t[a.up[place]], here, t[a.down[place]]);
    const double right = slope(t[place - 1], here, t[place + 1]);
    const Numbers none{}, one = none + 1.0, little = none + least_along;
    Numbers sums[vectors];
    for (Numbers& sum : sums) sum = none;
    for (std::ptrdiff_t b = 0; b < a.disc.count; ++b) {
      const double* const known = a.known_distances + a.firsts[b];
      const double row = static_cast<double>(a.disc.blocks[b].row - a.disc.radius);
      double* const weights = a.weights + 3 * telea_block * b;
      unroll<0, vectors>([&](auto k) BURNISH_INLINED {
        const std::ptrdiff_t shift = k.value * lanes<double>;
        const std::ptrdiff_t i = b * telea_block + shift;
        const Numbers along =
            load(a.disc.unit_downs + i) * down + load(a.disc.unit_rights + i) * right;
        const Numbers farther = load(known + shift) - (none + here);
        const Numbers weight =
            quotient(larger_of(larger_of(along, -along), little) * load(a.disc.nearness + i),
                     larger_of(farther, -farther) + one);
        add(sums[k.value], weight);
        store(weights + shift, weight);
        store(weights + telea_block + shift, weight * row);
        store(weights + 2 * telea_block + shift, weight * load(a.disc.columns + i));
      });
    }
    return added(sums);
  }

  // Of what each known pixel and its differences make of the one in the middle, within the range of
  // the known ones.
  double mean(const double* values, double sum) const {
    const Numbers none{};
    Numbers sums[vectors], lowest[vectors], highest[vectors];
    for (int k = 0; k < vectors; ++k) {
      sums[k] = none;
      lowest[k] = none + infinity;
      highest[k] = none + infinity;  // of the values' negatives
    }
    for (std::ptrdiff_t b = 0; b < a.disc.count; ++b) {
      const double* const value = values + a.firsts[b];
      const double* const weights = a.weights + 3 * telea_block * b;
      unroll<0, vectors>([&](auto k) BURNISH_INLINED {
        const std::ptrdiff_t shift = k.value * lanes<double>;
        const Numbers each = load(value + shift), weight = load(weights + shift);
        add(sums[k.value],
            weight * each -
                (load(weights + telea_block + shift) * load(value + a.pitch + shift) +
                 load(weights + 2 * telea_block + shift) * load(value + 2 * a.pitch + shift)));
        lowest[k.value] = smaller_of(lowest[k.value], where_positive(weight, each, infinity));
        highest[k.value] = smaller_of(highest[k.value], where_positive(weight, -each, infinity));
      });
    }
    const double result = added(sums) / sum, low = least(lowest), high = -least(highest);
    return result < low ? low : high < result ? high : result;
  }

  // Of the pixel that has become known, and of those beside it.
  void set_differences(std::ptrdiff_t place) {
    const std::ptrdiff_t up = a.up[place], down = a.down[place];
    set_difference(1, up, a.up[up], place);
    set_difference(1, place, up, down);
    set_difference(1, down, place, a.down[down]);
    set_difference(2, place - 1, place - 2, place);
    set_difference(2, place, place - 1, place + 1);
    set_difference(2, place + 1, place, place + 2);
  }
  void set_difference(std::ptrdiff_t plane, std::ptrdiff_t place, std::ptrdiff_t before,
                      std::ptrdiff_t after) {
    if (a.known_distances[before] == infinity || a.known_distances[after] == infinity) return;
    for (std::ptrdiff_t c = 0; c < a.channels; ++c) {
      double* const values = a.planes + 3 * c * a.pitch;
      values[plane * a.pitch + place] = (values[after] - values[before]) / 2;
    }
  }

  const FillTelea a;
};

}  // namespace

void fill_telea(const FillTelea& args) {
  Telea telea(args);
  for (std::ptrdiff_t i = 0; i < args.count; ++i) telea.fill(args.places[i]);
}

}  // namespace burnish::kernels::BURNISH_LEVEL
