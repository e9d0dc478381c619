#pragma once

#include "hooks/Spool.h"
#include "spool/Row.h"
#include "spool/Statement.h"
#include "spool/WebhookTable.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::spool {

/// The kept events in a file of SQLite's, with a log of what is being written beside it (WAL). One thread. Everything
/// throws DatabaseError.
class Database {
  public:
    /// Of the tables. A file with a higher one is a newer server's.
    static constexpr std::int64_t kVersion = 1;

    /// Makes it where there is none.
    explicit Database(const std::string& path);

    bool isNewer() const { return version_ > kVersion; }

    std::uint64_t lastSeq();

    /// All of it or nothing. A row that is there already stays as it is, unless it was adopted.
    void write(const Pending& pending);

    /// See hooks::Spool::readOwed().
    std::vector<Row> owed(const std::string& url, std::size_t most);
    std::map<std::string, std::size_t> owedUrls();

    /// The oldest rows that are still to be told.
    std::vector<Row> untold(std::size_t most);

    std::vector<Row> read(const hooks::SpoolQuery& query);
    std::size_t replay(const hooks::SpoolQuery& query);

    /// What an earlier life was telling is owed; its openings are taken one by one, the newest first, and `end` says
    /// what row, if any, tells of the end. `before`: numbers of this life begin there.
    std::size_t endLife(std::uint64_t before, const std::function<std::unique_ptr<Row>(const Row&)>& end);

    struct Removed {
        std::size_t history = 0;
        std::size_t owed = 0;
        std::map<std::string, WebhookTable::Gone> webhooks;
    };
    /// Rows from before `sinceUnixMs`, and the oldest while there are more than `mostBytes`, history first. A part of
    /// them, where there are many: `isDone` says whether that was all.
    Removed prune(std::int64_t sinceUnixMs, std::uint64_t mostBytes, bool& isDone);

    void follow(const ClockStep& step);

    std::uint64_t owedCount();

    /// Only after it is known that it is not newer.
    WebhookTable& webhooks() { return *webhooks_; }

  private:
    using Handle = std::unique_ptr<sqlite3, int (*)(sqlite3*)>;
    class Transaction;

    static Handle open(const std::string& path);
    void execute(const std::string& sql);
    std::int64_t numberOf(const std::string& sql);
    std::uint64_t usedBytes();
    void insert(const Row& row, bool replaces = false);
    void update(std::uint64_t seq, const Change& change);
    std::vector<Row> rowsOf(Statement& select);
    Statement select(const std::string& what, const std::string& also, const std::string& order,
                     const hooks::SpoolQuery& query);

    // owned; the statements die before the handle
    Handle handle_;
    std::int64_t version_ = 0;
    std::unique_ptr<Statement> insert_;
    std::unique_ptr<Statement> replace_;
    std::unique_ptr<Statement> update_;
    std::unique_ptr<Statement> owed_;
    std::unique_ptr<WebhookTable> webhooks_;
};

} // namespace hookcast::spool
