// The last step of unsharp masking.
#include "kernels/lanes.hpp"
#include "kernels/level.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

template <class T>
void apply(const Unsharp<T>& a) {
  const T* __restrict original = a.original;
  T* __restrict row = a.row;
  const T amount = a.amount;
  for (std::ptrdiff_t i = 0; i < a.count; ++i) {
    row[i] = original[i] + amount * (original[i] - row[i]);
  }
}

}  // namespace

void unsharp(const Unsharp<float>& args) { apply(args); }
void unsharp(const Unsharp<double>& args) { apply(args); }

}  // namespace burnish::kernels::BURNISH_LEVEL
