#pragma once

#include "spool/Statement.h"
#include "spool/WebhookRow.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace hookcast::spool {

/// The events of webhooks in the spool's database. As Database: one thread, and everything throws DatabaseError.
class WebhookTable {
  public:
    /// Makes its tables where there are none. An older server does not mind them.
    explicit WebhookTable(sqlite3& database);

    void write(const WebhookPending& pending);

    /// What one webhook has left, of numbers below `before`.
    struct Left {
        std::vector<WebhookRow> rows; ///< the newest, by their number
        hooks::SpoolNumber batch = 0; ///< those up to here have been sent as one batch; 0: none
        std::size_t tooMany = 0;      ///< older ones, which are gone now
    };
    Left read(const std::string& webhook, hooks::SpoolNumber before, std::size_t most);

    hooks::SpoolNumber lastSeq();
    std::size_t count();

    /// When the oldest came; a time that never comes where there is none.
    std::int64_t oldestUnixMs();

    /// How many events of a webhook are gone, and that all up to a number are.
    struct Gone {
        hooks::SpoolNumber upTo = 0;
        std::size_t count = 0;
    };
    /// Removes those from before `untilUnixMs`, the oldest first and no more than `most`.
    std::map<std::string, Gone> prune(std::int64_t untilUnixMs, std::size_t most);

  private:
    // given
    sqlite3& database_;
    // owned
    Statement insert_;
    Statement remove_;
    Statement mark_;
};

} // namespace hookcast::spool
