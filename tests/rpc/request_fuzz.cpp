// Whatever the request is, each of its calls is answered once and the response is JSON.
#include "base/assert.hpp"
#include "tests/testkit/rpc/ask.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace datapact;
  static testkit::Desk desk;
  const std::string answer = desk.send(as_text({data, size}));
  INVARIANT(answer != "never answered");
  INVARIANT(answer.empty() || json::parse(answer).ok());
  return 0;
}
