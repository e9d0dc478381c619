#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

namespace hookcast::visits {

/// The numbers of clients: each is given once. Any thread.
class ClientNumbers {
  public:
    /// So many are announced at a time.
    static constexpr std::uint64_t kBlock = 10'000;

    /// Told that numbers up to `upTo` may be given from now on; on the thread that asks for a number, once for many.
    using Announce = std::function<void(std::uint64_t upTo)>;

    /// The next one is the one behind `last`.
    explicit ClientNumbers(std::uint64_t last = 0, Announce announce = {});
    ClientNumbers(const ClientNumbers&) = delete;
    ClientNumbers& operator=(const ClientNumbers&) = delete;

    std::uint64_t next();

    /// The last one that was given.
    std::uint64_t last() const { return last_; }

  private:
    // given
    Announce announce_;
    // state
    std::atomic<std::uint64_t> last_;
    std::atomic<std::uint64_t> announced_;
};

} // namespace hookcast::visits
