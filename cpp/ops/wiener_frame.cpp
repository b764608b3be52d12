#include "ops/wiener_frame.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/parallel.hpp"
#include "dispatch/dispatch.hpp"

namespace burnish::ops {
namespace {

// Until the residual is so small a part of the bridge's that a photograph's PSNR no longer changes
// by 0.1 dB, within 16 pixels of the edges neither; and no more steps than that. With balances from
// cross-validation it takes 16 to 30 steps where there is 2 % of noise, 50 to 100 at 0.5 %.
constexpr double tolerance = 5e-3;
constexpr int most_steps = 100;
// Enough to choose the balance by: 25 steps gain 0.002 dB on average.
constexpr int first_steps = 8;

constexpr std::int64_t chunk = 1 << 15;  // items, a multiple of all numbers of lanes

}  // namespace

template <class T>
Surroundings<T>::Surroundings(const SpectralPlan<T>& plan, const Geometry& geometry)
    : blocks_{plan.planes(), plan.rows(), active_table<T>().lanes} {
  const std::ptrdiff_t items = slot_items<T>();
  const std::int64_t columns = geometry.columns.size;
  const std::int64_t half = (plan.columns() + 1) / 2;
  for (std::int64_t z = 0; z < plan.planes(); ++z) {
    for (std::int64_t y = 0; y < plan.rows(); y += blocks_.lanes) {
      const std::int64_t existing = std::min(blocks_.lanes, plan.rows() - y);
      const std::int64_t inside =
          z < geometry.planes.size ? std::clamp<std::int64_t>(geometry.rows.size - y, 0, existing)
                                   : 0;
      Part part{find_mask(inside, existing, plan, columns), 0, plan.pixel_items(), size_};
      if (inside == existing) {
        // Of the two columns in a slot the second one leaves the image first.
        part.begin = static_cast<std::ptrdiff_t>(std::max<std::int64_t>(columns - half, 0)) * items;
        part.count = columns < plan.columns() ? plan.pixel_items() - part.begin : 0;
      }
      size_ += part.count;
      parts_.push_back(part);
    }
  }
}

template <class T>
std::size_t Surroundings<T>::find_mask(std::int64_t inside, std::int64_t existing,
                                       const SpectralPlan<T>& plan, std::int64_t columns) {
  const auto same = [&](const Mask& mask) {
    return mask.inside == inside && mask.existing == existing;
  };
  const auto found = std::find_if(masks_.begin(), masks_.end(), same);
  if (found != masks_.end()) return static_cast<std::size_t>(found - masks_.begin());
  Mask mask{inside, existing, {}};
  const std::int64_t half = (plan.columns() + 1) / 2;
  for (std::int64_t j = 0; j < half; ++j) {
    for (const std::int64_t column : {j, j + half}) {
      for (std::int64_t lane = 0; lane < blocks_.lanes; ++lane) {
        const bool exists = column < plan.columns() && lane < existing;
        mask.items.push_back(exists && (column >= columns || lane >= inside) ? T{1} : T{0});
      }
    }
  }
  masks_.push_back(std::move(mask));
  return masks_.size() - 1;
}

template <class T>
WienerFrame<T>::WienerFrame(const SpectralPlan<T>& plan, const WienerFilter<T>& filter,
                            const Geometry& geometry, const InputRows<T>& in,
                            const OutputRows<T>& out, T* spectrum, int workers)
    : plan_(plan),
      filter_(filter),
      g_(geometry),
      in_(in),
      out_(out),
      slot_rows_(plan.columns()),
      around_(plan, geometry),
      spectrum_(spectrum),
      workers_(workers),
      memory_(Scratch::size_of<T>(plan.spectrum_size() / 2) +
              4 * Scratch::size_of<T>(around_.size())),
      losses_(memory_.template take<T>(plan.spectrum_size() / 2)),
      estimate_(memory_.template take<T>(around_.size())),
      residual_(memory_.template take<T>(around_.size())),
      direction_(memory_.template take<T>(around_.size())),
      image_(memory_.template take<T>(around_.size())) {
  memory_.provide(workers);
}

template <class T>
void WienerFrame<T>::run(BatchOffset batch, T unit, const T* balance) {
  const T scale = 1 / unit;
  begin(batch.in, scale);
  T chosen = balance != nullptr ? *balance : filter_.best_balance(spectrum_);
  double power = begin_descent(chosen, balance == nullptr);
  // Rounding leaves about that much.
  const double rounding = 8 * static_cast<double>(std::numeric_limits<T>::epsilon());
  const double enough = std::max(power * tolerance * tolerance,
                                 rounding * rounding * static_cast<double>(around_.size()));
  if (balance == nullptr) {
    descend(power, enough, first_steps);
    compose(batch.in, scale);
    chosen = filter_.best_balance(spectrum_);
    power = begin_descent(chosen, true);
  }
  descend(power, enough, most_steps);
  compose(batch.in, scale);
  filter_.apply(spectrum_, chosen, false);
  const T factor = filter_.unit_after(unit);
  plan_.over_pixels(spectrum_, Pixels::read, {{0, g_.planes.size}, {0, g_.rows.size}}, workers_,
                    [&](std::int64_t z, std::int64_t y, T* slots) {
                      plan_.demand_finite(slots);
                      active_table<T>().scale_row({slots, plan_.pixel_items(), factor});
                      slot_rows_.store(slots, 0, out_, batch.out, slot_rows_.window(g_, z, y), 0);
                    });
}

template <class T>
void WienerFrame<T>::begin(std::int64_t batch, T scale) {
  over_blocks(Pixels::written, [&](std::int64_t z, std::int64_t y, const Part& part, T* slots) {
    bridge(batch, z, y, slots);
    active_table<T>().scale_row({slots, plan_.pixel_items(), scale});
    std::copy_n(slots + part.begin, part.count, estimate_ + part.offset);
  });
}

template <class T>
void WienerFrame<T>::compose(std::int64_t batch, T scale) {
  over_blocks(Pixels::written, [&](std::int64_t z, std::int64_t y, const Part& part, T* slots) {
    if (part.count < plan_.pixel_items()) {
      slot_rows_.load(in_, batch, slot_rows_.window(g_, z, y), slots);
      active_table<T>().scale_row({slots, plan_.pixel_items(), scale});
    }
    std::copy_n(estimate_ + part.offset, part.count, slots + part.begin);
  });
}

// Straight from the last pixel of a row to its first one, then from the last row to the first one.
template <class T>
void WienerFrame<T>::bridged_row(std::int64_t batch, std::int64_t z, std::int64_t y, T* row) const {
  const bool beyond_planes = z >= g_.planes.size;
  if (beyond_planes || y >= g_.rows.size) {
    const std::int64_t last = (beyond_planes ? g_.planes : g_.rows).size - 1;
    const std::int64_t place = (beyond_planes ? z : y) - last;
    const std::int64_t period = beyond_planes ? plan_.planes() : plan_.rows();
    Scratch scratch(2 * Scratch::size_of<T>(plan_.columns()));
    T* const from = scratch.take<T>(plan_.columns());
    T* const to = scratch.take<T>(plan_.columns());
    bridged_row(batch, beyond_planes ? last : z, beyond_planes ? y : last, from);
    bridged_row(batch, beyond_planes ? 0 : z, beyond_planes ? y : 0, to);
    const T share = static_cast<T>(place) / static_cast<T>(period - last);
    active_table<T>().wiener_blend(
        {from, to, share, row, static_cast<std::ptrdiff_t>(plan_.columns())});
    return;
  }
  const std::int64_t size = g_.columns.size;
  const Window line{{z, z + 1}, {y, y + 1}, {0, size}};
  Scratch scratch(Scratch::size_of<T>(in_.buffer_size(line, 0)));
  const T* pixels = nullptr;
  in_.gather(batch, line, 0, scratch.take<T>(in_.buffer_size(line, 0)), &pixels);
  std::copy_n(pixels, size, row);
  const T last = row[size - 1];
  const T whole = static_cast<T>(plan_.columns() - size + 1);
  for (std::int64_t x = size; x < plan_.columns(); ++x) {
    row[x] = last + static_cast<T>(x - size + 1) / whole * (row[0] - last);
  }
}

template <class T>
void WienerFrame<T>::bridge(std::int64_t batch, std::int64_t z, std::int64_t y, T* slots) const {
  const std::int64_t length = plan_.columns();
  Scratch scratch(Scratch::size_of<const T*>(lanes()) + Scratch::size_of<T>(lanes() * length));
  const T** const rows = scratch.take<const T*>(lanes());
  T* const buffer = scratch.take<T>(lanes() * length);
  for (std::int64_t i = 0; i < lanes(); ++i) {
    T* const row = buffer + i * length;
    rows[i] = row;
    if (y + i < plan_.rows()) {
      bridged_row(batch, z, y + i, row);
    } else {
      std::fill_n(row, length, T{});
    }
  }
  slot_rows_.load(rows, length, slots);
}

template <class T>
double WienerFrame<T>::begin_descent(T balance, bool transformed) {
  std::vector<T> sums = around_.blocks().template values<T>();
  filter_.begin_losses(spectrum_, balance, transformed, losses_);
  over_blocks(Pixels::read, [&](std::int64_t z, std::int64_t y, const Part& part, T* slots) {
    T* const residual = residual_ + part.offset;
    sums[around_.blocks().place(z, y)] = active_table<T>().wiener_masked(
        {slots + part.begin, around_.mask(part), T{-1}, residual, residual, part.count});
    std::fill_n(direction_ + part.offset, part.count, T{});
  });
  return sum_of(sums);
}

template <class T>
void WienerFrame<T>::descend(double power, double enough, int steps) {
  std::vector<T> sums = around_.blocks().template values<T>();
  std::vector<T> chunk_sums(static_cast<std::size_t>((around_.size() + chunk - 1) / chunk));
  T keep = 0;
  for (int i = 0; i < steps && !(power <= enough); ++i) {
    if (!std::isfinite(power)) throw NotFinite();
    over_blocks(Pixels::written, [&](std::int64_t, std::int64_t, const Part& part, T* slots) {
      std::fill_n(slots, part.begin, T{});
      std::fill_n(slots + part.begin + part.count, plan_.pixel_items() - part.begin - part.count,
                  T{});
      active_table<T>().wiener_turn({direction_ + part.offset, residual_ + part.offset, keep,
                                     slots + part.begin, part.count});
    });
    filter_.lose(spectrum_, losses_);
    over_blocks(Pixels::read, [&](std::int64_t z, std::int64_t y, const Part& part, T* slots) {
      sums[around_.blocks().place(z, y)] = active_table<T>().wiener_masked(
          {slots + part.begin, around_.mask(part), T{1}, image_ + part.offset,
           direction_ + part.offset, part.count});
    });
    const double curvature = sum_of(sums);
    if (!(curvature > 0)) break;
    const T step = static_cast<T>(power / curvature);
    for_tiles(static_cast<std::int64_t>(chunk_sums.size()), workers_, [&](std::int64_t tile) {
      const std::int64_t at = tile * chunk;
      chunk_sums[static_cast<std::size_t>(tile)] = active_table<T>().wiener_step(
          {estimate_ + at, residual_ + at, direction_ + at, image_ + at, step,
           static_cast<std::ptrdiff_t>(std::min(chunk, around_.size() - at))});
    });
    const double left = sum_of(chunk_sums);
    keep = static_cast<T>(left / power);
    power = left;
  }
}

template <class T>
double WienerFrame<T>::sum_of(const std::vector<T>& partial) const {
  double sum = 0;
  for (const T each : partial) sum += static_cast<double>(each);
  return sum;
}

template <class T>
template <class Step>
void WienerFrame<T>::over_blocks(Pixels kind, const Step& step) const {
  plan_.over_pixels(spectrum_, kind, plan_.all(), workers_,
                    [&](std::int64_t z, std::int64_t y, T* slots) {
                      step(z, y, around_.part(around_.blocks().place(z, y)), slots);
                    });
}

template class Surroundings<float>;
template class Surroundings<double>;
template class WienerFrame<float>;
template class WienerFrame<double>;

}  // namespace burnish::ops
