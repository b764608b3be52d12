// The way from an image with holes to pictures whose patches are compared, and back.
#pragma once

#include <cstdint>
#include <vector>

#include "base/view.hpp"
#include "ops/inpainting_picture.hpp"
#include "ops/inpainting_windows.hpp"

namespace burnish::ops {

// A part of an image (rows, columns, channels), and which of its pixels are marked. Masks are 2-D
// in C order, of bytes, and may be null: nothing is masked, all is allowed.
struct Part {
  View image;
  Rectangle where;
  const View* mask;
  const View* allowed;
};

// Parts of images as the pages of one picture at full size; only the first has holes, and what it
// does not allow. Colours are whole numbers from 0, the lowest known value, to `highest`; behind
// them each pixel has one more number, its texture, 0 at first.
class Original {
 public:
  // Throws OutOfMemory if the parts have more than 2^30 pixels. `patch_size` is odd.
  Original(std::vector<Part> parts, std::int64_t patch_size, int workers);

  // Whether all known pixels are; else nothing else must be asked.
  bool finite() const { return finite_; }
  double highest() const { return highest_; }
  std::int64_t channels() const { return channels_; }
  PatchPicture& picture() { return picture_; }

  // Where in another part the first one's upper left pixel is, if the images have the same pixels,
  // or the same middle if they differ in size.
  Position corner_in(std::size_t page) const;

  // Sets the textures: `weight` times the mean, over squares that reach `radius` far, of how much
  // known neighbours differ, at most twice `highest` (Newson et al. 2014, section 3.3).
  void fill_texture(std::int64_t radius, double weight);

  // Writes the holes into the first part's image, each pixel that of its place in `copies`, with
  // `corrections` added, in the picture's units and `items` for each, if there are any. What these
  // change stays within the range of what is known of its channel.
  void write(const MutableView& image, const std::vector<std::int32_t>& copies,
             const std::vector<float>& corrections) const;

 private:
  std::int64_t place(std::size_t page, std::int64_t row) const {
    return std::int64_t{picture_.pages()[page].first + row} * picture_.stride();
  }
  void find_range(int workers);
  void fill_colors(int workers);
  void fill_texture_of_all(std::int64_t radius, double weight);

  std::vector<Part> parts_;
  std::int64_t channels_;
  PatchPicture picture_;
  double highest_, lowest_value_ = 0;
  std::vector<kernels::Range> ranges_;  // of each channel
  double scale_ = 0;  // of half the distance from the lowest value, which always is a number
  bool finite_ = true;
};

}  // namespace burnish::ops
