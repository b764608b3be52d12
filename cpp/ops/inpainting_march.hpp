// How far the pixels in and around holes are from the rim, by fast marching.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "ops/inpainting_groups.hpp"

namespace burnish::ops {

// One group of holes and what is near them. Its pixels have places, row after row, and those of a
// run follow each other. A place that is in no run, and those of runs beyond the frame, are
// nowhere.
class March {
 public:
  static constexpr double unreached = std::numeric_limits<double>::infinity();
  // Beyond the last place arrays go on for so many items, which may be read.
  static constexpr std::int64_t overhang = 8;

  // Throws OutOfMemory if there are more than 2^30 places.
  March(const HoleGroup& group, std::int64_t margin, std::int64_t columns);

  std::int64_t size() const { return static_cast<std::int64_t>(distances_.size()); }
  std::int32_t first_of_run(std::size_t run) const { return firsts_[run]; }
  std::int32_t first_of_hole(std::size_t hole) const { return first_in_holes_[hole]; }

  // The place one row higher or lower; what has none has one that is nowhere, as far as `margin`
  // columns around it.
  const std::vector<std::int32_t>& up() const { return up_; }
  const std::vector<std::int32_t>& down() const { return down_; }

  // 0 at the rim, the known pixels right beside the holes; more in the holes, less outside.
  // `unreached` nowhere.
  const std::vector<double>& distances() const { return distances_; }
  // The places of the holes' pixels by distance; of equal ones the first in the image comes first.
  const std::vector<std::int32_t>& order() const { return order_; }

 private:
  enum class Mark : std::uint8_t { nowhere, known, hole };

  void link(const HoleGroup& group, std::int64_t columns);
  std::vector<std::int32_t> rim_of(const HoleGroup& group);
  void march(Mark through, const std::vector<std::int32_t>& rim);
  double solution(std::int32_t place) const;
  void sort_holes(const HoleGroup& group);

  std::vector<std::int32_t> firsts_, first_in_holes_, up_, down_, order_;
  std::vector<Mark> marks_;
  std::vector<double> distances_;
};

}  // namespace burnish::ops
