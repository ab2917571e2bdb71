#include "base/bytes.hpp"
#include "ledger/store/key_value_store.hpp"

#include <cstddef>
#include <optional>

namespace datapact::store {

void WriteBatch::put_joined(Parts key, Parts value) {
  Place place{.begin = bytes_.size(), .key_bytes = 0, .value_bytes = 0};
  for (const ByteView part : key) append(bytes_, part);
  place.key_bytes = bytes_.size() - place.begin;
  for (const ByteView part : value) append(bytes_, part);
  place.value_bytes = bytes_.size() - place.begin - place.key_bytes;
  writes_.push_back(place);
}

void WriteBatch::erase(ByteView key) {
  writes_.push_back({bytes_.size(), key.size(), std::nullopt});
  append(bytes_, key);
}

WriteBatch::Write WriteBatch::operator[](std::size_t index) const {
  const Place& place = writes_[index];
  const ByteView all = ByteView{bytes_}.subspan(place.begin);
  Write out{all.first(place.key_bytes), std::nullopt};
  if (place.value_bytes) out.value = all.subspan(place.key_bytes, *place.value_bytes);
  return out;
}

}  // namespace datapact::store
