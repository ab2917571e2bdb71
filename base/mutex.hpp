#pragma once
// A mutex whose guarded members Clang checks (-Wthread-safety). Prefer handing over values to
// locking.
#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define DATAPACT_THREAD_ATTRIBUTE_(x) __attribute__((x))
#else
#define DATAPACT_THREAD_ATTRIBUTE_(x)
#endif
#define GUARDED_BY(mutex) DATAPACT_THREAD_ATTRIBUTE_(guarded_by(mutex))
#define REQUIRES_LOCK(mutex) DATAPACT_THREAD_ATTRIBUTE_(requires_capability(mutex))

namespace datapact {

class DATAPACT_THREAD_ATTRIBUTE_(capability("mutex")) Mutex {
 public:
  void lock() DATAPACT_THREAD_ATTRIBUTE_(acquire_capability()) { mutex_.lock(); }
  void unlock() DATAPACT_THREAD_ATTRIBUTE_(release_capability()) { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

/// Holds a Mutex for its scope.
class DATAPACT_THREAD_ATTRIBUTE_(scoped_lockable) Lock {
 public:
  explicit Lock(Mutex& mutex) DATAPACT_THREAD_ATTRIBUTE_(acquire_capability(mutex))
      : mutex_(mutex) {
    mutex_.lock();
  }
  ~Lock() DATAPACT_THREAD_ATTRIBUTE_(release_capability()) { mutex_.unlock(); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
  Lock(Lock&&) = delete;
  Lock& operator=(Lock&&) = delete;

 private:
  Mutex& mutex_;
};

/// Waits while a Mutex is held (std::condition_variable_any over Mutex).
using Condition = std::condition_variable_any;

}  // namespace datapact
