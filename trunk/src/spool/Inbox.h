#pragma once

#include "base/Task.h"
#include "spool/Journal.h"
#include "spool/Row.h"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>

namespace hookcast::spool {

/// What the spool is given, until its thread takes it: a copy stands in the journal, so that it outlives the process.
/// Any thread, but for what is said to be the spool's.
class Inbox {
  public:
    /// `mostRows`: as many events may wait here.
    explicit Inbox(std::size_t mostRows) : mostRows_(mostRows) {}

    /// False where there is no room, or nobody takes it any more.
    bool keep(std::string_view record, const std::function<void(Pending&)>& add);

    /// Changes what has been given. `record`: empty where the journal need not have it.
    void change(std::string_view record, const std::function<void(Pending&)>& change);

    /// `task` runs on the spool's thread, behind what has been given.
    void post(base::Task task);

    /// The last take() is near.
    void stop();

    // The spool's thread.

    /// null: what is given counts once it is written.
    void setJournal(std::unique_ptr<Journal> journal);
    bool hasJournal() const;

    /// Waits for something to do, `idleMs` at most, and `windowMs` more, so that what comes together is written
    /// together. False at the end.
    bool take(Pending& unwritten, std::deque<base::Task>& tasks, std::int64_t idleMs, std::int64_t windowMs);

    /// What has been taken is written.
    void noteWritten();

  private:
    void appendToJournal(std::string_view record);

    mutable std::mutex mutex_; ///< guards all below
    std::condition_variable changed_;
    const std::size_t mostRows_;
    std::unique_ptr<Journal> journal_;
    bool isTurnedClear_ = true;
    bool isJournalUsed_ = false; ///< since its last turn
    Pending pending_;
    std::deque<base::Task> tasks_;
    bool isStopping_ = false;
};

} // namespace hookcast::spool
