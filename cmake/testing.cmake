# add_unit_tests(crypto SOURCES keccak_test.cpp LIBS dp_crypto): one doctest executable per module, test "unit.<name>".
add_library(doctest_main STATIC EXCLUDE_FROM_ALL "${CMAKE_SOURCE_DIR}/tests/testkit/doctest_main.cpp")

add_custom_target(fuzz_targets)

# Sanitizers make stack frames several times larger; 1,024 nested calls of the VM then need more than the usual 8 MiB. Only a
# program's start can give its main thread more.
set(kTestLauncher)
if(DATAPACT_SANITIZE)
  set(kTestLauncher bash -c [[ulimit -s 65536 && exec "$0" "$@"]])
endif()

# ALONE: as in add_module.
function(add_unit_tests name)
  cmake_parse_arguments(PARSE_ARGV 1 T "" "" "SOURCES;ALONE;LIBS")
  string(REPLACE "/" "_" target "${name}_tests")
  add_executable(${target} ${T_SOURCES})
  set_source_files_properties(${T_ALONE} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  target_link_libraries(${target} PRIVATE ${T_LIBS} doctest_main)
  target_include_directories(${target} PRIVATE "${CMAKE_BINARY_DIR}/include-roots/testkit")
  target_compile_definitions(${target} PRIVATE DOCTEST_CONFIG_SUPER_FAST_ASSERTS
                             DATAPACT_SOURCE_DIR="${CMAKE_SOURCE_DIR}" DATAPACT_BUILD_DIR="${CMAKE_BINARY_DIR}")
  add_test(NAME unit.${name} COMMAND ${kTestLauncher} $<TARGET_FILE:${target}>)
  set_tests_properties(unit.${name} PROPERTIES LABELS unit)
endfunction()

# add_fuzz_target(rlp SOURCES rlp_fuzz.cpp LIBS dp_base): LLVMFuzzerTestOneInput. Under the fuzz preset a libFuzzer
# binary fuzz_rlp; in every other build a replayer of the kept corpus tests/fuzz/corpus/<name> and of seeded mutations.
function(add_fuzz_target name)
  cmake_parse_arguments(PARSE_ARGV 1 T "" "" "SOURCES;LIBS")
  add_executable(fuzz_${name} ${T_SOURCES})
  target_include_directories(fuzz_${name} PRIVATE "${CMAKE_BINARY_DIR}/include-roots/testkit")
  target_link_libraries(fuzz_${name} PRIVATE ${T_LIBS})
  add_dependencies(fuzz_targets fuzz_${name})
  if(DATAPACT_BUILD_FUZZERS)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(fuzz_${name} PRIVATE "${CMAKE_SOURCE_DIR}/tests/fuzz/replay_main.cpp")
    # It declares what the target defines.
    set_source_files_properties("${CMAKE_SOURCE_DIR}/tests/fuzz/replay_main.cpp" PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    add_test(NAME fuzz.${name}
             COMMAND ${kTestLauncher} $<TARGET_FILE:fuzz_${name}> "${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${name}")
    set_tests_properties(fuzz.${name} PROPERTIES LABELS fuzz)
  endif()
endfunction()
