# shellcheck shell=bash disable=SC2034,SC2154 # shares kJobs, suite and the lists with tests/run
# The suites of tests/run. Each is a function suite_<name>; it runs in a shell of its own with `set -euo pipefail`, its
# output goes to a log, and it reports cases with `count PASSED FAILED [SKIPPED]`. What a test program of ctest prints behind
# "REPORT: " is shown whatever the outcome. A suite that ends with an error has failed even if it counted no failure. Suites whose name is in kLongSuites run with --long only.

readonly kSuites=(build unit lint house fuzz campaign simulate e2e quickstart contracts conformance differential sanitize tidy)
readonly kLongSuites=(differential_long asan_clang tsan tidy_all fuzz_campaign e2e_long coverage simulate_campaign benches)
# Unit tests and fuzz targets of rooms that decode bytes of strangers, and of the node: they also run under AddressSanitizer in every
# run. Those of the sockets and the tools do so with --long.
readonly kDecoderTests=(base crypto ledger/state ledger/chain_blocks ledger/chain_execution ledger/store consensus contracts p2p trade rpc
  node)
readonly kDecoderFuzz=(rlp json uint256 bn254 bn254_pairing keystore branch_change proof vm precompiles transaction ledger evidence consensus_message
  p2p_handshake p2p_frame p2p_router rpc_request peer_message)
readonly kFuzzSeconds=${DATAPACT_FUZZ_SECONDS:-60}

# --- help for suites ---------------------------------------------------------------------------------------------

# Configures a preset and builds targets of it (all when none are named).
build() {
  local preset=$1
  shift
  tools/configure "$preset"
  if [ $# = 0 ]; then set -- all; fi
  cmake --build "build/$preset" -j "$kJobs" --target "$@"
}

# run_ctest PRESET ARGUMENTS...: runs tests of a build and counts their cases.
run_ctest() {
  local preset=$1 junit=build/run/$suite.xml rc=0
  shift
  rm -f "$junit"
  ctest --test-dir "build/$preset" -j "$kJobs" --output-on-failure --no-tests=error --timeout 600 \
    --test-output-size-passed 1000000 --test-output-size-failed 1000000 --output-junit "$PWD/$junit" "$@" || rc=$?
  # shellcheck disable=SC2046 # three numbers
  count $(python3 tests/runner/count_ctest.py "$junit" "build/run/$suite.reports")
  return "$rc"
}

# C++ sources that changed since the branch left main, or in the last commit when this is main; with headers, the
# source of the same name or one that includes them. Fails when git cannot tell.
changed_sources() {
  local base path
  base=$(git merge-base HEAD origin/main 2>/dev/null) || base=$(git merge-base HEAD main 2>/dev/null) || base=
  if [ -z "$base" ] || [ "$base" = "$(git rev-parse HEAD)" ]; then
    base=$(git rev-parse --verify --quiet HEAD~1) || return 1
  fi
  { git diff --name-only --diff-filter=d "$base" -- '*.cpp' '*.hpp'; git ls-files --others --exclude-standard -- '*.cpp' '*.hpp'; } |
    while read -r path; do
      case "$path" in
        *.cpp) echo "$path" ;;
        *) if [ -f "${path%.hpp}.cpp" ]; then echo "${path%.hpp}.cpp"; else git grep -l -F "\"$path\"" -- '*.cpp' | head -n 1; fi ;;
      esac
    done | sort -u
}

# Points DATAPACT_FIXTURES at the unpacked public vectors, unpacking them once; fails when they are not on this machine.
find_fixtures() {
  local given=${DATAPACT_FIXTURES:-../shared/fixtures}
  if [ ! -d "$given/state_tests" ]; then
    [ -e "$given/ethereum.tar.zst" ] || return 1
    if [ ! -e build/fixtures/unpacked ]; then
      mkdir -p build/fixtures
      zstd -dc --long=27 "$given/ethereum.tar.zst" | tar x -C build/fixtures
      touch build/fixtures/unpacked
    fi
    given=$PWD/build/fixtures/fixtures
  fi
  DATAPACT_FIXTURES=$(realpath "$given")
  export DATAPACT_FIXTURES
}

# --- suites of every run -----------------------------------------------------------------------------------------

suite_build() { # the debug preset: g++ 12, warnings are errors
  build debug
  count 1 0
}

suite_unit() { # unit tests of every room
  build debug
  find_fixtures || echo "public vectors are not on this machine: unit tests that read them say so"
  run_ctest debug -L '^unit$'
}

suite_lint() { # layers, includes, shape, formatting, shell scripts
  build debug
  run_ctest debug -L '^lint$'
}

suite_house() { # the compiler and the lint refuse what they must
  build debug
  run_ctest debug -L '^house$'
}

suite_fuzz() { # kept fuzz corpora and seeded mutations, replayed
  build debug
  run_ctest debug -L '^fuzz$'
}

suite_campaign() { # 10,000 corrupted sales: verdicts of the client and of the contracts in our VM
  build debug
  run_ctest debug -L '^campaign$'
}

# simulate_scenarios FIRST COUNT: scenarios from seed FIRST on, on LevelDB; each is one case.
simulate_scenarios() {
  local log=build/run/$suite-$1.txt rc=0 clean
  tests/simulate --seed "$1" --count "$2" --jobs "$kJobs" | tee "$log" || rc=$?
  grep -q '^store: LevelDB' "$log"
  clean=$(grep -c '^seed .* 0 violations$' "$log" || true)
  count "$clean" $(($2 - clean))
  return "$rc"
}

suite_simulate() { # 1,000 simulated consortia, some twice to the same trace, and every known bug found again
  local first second
  simulate_scenarios 1 1000
  first=$(tests/simulate --seed 1 --count 20 --jobs "$kJobs" --quiet)
  second=$(tests/simulate --seed 1 --count 20 --jobs "$kJobs" --quiet)
  if [ "$first" != "$second" ]; then
    diff <(echo "$first") <(echo "$second") || true
    count 0 1
    return 1
  fi
  count 1 0
  tests/simulate --known-bugs
  count "$(grep -vc '^#' tests/sim/found.txt)" 0
}

suite_e2e() { # sales, disputes and bad input by the command line; the daemon killed at random instants; cast, ethers and viem against it and against anvil
  build debug
  run_ctest debug -L '^e2e$'
}

suite_quickstart() { # a real data set sold from nothing between separate processes, its evidence verified offline
  build debug datapact datapactd
  tools/quickstart --build build/debug
  count 1 0
}

suite_contracts() { # Solidity: artefacts and vectors reproducible, then forge's unit, fuzz and invariant tests
  local log=build/run/$suite.log rc=0
  bash contracts/tools/test || rc=$?
  # forge's summary: "Ran 9 test suites in 1.2s (3.4s CPU time): 120 tests passed, 0 failed, 0 skipped (120 total tests)"
  # shellcheck disable=SC2046 # three numbers
  count $(sed -n 's/.*: \([0-9]*\) tests passed, \([0-9]*\) failed, \([0-9]*\) skipped.*/\1 \2 \3/p' "$log" | grep . || echo 0 1 0)
  return "$rc"
}

suite_conformance() { # every kind of public test, where DATAPACT_FIXTURES has them; no count may fall
  local rc=0
  if ! find_fixtures; then
    skip "ethereum.tar.zst is neither in DATAPACT_FIXTURES nor in ../shared/fixtures"
    return
  fi
  tests/conformance --expected | tee "build/run/$suite.txt" || rc=$?
  # shellcheck disable=SC2046 # three numbers
  count $(tail -n 1 "build/run/$suite.txt" | sed -E 's/^([0-9]+) passed, ([0-9]+) failed, ([0-9]+) skipped$/\1 \2 \3/')
  return "$rc"
}

# differential_slice ARGUMENTS...: runs tests/ethereumjs/fuzz and counts its cases.
differential_slice() {
  local rc=0
  tests/ethereumjs/fuzz "$@" | tee "build/run/$suite.txt" || rc=$?
  # shellcheck disable=SC2046 # three numbers
  count $(tail -n 1 "build/run/$suite.txt" | sed -E 's/^([0-9]+) passed, ([0-9]+) failed, ([0-9]+) skipped$/\1 \2 \3/')
  return "$rc"
}

suite_differential() { # random programs and transactions: the ledger beside @ethereumjs/vm and anvil, fixed seeds
  differential_slice --seed 1 --cases 50
}

suite_sanitize() { # decoders under AddressSanitizer and UBSan of g++ 12
  local programs=("${kDecoderTests[@]//\//_}")
  find_fixtures || true
  build asan-gcc "${kDecoderFuzz[@]/#/fuzz_}" "${programs[@]/%/_tests}"
  run_ctest asan-gcc -R "^(fuzz\\.($(IFS='|'; echo "${kDecoderFuzz[*]}"))|unit\\.($(IFS='|'; echo "${kDecoderTests[*]}")))\$"
}

suite_tidy() { # clang-tidy 19 on what changed
  local sources
  if ! sources=$(changed_sources); then
    skip "git has no earlier commit to compare with"
    return
  fi
  cmake --preset tidy >/dev/null
  cmake --build build/tidy --target generated_sources
  tidy_sources build/tidy "$(comm -12 <(echo "$sources") <(tidy_known build/tidy))"
}

# --- suites of --long --------------------------------------------------------------------------------------------

suite_asan_clang() { # every unit test and corpus under clang 19's sanitizers
  find_fixtures || true
  build asan-clang
  run_ctest asan-clang -L '^(unit|fuzz)$'
}

suite_tsan() { # every unit test under ThreadSanitizer
  build tsan
  run_ctest tsan -L '^unit$'
}

# A unity build parses once what a room's sources all include, and clang-tidy looks at it once: a tenth of the time. The checks that
# look at nothing but the main file see each source by itself. Headers are only compiled: clang-tidy has seen them through the
# sources that include them.
suite_tidy_all() { # clang-tidy 19 on every source, and every public header compiled alone
  local rc=0 folder=build/tidy-unity rooms
  local main_file_only=misc-use-internal-linkage,misc-unused-using-decls
  cmake --preset tidy >/dev/null
  cmake --build build/tidy --target generated_sources
  cmake --preset tidy -B "$folder" -DCMAKE_UNITY_BUILD=ON >/dev/null
  cmake --build "$folder" --target generated_sources
  cp tests/.clang-tidy "$folder/tests/"
  rooms=$(sed -n "s/^HeaderFilterRegex: '(\(.*\)).*/\1/p" .clang-tidy)
  tidy_sources "$folder" "$(tidy_known "$folder" | grep -v '_verify_interface_header_sets/\|\.[cSs]$')" \
    --checks=-bugprone-suspicious-include --header-filter="($rooms|tests|bench)/.*\.[ch]pp$" || rc=1
  tidy_sources build/tidy "$(comm -12 <(git ls-files '*.cpp' ':!tests') <(tidy_known build/tidy))" \
    --checks="-*,misc-include-cleaner,$main_file_only" || rc=1
  tidy_sources build/tidy "$(comm -12 <(git ls-files 'tests/*.cpp') <(tidy_known build/tidy))" --checks="-*,$main_file_only" || rc=1
  build tidy all_verify_interface_header_sets
  count 1 0
  return "$rc"
}

suite_fuzz_campaign() { # libFuzzer on every decoder for DATAPACT_FUZZ_SECONDS each (60)
  local target name corpora failed=0
  build fuzz fuzz_targets
  ulimit -s 65536 # as in cmake/testing.cmake
  for target in $(find build/fuzz -type f -executable -name 'fuzz_*' | sort); do
    name=$(basename "$target" | sed 's/^fuzz_//')
    mkdir -p "build/fuzz-corpus/$name"
    corpora=("build/fuzz-corpus/$name")
    if [ -d "tests/fuzz/corpus/$name" ]; then corpora+=("tests/fuzz/corpus/$name"); fi
    if "$target" -max_total_time="$kFuzzSeconds" -timeout=20 -rss_limit_mb=2048 -verbosity=0 -print_final_stats=1 \
      -artifact_prefix="build/run/$name-" "${corpora[@]}"; then
      count 1 0
    else
      count 0 1
      failed=1
    fi
  done
  return "$failed"
}

suite_simulate_campaign() { # 20,000 simulated consortia from fresh seeds, and every known bug searched afresh
  simulate_scenarios $((RANDOM * 1000003 + RANDOM)) "${DATAPACT_SCENARIOS:-20000}"
  tests/simulate --hunt
  count "$(grep -vc '^#' tests/sim/found.txt)" 0
}

suite_e2e_long() { # seven validators under faults
  build debug
  run_ctest debug -L '^e2e_long$'
}

suite_differential_long() { # the same with 1,000 cases of fresh seeds, which are printed
  differential_slice --cases "${DATAPACT_DIFFERENTIAL_CASES:-1000}"
}

# Figures are to read, never to assert: here a bench passes when it measures what it should to its end.
suite_benches() { # every bench, each with as little work as it can do
  local bench failed=0 folder=build/optimized benches
  benches=(
    "bench/crypto_bench"
    "bench/precompile_bench --filter SHA-256"
    "bench/p2p_bench"
    "bench/node_bench"
    "bench/block_bench --accounts 10000 --blocks 2"
    "bench/trade_bench 8"
    "bench/devnet --runs 1"
    "bench/consensus --nodes 4 --delays 0"
  )
  if find_fixtures; then
    benches+=("bench/vm_bench --filter sha1_divs" "bench/worst_block_bench --filter ecrecover")
  else
    skip "the public vectors that vm_bench and worst_block_bench need are not here"
  fi
  tools/configure optimized -DDATAPACT_BUILD_BENCH=ON
  build optimized {crypto,precompile,vm,worst_block,p2p,node,trade,block}_bench finality_client datapact datapactd
  for bench in "${benches[@]}"; do
    echo "== $bench"
    read -ra bench <<<"$bench"
    # Scripts lie in the sources and are told the build.
    if [ -x "$folder/${bench[0]}" ]; then bench[0]=$folder/${bench[0]}; else bench=("${bench[0]}" "$folder" "${bench[@]:1}"); fi
    if "${bench[@]}"; then count 1 0; else
      count 0 1
      failed=1
    fi
  done
  return "$failed"
}

suite_coverage() { # lines and branches that unit tests and corpora reach
  local programs objects
  rm -rf build/coverage/profiles
  find_fixtures || true
  build coverage
  LLVM_PROFILE_FILE="$PWD/build/coverage/profiles/%p.profraw" run_ctest coverage -L '^(unit|fuzz)$'
  llvm-profdata-19 merge -sparse build/coverage/profiles/*.profraw -o build/coverage/all.profdata
  mapfile -t programs < <(find build/coverage -type f -executable \( -name '*_tests' -o -name 'fuzz_*' \) | sort)
  mapfile -t objects < <(printf -- '-object=%s\n' "${programs[@]:1}")
  llvm-cov-19 report "${programs[0]}" "${objects[@]}" -instr-profile=build/coverage/all.profdata \
    -ignore-filename-regex='(^|/)(tests|bench)/|^/usr/' | tee build/coverage/report.txt
}
