#include "spool/Database.h"

#include <sys/stat.h>

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

namespace hookcast::spool {

namespace {

constexpr const char* kColumns = "seq, state, at, id, client, number, action, vhost, app, stream, url, next, asked, "
                                 "attempts, sent, received, ms, event, targets";

constexpr const char* kTables = R"(
CREATE TABLE events (seq INTEGER PRIMARY KEY, state INTEGER, at INTEGER, id TEXT, client TEXT, number INTEGER,
    action TEXT, vhost TEXT, app TEXT, stream TEXT, url TEXT, next INTEGER, asked INTEGER, attempts INTEGER,
    sent INTEGER, received INTEGER, ms INTEGER, event TEXT, targets TEXT);
CREATE INDEX owed ON events (url, attempts, seq) WHERE state = 2;
CREATE INDEX untold ON events (client, seq) WHERE state < 3;
PRAGMA user_version = 1;
)";

constexpr const char* kOwed = R"(
SELECT {} FROM events AS e WHERE state = 2 AND url = ?
AND NOT EXISTS (SELECT 1 FROM events AS f WHERE f.client = e.client AND f.seq < e.seq AND f.state < 3)
ORDER BY attempts, seq LIMIT ?)";

constexpr const char* kUpdate = R"(
UPDATE events SET state = coalesce(?, state), asked = max(asked, coalesce(?, 0)), sent = coalesce(?, sent),
    received = coalesce(?, received), ms = coalesce(?, ms), next = coalesce(?, next), url = coalesce(?, url),
    attempts = coalesce(?, attempts) WHERE seq = ?)";

void add(const WebhookTable::Gone& more, WebhookTable::Gone& gone) {
    gone.upTo = std::max(gone.upTo, more.upTo);
    gone.count += more.count;
}

} // namespace

/// Taken back unless it comes to its end.
class Database::Transaction {
  public:
    explicit Transaction(Database& database) : database_(database) { database_.execute("BEGIN IMMEDIATE"); }
    ~Transaction() {
        if (!isDone_) sqlite3_exec(database_.handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    void commit() {
        database_.execute("COMMIT");
        isDone_ = true;
    }

  private:
    Database& database_;
    bool isDone_ = false;
};

Database::Handle Database::open(const std::string& path) {
    sqlite3* made = nullptr;
    const int code =
        sqlite3_open_v2(path.c_str(), &made, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    Handle handle(made, &sqlite3_close);
    if (code != SQLITE_OK) throw DatabaseError(code, made == nullptr ? "no memory" : sqlite3_errmsg(made));
    return handle;
}

Database::Database(const std::string& path) : handle_(open(path)) {
    version_ = numberOf("PRAGMA user_version");
    if (isNewer()) return;
    execute("PRAGMA journal_mode = WAL");
    execute("PRAGMA synchronous = NORMAL");
    execute("PRAGMA journal_size_limit = 16777216");
    if (version_ == 0) {
        Transaction transaction(*this);
        execute(kTables);
        transaction.commit();
    }
    constexpr const char* kInsert = "INSERT OR {} INTO events ({}) VALUES (?{})";
    constexpr const char* kOthers = ",?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?";
    insert_ = std::make_unique<Statement>(*handle_, fmt::format(kInsert, "IGNORE", kColumns, kOthers));
    replace_ = std::make_unique<Statement>(*handle_, fmt::format(kInsert, "REPLACE", kColumns, kOthers));
    update_ = std::make_unique<Statement>(*handle_, kUpdate);
    owed_ = std::make_unique<Statement>(*handle_, fmt::format(kOwed, kColumns));
    webhooks_ = std::make_unique<WebhookTable>(*handle_);
}

void Database::execute(const std::string& sql) {
    const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) throw DatabaseError(code, sqlite3_errmsg(handle_.get()));
}

std::int64_t Database::numberOf(const std::string& sql) {
    Statement statement(*handle_, sql);
    return statement.step() ? statement.number() : 0;
}

std::uint64_t Database::lastSeq() {
    return std::max(static_cast<std::uint64_t>(numberOf("SELECT max(seq) FROM events")), webhooks_->lastSeq());
}

std::uint64_t Database::owedCount() {
    return static_cast<std::uint64_t>(numberOf("SELECT count(*) FROM events WHERE state < 3"));
}

void Database::follow(const ClockStep& step) {
    Transaction transaction(*this);
    const char* const isBefore = step.byMs > 0 ? "at <= ?" : "at > ?";
    for (const char* table : {"events", "webhook_events"}) {
        Statement update(*handle_, fmt::format("UPDATE {} SET at = at + ? WHERE {}", table, isBefore));
        update.bind(step.byMs).bind(step.byMs > 0 ? step.nowUnixMs - step.byMs : step.nowUnixMs).run();
    }
    transaction.commit();
}

void Database::write(const Pending& pending) {
    Transaction transaction(*this);
    for (const auto& [seq, row] : pending.rows()) insert(row, pending.isAdopted(seq));
    for (const auto& [seq, change] : pending.changes()) update(seq, change);
    webhooks_->write(pending.webhooks());
    transaction.commit();
}

void Database::insert(const Row& row, bool replaces) {
    Statement& insert = replaces ? *replace_ : *insert_;
    insert.bind(row.seq).bind(std::int64_t{static_cast<std::uint8_t>(row.state)}).bind(row.atUnixMs);
    insert.bind(row.id).bind(row.client).bind(row.clientNumber).bind(row.action).bind(row.vhost).bind(row.app);
    insert.bind(row.stream).bind(row.url).bind(row.next).bind(row.asked).bind(row.attempts);
    insert.bind(row.progress.sentBytes).bind(row.progress.receivedBytes).bind(row.progress.durationMs);
    insert.bind(row.event).bind(row.targets).run();
}

void Database::update(std::uint64_t seq, const Change& change) {
    const auto bind = [this](const auto& value) { // an optional or a pointer
        if (value)
            update_->bind(*value);
        else
            update_->bindNull();
    };
    std::optional<std::int64_t> state;
    if (change.state) state = static_cast<std::uint8_t>(*change.state);
    bind(state);
    bind(change.asked);
    const hooks::Progress* progress = change.progress ? &*change.progress : nullptr;
    bind(progress == nullptr ? nullptr : &progress->sentBytes);
    bind(progress == nullptr ? nullptr : &progress->receivedBytes);
    bind(progress == nullptr ? nullptr : &progress->durationMs);
    const Change::Next* next = change.next ? &*change.next : nullptr;
    bind(next == nullptr ? nullptr : &next->next);
    bind(next == nullptr ? nullptr : &next->url);
    bind(next == nullptr ? nullptr : &next->attempts);
    update_->bind(seq).run();
}

std::vector<Row> Database::rowsOf(Statement& select) {
    std::vector<Row> rows;
    while (select.step()) {
        Row row;
        row.seq = static_cast<std::uint64_t>(select.number());
        row.state = static_cast<State>(select.number());
        row.atUnixMs = select.number();
        row.id = select.text();
        row.client = select.text();
        row.clientNumber = static_cast<std::uint64_t>(select.number());
        row.action = select.text();
        row.vhost = select.text();
        row.app = select.text();
        row.stream = select.text();
        row.url = select.text();
        row.next = static_cast<std::uint32_t>(select.number());
        row.asked = static_cast<std::uint32_t>(select.number());
        row.attempts = static_cast<std::uint32_t>(select.number());
        row.progress.sentBytes = static_cast<std::uint64_t>(select.number());
        row.progress.receivedBytes = static_cast<std::uint64_t>(select.number());
        row.progress.durationMs = select.number();
        row.event = select.text();
        row.targets = select.text();
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<Row> Database::owed(const std::string& url, std::size_t most) {
    return rowsOf(owed_->bind(url).bind(std::uint64_t{most}));
}

std::map<std::string, std::size_t> Database::owedUrls() {
    Statement statement(*handle_, "SELECT url, count(*) FROM events WHERE state = 2 GROUP BY url");
    std::map<std::string, std::size_t> urls;
    while (statement.step()) {
        std::string url = statement.text();
        urls[std::move(url)] = static_cast<std::size_t>(statement.number());
    }
    return urls;
}

std::vector<Row> Database::untold(std::size_t most) {
    Statement statement(*handle_, fmt::format("SELECT {} FROM events WHERE state < 3 ORDER BY seq LIMIT ?", kColumns));
    return rowsOf(statement.bind(std::uint64_t{most}));
}

Statement Database::select(const std::string& what, const std::string& also, const std::string& order,
                           const hooks::SpoolQuery& query) {
    std::string sql = fmt::format("{} WHERE seq > ? AND at >= ?{}", what, also);
    if (query.untilUnixMs != 0) sql += " AND at < ?";
    if (!query.stream.empty()) sql += " AND (stream = ? OR vhost || '/' || app || '/' || stream = ?)";
    if (!query.client.empty()) sql += " AND client = ?";
    Statement statement(*handle_, sql + order);
    statement.bind(query.after).bind(query.sinceUnixMs);
    if (query.untilUnixMs != 0) statement.bind(query.untilUnixMs);
    if (!query.stream.empty()) statement.bind(query.stream).bind(query.stream);
    if (!query.client.empty()) statement.bind(query.client);
    return statement;
}

std::vector<Row> Database::read(const hooks::SpoolQuery& query) {
    Statement statement = select(fmt::format("SELECT {} FROM events", kColumns), "",
                                 fmt::format(" ORDER BY seq LIMIT {}", query.most), query);
    return rowsOf(statement);
}

std::size_t Database::replay(const hooks::SpoolQuery& query) {
    Statement statement = select("UPDATE events SET state = 2, attempts = 0, next = 0, "
                                 "url = json_extract(targets, '$[0].url')",
                                 " AND state IN (4, 5)", "", query);
    statement.run();
    return static_cast<std::size_t>(sqlite3_changes(handle_.get()));
}

std::size_t Database::endLife(std::uint64_t before, const std::function<std::unique_ptr<Row>(const Row&)>& end) {
    Transaction transaction(*this);
    Statement owe(*handle_, "UPDATE events SET state = 2 WHERE state = 1 AND seq < ?");
    owe.bind(before).run();
    constexpr std::uint64_t kAtOnce = 500;
    Statement openings(*handle_, fmt::format("SELECT {} FROM events WHERE state = 3 AND seq < ? ORDER BY seq DESC "
                                             "LIMIT ?",
                                             kColumns));
    Change ended;
    ended.state = State::Ended;
    std::size_t told = 0;
    while (true) {
        const std::vector<Row> rows = rowsOf(openings.bind(before).bind(kAtOnce));
        if (rows.empty()) break;
        for (const Row& row : rows) {
            if (const std::unique_ptr<Row> closing = end(row)) {
                insert(*closing);
                ++told;
            }
            update(row.seq, ended);
        }
        before = rows.back().seq;
    }
    transaction.commit();
    return told;
}

std::uint64_t Database::usedBytes() {
    const std::int64_t pages = numberOf("PRAGMA page_count") - numberOf("PRAGMA freelist_count");
    return static_cast<std::uint64_t>(pages * numberOf("PRAGMA page_size"));
}

Database::Removed Database::prune(std::int64_t sinceUnixMs, std::uint64_t mostBytes, bool& isDone) {
    static constexpr int kAtOnce = 1000;
    const auto remove = [this](const std::string& which, std::int64_t before) {
        Statement statement(*handle_, fmt::format("DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE {} "
                                                  "ORDER BY seq LIMIT {}) AND at < ?",
                                                  which, kAtOnce));
        statement.bind(before).run();
        return static_cast<std::size_t>(sqlite3_changes(handle_.get()));
    };
    constexpr const char* kHistory = "state > 3";
    constexpr const char* kUntold = "state < 3";
    constexpr std::int64_t kAny = std::numeric_limits<std::int64_t>::max();
    constexpr const char* kOldestUntold =
        "SELECT coalesce((SELECT at FROM events WHERE state < 3 ORDER BY seq LIMIT 1), "
        "9223372036854775807)";
    Transaction transaction(*this);
    Removed removed{remove(kHistory, sinceUnixMs), remove(kUntold, sinceUnixMs),
                    webhooks_->prune(sinceUnixMs, kAtOnce)};
    if (usedBytes() > mostBytes) {
        const std::size_t history = remove(kHistory, kAny);
        removed.history += history;
        // Then the oldest of all that has still to be told.
        if (history == 0 && webhooks_->oldestUnixMs() < numberOf(kOldestUntold))
            for (const auto& [webhook, gone] : webhooks_->prune(kAny, kAtOnce)) add(gone, removed.webhooks[webhook]);
        else if (history == 0)
            removed.owed += remove(kUntold, kAny);
        if (history == 0 && removed.owed == 0 && removed.webhooks.empty()) removed.owed += remove("1", kAny);
    }
    transaction.commit();
    isDone = removed.history + removed.owed == 0 && removed.webhooks.empty();
    return removed;
}

} // namespace hookcast::spool
