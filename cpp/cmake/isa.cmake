# The only home of instruction-set and floating-point flags.
#
# add_isa_kernels(<target> ARITHMETIC <files> DECIDING <files>) compiles every kernel file once per
# instruction-set level and adds the objects to <target>. ARITHMETIC files may contract a*b+c into one
# fused operation (levels then differ in the last bits); DECIDING files and everything outside
# cpp/kernels may not, so that their bits are the same at every level.
#
# .ci/run builds and tests with GCC. Clang builds the fuzz harnesses, and the module too, as
# CONTRIBUTING.md says. The MSVC flags are written from its manual; it has no vector extension and
# takes the scalar twin in cpp/kernels/lanes.hpp.

option(BURNISH_WARNINGS_ARE_ERRORS "As in .ci/run; off, so that a newer compiler still builds" OFF)

if(MSVC)
  set(BURNISH_WARNINGS /W4 $<$<BOOL:${BURNISH_WARNINGS_ARE_ERRORS}>:/WX>)
  set(BURNISH_NO_CONTRACT /fp:precise)
  set(BURNISH_CONTRACT /fp:contract)
  set(BURNISH_KERNEL_FLAGS /O2)
  set(BURNISH_FLAGS_v3 /arch:AVX2)
  set(BURNISH_FLAGS_v4 /arch:AVX512)
else()
  set(BURNISH_WARNINGS -Wall -Wextra -Wconversion
    $<$<BOOL:${BURNISH_WARNINGS_ARE_ERRORS}>:-Werror>)
  set(BURNISH_NO_CONTRACT -ffp-contract=off)
  set(BURNISH_CONTRACT -ffp-contract=fast)
  set(BURNISH_KERNEL_FLAGS -O3 -fno-math-errno -fno-trapping-math -fno-exceptions -fno-rtti -Wno-psabi)
  if(BURNISH_SANITIZE)
    # With -O3, correlate_block.cpp alone would take over ten minutes.
    list(TRANSFORM BURNISH_KERNEL_FLAGS REPLACE "-O3" "-O1")
  endif()
  if(BURNISH_SANITIZE MATCHES "undefined")
    list(APPEND BURNISH_KERNEL_FLAGS -fno-sanitize=null,alignment,object-size,pointer-overflow)
  endif()
  set(BURNISH_FLAGS_v3 -march=x86-64-v3 -mprefer-vector-width=256)
  set(BURNISH_FLAGS_v4 -march=x86-64-v4 -mprefer-vector-width=512)
endif()

if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
  set(BURNISH_LEVELS baseline v3 v4)
else()
  set(BURNISH_LEVELS baseline)
endif()
set(BURNISH_VECTOR_BYTES_baseline 16)
set(BURNISH_VECTOR_BYTES_v3 32)
set(BURNISH_VECTOR_BYTES_v4 64)

function(add_isa_kernels target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "ARITHMETIC;DECIDING")
  foreach(level IN LISTS BURNISH_LEVELS)
    foreach(kind IN ITEMS ARITHMETIC DECIDING)
      string(TOLOWER "burnish_${kind}_${level}" library)
      add_library(${library} OBJECT ${arg_${kind}})
      target_include_directories(${library} PRIVATE ${CMAKE_SOURCE_DIR}/cpp)
      target_compile_definitions(${library} PRIVATE
        BURNISH_LEVEL=${level} BURNISH_VECTOR_BYTES=${BURNISH_VECTOR_BYTES_${level}}
        $<$<BOOL:${BURNISH_SCALAR_LANES}>:BURNISH_SCALAR_LANES>)
      target_compile_options(${library} PRIVATE
        ${BURNISH_WARNINGS} ${BURNISH_KERNEL_FLAGS} ${BURNISH_FLAGS_${level}}
        $<IF:$<STREQUAL:${kind},ARITHMETIC>,${BURNISH_CONTRACT},${BURNISH_NO_CONTRACT}>)
      target_sources(${target} PRIVATE $<TARGET_OBJECTS:${library}>)
    endforeach()
    target_compile_definitions(${target} PRIVATE BURNISH_HAVE_${level})
  endforeach()
endfunction()
