#include "ops/inpainting_original.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/sized.hpp"
#include "dispatch/dispatch.hpp"
#include "kernels/kernels.hpp"

namespace burnish::ops {
namespace {

constexpr std::int64_t rows_per_piece = 32;

template <class F>
void for_rows(std::int64_t rows, int workers, const F& row) {
  for_tiles((rows + rows_per_piece - 1) / rows_per_piece, workers, [&](std::int64_t piece) {
    const std::int64_t end = std::min((piece + 1) * rows_per_piece, rows);
    for (std::int64_t y = piece * rows_per_piece; y < end; ++y) row(y);
  });
}

void load_channel(const Part& part, std::int64_t row, std::int64_t channel, double* target) {
  const View& image = part.image;
  const std::byte* first = image.data + (part.where.top + row) * image.strides[0] +
                           part.where.left * image.strides[1] + channel * image.strides[2];
  active_table<double>().load[static_cast<int>(image.dtype)](
      {first, in_items(image.strides[1], image.dtype), nullptr, target, part.where.columns(), 0.0});
}

void mark_row(const Part& part, std::int64_t row, std::uint8_t* marks) {
  const std::int64_t width = part.where.columns();
  const auto bytes = [&](const View& view) {
    return reinterpret_cast<const std::uint8_t*>(view.data) +
           (part.where.top + row) * view.shape[1] + part.where.left;
  };
  std::memset(marks, 0, sized(width));
  if (part.mask != nullptr) {
    const std::uint8_t* const masked = bytes(*part.mask);
    for (std::int64_t x = 0; x < width; ++x) marks[x] = masked[x] != 0 ? hole_mark : 0;
  }
  if (part.allowed != nullptr) {
    const std::uint8_t* const allowed = bytes(*part.allowed);
    for (std::int64_t x = 0; x < width; ++x) {
      marks[x] = static_cast<std::uint8_t>(marks[x] | (allowed[x] != 0 ? 0 : barred_mark));
    }
  }
}

std::vector<Page> pages_of(const std::vector<Part>& parts) {
  std::vector<Page> pages;
  std::int64_t first = 0, width = 0;
  for (const Part& part : parts) {
    pages.push_back({static_cast<std::int32_t>(first), static_cast<std::int32_t>(part.where.rows()),
                     static_cast<std::int32_t>(part.where.columns())});
    first += part.where.rows();
    width = std::max(width, part.where.columns());
    if (checked_product(first, width, "the image with its references") > std::int64_t{1} << 30) {
      throw OutOfMemory(
          "what is searched, the image around its holes and all of the references, has more than "
          "2**30 pixels");
    }
  }
  return pages;
}

std::int32_t widest(const std::vector<Part>& parts) {
  std::int64_t width = 0;
  for (const Part& part : parts) width = std::max(width, part.where.columns());
  return static_cast<std::int32_t>(width);
}

// The largest number that keeps distances below 2^31: textures are up to twice as large as colours,
// and differences from known pixels count twice. More than ten bits tell nothing more.
double highest_for(std::int64_t patch_size, std::int64_t channels) {
  const auto squares = static_cast<double>(4 * patch_size * patch_size * (channels + 4));
  return std::min(1020.0, std::floor(std::sqrt(2147483646.0 / squares)));
}

}  // namespace

Original::Original(std::vector<Part> parts, std::int64_t patch_size, int workers)
    : parts_(std::move(parts)),
      channels_(parts_[0].image.shape[2]),
      picture_(pages_of(parts_), widest(parts_), (channels_ + 1 + 3) / 4 * 4, patch_size),
      highest_(highest_for(patch_size, channels_)) {
  for (std::size_t p = 0; p < parts_.size(); ++p) {
    for_rows(parts_[p].where.rows(), workers,
             [&](std::int64_t y) { mark_row(parts_[p], y, picture_.marks() + place(p, y)); });
  }
  find_range(workers);
  if (finite_) fill_colors(workers);
}

Position Original::corner_in(std::size_t page) const {
  const Part& first = parts_[0];
  const Part& other = parts_[page];
  const auto along = [&](std::size_t axis, std::int64_t begin, std::int64_t other_begin) {
    const std::int64_t excess = other.image.shape[axis] - first.image.shape[axis];
    return static_cast<std::int32_t>(begin - other_begin + excess / 2);
  };
  return {page, along(0, first.where.top, other.where.top),
          along(1, first.where.left, other.where.left)};
}

void Original::find_range(int workers) {
  const auto& kernel = active_level().inpainting;
  const kernels::Range nothing{HUGE_VAL, -HUGE_VAL, 0};
  const auto join = [](kernels::Range& all, const kernels::Range& range) {
    all = {std::min(all.lowest, range.lowest), std::max(all.highest, range.highest),
           all.nothing + range.nothing};
  };
  ranges_.assign(sized(channels_), nothing);
  for (std::size_t p = 0; p < parts_.size(); ++p) {
    const std::int64_t rows = parts_[p].where.rows(), width = parts_[p].where.columns();
    std::vector<kernels::Range> of_rows(sized(rows * channels_));
    for_rows(rows, workers, [&](std::int64_t y) {
      std::vector<double> row(sized(width));
      for (std::int64_t c = 0; c < channels_; ++c) {
        load_channel(parts_[p], y, c, row.data());
        of_rows[sized(y * channels_ + c)] =
            kernel.known_range({row.data(), picture_.marks() + place(p, y), hole_mark, width});
      }
    });
    for (std::size_t i = 0; i < of_rows.size(); ++i) {
      join(ranges_[i % sized(channels_)], of_rows[i]);
    }
  }
  kernels::Range all = nothing;
  for (const kernels::Range& range : ranges_) join(all, range);
  finite_ = !std::isnan(all.nothing);
  lowest_value_ = all.lowest;
  if (all.highest > all.lowest) {
    scale_ = std::min(highest_ / (all.highest / 2 - all.lowest / 2), 1e300);
  }
}

void Original::fill_colors(int workers) {
  const auto& kernel = active_level().inpainting;
  for (std::size_t p = 0; p < parts_.size(); ++p) {
    const std::int64_t width = parts_[p].where.columns();
    for_rows(parts_[p].where.rows(), workers, [&](std::int64_t y) {
      std::vector<double> row(sized(width));
      for (std::int64_t c = 0; c < channels_; ++c) {
        load_channel(parts_[p], y, c, row.data());
        kernel.quantise({row.data(), picture_.marks() + place(p, y), hole_mark, lowest_value_,
                         scale_, highest_, picture_.pixel(place(p, y)) + c, picture_.items(),
                         width});
      }
    });
  }
}

void Original::fill_texture(std::int64_t radius, double weight) {
  // As a tile, so that it polls.
  for_tiles(1, 1, [&](std::int64_t) { fill_texture_of_all(radius, weight); });
}

void Original::fill_texture_of_all(std::int64_t radius, double weight) {
  const auto& kernel = active_level().inpainting;
  const std::int64_t side = 2 * radius + 1;
  const double scale = weight / static_cast<double>(channels_);
  for (std::size_t p = 0; p < parts_.size(); ++p) {
    const std::int64_t rows = parts_[p].where.rows(), width = parts_[p].where.columns();
    // The rows within reach, and their sums.
    struct Line {
      std::vector<std::int32_t> sums, counts;
    };
    const Line empty{std::vector<std::int32_t>(sized(width)),
                     std::vector<std::int32_t>(sized(width))};
    std::vector<Line> ring(sized(std::min(side, rows)), empty);
    Line total = empty;
    for (std::int64_t y = -radius; y < rows; ++y) {
      const std::int64_t entering = y + radius, leaving = y - radius - 1;
      if (leaving >= 0 && leaving + 1 < rows) {
        const Line& line = ring[sized(leaving % side)];
        kernel.slide_row({nullptr, line.sums.data(), total.sums.data(), width});
        kernel.slide_row({nullptr, line.counts.data(), total.counts.data(), width});
      }
      if (entering + 1 < rows) {
        const std::int64_t at = place(p, entering), below = at + picture_.stride();
        Line& line = ring[sized(entering % side)];
        kernel.roughness({picture_.pixel(at), picture_.pixel(below), picture_.marks() + at,
                          picture_.marks() + below, hole_mark, picture_.items(), channels_, width,
                          line.sums.data(), line.counts.data()});
        kernel.slide_row({line.sums.data(), nullptr, total.sums.data(), width});
        kernel.slide_row({line.counts.data(), nullptr, total.counts.data(), width});
      }
      if (y < 0) continue;
      kernel.window_means({total.sums.data(), total.counts.data(), radius, picture_.items(), width,
                           scale, 2 * highest_, picture_.pixel(place(p, y)) + channels_});
      poll_in_tile();
    }
  }
}

void Original::write(const MutableView& image, const std::vector<std::int32_t>& copies,
                     const std::vector<float>& corrections) const {
  const std::vector<std::int32_t>& holes = picture_.holes();
  const Rectangle& where = parts_[0].where;
  const auto dtype = static_cast<int>(image.dtype);
  const std::size_t item = item_size(image.dtype);
  // A whole number of 64 bits may lie a little within the double nearest to it.
  const bool wide = image.dtype == DType::i64 || image.dtype == DType::u64;
  std::vector<kernels::Range> within = ranges_;
  for (kernels::Range& range : within) {
    if (!wide) continue;
    range.lowest = std::nextafter(range.lowest, HUGE_VAL);
    range.highest = std::nextafter(range.highest, -HUGE_VAL);
  }
  for (std::size_t i = 0; i < holes.size(); ++i) {
    const Position at = picture_.position(holes[i]), from = picture_.position(copies[i]);
    std::byte* target = image.data + (where.top + at.row) * image.strides[0] +
                        (where.left + at.column) * image.strides[1];
    const Part& part = parts_[from.page];
    const std::byte* source = part.image.data +
                              (part.where.top + from.row) * part.image.strides[0] +
                              (part.where.left + from.column) * part.image.strides[1];
    for (std::int64_t c = 0; c < channels_; ++c) {
      const float by =
          corrections.empty() ? 0 : corrections[i * sized(picture_.items()) + sized(c)];
      const kernels::Range& range = within[sized(c)];
      if (by == 0 || scale_ == 0 || range.lowest > range.highest) {
        std::memcpy(target, source, item);
      } else {
        double value;
        active_table<double>().load[dtype]({source, 1, nullptr, &value, 1, 0});
        value = std::clamp(value + 2 * (by / scale_), range.lowest, range.highest);
        if (computed_in_double(image.dtype)) {
          active_table<double>().store[dtype]({&value, target, 1, 1});
        } else {
          const auto narrow = static_cast<float>(value);
          active_table<float>().store[dtype]({&narrow, target, 1, 1});
        }
      }
      target += image.strides[2];
      source += part.image.strides[2];
    }
  }
}

}  // namespace burnish::ops
