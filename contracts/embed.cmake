# cmake -DNAME=Governance -DIN=artifacts/Governance.json -DOUT=governance_artifact.cpp -P embed.cmake
file(READ "${IN}" hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
file(WRITE "${OUT}" "#include \"contracts/embedded_artifacts.hpp\"
namespace datapact::contracts::embedded {
namespace {
constexpr std::uint8_t k${NAME}Bytes[] = {${bytes}};
}
const ByteView k${NAME}{k${NAME}Bytes};
}  // namespace datapact::contracts::embedded
")
