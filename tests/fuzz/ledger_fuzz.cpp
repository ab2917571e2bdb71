// The first byte chooses a decoder of the ledger; the rest is its input. Whatever decodes encodes
// to the same bytes: there is one encoding of each value.
#include "ledger/chain/block.hpp"
#include "ledger/chain/seal.hpp"
#include "ledger/store/block_tables.hpp"
#include "ledger/store/vote_journal.hpp"

namespace {

using namespace datapact;

void check_same(ByteView input, const Bytes& encoded) { INVARIANT(equal(input, encoded)); }

void decode(std::uint8_t choice, ByteView input) {
  switch (choice % 6) {
    case 0:
      if (const auto txn = chain::decode_transaction(input)) check_same(input, encode(*txn));
      return;
    case 1:
      if (const auto block = chain::decode_block(input)) check_same(input, encode(*block));
      return;
    case 2:
      if (const auto extra = chain::decode_extra(input)) check_same(input, encode(*extra));
      return;
    case 3:
      if (const auto receipt = chain::decode_receipt(input)) check_same(input, encode(*receipt));
      return;
    case 4:
      if (const auto block = store::decode_stored_block(input)) {
        check_same(input, store::encode_stored_block(*block));
      }
      return;
    default:
      if (const auto vote = store::decode_vote_record(input)) {
        check_same(input.first(vote->size), store::encode(vote->record));
      }
      return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  decode(data[0], ByteView{data, size}.subspan(1));
  return 0;
}
