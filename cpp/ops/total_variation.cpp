#include "ops/total_variation.hpp"

#include <algorithm>
#include <cstddef>

#include "base/scratch.hpp"
#include "dispatch/dispatch.hpp"
#include "ops/row_blocks.hpp"

namespace burnish::ops {
namespace {

template <class T>
class Block {
 public:
  Block(const SlotImage<T>& image, std::int64_t plane, std::int64_t row)
      : image_(image),
        lanes_(active_table<T>().lanes),
        half_((image.period + 1) / 2),
        items_(half_ * 2 * lanes_),
        blocks_{image.planes, image.rows, lanes_},
        plane_(plane),
        row_(row) {}

  std::ptrdiff_t items() const { return items_; }
  bool is_volume() const { return image_.planes > 1; }

  const T* here() const { return at(plane_, row_); }
  // The planes before and behind; at an edge this one.
  const T* shallower() const { return at(plane_before(), row_); }
  const T* deeper() const { return at(plane_after(), row_); }

  // The block one row on, in `to`, of the pixels of another plane or of this one.
  void below(const T* from, std::int64_t plane, T* to) const {
    const std::int64_t last = std::min(row_ + lanes_, image_.rows) - 1;
    shift(from, plane, last - row_, after(last, image_.rows), true, to);
  }
  // The same one row back.
  void above(const T* from, std::int64_t plane, T* to) const {
    shift(from, plane, 0, before(row_, image_.rows), false, to);
  }
  std::int64_t plane_before() const { return before(plane_, image_.planes); }
  std::int64_t plane_after() const { return after(plane_, image_.planes); }

  // Each pixel's right neighbour.
  void right(const T* from, T* to) const {
    std::copy_n(from + 2 * lanes_, items_ - 2 * lanes_, to);
    std::copy_n(from + items_ - 2 * lanes_, 2 * lanes_, to + items_ - 2 * lanes_);
    copy_column(from, half_, to, half_ - 1);
    const std::int64_t last = image_.columns - 1;
    copy_column(from, after(last, image_.columns), to, last);
  }
  // Each one's left neighbour; at an edge 0.
  void left(const T* from, T* to) const {
    std::copy_n(from, items_ - 2 * lanes_, to + 2 * lanes_);
    copy_column(from, half_ - 1, to, half_);
    if (image_.periodic) {
      copy_column(from, image_.columns - 1, to, 0);
    } else {
      std::fill_n(to, lanes_, T{0});
    }
  }

 private:
  std::int64_t before(std::int64_t i, std::int64_t size) const {
    return i > 0 ? i - 1 : image_.periodic ? size - 1 : 0;
  }
  std::int64_t after(std::int64_t i, std::int64_t size) const {
    return i + 1 < size ? i + 1 : image_.periodic ? 0 : i;
  }
  const T* at(std::int64_t plane, std::int64_t row) const {
    return image_.items + static_cast<std::ptrdiff_t>(blocks_.place(plane, row)) * items_;
  }
  void shift(const T* from, std::int64_t plane, std::int64_t lane, std::int64_t neighbour, bool up,
             T* to) const {
    active_table<T>().shift_lanes({from, at(plane, neighbour), to, items_,
                                   static_cast<std::ptrdiff_t>(lane),
                                   static_cast<std::ptrdiff_t>(neighbour % lanes_), up});
  }
  void copy_column(const T* from, std::int64_t column, T* to, std::int64_t target) const {
    std::copy_n(from + place(column), lanes_, to + place(target));
  }
  std::ptrdiff_t place(std::int64_t column) const {
    return static_cast<std::ptrdiff_t>(column % half_ * 2 * lanes_ + column / half_ * lanes_);
  }

  const SlotImage<T>& image_;
  std::ptrdiff_t lanes_;
  std::int64_t half_;
  std::ptrdiff_t items_;
  RowBlocks blocks_;
  std::int64_t plane_, row_;
};

}  // namespace

template <class T>
void smooth_block(const SlotImage<T>& image, T weight, T floor, std::int64_t plane,
                  std::int64_t row, T* factors) {
  const Block<T> block(image, plane, row);
  const std::ptrdiff_t items = block.items();
  constexpr int buffers = 9;
  Scratch scratch(buffers * Scratch::size_of<T>(items));
  const auto take = [&] { return scratch.take<T>(items); };
  const auto& table = active_table<T>();

  T* const right = take();
  T* const below = take();
  T* const x = take();
  T* const y = take();
  const bool deep = block.is_volume();
  T* const z = deep ? take() : nullptr;
  block.right(block.here(), right);
  block.below(block.here(), plane, below);
  table.total_variation_direction(
      {block.here(), right, below, block.deeper(), x, y, z, items, floor});
  T* const x_before = take();
  block.left(x, x_before);

  T* const here = take();
  T* const deeper = take();
  T* const y_before = take();
  block.above(block.here(), plane, here);
  block.right(here, right);
  block.above(block.deeper(), block.plane_after(), deeper);
  table.total_variation_direction(
      {here, right, block.here(), deeper, nullptr, y_before, nullptr, items, floor});

  T* z_before = nullptr;
  if (deep) {
    z_before = deeper;
    block.right(block.shallower(), right);
    block.below(block.shallower(), block.plane_before(), below);
    table.total_variation_direction(
        {block.shallower(), right, below, block.here(), nullptr, nullptr, z_before, items, floor});
  }
  table.total_variation_smoothing({x, x_before, y, y_before, z, z_before, factors, items, weight});
}

template void smooth_block<float>(const SlotImage<float>&, float, float, std::int64_t, std::int64_t,
                                  float*);
template void smooth_block<double>(const SlotImage<double>&, double, double, std::int64_t,
                                   std::int64_t, double*);

}  // namespace burnish::ops
