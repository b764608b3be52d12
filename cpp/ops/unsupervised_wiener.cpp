#include "ops/unsupervised_wiener.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

#include "base/scratch.hpp"
#include "dispatch/dispatch.hpp"
#include "ops/deconvolution.hpp"
#include "ops/rows.hpp"
#include "ops/spectral.hpp"
#include "ops/spectral_kernel.hpp"
#include "ops/spectral_rows.hpp"

namespace burnish::ops {
namespace {

constexpr std::size_t most_lanes = 16;  // the floats of 64 bytes

// The layout of an array that is written as that of one that is read, or the other way round: what
// asks for both and looks at one.
template <class To, class From>
BasicView<To> with_layout_of(const BasicView<From>& view) {
  return {nullptr, view.dtype, view.ndim, view.shape, view.strides};
}

// Opposite frequencies, k and size - k, add up to nothing.
std::int64_t opposite(std::int64_t frequency, std::int64_t size) {
  return frequency == 0 ? 0 : size - frequency;
}

template <class T>
class Chain final : public WienerChain {
 public:
  Chain(const View& image, const Blur& blur, const Blur& prior, bool keeps_samples, int workers)
      : plan_(blur.axes[0].period, blur.axes[1].period, blur.axes[2].period),
        slot_rows_(plan_.columns()),
        at_(plan_.frequencies()),
        memory_((keeps_samples ? 4 : 3) * Scratch::size_of<T>(plan_.spectrum_size()) +
                Scratch::size_of<T>(plan_.spectrum_size() / 2)),
        data_(memory_.template take<T>(plan_.spectrum_size())),
        blur_(memory_.template take<T>(plan_.spectrum_size())),
        total_(memory_.template take<T>(plan_.spectrum_size())),
        sample_(keeps_samples ? memory_.template take<T>(plan_.spectrum_size()) : nullptr),
        roughness_(memory_.template take<T>(plan_.spectrum_size() / 2)) {
    memory_.provide(workers);
    order_rows();
    load_prior(prior, workers);
    transform_kernel(plan_, blur.axes, blur.kernel.weights.data(), pixels(), blur_, workers);
    load_image(image, blur.geometry, workers);
    for_tiles(all_lines(), workers, [&](std::int64_t i) {
      std::fill_n(total_ + line_at(i).offset, plan_.rows() * items(), T{});
    });
  }

  double unit() const override { return unit_; }
  double variance() const override { return variance_; }

  WienerSums step(const WienerDraw& draw, int workers) override {
    const auto chunks = static_cast<std::int64_t>((leaders_.size() + chunk - 1) / chunk);
    const std::int64_t parts = chunks + (alone_.empty() ? 0 : 1);  // of a line
    // Sums of so many lines; a few slots would be no work for a tile.
    const std::int64_t lines = std::max<std::int64_t>(1, 512 / plan_.rows());
    const std::int64_t tiles = (all_lines() + lines - 1) / lines * parts;
    std::vector<std::array<double, 4>> sums(static_cast<std::size_t>(tiles));
    for_tiles(tiles, workers, [&](std::int64_t tile) {
      Scratch scratch(Scratch::size_of<T>(batch_slots * items()));
      T* const normals = scratch.take<T>(batch_slots * items());
      const std::int64_t first = tile / parts * lines;
      std::array<double, 4> sum{};
      for (std::int64_t i = first; i < std::min(first + lines, all_lines()); ++i) {
        const Line line = line_at(i);
        if (tile % parts < chunks) {
          const auto begin = static_cast<std::size_t>(tile % parts) * chunk;
          sample_pairs(draw, line, begin, std::min(begin + chunk, leaders_.size()), normals, sum);
        } else {
          sample_slots(draw, line, alone_, 0, alone_.size(), true, normals, sum);
        }
      }
      sums[static_cast<std::size_t>(tile)] = sum;
    });
    std::array<double, 4> all{};
    for (const std::array<double, 4>& sum : sums) {
      for (std::size_t i = 0; i < all.size(); ++i) all[i] += sum[i];
    }
    if (draw.counts) ++samples_;
    const auto samples = static_cast<double>(samples_);
    // A transform holds so many times the squares of its pixels.
    return {all[0] / pixels(), all[1] / pixels(), all[2] / (all[3] * samples * samples)};
  }

  void mean(const MutableView& out, int workers) override {
    store(total_, 1 / (pixels() * static_cast<double>(samples_)), out, workers);
  }
  void sample(const MutableView& out, int workers) override {
    store(sample_, 1 / pixels(), out, workers);
  }

 private:
  static constexpr std::size_t chunk = 256;  // pairs of rows to a tile
  static constexpr std::size_t batch = 32;   // pairs whose normals stay in L1
  static constexpr std::int64_t batch_slots = 2 * batch;

  // What the slots of one block of columns in one plane have in common.
  struct Line {
    std::int64_t offset;
    std::array<std::int64_t, most_lanes> column;  // their frequencies
    std::int64_t plane;                           // its frequency
    std::array<std::uint32_t, most_lanes> columns, planes;
    std::array<T, most_lanes> turned, tied, weight;
  };

  static std::int64_t lanes() { return active_table<T>().lanes; }
  static std::int64_t items() { return slot_items<T>(); }
  double pixels() const { return static_cast<double>(plan_.pixels()); }
  std::int64_t all_lines() const { return plan_.planes() * plan_.blocks(); }

  // Rows in the order in which they stand, those first that have an opposite behind each.
  void order_rows() {
    const std::int64_t rows = plan_.rows();
    std::vector<std::int64_t> stands(at_.rows.size());
    for (std::size_t i = 0; i < stands.size(); ++i) {
      stands[static_cast<std::size_t>(at_.rows[i])] = static_cast<std::int64_t>(i);
    }
    for (std::size_t i = 0; i < stands.size(); ++i) {
      const std::int64_t k = at_.rows[i];
      const std::int64_t mirrored = opposite(k, rows);
      if (k == mirrored) {
        alone_.push_back(static_cast<std::uint32_t>(k));
        alone_order_.push_back(static_cast<std::int64_t>(i));
      } else if (k < mirrored) {
        leaders_.push_back(static_cast<std::uint32_t>(k));
        pair_order_.push_back(static_cast<std::int64_t>(i));
        pair_order_.push_back(stands[static_cast<std::size_t>(mirrored)]);
      }
    }
  }

  Line line_at(std::int64_t number) const {
    Line line{};
    const std::int64_t plane = number / plan_.blocks();
    const std::int64_t block = number % plan_.blocks();
    line.offset = plane * plan_.plane_stride() + block * plan_.block_stride();
    line.plane = at_.planes[static_cast<std::size_t>(plane)];
    plan_.count_lanes(block * plan_.block_stride(), line.weight.data());
    const std::int64_t plane_opposite = opposite(line.plane, plan_.planes());
    for (std::int64_t i = 0; i < lanes(); ++i) {
      const auto lane = static_cast<std::size_t>(i);
      const std::int64_t column = block * lanes() + i;
      if (column >= static_cast<std::int64_t>(at_.columns.size())) break;  // zeros all along
      const std::int64_t x = at_.columns[static_cast<std::size_t>(column)];
      const std::int64_t x_opposite = opposite(x, plan_.columns());
      // Where a column is its own opposite, one of two planes, or of two rows, is drawn.
      const bool turned = x == x_opposite ? line.plane > plane_opposite : x > x_opposite;
      line.column[lane] = x;
      line.columns[lane] = static_cast<std::uint32_t>(std::min(x, x_opposite));
      line.planes[lane] = static_cast<std::uint32_t>(turned ? plane_opposite : line.plane);
      line.turned[lane] = turned ? T{1} : T{0};
      line.tied[lane] = x == x_opposite && line.plane == plane_opposite ? T{1} : T{0};
    }
    return line;
  }

  void sample_pairs(const WienerDraw& draw, const Line& line, std::size_t begin, std::size_t end,
                    T* normals, std::array<double, 4>& sum) const {
    for (std::size_t first = begin; first < end; first += batch) {
      sample_slots(draw, line, leaders_, first, std::min(first + batch, end), false, normals, sum);
    }
  }

  void sample_slots(const WienerDraw& draw, const Line& line,
                    const std::vector<std::uint32_t>& rows, std::size_t begin, std::size_t end,
                    bool alone, T* normals, std::array<double, 4>& sum) const {
    const auto count = static_cast<std::ptrdiff_t>(end - begin);
    const std::ptrdiff_t slots = alone ? count : 2 * count;
    const std::int64_t* const order = alone ? &alone_order_[begin] : &pair_order_[2 * begin];
    if (draw.normals == nullptr) {
      active_table<T>().draw_normals(
          {line.columns.data(),
           line.planes.data(),
           line.turned.data(),
           line.tied.data(),
           &rows[begin],
           count,
           static_cast<std::uint32_t>(draw.iteration),
           {static_cast<std::uint32_t>(draw.key), static_cast<std::uint32_t>(draw.key >> 32)},
           alone,
           normals});
    } else {
      take_normals(draw.normals, line, order, slots, normals);
    }
    const double deviation = std::sqrt(pixels() / (2 * draw.noise_precision));
    std::array<T, 4 * most_lanes> sums{};
    active_table<T>().wiener_sample(
        {data_ + line.offset, blur_ + line.offset, roughness_ + line.offset / 2, normals,
         draw.counts ? total_ + line.offset : nullptr,
         sample_ == nullptr ? nullptr : sample_ + line.offset, order, slots,
         static_cast<T>(draw.prior_precision / draw.noise_precision), static_cast<T>(deviation),
         least, draw.compares ? static_cast<T>(samples_) : T{0}, sums.data()});
    for (std::int64_t k = 0; k < lanes(); ++k) {
      const auto lane = static_cast<std::size_t>(k);
      const auto of = [&](std::int64_t number) {
        return static_cast<double>(sums[static_cast<std::size_t>(number * lanes() + k)]);
      };
      const auto weight = static_cast<double>(line.weight[lane]);
      sum[0] += weight * of(0);
      sum[1] += weight * of(1);
      sum[2] += of(2);
      sum[3] += of(3);
    }
  }

  void take_normals(const double* given, const Line& line, const std::int64_t* order,
                    std::ptrdiff_t slots, T* normals) const {
    const std::int64_t columns = plan_.columns() / 2 + 1;
    const std::int64_t frequencies = plan_.planes() * plan_.rows() * columns;
    for (std::ptrdiff_t i = 0; i < slots; ++i) {
      const std::int64_t row = at_.rows[static_cast<std::size_t>(order[i])];
      for (std::int64_t k = 0; k < lanes(); ++k) {
        const std::int64_t x = line.column[static_cast<std::size_t>(k)];
        const bool turned = x >= columns;
        const std::int64_t z = turned ? opposite(line.plane, plan_.planes()) : line.plane;
        const std::int64_t y = turned ? opposite(row, plan_.rows()) : row;
        const std::int64_t at =
            (z * plan_.rows() + y) * columns + (turned ? opposite(x, plan_.columns()) : x);
        const double im = given[frequencies + at];
        normals[i * items() + k] = static_cast<T>(given[at]);
        normals[i * items() + lanes() + k] = static_cast<T>(turned ? -im : im);
      }
    }
  }

  // power[j] = |spectrum[j]|^2 along all lines; `power` may be null. Returns what pixels of that
  // spectrum have in squares.
  double take_power(const T* spectrum, T* power, int workers) const {
    std::vector<double> sums(static_cast<std::size_t>(all_lines()));
    for_tiles(all_lines(), workers, [&](std::int64_t i) {
      const Line line = line_at(i);
      constexpr std::int64_t slots = 256;
      Scratch scratch(Scratch::size_of<T>(slots * lanes()));
      T* const unwanted = scratch.take<T>(slots * lanes());
      for (std::int64_t row = 0; row < plan_.rows(); row += slots) {
        std::array<T, most_lanes> sum{};
        const std::int64_t at = line.offset + row * items();
        active_table<T>().slot_power(
            {spectrum + at, static_cast<std::ptrdiff_t>(std::min(slots, plan_.rows() - row)),
             power == nullptr ? unwanted : power + at / 2, sum.data()});
        for (std::size_t lane = 0; lane < most_lanes; ++lane) {
          const auto weight = static_cast<double>(line.weight[lane]);
          sums[static_cast<std::size_t>(i)] += weight * static_cast<double>(sum[lane]);
        }
      }
    });
    double all = 0;
    for (const double sum : sums) all += sum;
    return all / pixels();
  }

  void load_prior(const Blur& prior, int workers) {
    transform_kernel(plan_, prior.axes, prior.kernel.weights.data(), pixels(), data_, workers);
    take_power(data_, roughness_, workers);
  }

  void load_image(const View& image, const Geometry& g, int workers) {
    const InputRows<T> in(image, g, 0);
    const T most = largest_in(in, g, 0, workers);
    if (!std::isfinite(most)) throw NotFinite();
    unit_ = most > 0 ? static_cast<double>(unit_of(most)) : 0;
    const T scale = most > 0 ? 1 / unit_of(most) : T{1};

    plan_.over_pixels(data_, Pixels::written, plan_.all(), workers,
                      [&](std::int64_t z, std::int64_t y, T* slots) {
                        slot_rows_.load(in, 0, slot_rows_.window(g, z, y), slots);
                        active_table<T>().scale_row({slots, plan_.pixel_items(), scale});
                      });
    plan_.forward(data_, workers);
    // The mean stands first.
    const T mean = data_[0];
    data_[0] = 0;
    variance_ = take_power(data_, nullptr, workers) / pixels();
    data_[0] = mean;
    if (!std::isfinite(mean) || !std::isfinite(variance_)) throw NotFinite();
  }

  void store(T* spectrum, double factor, const MutableView& out, int workers) const {
    std::vector<Taps> axes;
    for (int axis = 0; axis < out.ndim; ++axis) axes.push_back({axis, 2, 0, Border::wrap});
    const Geometry g = make_planar_geometry(with_layout_of<const std::byte>(out), out, axes);
    const OutputRows<T> result(out, g);
    plan_.inverse(spectrum, workers);
    plan_.over_pixels(
        spectrum, Pixels::read, plan_.all(), workers,
        [&](std::int64_t z, std::int64_t y, T* slots) {
          // Both at once might be too small a number.
          active_table<T>().scale_row({slots, plan_.pixel_items(), static_cast<T>(factor)});
          active_table<T>().scale_row({slots, plan_.pixel_items(), static_cast<T>(unit_)});
          slot_rows_.store(slots, 0, result, 0, slot_rows_.window(g, z, y), 0);
        });
  }

  // Of |blur|^2 and of the roughness: what is less is rounding's.
  static constexpr T least =
      16 * std::numeric_limits<T>::epsilon() * std::numeric_limits<T>::epsilon();

  SpectralPlan<T> plan_;
  SlotRows<T> slot_rows_;
  Frequencies at_;
  std::vector<std::uint32_t> leaders_, alone_;  // rows
  std::vector<std::int64_t> pair_order_, alone_order_;
  Scratch memory_;
  T* data_;
  T* blur_;
  T* total_;
  T* sample_;
  T* roughness_;
  double unit_ = 0;
  double variance_ = 0;
  std::int64_t samples_ = 0;
};

}  // namespace

std::unique_ptr<WienerChain> wiener_chain(const View& image, const std::vector<Taps>& taps,
                                          const double* weights, const std::vector<Taps>& prior,
                                          const double* prior_weights, bool keeps_samples,
                                          int workers) {
  const auto out = with_layout_of<std::byte>(image);
  const Blur blur = make_blur(image, out, taps, weights, Outside::wrap);
  const Blur rough = make_blur(image, out, prior, prior_weights, Outside::wrap);
  try {
    if (computed_in_double(image.dtype)) {
      return std::make_unique<Chain<double>>(image, blur, rough, keeps_samples, workers);
    }
    return std::make_unique<Chain<float>>(image, blur, rough, keeps_samples, workers);
  } catch (const NotFinite&) {
    return nullptr;
  }
}

}  // namespace burnish::ops
