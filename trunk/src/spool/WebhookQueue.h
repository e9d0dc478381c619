#pragma once

#include "hooks/EventQueue.h"
#include "spool/DiskSpool.h"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace hookcast::spool {

/// The events of one webhook in this process's memory, and a copy of them in the spool: so they outlive the process,
/// and a spool without a disk costs nothing but that. Nothing is told before what an earlier life has left. A batch
/// that has been sent stays together until it is confirmed, in the next life, too, so that it comes again with its id.
/// When the queue is full the oldest event makes room that is in no such batch.
class WebhookQueue final : public hooks::EventQueue, public std::enable_shared_from_this<WebhookQueue> {
  public:
    /// `name`: by which the spool knows the webhook; `limit`: of events. The spool outlives the use of it.
    WebhookQueue(std::string name, std::size_t limit, DiskSpool& spool);

    /// Any thread. Takes what the spool has of earlier times, unless it has it already. After makeup, and when the disk
    /// is back.
    void load();

    void setLimit(std::size_t limit);

    /// Any thread. The spool has lost all up to this number; it has counted them.
    void forget(hooks::SpoolNumber upTo);

    bool push(std::uint64_t number, Event event) override;
    std::vector<Event> take(std::size_t most, std::function<void()> onReady) override;
    void confirm() override;
    void drop() override;
    void giveBack() override;
    void close() override {}
    std::size_t clear() override;
    std::size_t heldHere() const override;
    void waitUntilSafe(std::chrono::steady_clock::time_point until) override;
    Figures figures() const override;

  private:
    struct Kept {
        hooks::SpoolNumber number = 0; ///< 0: the spool does not have it
        Event event;
    };
    /// What the spool has of earlier times is not asked for, asked for, here, or not to be had now.
    enum class Past : std::uint8_t { Unknown, Asked, Here, Unreadable };

    void onLoaded(std::optional<WebhookTable::Left> left);
    void takeOut(std::uint64_t Figures::*count);
    void makeRoom(std::vector<hooks::SpoolNumber>& gone);
    void dropForgotten();

    // given
    const std::string name_;
    DiskSpool& spool_;
    // state
    mutable std::mutex mutex_; ///< guards all below
    std::condition_variable emptied_;
    std::size_t limit_;
    std::deque<Kept> queue_; ///< the batch stands first
    std::size_t batch_ = 0;  ///< so many have been sent together
    bool isOnItsWay_ = false;
    Past past_ = Past::Unknown;
    hooks::SpoolNumber begin_ = 0;     ///< what was left has lower numbers
    hooks::SpoolNumber forgotten_ = 0; ///< the spool has lost all up to it
    std::function<void()> onReady_;
    Figures figures_;
};

} // namespace hookcast::spool
