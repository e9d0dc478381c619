#include "spool/DiskSpool.h"

#include "base/Secrets.h"
#include "spool/EventText.h"
#include "spool/Files.h"
#include "spool/LastLife.h"
#include "spool/Record.h"

#include <cstdlib>
#include <deque>
#include <exception>
#include <filesystem>
#include <map>
#include <utility>

namespace hookcast::spool {

namespace {

constexpr std::int64_t kMaintenanceMs = 2000;

hooks::SpoolEntry entryOf(const Row& row) {
    hooks::SpoolEntry entry{row.seq,    row.id,     row.atUnixMs,     row.action, row.vhost, row.app,
                            row.stream, row.client, row.clientNumber, {},         {},        row.attempts};
    if (const auto targets = parseTargets(row.targets))
        for (const hooks::KeptTarget& target : targets.value()) entry.urls.push_back(base::maskSecrets(target.url));
    entry.state = nameOf(row.state);
    return entry;
}

} // namespace

DiskSpool::DiskSpool(Terms terms, const base::Clock& clock, base::Log& log)
    : clock_(clock), log_(log), terms_(std::move(terms)), aheadMs_(clock.unixMs() - clock.monotonicMs()),
      mostBytes_(terms_.mostBytes), keepMs_(terms_.keepMs), inbox_(terms_.mostRows) {
    nextNumber_ = static_cast<std::uint64_t>(clock_.unixUs());
    if (!terms_.path.empty() && (terms_.isNeeded || std::filesystem::exists(terms_.path + ".db"))) openFiles();
    thread_ = std::thread([this] { run(); });
}

DiskSpool::~DiskSpool() {
    stop();
}

void DiskSpool::listen(Listener listener) {
    inbox_.post([this, listener = std::move(listener)]() mutable {
        listener_ = std::move(listener);
        if (!whyLost_.empty() && !isAwaited()) listener_.onLost(whyLost_);
    });
}

void DiskSpool::setBounds(std::uint64_t mostBytes, std::int64_t keepMs) {
    mostBytes_ = mostBytes;
    keepMs_ = keepMs;
}

void DiskSpool::stop() {
    inbox_.stop();
    if (thread_.joinable()) thread_.join();
}

// What is given.

hooks::SpoolNumber DiskSpool::open(const hooks::HookEvent& opening, const hooks::KeptTargets& closings,
                                   std::uint32_t asked) {
    Row row = rowOf(newNumber(), State::Open, clock_.unixMs(), opening, closings);
    row.asked = asked;
    return keep(std::move(row), 0);
}

hooks::SpoolNumber DiskSpool::owe(const hooks::HookEvent& event, const hooks::KeptTargets& targets,
                                  hooks::SpoolNumber opening) {
    return keep(rowOf(newNumber(), State::Telling, clock_.unixMs(), event, targets), opening);
}

hooks::SpoolNumber DiskSpool::keep(Row row, hooks::SpoolNumber opening) {
    const std::string text = terms_.path.empty() ? std::string() : recordText(row, opening);
    const hooks::SpoolNumber number = row.seq;
    Record record;
    record.row = std::move(row);
    record.opening = opening;
    if (inbox_.keep(text, [&record](Pending& pending) { add(std::move(record), pending); })) return number;
    ++dropped_;
    return 0;
}

void DiskSpool::askFurther(hooks::SpoolNumber opening, std::uint32_t asked) {
    if (opening == 0) return;
    Record record;
    record.opening = opening;
    record.asked = asked;
    inbox_.change(recordText(opening, asked), [&record](Pending& pending) { add(std::move(record), pending); });
}

void DiskSpool::change(hooks::SpoolNumber number, const Change& change) {
    if (number != 0) inbox_.change({}, [&](Pending& pending) { pending.change(number, change); });
}

void DiskSpool::note(hooks::SpoolNumber opening, const hooks::Progress& progress) {
    Change noted;
    noted.progress = progress;
    change(opening, noted);
}

/// In the journal, too: another row may stand for it by now, and the end would be told twice.
void DiskSpool::forget(hooks::SpoolNumber opening) {
    if (opening == 0) return;
    Record record;
    record.opening = opening;
    inbox_.change(recordText(opening, 0), [&record](Pending& pending) { add(std::move(record), pending); });
}

void DiskSpool::leave(hooks::SpoolNumber number, std::uint32_t next, const std::string& url, std::uint32_t attempts) {
    Change left;
    left.state = State::Owed;
    left.next = Change::Next{next, url, attempts};
    change(number, left);
}

void DiskSpool::settle(hooks::SpoolNumber number, bool isTold) {
    Change settled;
    settled.state = isTold ? State::Told : State::Lost;
    change(number, settled);
}

hooks::SpoolFigures DiskSpool::figures() const {
    return {isOnDisk_, owed_, dropped_};
}

// What webhooks give.

hooks::SpoolNumber DiskSpool::keepEvent(const std::string& webhook, std::shared_ptr<const std::string> text) {
    WebhookRow row{newNumber(), clock_.unixMs(), webhook, std::move(text)};
    const hooks::SpoolNumber number = row.seq;
    const std::string record = recordText(row);
    const bool isKept = inbox_.keep(record, [&row](Pending& pending) { pending.webhooks().add(std::move(row)); });
    return isKept ? number : 0;
}

void DiskSpool::removeEvents(const std::vector<hooks::SpoolNumber>& numbers) {
    inbox_.change({}, [&numbers](Pending& pending) {
        for (const hooks::SpoolNumber number : numbers)
            if (number != 0) pending.webhooks().remove(number);
    });
}

void DiskSpool::markBatch(const std::string& webhook, hooks::SpoolNumber last) {
    if (last == 0) return;
    inbox_.change(recordText(WebhookRow{last, 0, webhook, nullptr}),
                  [&](Pending& pending) { pending.webhooks().mark(webhook, last); });
}

void DiskSpool::readEvents(const std::string& webhook, hooks::SpoolNumber before, std::size_t most,
                           Then<std::optional<WebhookTable::Left>> then) {
    inbox_.post([this, webhook, before, most, then = std::move(then)] {
        std::optional<WebhookTable::Left> left;
        guarded([&](Database& database) { left = database.webhooks().read(webhook, before, most); });
        if (left && left->tooMany > 0) noteWebhookLost(webhook, left->tooMany);
        then(std::move(left));
    });
}

// What is asked: by a task of the thread, behind what has been given.

/// Reads from the database, unless that fails or there is none.
template <typename Read>
void DiskSpool::guarded(Read read) {
    try {
        if (database_ != nullptr) read(*database_);
    } catch (const std::exception& e) {
        lose(e.what());
    }
}

void DiskSpool::readOwed(const std::string& url, std::size_t most, Then<std::vector<hooks::OwedEvent>> then) {
    inbox_.post([this, url, most, then = std::move(then)] {
        std::vector<Row> rows = unwritten_.owed(url, most);
        guarded([&](Database& database) { rows = database.owed(url, most); });
        then(owedEvents(rows));
    });
}

/// What cannot be read any more is lost.
std::vector<hooks::OwedEvent> DiskSpool::owedEvents(const std::vector<Row>& rows) {
    std::vector<hooks::OwedEvent> events;
    for (const Row& row : rows) {
        base::Result<hooks::HookEvent> event = parseEvent(row.event);
        base::Result<hooks::KeptTargets> targets = parseTargets(row.targets);
        if (event && targets && row.next < targets.value().size()) {
            events.push_back({row.seq, event.take(), targets.take(), row.next, row.attempts});
            continue;
        }
        log_.error("spool", "event {} cannot be read, and is lost", row.seq);
        ++dropped_;
        settle(row.seq, false);
    }
    return events;
}

void DiskSpool::readOwedUrls(Then<std::map<std::string, std::size_t>> then) {
    inbox_.post([this, then = std::move(then)] {
        std::map<std::string, std::size_t> urls = unwritten_.owedUrls();
        guarded([&](Database& database) { urls = database.owedUrls(); });
        then(urls);
    });
}

void DiskSpool::read(const hooks::SpoolQuery& query, Then<std::vector<hooks::SpoolEntry>> then) {
    inbox_.post([this, query, then = std::move(then)] {
        std::vector<hooks::SpoolEntry> entries;
        guarded([&](Database& database) {
            for (const Row& row : database.read(query)) entries.push_back(entryOf(row));
        });
        then(std::move(entries));
    });
}

void DiskSpool::replay(const hooks::SpoolQuery& query, Then<std::size_t> then) {
    inbox_.post([this, query, then = std::move(then)] {
        std::size_t count = 0;
        guarded([&](Database& database) { count = database.replay(query); });
        then(count);
    });
}

// The thread.

void DiskSpool::run() {
    std::deque<base::Task> tasks;
    for (bool goesOn = true; goesOn;) {
        goesOn = inbox_.take(unwritten_, tasks, isOnDisk_ ? kMaintenanceMs : terms_.retryMs, terms_.windowMs);
        write();
        for (base::Task& task : std::exchange(tasks, {})) {
            try {
                task();
            } catch (const std::exception& e) {
                log_.error("spool", "internal error: {}", e.what());
            }
        }
        maintain();
    }
    tellDropped();
}

void DiskSpool::write() {
    if (unwritten_.isEmpty()) {
        inbox_.noteWritten();
        return;
    }
    if (database_ != nullptr) {
        try {
            database_->write(unwritten_);
            unwritten_ = {};
            inbox_.noteWritten();
            return;
        } catch (const std::exception& e) {
            lose(e.what());
        }
    }
    unwritten_.eraseHistory();
    if (terms_.path.empty()) unwritten_.eraseChanges();
    const std::size_t dropped = unwritten_.shrinkTo(terms_.mostRows);
    if (dropped == 0) return;
    dropped_ += dropped;
    log_.error("spool", "{} events that were owed are lost: no more than {} have room in memory", dropped,
               terms_.mostRows);
}

/// A machine may begin in 1970 and hear of the time later: then nothing is older than spool.keep because of that.
void DiskSpool::followClock() {
    constexpr std::int64_t kLeastMs = 60'000;
    const ClockStep step{clock_.unixMs(), clock_.unixMs() - clock_.monotonicMs() - aheadMs_};
    if (std::abs(step.byMs) < kLeastMs) return;
    aheadMs_ += step.byMs;
    log_.warn("spool", "the clock was set by {} s; what was kept before has become no older", step.byMs / 1000);
    unwritten_.follow(step);
    guarded([&step](Database& database) { database.follow(step); });
}

void DiskSpool::maintain() {
    followClock();
    const std::int64_t nowMs = clock_.monotonicMs();
    const bool isDue = isWanted_ ? nowMs - triedAtMs_ >= terms_.retryMs : !unwritten_.isEmpty();
    if (database_ == nullptr && !terms_.path.empty() && isDue) openFiles();
    if (database_ == nullptr) owed_ = unwritten_.rows().size();
    if (database_ == nullptr || nowMs - prunedAtMs_ < kMaintenanceMs) return;
    prunedAtMs_ = nowMs;
    prune();
}

void DiskSpool::prune() {
    const std::int64_t nowMs = clock_.monotonicMs() + aheadMs_; // a clock that is being set is followed first
    guarded([&](Database& database) {
        std::size_t owed = 0;
        std::map<std::string, WebhookTable::Gone> webhooks;
        constexpr int kMostRounds = 50;
        bool isDone = false;
        for (int i = 0; i < kMostRounds && !isDone; ++i) {
            const Database::Removed removed = database.prune(nowMs - keepMs_, mostBytes_, isDone);
            owed += removed.owed;
            for (const auto& [webhook, gone] : removed.webhooks) {
                webhooks[webhook].upTo = gone.upTo;
                webhooks[webhook].count += gone.count;
            }
        }
        owed_ = database.owedCount();
        for (const auto& [webhook, gone] : webhooks) {
            noteWebhookLost(webhook, gone.count);
            if (listener_.onWebhookLost) listener_.onWebhookLost(webhook, gone.upTo);
        }
        if (owed > 0) noteDropped(owed);
    });
}

void DiskSpool::noteDropped(std::size_t count) {
    dropped_ += count;
    droppedUntold_ += count;
    // A flood drops some at every look.
    if (!droppedGate_.admit(clock_.monotonicMs())) return;
    tellDropped();
    if (listener_.onDropped) listener_.onDropped("events that were owed are lost: too old, or no room");
}

void DiskSpool::tellDropped() {
    if (droppedUntold_ == 0) return;
    log_.error("spool",
               "{} events that were owed are lost: they are older than spool.keep, or do not fit into spool.size",
               std::exchange(droppedUntold_, 0));
}

void DiskSpool::noteWebhookLost(const std::string& webhook, std::size_t count) {
    dropped_ += count;
    log_.error("spool",
               "{} events for {} are lost: they are older than spool.keep, or do not fit into spool.size or the "
               "webhook's queue",
               count, base::maskSecrets(webhook.substr(0, webhook.find(' '))));
}

void DiskSpool::lose(const std::string& why) {
    adopt();
    database_.reset();
    isOnDisk_ = false;
    triedAtMs_ = clock_.monotonicMs();
    if (!whyLost_.empty()) return;
    whyLost_ = why.empty() ? "unknown" : why;
    if (isAwaited()) {
        log_.trace("spool",
                   "{}: the process before has it still; what backends have to be told is in memory until then",
                   terms_.path);
        return;
    }
    log_.error("spool", "{}: {}; what backends have to be told is in memory only", terms_.path, whyLost_);
    if (listener_.onLost) listener_.onLost(whyLost_);
}

/// Nothing is amiss yet.
bool DiskSpool::isAwaited() const {
    return terms_.isAwaited && !inbox_.hasJournal();
}

/// A disk that is full can be read: what stands there is told from memory until it can be written again.
void DiskSpool::adopt() {
    if (database_ == nullptr || !isOnDisk_) return;
    try {
        unwritten_.adopt(database_->untold(terms_.mostRows));
    } catch (const std::exception& e) {
        log_.error("spool", "{}: what stands there cannot be read: {}", terms_.path, e.what());
    }
}

// Its files.

void DiskSpool::openFiles() {
    isWanted_ = true;
    triedAtMs_ = clock_.monotonicMs();
    try {
        if (lock_ == nullptr) lock_ = lockFiles(terms_.path);
        database_ = openDatabase(terms_.path, clock_.unixS(), log_);
        if (!inbox_.hasJournal()) takeLastLife();
        if (!unwritten_.isEmpty()) database_->write(unwritten_);
        unwritten_ = {};
    } catch (const std::exception& e) {
        lose(e.what());
        return;
    }
    isOnDisk_ = true;
    if (whyLost_.empty()) return;
    whyLost_.clear();
    log_.warn("spool", "{}: what backends have to be told is on the disk again", terms_.path);
    if (listener_.onBack) listener_.onBack();
}

void DiskSpool::takeLastLife() {
    auto journal = std::make_unique<Journal>(terms_.path + ".journal");
    LastLife(nextNumber_, clock_.unixMs(), log_).take(*database_, *journal);
    inbox_.setJournal(std::move(journal));
}

} // namespace hookcast::spool
