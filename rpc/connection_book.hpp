#pragma once
// How many connections there are, in total and from each address. Thread contract: any thread.
#include "base/mutex.hpp"

#include <cstddef>
#include <map>
#include <string>

namespace datapact::rpc {

class ConnectionBook {
 public:
  ConnectionBook(std::size_t total_max, std::size_t per_address_max)
      : total_max_(total_max), per_address_max_(per_address_max) {}

  /// False when there is no room; otherwise the caller must call `leave` once.
  [[nodiscard]] bool enter(const std::string& address) {
    const Lock lock(mutex_);
    if (total_ >= total_max_) return false;
    std::size_t& count = per_address_[address];
    if (count >= per_address_max_) return false;
    ++count;
    ++total_;
    return true;
  }

  void leave(const std::string& address) {
    const Lock lock(mutex_);
    --total_;
    const auto found = per_address_.find(address);
    if (--found->second == 0) per_address_.erase(found);
  }

 private:
  const std::size_t total_max_;
  const std::size_t per_address_max_;
  Mutex mutex_;
  std::size_t total_ GUARDED_BY(mutex_) = 0;
  std::map<std::string, std::size_t> per_address_ GUARDED_BY(mutex_);
};

}  // namespace datapact::rpc
