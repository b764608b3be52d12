// Separable kernels: the engine's passes are correlations.
#pragma once

#include <vector>

#include "base/view.hpp"
#include "ops/axes.hpp"
#include "ops/passes.hpp"

namespace burnish::ops {

// See correlate_separable in ops/convolution.hpp.
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
