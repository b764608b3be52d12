// Means over boxes as passes: running sums along each axis.
#pragma once

#include <cstdint>

#include "ops/axes.hpp"
#include "ops/passes.hpp"

namespace burnish::ops {

template <class T>
class RunningSumPasses final : public Passes<T> {
 public:
  // Keeps a reference.
  explicit RunningSumPasses(const Geometry& g) : g_(g) {}

  void along_planes(const T* const* rows, const TargetRows<T>& target) const override;
  void down_rows(const T* const* rows, const TargetRows<T>& target) const override;
  void along_columns(const T* const* rows, const TargetRows<T>& target) const override;
  double gain() const override;

 private:
  // Lines that are turned into columns together: two cache lines of them, a multiple of every
  // vector's lanes.
  static constexpr std::int64_t group = 128 / sizeof(T);
  struct Lines {
    const T* in[group];
    T* out[group];
  };

  double scale() const;
  void sum_groups(const T* const* rows, const TargetRows<T>& target) const;
  void sum_stretches(const T* const* rows, const TargetRows<T>& target, std::int64_t most) const;
  void sum_one_by_one(const T* const* rows, const TargetRows<T>& target) const;
  void sum_lines(const Lines& lines, std::int64_t count) const;

  const Geometry& g_;
};

extern template class RunningSumPasses<float>;
extern template class RunningSumPasses<double>;

}  // namespace burnish::ops
