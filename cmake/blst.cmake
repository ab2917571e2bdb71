# The library blst, from the C sources that the npm package c-kzg carries (crypto/blst, installed by tools/setup).
# It chooses between its two kinds of assembly at run time.
set(blst_root "${CMAKE_SOURCE_DIR}/crypto/blst/node_modules/c-kzg/deps/blst")
if(NOT EXISTS "${blst_root}/src/server.c")
  message(FATAL_ERROR "The sources of blst are missing (crypto/blst/node_modules): run tools/setup.")
endif()
enable_language(ASM)
add_library(dp_blst STATIC "${blst_root}/src/server.c" "${blst_root}/build/assembly.S")
target_include_directories(dp_blst SYSTEM INTERFACE "${blst_root}/bindings")
target_compile_definitions(dp_blst PRIVATE __BLST_PORTABLE__)
# Not our warnings, sanitizers or coverage; and optimised in every build, or pairings would take most of the tests' time.
set_target_properties(dp_blst PROPERTIES COMPILE_OPTIONS "-O2" INTERPROCEDURAL_OPTIMIZATION OFF)
