// Linear deconvolution with a penalty on what is rough.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/view.hpp"
#include "ops/axes.hpp"
#include "ops/deconvolution.hpp"

namespace burnish::ops {

// Hunt 1973: the scene x with the least |H x - y|^2 + balance |R x|^2, where H blurs, R convolves
// with `reg`, and y is the image or, beyond it, what `outside` says; with `unknown` only the image
// counts. Without a balance each volume's is chosen by generalised cross-validation (Golub, Heath,
// Wahba 1979).
//
// `taps` and `weights` are those of make_blur; `reg` has `reg_sizes` taps along the same axes, the
// centre wherever it is. Returns false where a pixel or what becomes of it is not finite; `out` is
// then half written. image and out have the same shape; out.dtype is result_dtype(image.dtype);
// *balance >= 0.
bool wiener(const View& image, const MutableView& out, const std::vector<Taps>& taps,
            const double* weights, const std::vector<std::int64_t>& reg_sizes, const double* reg,
            std::optional<double> balance, Outside outside, int workers);

}  // namespace burnish::ops
