#include "ops/sharpening.hpp"

#include "dispatch/dispatch.hpp"
#include "ops/separable.hpp"
#include "ops/weights.hpp"

namespace burnish::ops {
namespace {

template <class T>
void unsharp_mask_in(const View& image, const MutableView& out, const std::vector<Taps>& taps,
                     const std::vector<const double*>& factors, double amount, int workers) {
  const T gain = narrowed<T>(amount, "amount");
  const Finish<T> sharpen = [gain](T* row, const T* original, std::int64_t count) {
    active_table<T>().unsharp({original, row, count, gain});
  };
  filter_separable<T>(image, out, taps, factors, 0, sharpen, workers);
}

}  // namespace

void unsharp_mask(const View& image, const MutableView& out, const std::vector<Taps>& taps,
                  const std::vector<const double*>& factors, double amount, int workers) {
  const auto run =
      computed_in_double(image.dtype) ? unsharp_mask_in<double> : unsharp_mask_in<float>;
  run(image, out, taps, factors, amount, workers);
}

}  // namespace burnish::ops
