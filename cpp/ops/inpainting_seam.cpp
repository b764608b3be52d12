#include "ops/inpainting_seam.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/parallel.hpp"

namespace burnish::ops {
namespace {

// Over-relaxed steps, forward and backward in turn: enough for the rim, where the seam is; what is
// left of the error lies deep in the hole and is smooth.
constexpr int steps = 24;
constexpr float relaxation = 1.8F;

// A pixel of the hole: its neighbours in the hole, and what the rim demands of it.
struct Node {
  std::array<std::int32_t, 4> inside;
  std::int32_t inside_count, rim_count;
};

class Membrane {
 public:
  Membrane(PatchPicture& picture, const std::vector<std::int32_t>& copies, float limit)
      : picture_(picture),
        items_(static_cast<std::size_t>(picture.items())),
        nodes_(copies.size()),
        rim_(copies.size() * items_),
        values_(copies.size() * items_) {
    // Where each pixel of the hole stands in the lists; what matches were before is not needed now.
    std::int32_t* const node_of = picture.previous();
    const std::vector<std::int32_t>& holes = picture.holes();
    for (std::size_t i = 0; i < holes.size(); ++i) {
      node_of[holes[i]] = static_cast<std::int32_t>(i);
    }
    for (std::size_t i = 0; i < holes.size(); ++i) connect(i, holes[i], copies[i], node_of, limit);
    start(node_of);
  }

  std::vector<float> relaxed() {
    for (int step = 0; step < steps; ++step) {
      poll_in_tile();
      for (std::size_t k = 0; k < nodes_.size(); ++k) {
        relax(step % 2 == 0 ? k : nodes_.size() - 1 - k, relaxation);
      }
    }
    return std::move(values_);
  }

 private:
  void connect(std::size_t i, std::int32_t hole, std::int32_t copy, const std::int32_t* node_of,
               float limit) {
    const std::int32_t stride = picture_.stride();
    const Page& page = picture_.pages()[0];
    const std::int32_t y = hole / stride, x = hole % stride;
    const std::array<std::array<std::int32_t, 2>, 4> steps{{{-1, 0}, {0, -1}, {0, 1}, {1, 0}}};
    Node& node = nodes_[i];
    for (const auto& [dy, dx] : steps) {
      if (y + dy < 0 || y + dy >= page.rows || x + dx < 0 || x + dx >= page.columns) continue;
      const std::int32_t shift = dy * stride + dx;
      if ((picture_.marks()[hole + shift] & hole_mark) != 0) {
        node.inside[static_cast<std::size_t>(node.inside_count++)] = node_of[hole + shift];
      } else if (beside(copy, dy, dx)) {
        const std::int16_t* known = picture_.pixel(hole + shift);
        const std::int16_t* copied = picture_.pixel(copy + shift);
        for (std::size_t c = 0; c < items_; ++c) {
          const auto difference = static_cast<float>(known[c] - copied[c]);
          rim_[i * items_ + c] += std::clamp(difference, -limit, limit);
        }
        ++node.rim_count;
      }
    }
  }

  // Whether the pixel beside a copied one is in the same picture, and might be copied too.
  bool beside(std::int32_t place, std::int32_t dy, std::int32_t dx) const {
    const Position at = picture_.position(place);
    const Page& page = picture_.pages()[at.page];
    const std::int32_t y = at.row + dy, x = at.column + dx;
    const bool inside = y >= 0 && y < page.rows && x >= 0 && x < page.columns;
    return inside && picture_.marks()[place + dy * picture_.stride() + dx] == 0;
  }

  void relax(std::size_t i, float by) {
    const Node& node = nodes_[i];
    const std::int32_t count = node.inside_count + node.rim_count;
    if (count == 0) return;
    const float share = 1 / static_cast<float>(count);
    for (std::size_t c = 0; c < items_; ++c) {
      float sum = rim_[i * items_ + c];
      for (std::int32_t k = 0; k < node.inside_count; ++k) {
        sum += values_[static_cast<std::size_t>(node.inside[static_cast<std::size_t>(k)]) * items_ +
                       c];
      }
      float& value = values_[i * items_ + c];
      value += by * (sum * share - value);
    }
  }

  // From the rim inwards, each layer the mean of what is around it so far.
  void start(const std::int32_t* node_of) {
    std::vector<std::uint8_t> done(nodes_.size(), 0);
    for (const std::vector<std::int32_t>& layer : picture_.layers()) {
      for (const std::int32_t hole : layer) {
        const auto i = static_cast<std::size_t>(node_of[hole]);
        const Node& node = nodes_[i];
        std::int32_t count = node.rim_count;
        for (std::size_t c = 0; c < items_; ++c) values_[i * items_ + c] = rim_[i * items_ + c];
        for (std::int32_t k = 0; k < node.inside_count; ++k) {
          const auto other = static_cast<std::size_t>(node.inside[static_cast<std::size_t>(k)]);
          if (done[other] == 0) continue;
          ++count;
          for (std::size_t c = 0; c < items_; ++c) {
            values_[i * items_ + c] += values_[other * items_ + c];
          }
        }
        const float share = 1 / static_cast<float>(std::max(count, 1));
        for (std::size_t c = 0; c < items_; ++c) values_[i * items_ + c] *= share;
        done[i] = 1;
      }
    }
  }

  PatchPicture& picture_;
  const std::size_t items_;
  std::vector<Node> nodes_;
  std::vector<float> rim_, values_;
};

}  // namespace

std::vector<float> seam_correction(PatchPicture& picture, const std::vector<std::int32_t>& copies,
                                   float limit) {
  std::vector<float> correction;
  // As a tile, so that it polls.
  for_tiles(1, 1, [&](std::int64_t) { correction = Membrane(picture, copies, limit).relaxed(); });
  return correction;
}

}  // namespace burnish::ops
