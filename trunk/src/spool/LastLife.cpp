#include "spool/LastLife.h"

#include "spool/EventText.h"
#include "spool/Record.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace hookcast::spool {

namespace {

constexpr const char* kServerRestart = "server_restart";

} // namespace

void LastLife::take(Database& database, Journal& journal) {
    Pending left = readJournal(journal);
    if (!left.isEmpty()) database.write(left);
    // A clock that has been set back must not give numbers again.
    const std::uint64_t begin = std::max(numbers_.load(), database.lastSeq() + 1);
    numbers_ = begin;
    const std::size_t ended = database.endLife(begin, [this](const Row& opening) { return endOf(opening); });
    journal.clear();
    const std::uint64_t owed = database.owedCount();
    if (const std::size_t events = database.webhooks().count(); events > 0)
        log_.trace("spool", "{} events of the last life are still to be posted by webhooks", events);
    if (owed > 0)
        log_.trace("spool", "{} events of the last life are still to be told, {} of them by {}", owed, ended,
                   kServerRestart);
}

Pending LastLife::readJournal(const Journal& journal) const {
    Pending pending;
    journal.forEach([&](std::string_view text) {
        base::Result<Record> record = parseRecord(text);
        if (record)
            add(record.take(), pending);
        else
            log_.error("spool", "a record of the journal cannot be read, and is lost: {}", record.error().message);
    });
    return pending;
}

/// Null where nobody is to be told.
std::unique_ptr<Row> LastLife::endOf(const Row& opening) {
    base::Result<hooks::HookEvent> event = parseEvent(opening.event);
    base::Result<hooks::KeptTargets> targets = parseTargets(opening.targets);
    if (!event || !targets || !hooks::isOpening(event.value().action())) {
        log_.error("spool", "event {} cannot be read, and is lost", opening.seq);
        return nullptr;
    }
    std::erase_if(targets.value(), [&opening](const auto& target) { return target.from > opening.asked; });
    if (targets.value().empty()) return nullptr;
    hooks::Closing closing;
    closing.reason = kServerRestart;
    closing.sentBytes = opening.progress.sentBytes;
    closing.receivedBytes = opening.progress.receivedBytes;
    closing.durationMs = opening.progress.durationMs;
    return std::make_unique<Row>(rowOf(numbers_.fetch_add(1), State::Owed, nowUnixMs_,
                                       hooks::endOf(event.take(), std::move(closing)), targets.value()));
}

} // namespace hookcast::spool
