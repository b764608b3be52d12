// The engine of separable filters: one pass per axis, fused over tiles so that what lies between
// the passes stays in cache.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/view.hpp"
#include "ops/axes.hpp"

namespace burnish::ops {

// Called with each filtered row, in the computing type, before it is stored: finish(row, original,
// count) may change the row. `original` is the same stretch of the image.
template <class T>
using Finish = std::function<void(T* row, const T* original, std::int64_t count)>;

// See correlate_separable in ops/convolution.hpp. An empty `finish` stores the rows as they are.
template <class T>
void filter_separable(const View& image, const MutableView& out, const std::vector<Taps>& taps,
                      const std::vector<const double*>& factors, double cval,
                      const Finish<T>& finish, int workers);

extern template void filter_separable(const View&, const MutableView&, const std::vector<Taps>&,
                                      const std::vector<const double*>&, double,
                                      const Finish<float>&, int);
extern template void filter_separable(const View&, const MutableView&, const std::vector<Taps>&,
                                      const std::vector<const double*>&, double,
                                      const Finish<double>&, int);

}  // namespace burnish::ops
