#pragma once

#include "hooks/EventQueue.h"
#include "spool/DiskSpool.h"
#include "spool/WebhookQueue.h"

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace hookcast::spool {

/// The webhooks whose events stand in the spool. Any thread.
class WebhookQueues final : public hooks::EventJournal {
  public:
    /// The spool outlives the use of it.
    explicit WebhookQueues(DiskSpool& spool) : spool_(spool) {}

    std::shared_ptr<hooks::EventQueue> open(const config::WebhookConfig& webhook, std::size_t which) override;

    /// The disk has come back: what it has left is told, too.
    void lookAgain();

    /// See DiskSpool::Listener.
    void forget(const std::string& name, hooks::SpoolNumber upTo);

  private:
    // given
    DiskSpool& spool_;
    // state
    std::mutex mutex_; ///< guards all below
    std::map<std::string, std::weak_ptr<WebhookQueue>> queues_;
};

} // namespace hookcast::spool
