// The two steps that a hole is filled by, in turn: near patches for what it holds, and its pixels
// anew from these (Wexler, Shechtman, Irani 2007).
#pragma once

#include <cstdint>
#include <vector>

#include "ops/inpainting_picture.hpp"

namespace burnish::ops {

// How much what the patches of a hole propose counts, see kernels::VotePatches.
struct Voting {
  float sharpness, fade;
};

// A new match is looked for within `radius` of its target, if there is any source, on other pages
// of the same place there.

// Fills the hole layer by layer with patches that are alike in what is known of them so far, and
// gives every target a match.
void start_from_rim(PatchPicture& picture, const Voting& voting, std::uint32_t key,
                    std::int32_t radius, int workers);

// Takes matches over from the picture of half the size.
void start_from_half(PatchPicture& picture, const PatchPicture& half, std::uint32_t key,
                     std::int32_t radius, int workers);

// Looks for nearer matches, once for each target, and also `anywhere`.
void search(PatchPicture& picture, std::uint32_t key, bool backward, std::int32_t radius,
            bool anywhere, int workers);

// Makes the hole's pixels anew; returns how much they changed, as a sum of absolute differences.
std::int64_t vote(PatchPicture& picture, const Voting& voting, int workers);

// The place that each of the hole's pixels is copied from.
std::vector<std::int32_t> copied_places(const PatchPicture& picture, const Voting& voting,
                                        int workers);

// A number whose bits have nothing to do with those of its neighbours'.
std::uint32_t mixed(std::uint32_t x);

}  // namespace burnish::ops
