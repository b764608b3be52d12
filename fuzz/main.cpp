// Where libFuzzer enters every harness.
#include "fuzz/decode.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  burnish::fuzz::Bytes bytes(data, size);
  burnish::fuzz::run(bytes);
  return 0;
}
