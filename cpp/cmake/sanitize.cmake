# Builds that look for mistakes while they run: `nox -s asan`, `nox -s tsan` and `nox -s fuzz`.
#
# They optimise kernels less than other builds do, and leave out a few checks: the address sanitizer
# doesn't look for uses of locals after their scope, nor, in kernels, the undefined behaviour
# sanitizer at what a pointer could be before it is used (see isa.cmake). Unrolled kernels consist of
# hundreds of thousands of closures and addresses, and with all of that watched correlate_block.cpp
# takes more than five minutes to compile for one level.

set(BURNISH_SANITIZE "" CACHE STRING "Sanitizers to build with: address,undefined or thread")
option(BURNISH_FUZZ "Build the fuzz harnesses (Clang only) instead of the Python module" OFF)

if(BURNISH_SANITIZE)
  set(flags -fsanitize=${BURNISH_SANITIZE} -fno-sanitize-recover=all)
  add_compile_options(${flags} -fno-omit-frame-pointer -g1)
  add_link_options(${flags})
  if(BURNISH_SANITIZE MATCHES "address")
    add_compile_options(-fno-sanitize-address-use-after-scope)
  endif()
endif()
if(BURNISH_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
