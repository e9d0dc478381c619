#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::base {

/// Which of the lines that anybody can cause, as often as he likes, are written: of each address and reason the first,
/// and then how many there were, each ten seconds. Bounded: what has no room of its own is counted together. Not for
/// two threads at one time.
class RepeatedLines {
  public:
    static constexpr std::int64_t kPeriodMs = 10'000;
    static constexpr std::size_t kEntries = 1024;
    static constexpr std::size_t kReasonsPerAddress = 16;

    /// Whether the line is to be written; else it is counted.
    bool admit(const std::string& address, const std::string& reason, std::int64_t nowMs);

    struct HeldBack {
        std::string address; ///< empty: of several
        std::string reason;  ///< empty: of several
        std::uint64_t count = 0;
    };

    /// What was held back of those whose period is over.
    std::vector<HeldBack> due(std::int64_t nowMs);

  private:
    struct Entry {
        std::int64_t sinceMs = 0;
        std::uint64_t count = 0; ///< held back
    };
    using Key = std::pair<std::string, std::string>; ///< address and reason

    Key keyFor(const std::string& address, const std::string& reason) const;

    // state
    std::map<Key, Entry> entries_;
};

} // namespace hookcast::base
