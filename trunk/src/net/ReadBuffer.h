#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace hookcast::net {

/// The memory that all connections of a loop read into, one at a time: who has read keeps it until what came in is
/// dealt with. Loop thread only.
class ReadBuffer {
  public:
    /// The use of the buffer, until its death.
    class Lease {
      public:
        Lease(Lease&& other) noexcept : buffer_(std::exchange(other.buffer_, nullptr)) {}
        Lease& operator=(Lease&&) = delete;
        ~Lease() {
            if (buffer_ != nullptr) buffer_->isLeased_ = false;
        }

        std::span<std::uint8_t> bytes() const { return buffer_->bytes_; }

      private:
        friend class ReadBuffer;
        explicit Lease(ReadBuffer& buffer) : buffer_(&buffer) { buffer.isLeased_ = true; }

        ReadBuffer* buffer_;
    };

    explicit ReadBuffer(std::size_t sizeBytes) : bytes_(sizeBytes) {}
    ReadBuffer(const ReadBuffer&) = delete;
    ReadBuffer& operator=(const ReadBuffer&) = delete;

    bool isLeased() const { return isLeased_; }

    /// Only when nobody else has it.
    Lease lease() { return Lease(*this); }

  private:
    std::vector<std::uint8_t> bytes_;
    bool isLeased_ = false;
};

} // namespace hookcast::net
