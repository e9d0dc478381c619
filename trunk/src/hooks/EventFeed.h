#pragma once

#include "base/Log.h"
#include "config/Config.h"
#include "hooks/EventQueue.h"
#include "hooks/EventWebhook.h"
#include "hooks/HookTransport.h"
#include "hooks/ServerEvent.h"
#include "net/Loop.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace hookcast::hooks {

/// The server's events: puts each into its envelope, numbers it and hands it to the webhooks that want it. Without
/// webhooks it does nothing. Any thread; its timers belong to its loop.
class EventFeed final : public EventSink, public std::enable_shared_from_this<EventFeed> {
  public:
    /// Who sends.
    struct Sender {
        std::string server; ///< host name
        std::int64_t pid;
        /// Numbers begin behind it. Of this process: its start in microseconds since 1970. As no server posts a
        /// million events a second all its life, a later start begins with a higher number, without a file to keep it.
        std::uint64_t numberBefore;

        static Sender ofProcess(const base::Clock& clock);
    };

    /// Everything given outlives it, until the transport has stopped. `shared` is for the webhooks that are `via
    /// redis`, null where nothing is shared; `kept` is for the others, null where their events are in memory alone.
    EventFeed(const std::vector<config::WebhookConfig>& webhooks, HookTransport& transport, net::Loop& loop,
              base::Log& log, Sender sender, EventJournal* shared = nullptr, EventJournal* kept = nullptr);

    /// Whether anybody listens now.
    bool enabled() const;

    /// service:up, and from now on service:pulse. Once, when the server serves.
    void start();

    /// Goes on with these webhooks: those that are the same stay, new ones hear of what comes, and those that are not
    /// there any more deliver what they have, within their `flush`. Not on a loop.
    void apply(const std::vector<config::WebhookConfig>& webhooks);

    void post(ServerEvent event) override;
    std::vector<std::int64_t> pulsePeriodsMs() const override;
    const base::Clock& clock() const override { return loop_.clock(); }

    /// service:down, unless it never was up; waits until everything has left, though not longer than the webhooks'
    /// `flush` allows. What is posted later goes nowhere. Not on a loop; before the transport stops.
    void stop();

    std::vector<EventWebhookFigures> figures() const;

  private:
    std::shared_ptr<EventQueue> makeQueue(const config::WebhookConfig& webhook);
    void addWebhook(const config::WebhookConfig& webhook);
    void takeOut(const std::shared_ptr<EventWebhook>& webhook);
    bool isInUse(const std::shared_ptr<EventQueue>& queue) const;
    void tellWhatIsLeft(const EventWebhook& webhook) const;
    void enqueue(const ServerEvent& event);
    std::string envelope(const ServerEvent& event, std::uint64_t number, bool tellsId) const;
    void startPulses();
    void schedulePulse(std::int64_t periodMs);

    // given
    HookTransport& transport_;
    net::Loop& loop_;
    base::Log& log_;
    Sender sender_;
    EventJournal* shared_;
    EventJournal* kept_;
    // state, on the loop
    std::set<std::int64_t> pulsingMs_; ///< periods that have a timer
    // state, any thread
    mutable std::mutex mutex_; ///< guards all below, and keeps the order of the numbers that of the queues
    std::vector<std::shared_ptr<EventWebhook>> webhooks_;
    std::vector<std::shared_ptr<EventWebhook>> leaving_; ///< get nothing new, and are heard out for a while
    std::uint64_t lastNumber_;
    bool started_ = false;
    bool stopped_ = false;
};

} // namespace hookcast::hooks
