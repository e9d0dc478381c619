#pragma once

#include "base/Log.h"
#include "base/LogGate.h"
#include "config/Config.h"
#include "config/EventNames.h"
#include "hooks/EventQueue.h"
#include "hooks/HookTransport.h"
#include "hooks/ServerEvent.h"
#include "net/Loop.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>

namespace hookcast::hooks {

/// What became of the events of one webhook since the start.
struct EventWebhookFigures : EventQueue::Figures {
    std::string url;            ///< without secrets
    std::uint64_t failures = 0; ///< calls that the backend has not confirmed
    std::string lastError;      ///< of the latest failure; empty: there was none
    int lastStatus = 0;         ///< HTTP's, of the latest answer; 0: there was none
};

/// Posts events to one URL: in order, a batch at a time, one call in flight. A batch that fails (no whole answer, 5xx,
/// 408, 425, 429, and what is no status of an end) is tried again as it is, more and more rarely, while newer events
/// queue behind it. A backend may thus hear of an event twice, by the same number, and of a batch by the same id, which
/// follows from what it says; but of none too late. Any other 4xx is a last word: the batch is dropped.
///
/// Calls and timers belong to its loop; the queue is for any thread.
class EventWebhook : public std::enable_shared_from_this<EventWebhook> {
  public:
    /// The wait after the first failure; doubled after each further one, up to the webhook's `retry`.
    static constexpr std::int64_t kFirstRetryMs = 1000;
    /// The wait at shutdown.
    static constexpr std::int64_t kHurriedRetryMs = 100;

    /// 0 to 1: the waits are spread by it, so that servers which failed together do not come back together.
    using Random = std::function<double()>;

    /// Everything given outlives it, until the transport has stopped.
    EventWebhook(const config::WebhookConfig& webhook, std::shared_ptr<EventQueue> queue, HookTransport& transport,
                 net::Loop& loop, base::Log& log, Random random);
    ~EventWebhook();
    EventWebhook(const EventWebhook&) = delete;
    EventWebhook& operator=(const EventWebhook&) = delete;

    const config::WebhookConfig& config() const { return config_; }
    const std::shared_ptr<EventQueue>& queue() const { return queue_; }

    /// Any thread, once. From now on it posts what is in the queue, unless that is left to others.
    void start();

    /// Any thread.
    bool wants(const ServerEvent& event) const;

    /// Any thread. `number` rises with every call.
    void enqueue(std::uint64_t number, EventQueue::Event event);

    /// Any thread. The end is near: a wait for the next attempt is over, and those to come are short.
    void hurry();

    /// Any thread. It is gone from the configuration: it hurries, and gives up what is not delivered within its
    /// `flush`.
    void leave();

    /// Any thread. It makes no further call; what is in the queue is another's.
    void retire();

    /// Any thread.
    EventWebhookFigures figures() const;

    /// Any thread. Why events are here still.
    std::string whyHeld() const;

  private:
    void hurryNow();
    void giveUp();
    void sendNext();
    void call(std::string body);
    void onResponse(const HookResponse& response);
    void confirmed();
    void refused(const HookResponse& response);
    void failed(const HookResponse& response);
    void noteFailure(const std::string& reason);
    std::int64_t retryDelayMs(const HookResponse& response);

    // given
    config::WebhookConfig config_;
    std::string shownUrl_;
    std::set<config::EventName> wanted_; ///< empty: all
    std::shared_ptr<EventQueue> queue_;
    HookTransport& transport_;
    net::Loop& loop_;
    base::Log& log_;
    Random random_;
    // state, on the loop
    std::uint64_t failuresInARow_ = 0;
    std::size_t called_ = 0;  ///< so many events are in the latest call
    std::size_t again_ = 0;   ///< so many are in the batch that has failed; 0: none has
    std::uint64_t retry_ = 0; ///< the newest wait; one before it was cut short
    bool waitsToRetry_ = false;
    bool isCalling_ = false;
    bool hurried_ = false;
    bool gaveUp_ = false;
    bool isRetired_ = false;
    base::LogGate failureGate_{10'000};
    base::LogGate refusalGate_{10'000};
    // state, any thread
    mutable std::mutex mutex_;    ///< guards all below
    EventWebhookFigures figures_; ///< those of the calls
    base::LogGate dropGate_{10'000};
};

} // namespace hookcast::hooks
