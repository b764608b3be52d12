#include "fuzz/decode.hpp"
#include "fuzz/level.hpp"
#include "fuzz/pair.hpp"
#include "fuzz/reference.hpp"
#include "ops/metrics.hpp"

namespace burnish::fuzz {
namespace {

// Whether the squares of such pixels' differences add up without rounding.
bool adds_up(DType dtype) { return item_size(dtype) <= 2 && dtype != DType::f16; }

}  // namespace

void run(Bytes& bytes) {
  decode_level(bytes);
  const Rerun rerun = decode_rerun(bytes);
  // Smaller ones are no work for threads; most are small all the same, for speed.
  const Pair pair(bytes, 1 << (bytes.ConsumeIntegralInRange(0, 7) == 7 ? 19 : 16));
  const auto compute = [&](const MutableView& result, int workers) {
    const double sum =
        ops::squared_error(pair.one.view(), pair.other().view(), pair.where(), workers);
    std::memcpy(result.data, &sum, sizeof sum);
  };
  Array result({{}, DType::f64, {8}, 0, 8}, 0, 0);
  run_twice(pair.arrays(), result, rerun, compute);
  if (!pair.bounded) return;

  long double truth = 0;
  for (std::int64_t i = 0; i < pair.shape.elements(); ++i) {
    const Index at = pair.shape.at(i);
    const long double difference = value_at(pair.one, at) - value_at(pair.other(), at);
    if (pair.counts(at)) truth += difference * difference;
  }
  const bool exact = adds_up(pair.dtype) && adds_up(pair.other().layout().dtype);
  check_answers(result, 1, exact ? 0 : 1e-12 * static_cast<double>(truth),
                [&](const Index&) { return truth; });
  const std::vector<std::byte> before = result.copy();
  decode_level(bytes);
  compute(result.mutable_view(), 1);
  if (result.copy() != before) fail("the squared error depends on the level");
}

}  // namespace burnish::fuzz
