#pragma once

#include "base/Log.h"
#include "spool/Database.h"
#include "spool/Journal.h"

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace hookcast::spool {

/// What a server has left that has ended, however that was.
class LastLife {
  public:
    /// `numbers`: where those of this life begin.
    LastLife(std::atomic<std::uint64_t>& numbers, std::int64_t nowUnixMs, base::Log& log)
        : numbers_(numbers), nowUnixMs_(nowUnixMs), log_(log) {}

    /// Puts what the journal still has into the database, leaves to readOwed() what that life was telling, and ends its
    /// openings. Throws std::exception; then all may be tried again.
    void take(Database& database, Journal& journal);

  private:
    Pending readJournal(const Journal& journal) const;
    std::unique_ptr<Row> endOf(const Row& opening);

    // given
    std::atomic<std::uint64_t>& numbers_;
    std::int64_t nowUnixMs_;
    base::Log& log_;
};

} // namespace hookcast::spool
