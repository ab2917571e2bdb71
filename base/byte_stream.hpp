#pragma once
// Where large data comes from and goes to, so that the trade reads no files itself.
#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <string>

namespace datapact {

/// What the environment said when a read or write failed.
struct StreamError {
  std::string message;   ///< in words: path and reason
  bool is_full = false;  ///< no space is left, or the quota or size limit is reached
};

/// Random access to a byte string of known length. Concurrent reads are allowed.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  [[nodiscard]] virtual std::uint64_t size() const = 0;
  /// Fills `out` from `offset`; the range must lie within size(). A short read is an error.
  [[nodiscard]] virtual Result<void, StreamError> read_at(std::uint64_t offset,
                                                          MutableBytes out) const = 0;
};

/// Writes at any offset; the highest byte written gives the length. Concurrent writes to disjoint
/// ranges are allowed.
class ByteSink {
 public:
  virtual ~ByteSink() = default;
  [[nodiscard]] virtual Result<void, StreamError> write_at(std::uint64_t offset, ByteView data) = 0;
};

/// A view as a source; the bytes must outlive it.
class ViewSource final : public ByteSource {
 public:
  explicit ViewSource(ByteView bytes) noexcept : data_(bytes.data()), size_(bytes.size()) {}
  [[nodiscard]] std::uint64_t size() const override { return size_; }
  [[nodiscard]] Result<void, StreamError> read_at(std::uint64_t offset,
                                                  MutableBytes out) const override;

 private:
  const std::uint8_t* data_;
  std::size_t size_;
};

/// Grows a byte string in memory. Not for concurrent writers.
class BytesSink final : public ByteSink {
 public:
  [[nodiscard]] Result<void, StreamError> write_at(std::uint64_t offset, ByteView data) override;
  [[nodiscard]] const Bytes& bytes() const noexcept { return bytes_; }

 private:
  Bytes bytes_;
};

}  // namespace datapact
