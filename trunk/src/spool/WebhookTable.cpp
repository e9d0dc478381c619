#include "spool/WebhookTable.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

namespace hookcast::spool {

namespace {

constexpr const char* kTables = R"(
CREATE TABLE IF NOT EXISTS webhook_events (seq INTEGER PRIMARY KEY, at INTEGER, webhook TEXT, text TEXT);
CREATE INDEX IF NOT EXISTS of_webhook ON webhook_events (webhook, seq);
CREATE TABLE IF NOT EXISTS webhook_batches (webhook TEXT PRIMARY KEY, last INTEGER);
)";

sqlite3& withTables(sqlite3& database) {
    const int code = sqlite3_exec(&database, kTables, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) throw DatabaseError(code, sqlite3_errmsg(&database));
    return database;
}

} // namespace

WebhookTable::WebhookTable(sqlite3& database)
    : database_(withTables(database)),
      insert_(database, "INSERT OR IGNORE INTO webhook_events (seq, at, webhook, text) VALUES (?,?,?,?)"),
      remove_(database, "DELETE FROM webhook_events WHERE seq = ?"),
      mark_(database, "INSERT OR REPLACE INTO webhook_batches (webhook, last) VALUES (?,?)") {}

void WebhookTable::write(const WebhookPending& pending) {
    for (const auto& [seq, row] : pending.rows())
        insert_.bind(row.seq).bind(row.atUnixMs).bind(row.webhook).bind(*row.text).run();
    for (const hooks::SpoolNumber seq : pending.removed()) remove_.bind(seq).run();
    for (const auto& [webhook, last] : pending.batches()) mark_.bind(webhook).bind(last).run();
}

WebhookTable::Left WebhookTable::read(const std::string& webhook, hooks::SpoolNumber before, std::size_t most) {
    Left left;
    Statement select(database_, "SELECT seq, at, text FROM webhook_events WHERE webhook = ? AND seq < ? "
                                "ORDER BY seq DESC LIMIT ?");
    select.bind(webhook).bind(before).bind(std::uint64_t{most});
    while (select.step()) {
        const auto seq = static_cast<hooks::SpoolNumber>(select.number());
        const std::int64_t atUnixMs = select.number();
        left.rows.push_back({seq, atUnixMs, webhook, std::make_shared<const std::string>(select.text())});
    }
    std::ranges::reverse(left.rows);
    if (left.rows.empty()) return left;
    Statement remove(database_, "DELETE FROM webhook_events WHERE webhook = ? AND seq < ?");
    remove.bind(webhook).bind(left.rows.front().seq).run();
    left.tooMany = static_cast<std::size_t>(sqlite3_changes(&database_));
    Statement batch(database_, "SELECT last FROM webhook_batches WHERE webhook = ?");
    if (batch.bind(webhook).step()) left.batch = static_cast<hooks::SpoolNumber>(batch.number());
    return left;
}

hooks::SpoolNumber WebhookTable::lastSeq() {
    Statement statement(database_, "SELECT max(seq) FROM webhook_events");
    return statement.step() ? static_cast<hooks::SpoolNumber>(statement.number()) : 0;
}

std::size_t WebhookTable::count() {
    Statement statement(database_, "SELECT count(*) FROM webhook_events");
    return statement.step() ? static_cast<std::size_t>(statement.number()) : 0;
}

std::int64_t WebhookTable::oldestUnixMs() {
    Statement statement(database_, "SELECT at FROM webhook_events ORDER BY seq LIMIT 1");
    return statement.step() ? statement.number() : std::numeric_limits<std::int64_t>::max();
}

std::map<std::string, WebhookTable::Gone> WebhookTable::prune(std::int64_t untilUnixMs, std::size_t most) {
    Statement select(database_, "SELECT webhook, max(seq), count(*) FROM (SELECT webhook, seq, at FROM webhook_events "
                                "ORDER BY seq LIMIT ?) WHERE at < ? GROUP BY webhook");
    select.bind(std::uint64_t{most}).bind(untilUnixMs);
    std::map<std::string, Gone> gone;
    while (select.step()) {
        std::string webhook = select.text();
        const auto upTo = static_cast<hooks::SpoolNumber>(select.number());
        gone[std::move(webhook)] = {upTo, static_cast<std::size_t>(select.number())};
    }
    Statement remove(database_, "DELETE FROM webhook_events WHERE webhook = ? AND seq <= ?");
    for (auto& [webhook, its] : gone) {
        remove.bind(webhook).bind(its.upTo).run();
        its.count = static_cast<std::size_t>(sqlite3_changes(&database_));
    }
    return gone;
}

} // namespace hookcast::spool
