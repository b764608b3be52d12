// The spectral engine: periodic real images of one to three axes and their spectra.
//
// A method is told in two kinds of steps, which alternate: something is done to the pixels, between
// the transforms back and forth of their rows; and something to the frequencies, between the
// transforms forth and back of the outermost axis. No step reorders a spectrum: its frequencies
// stand where the transforms leave them, and whatever is multiplied with it must have gone through
// the same plan.
//
// Pixels are handed out in blocks of as many rows as a vector has lanes, turned so that one slot
// holds the columns j and j + columns / 2 of all rows (spectral_transform.hpp). A spectrum is
// stored by plane, and in it by blocks of as many columns as a vector has lanes, each row of a
// block one slot: both kinds of steps then go through memory in order.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/parallel.hpp"
#include "base/scratch.hpp"
#include "ops/mirror.hpp"
#include "ops/rows.hpp"
#include "ops/spectral_transform.hpp"

namespace burnish::ops {

// What was transformed holds NaN or infinity, or overflowed on the way.
struct NotFinite {};

// What a step over pixels takes from the spectrum, and whether it goes back there.
enum class Pixels { written, read, changed, between };

// Which pixels a step is about.
struct Volume {
  Span planes;
  Span rows;
};

// Which frequency stands in each plane, row and column of a spectrum.
struct Frequencies {
  std::vector<std::int64_t> planes, rows, columns;
};

template <class T>
class SpectralPlan {
 public:
  // Periods; those of axes that do not exist are 1.
  SpectralPlan(std::int64_t planes, std::int64_t rows, std::int64_t columns);

  std::int64_t planes() const { return z_->size(); }
  std::int64_t rows() const { return y_->size(); }
  std::int64_t columns() const { return x_->size(); }
  std::int64_t pixels() const { return planes() * rows() * columns(); }
  bool is_volume() const { return planes() > 1; }
  Volume all() const { return {{0, planes()}, {0, rows()}}; }

  // Items of a spectrum, and of a block of rows. A spectrum is aligned to a line of the cache.
  std::int64_t spectrum_size() const { return planes() * plane_stride_; }
  std::int64_t block_size() const { return blocks_ * lanes_ * items_; }
  // Of a block, so many hold pixels.
  std::ptrdiff_t pixel_items() const { return static_cast<std::ptrdiff_t>(x_->half()) * items_; }

  // A spectrum has so many blocks of columns in each plane, each of rows() slots, one after
  // another; and so many items from one block or plane to the next.
  std::int64_t blocks() const { return blocks_; }
  std::ptrdiff_t block_stride() const { return block_stride_; }
  std::ptrdiff_t plane_stride() const { return plane_stride_; }
  // Columns beyond those are filled with zeros, up to whole blocks. A column's frequency above
  // columns() / 2 stands for the conjugates of what is found at the opposite one.
  Frequencies frequencies() const;

  // Calls step(plane, row, slots) for blocks of the rows [row, row + lanes), those beyond rows()
  // being of no account.
  //
  // written: it fills slots, which become a part of the spectrum. Beyond the volume are zeros.
  // read: slots hold a part of the image, scaled by pixels(); the spectrum is used up.
  // changed: both.
  // between: both, but the step does the outermost stages of the rows too, row_stage() back and
  // then forth, and what it does to the pixels between them. Only where has_row_stage().
  //
  // In a volume, rows beyond a `mirror`'s frame are folded onto it before they are read, and
  // mirrored after they were written; with fewer axes that is left to steps over frequencies.
  template <class Step>
  void over_pixels(T* spectrum, Pixels kind, Volume volume, int workers, const Step& step,
                   const Mirror* mirror = nullptr) const;

  bool has_row_stage() const { return x_->has_stage(); }
  kernels::RealStage<T> row_stage(T* slots) const { return x_->stage(slots); }

  // Calls step(transform, slots, offset, stride, work) for each line of slots along the outermost
  // axis. They lie `offset` into the spectrum and `stride` apart.
  template <class Step>
  void over_frequencies(T* spectrum, int workers, const Step& step) const;

  // The same, with step(group, transform, slots, offset, stride, work): the lines are parted into
  // `groups`, those of a group taken one after the other.
  template <class Step>
  void over_groups(T* spectrum, std::int64_t groups, int workers, const Step& step) const;

  // Transforms a spectrum along the outermost axis.
  void forward(T* spectrum, int workers) const;
  void inverse(T* spectrum, int workers) const;

  // How often the frequencies of a line `offset` items into a plane occur in a whole transform,
  // lane by lane: half of them stand for their conjugates too, and lanes may be unused.
  void count_lanes(std::ptrdiff_t offset, T* counts) const;

  // Multiplies a spectrum with factors that went through over_frequencies, or their conjugates.
  void multiply(T* spectrum, const T* factors, bool conjugate, int workers) const;

  // Throws NotFinite unless slots that over_pixels has read are finite. One pixel tells of all:
  // each is a sum over all frequencies, and these over all pixels.
  void demand_finite(const T* slots) const;

 private:
  std::int64_t work_size() const;
  // Lines are taken so many at a time, in so many tiles.
  std::int64_t line_tiles() const;
  template <class Step>
  void over_lines(T* spectrum, std::int64_t tile, T* work, const Step& step) const;
  template <class Step>
  void over_rows(T* plane, Pixels kind, std::int64_t row, const Step& step) const;
  void clear_rows(T* plane, std::int64_t row) const;
  void forward_columns(T* plane, const Mirror* mirror, T* work) const;
  void inverse_columns(T* plane, const Mirror* mirror, T* work) const;

  // In a volume, lines of so many neighbouring slots share pages of memory.
  static constexpr std::int64_t chunk_ = 16;

  std::shared_ptr<const ComplexTransform<T>> z_, y_;
  std::shared_ptr<const RealTransform<T>> x_;
  std::ptrdiff_t lanes_, items_;
  std::int64_t blocks_;          // of columns
  std::ptrdiff_t block_stride_;  // of columns
  std::ptrdiff_t plane_stride_;
};

template <class T>
template <class Step>
void SpectralPlan<T>::over_rows(T* plane, Pixels kind, std::int64_t row, const Step& step) const {
  Scratch scratch(Scratch::size_of<T>(block_size()) +
                  Scratch::size_of<T>(x_->work_slots() * items_));
  T* const slots = scratch.take<T>(block_size());
  T* const work = scratch.take<T>(x_->work_slots() * items_);
  T* const tiles = plane + row * items_;
  const auto blocks = static_cast<std::ptrdiff_t>(blocks_);
  const std::int64_t unused = blocks_ * lanes_ - x_->columns();
  if (kind != Pixels::written) {
    active_table<T>().tiles_to_slots({tiles, block_stride_, slots, blocks});
    kind == Pixels::between ? x_->inverse_inside(slots, work) : x_->inverse(slots, work);
  }
  step(row, slots);
  if (kind != Pixels::read) {
    kind == Pixels::between ? x_->forward_inside(slots, work) : x_->forward(slots, work);
    std::fill_n(slots + x_->columns() * items_, unused * items_, T{});
    active_table<T>().slots_to_tiles({slots, tiles, block_stride_, blocks});
  }
}

template <class T>
template <class Step>
void SpectralPlan<T>::over_pixels(T* spectrum, Pixels kind, Volume volume, int workers,
                                  const Step& step, const Mirror* mirror) const {
  const std::int64_t row_blocks = (rows() + lanes_ - 1) / lanes_;
  const auto over_block = [&](std::int64_t z, std::int64_t b) {
    T* const plane = spectrum + z * plane_stride_;
    const std::int64_t row = b * lanes_;
    if (row + lanes_ > volume.rows.begin && row < volume.rows.end) {
      over_rows(plane, kind, row, [&](std::int64_t y, T* slots) { step(z, y, slots); });
    } else if (kind != Pixels::read) {
      clear_rows(plane, row);
    }
  };
  if (!is_volume()) {
    for_tiles(row_blocks, workers, [&](std::int64_t b) { over_block(0, b); });
    return;
  }
  // A plane at a time stays in the cache.
  for_tiles(planes(), workers, [&](std::int64_t z) {
    T* const plane = spectrum + z * plane_stride_;
    if (z < volume.planes.begin || z >= volume.planes.end) {
      if (kind != Pixels::read) std::fill_n(plane, plane_stride_, T{});
      return;
    }
    Scratch scratch(Scratch::size_of<T>(work_size()));
    T* const work = scratch.take<T>(work_size());
    if (kind != Pixels::written) inverse_columns(plane, mirror, work);
    for (std::int64_t b = 0; b < row_blocks; ++b) over_block(z, b);
    if (kind != Pixels::read) forward_columns(plane, mirror, work);
  });
}

template <class T>
template <class Step>
void SpectralPlan<T>::over_lines(T* spectrum, std::int64_t tile, T* work, const Step& step) const {
  if (!is_volume()) {
    const std::int64_t offset = tile * block_stride_;
    step(*y_, spectrum + offset, offset, items_, work);
    return;
  }
  const std::int64_t chunks = line_tiles() / blocks_;
  const std::int64_t first = tile % chunks * chunk_;
  for (std::int64_t row = first; row < std::min(first + chunk_, rows()); ++row) {
    const std::int64_t offset = tile / chunks * block_stride_ + row * items_;
    step(*z_, spectrum + offset, offset, plane_stride_, work);
  }
}

template <class T>
template <class Step>
void SpectralPlan<T>::over_frequencies(T* spectrum, int workers, const Step& step) const {
  for_tiles(line_tiles(), workers, [&](std::int64_t i) {
    Scratch scratch(Scratch::size_of<T>(work_size()));
    over_lines(spectrum, i, scratch.take<T>(work_size()), step);
  });
}

template <class T>
template <class Step>
void SpectralPlan<T>::over_groups(T* spectrum, std::int64_t groups, int workers,
                                  const Step& step) const {
  const std::int64_t tiles = line_tiles();
  for_tiles(groups, workers, [&](std::int64_t group) {
    Scratch scratch(Scratch::size_of<T>(work_size()));
    T* const work = scratch.take<T>(work_size());
    const auto first = [&](std::int64_t g) {
      return tiles / groups * g + std::min(g, tiles % groups);
    };
    for (std::int64_t i = first(group); i < first(group + 1); ++i) {
      over_lines(spectrum, i, work,
                 [&](const ComplexTransform<T>& transform, T* slots, std::ptrdiff_t offset,
                     std::ptrdiff_t stride,
                     T* rest) { step(group, transform, slots, offset, stride, rest); });
    }
  });
}

extern template class SpectralPlan<float>;
extern template class SpectralPlan<double>;

}  // namespace burnish::ops
