#pragma once

#include "base/Clock.h"
#include "base/Log.h"
#include "base/WorkerThread.h"
#include "cluster/RedisEventStore.h"
#include "cluster/SharedEventQueue.h"
#include "hooks/EventQueue.h"

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace hookcast::cluster {

/// The webhooks whose events wait in Redis. All of them take turns on one thread of its own, which waits for Redis, by
/// one connection.
class SharedEvents final : public hooks::EventJournal {
  public:
    /// Clock and log outlive it; it outlives the webhooks.
    SharedEvents(RedisPlace place, SharedEventQueue::Terms terms, const base::Clock& clock, base::Log& log);

    /// Lets others go on with what it was about to tell.
    ~SharedEvents() override;
    SharedEvents(const SharedEvents&) = delete;
    SharedEvents& operator=(const SharedEvents&) = delete;

    std::shared_ptr<hooks::EventQueue> open(const config::WebhookConfig& webhook, std::size_t which) override;

  private:
    void run();
    void wake();
    std::vector<std::shared_ptr<SharedEventQueue>> queues();

    // given
    SharedEventQueue::Terms terms_;
    const base::Clock& clock_;
    base::Log& log_;
    // owned, on the worker
    RedisEventStore store_;
    // state, any thread
    std::mutex mutex_; ///< guards all below
    std::condition_variable woken_;
    std::map<std::string, std::shared_ptr<SharedEventQueue>> queues_; ///< by URL
    bool isAwake_ = false;
    bool isStopping_ = false;
    // owned; last, as its task uses all of the above
    base::WorkerThread worker_;
};

} // namespace hookcast::cluster
