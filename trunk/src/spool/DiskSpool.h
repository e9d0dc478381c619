#pragma once

#include "base/Clock.h"
#include "base/Log.h"
#include "base/LogGate.h"
#include "hooks/Spool.h"
#include "net/Descriptor.h"
#include "spool/Database.h"
#include "spool/Inbox.h"
#include "spool/Row.h"
#include "spool/WebhookTable.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace hookcast::spool {

/// The spool on a disk: what is given goes into the journal's mapped memory at once, and from there, by a thread of its
/// own, into the database, a batch at a time. Where there is no disk it keeps what is owed in memory, and tries again
/// every few seconds; then all of it goes to the disk.
class DiskSpool final : public hooks::Spool {
  public:
    struct Terms {
        std::string path;       ///< of its files, without their endings; empty: it keeps all in memory
        bool isNeeded = true;   ///< else its files are made with the first event, unless they are there
        bool isAwaited = false; ///< its files are a process's that is about to end: until then that is no trouble
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
        /// What was owed is lost, as it is too old or has no room: the first in ten minutes.
        std::function<void(const std::string& what)> onDropped = nullptr;
        /// Of a webhook's events all up to this number are lost: too old, or no room. They have been counted.
        std::function<void(const std::string& webhook, hooks::SpoolNumber upTo)> onWebhookLost = nullptr;
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

    // The events of webhooks, which wait in queues that know them by their numbers; any thread, too.

    /// 0: it is not kept.
    hooks::SpoolNumber keepEvent(const std::string& webhook, std::shared_ptr<const std::string> text);

    /// They have been told, or given up.
    void removeEvents(const std::vector<hooks::SpoolNumber>& numbers);

    /// Those up to `last` are about to be sent as one batch.
    void markBatch(const std::string& webhook, hooks::SpoolNumber last);

    /// What comes from now on has a higher number.
    hooks::SpoolNumber newNumber() { return nextNumber_.fetch_add(1); }

    /// What was left before the number `before`; nothing: there is no disk now. `most`: of older ones no more are
    /// wanted, and they are lost.
    void readEvents(const std::string& webhook, hooks::SpoolNumber before, std::size_t most,
                    Then<std::optional<WebhookTable::Left>> then);

    bool isOnDisk() const { return isOnDisk_; }

  private:
    hooks::SpoolNumber keep(Row row, hooks::SpoolNumber opening);
    void change(hooks::SpoolNumber number, const Change& change);

    void run();
    void write();
    void maintain();
    void followClock();
    void openFiles();
    void takeLastLife();
    void lose(const std::string& why);
    bool isAwaited() const;
    void adopt();
    void prune();
    void noteDropped(std::size_t count);
    void tellDropped();
    void noteWebhookLost(const std::string& webhook, std::size_t count);
    std::vector<hooks::OwedEvent> owedEvents(const std::vector<Row>& rows);
    template <typename Read>
    void guarded(Read read);

    // given
    const base::Clock& clock_;
    base::Log& log_;
    const Terms terms_;
    // state, the spool's thread
    std::unique_ptr<net::Descriptor> lock_;
    std::unique_ptr<Database> database_; ///< null: there is no disk
    Pending unwritten_;
    std::int64_t triedAtMs_ = 0;
    std::int64_t prunedAtMs_ = 0;
    std::int64_t aheadMs_;  ///< of the monotonic clock is the one on the wall
    bool isWanted_ = false; ///< its files are, once somebody has needed them
    std::string whyLost_;   ///< empty: it is not
    Listener listener_;
    base::LogGate droppedGate_{600'000};
    std::uint64_t droppedUntold_ = 0; ///< the log does not have it
    // state, any thread
    std::atomic<std::uint64_t> mostBytes_;
    std::atomic<std::int64_t> keepMs_;
    std::atomic<std::uint64_t> nextNumber_{1};
    std::atomic<bool> isOnDisk_{false};
    std::atomic<std::uint64_t> owed_{0};
    std::atomic<std::uint64_t> dropped_{0};
    Inbox inbox_;
    // owned; last, as it uses all of the above
    std::thread thread_;
};

} // namespace hookcast::spool
