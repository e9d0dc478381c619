#include "spool/DiskSpool.h"

#include "base/Secrets.h"
#include "spool/EventText.h"
#include "spool/Files.h"
#include "spool/LastLife.h"
#include "spool/Record.h"

#include <chrono>
#include <exception>
#include <filesystem>
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
    : clock_(clock), log_(log), terms_(std::move(terms)) {
    nextNumber_ = static_cast<std::uint64_t>(clock_.unixUs());
    if (!terms_.path.empty() && (terms_.isNeeded || std::filesystem::exists(terms_.path + ".db"))) openFiles();
    thread_ = std::thread([this] { run(); });
}

DiskSpool::~DiskSpool() {
    stop();
}

void DiskSpool::listen(Listener listener) {
    post([this, listener = std::move(listener)]() mutable {
        listener_ = std::move(listener);
        if (!whyLost_.empty()) listener_.onLost(whyLost_);
    });
}

void DiskSpool::setBounds(std::uint64_t mostBytes, std::int64_t keepMs) {
    const std::lock_guard lock(mutex_);
    terms_.mostBytes = mostBytes;
    terms_.keepMs = keepMs;
}

void DiskSpool::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

// What is given.

hooks::SpoolNumber DiskSpool::open(const hooks::HookEvent& opening, const hooks::KeptTargets& closings,
                                   std::uint32_t asked) {
    Row row = rowOf(nextNumber_.fetch_add(1), State::Open, clock_.unixMs(), opening, closings);
    row.asked = asked;
    return keep(std::move(row), 0);
}

hooks::SpoolNumber DiskSpool::owe(const hooks::HookEvent& event, const hooks::KeptTargets& targets,
                                  hooks::SpoolNumber opening) {
    return keep(rowOf(nextNumber_.fetch_add(1), State::Telling, clock_.unixMs(), event, targets), opening);
}

hooks::SpoolNumber DiskSpool::keep(Row row, hooks::SpoolNumber opening) {
    const std::string text = terms_.path.empty() ? std::string() : recordText(row, opening);
    const hooks::SpoolNumber number = row.seq;
    bool isFirst = false;
    {
        const std::lock_guard lock(mutex_);
        if (stopping_ || pending_.rows().size() >= terms_.mostRows) {
            ++dropped_;
            return 0;
        }
        isFirst = pending_.isEmpty();
        if (journal_ != nullptr) journal_->append(text);
        add({std::move(row), opening, 0}, pending_);
    }
    if (isFirst) changed_.notify_one();
    return number;
}

void DiskSpool::askFurther(hooks::SpoolNumber opening, std::uint32_t asked) {
    if (opening == 0) return;
    const std::string text = recordText(opening, asked);
    const std::lock_guard lock(mutex_);
    if (journal_ != nullptr) journal_->append(text);
    add({{}, opening, asked}, pending_);
}

void DiskSpool::change(hooks::SpoolNumber number, const Change& change) {
    if (number == 0) return;
    bool isFirst = false;
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) return;
        isFirst = pending_.isEmpty();
        pending_.change(number, change);
    }
    if (isFirst) changed_.notify_one();
}

void DiskSpool::note(hooks::SpoolNumber opening, const hooks::Progress& progress) {
    Change noted;
    noted.progress = progress;
    change(opening, noted);
}

void DiskSpool::forget(hooks::SpoolNumber opening) {
    Change forgotten;
    forgotten.state = State::Ended;
    change(opening, forgotten);
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

// What is asked: by a task of the thread, behind what has been given.

void DiskSpool::post(base::Task task) {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) return;
        tasks_.push_back(std::move(task));
    }
    changed_.notify_one();
}

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
    post([this, url, most, then = std::move(then)] {
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
    post([this, then = std::move(then)] {
        std::map<std::string, std::size_t> urls = unwritten_.owedUrls();
        guarded([&](Database& database) { urls = database.owedUrls(); });
        then(urls);
    });
}

void DiskSpool::read(const hooks::SpoolQuery& query, Then<std::vector<hooks::SpoolEntry>> then) {
    post([this, query, then = std::move(then)] {
        std::vector<hooks::SpoolEntry> entries;
        guarded([&](Database& database) {
            for (const Row& row : database.read(query)) entries.push_back(entryOf(row));
        });
        then(std::move(entries));
    });
}

void DiskSpool::replay(const hooks::SpoolQuery& query, Then<std::size_t> then) {
    post([this, query, then = std::move(then)] {
        std::size_t count = 0;
        guarded([&](Database& database) { count = database.replay(query); });
        then(count);
    });
}

// The thread.

void DiskSpool::run() {
    std::deque<base::Task> tasks;
    for (bool goesOn = true; goesOn;) {
        goesOn = takeWork(tasks);
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
}

/// Waits for something to do, and a moment more, so that what comes together is written together. False at the end.
bool DiskSpool::takeWork(std::deque<base::Task>& tasks) {
    using std::chrono::milliseconds;
    std::unique_lock lock(mutex_);
    const auto isUrgent = [this] { return stopping_ || !tasks_.empty(); };
    changed_.wait_for(lock, milliseconds(isOnDisk_ ? kMaintenanceMs : terms_.retryMs),
                      [&] { return isUrgent() || !pending_.isEmpty(); });
    if (!pending_.isEmpty()) changed_.wait_for(lock, milliseconds(terms_.windowMs), isUrgent);
    unwritten_.append(std::exchange(pending_, {}));
    tasks.swap(tasks_);
    if (journal_ != nullptr && isTurnedClear_ && !unwritten_.isEmpty()) {
        journal_->turn();
        isTurnedClear_ = false;
    }
    return !stopping_;
}

void DiskSpool::write() {
    if (unwritten_.isEmpty()) return;
    if (database_ != nullptr) {
        try {
            database_->write(unwritten_);
            unwritten_ = {};
            const std::lock_guard lock(mutex_);
            if (journal_ != nullptr && !isTurnedClear_) journal_->clearTurned();
            isTurnedClear_ = true;
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

void DiskSpool::maintain() {
    const std::int64_t nowMs = clock_.monotonicMs();
    const bool isDue = isWanted_ ? nowMs - triedAtMs_ >= terms_.retryMs : !unwritten_.isEmpty();
    if (database_ == nullptr && !terms_.path.empty() && isDue) openFiles();
    if (database_ == nullptr) owed_ = unwritten_.rows().size();
    if (database_ == nullptr || nowMs - prunedAtMs_ < kMaintenanceMs) return;
    prunedAtMs_ = nowMs;
    prune();
}

void DiskSpool::prune() {
    std::uint64_t mostBytes = 0;
    std::int64_t keepMs = 0;
    {
        const std::lock_guard lock(mutex_);
        mostBytes = terms_.mostBytes;
        keepMs = terms_.keepMs;
    }
    guarded([&](Database& database) {
        std::size_t owed = 0;
        constexpr int kMostRounds = 50;
        bool isDone = false;
        for (int i = 0; i < kMostRounds && !isDone; ++i)
            owed += database.prune(clock_.unixMs() - keepMs, mostBytes, isDone).owed;
        owed_ = database.owedCount();
        if (owed == 0) return;
        dropped_ += owed;
        log_.error("spool",
                   "{} events that were owed are lost: they are older than spool.keep, or do not fit into "
                   "spool.size",
                   owed);
    });
}

void DiskSpool::lose(const std::string& why) {
    database_.reset();
    isOnDisk_ = false;
    triedAtMs_ = clock_.monotonicMs();
    if (!whyLost_.empty()) return;
    whyLost_ = why.empty() ? "unknown" : why;
    log_.error("spool", "{}: {}; what backends have to be told is in memory only", terms_.path, whyLost_);
    if (listener_.onLost) listener_.onLost(whyLost_);
}

// Its files.

void DiskSpool::openFiles() {
    isWanted_ = true;
    triedAtMs_ = clock_.monotonicMs();
    try {
        if (lock_ == nullptr) lock_ = lockFiles(terms_.path);
        database_ = openDatabase(terms_.path, clock_.unixS(), log_);
        if (journal_ == nullptr) takeLastLife();
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
    const std::lock_guard lock(mutex_);
    journal_ = std::move(journal);
}

} // namespace hookcast::spool
