// A card as JSON text from whoever hands it over. What is read says the same when it is written and
// read again; what is not is refused with a reason.
#include "base/assert.hpp"
#include "base/json.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/network/node_card.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace datapact;
  const auto document = json::parse({reinterpret_cast<const char*>(data), size});
  if (!document.has_value()) return 0;
  try {
    const auto card = tools::read_card(*document, "card");
    const auto again = json::parse(json::to_text(card.document));
    INVARIANT(again.has_value());
    const auto same = tools::read_card(*again, "card");
    INVARIANT(same.name == card.name);
    INVARIANT(same.validator == card.validator);
    INVARIANT(same.peer() == card.peer());
  } catch (const tools::CliError& error) {
    INVARIANT(!error.message().empty());
  }
  return 0;
}
