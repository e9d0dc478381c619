#pragma once

#include "base/Clock.h"
#include "base/Log.h"
#include "base/Task.h"
#include "hooks/Spool.h"
#include "net/Descriptor.h"
#include "spool/Database.h"
#include "spool/Journal.h"
#include "spool/Row.h"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace hookcast::spool {

/// The spool on a disk: what is given goes into the journal's mapped memory at once, and from there, by a thread of its
/// own, into the database, a batch at a time. Where there is no disk it keeps what is owed in memory, and tries again
/// every few seconds; then all of it goes to the disk.
class DiskSpool final : public hooks::Spool {
  public:
    struct Terms {
        std::string path;     ///< of its files, without their endings; empty: it keeps all in memory
        bool isNeeded = true; ///< else its files are made with the first event, unless they are there
        std::uint64_t mostBytes = 256 * 1024 * 1024;
        std::int64_t keepMs = std::int64_t{7} * 24 * 3600 * 1000;
        std::size_t mostRows = 100'000; ///< in memory
        std::int64_t windowMs = 50;     ///< what comes within it is one batch
        std::int64_t retryMs = 5000;    ///< between two attempts to have a disk
    };

    /// What happens to the disk; on the spool's thread.
    struct Listener {
        std::function<void(const std::string& why)> onLost;
        std::function<void()> onBack;
    };

    /// Opens the files and sees to what an earlier life has left: its openings are over, by `server_restart`. What goes
    /// wrong is logged. Starts the thread.
    DiskSpool(Terms terms, const base::Clock& clock, base::Log& log);
    ~DiskSpool() override;
    DiskSpool(const DiskSpool&) = delete;
    DiskSpool& operator=(const DiskSpool&) = delete;

    /// Once. Told at once where there is no disk already.
    void listen(Listener listener);

    /// Any thread.
    void setBounds(std::uint64_t mostBytes, std::int64_t keepMs);

    /// Writes what there is, and ends the thread. What is given later is lost. Once, and not on a loop.
    void stop();

    hooks::SpoolNumber open(const hooks::HookEvent& opening, const hooks::KeptTargets& closings,
                            std::uint32_t asked) override;
    void askFurther(hooks::SpoolNumber opening, std::uint32_t asked) override;
    void note(hooks::SpoolNumber opening, const hooks::Progress& progress) override;
    void forget(hooks::SpoolNumber opening) override;
    hooks::SpoolNumber owe(const hooks::HookEvent& event, const hooks::KeptTargets& targets,
                           hooks::SpoolNumber opening) override;
    void leave(hooks::SpoolNumber number, std::uint32_t next, const std::string& url, std::uint32_t attempts) override;
    void settle(hooks::SpoolNumber number, bool isTold) override;
    void readOwed(const std::string& url, std::size_t most, Then<std::vector<hooks::OwedEvent>> then) override;
    void readOwedUrls(Then<std::map<std::string, std::size_t>> then) override;
    void read(const hooks::SpoolQuery& query, Then<std::vector<hooks::SpoolEntry>> then) override;
    void replay(const hooks::SpoolQuery& query, Then<std::size_t> then) override;
    hooks::SpoolFigures figures() const override;

  private:
    hooks::SpoolNumber keep(Row row, hooks::SpoolNumber opening);
    void change(hooks::SpoolNumber number, const Change& change);
    void post(base::Task task);

    void run();
    bool takeWork(std::deque<base::Task>& tasks);
    void write();
    void maintain();
    void openFiles();
    void takeLastLife();
    void lose(const std::string& why);
    void prune();
    std::vector<hooks::OwedEvent> owedEvents(const std::vector<Row>& rows);
    template <typename Read>
    void guarded(Read read);

    // given
    const base::Clock& clock_;
    base::Log& log_;
    Terms terms_; ///< mostBytes and keepMs: guarded by mutex_
    // state, the spool's thread
    std::unique_ptr<net::Descriptor> lock_;
    std::unique_ptr<Database> database_; ///< null: there is no disk
    Pending unwritten_;
    std::int64_t triedAtMs_ = 0;
    std::int64_t prunedAtMs_ = 0;
    bool isTurnedClear_ = true;
    bool isWanted_ = false; ///< its files are, once somebody has needed them
    std::string whyLost_;   ///< empty: it is not
    Listener listener_;
    // state, any thread
    std::atomic<std::uint64_t> nextNumber_{1};
    std::atomic<bool> isOnDisk_{false};
    std::atomic<std::uint64_t> owed_{0};
    std::atomic<std::uint64_t> dropped_{0};
    mutable std::mutex mutex_; ///< guards all below, and the journal
    std::condition_variable changed_;
    std::unique_ptr<Journal> journal_; ///< null: what is given counts once it is written
    Pending pending_;
    std::deque<base::Task> tasks_;
    bool stopping_ = false;
    // owned; last, as it uses all of the above
    std::thread thread_;
};

} // namespace hookcast::spool
