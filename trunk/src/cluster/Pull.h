#pragma once

#include "cluster/Puller.h"
#include "config/Config.h"
#include "hooks/StreamKey.h"
#include "net/Loop.h"
#include "net/Timer.h"
#include "rtmp/Message.h"
#include "rtmp/PullLink.h"
#include "visits/Services.h"
#include "visits/Visit.h"
#include "visits/Visitor.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hookcast::cluster {

/// Makes the link of a pull on its loop.
using MakePullLink =
    std::function<std::unique_ptr<rtmp::PullLink>(net::Loop&, rtmp::PullLink::Terms, rtmp::PullLink::Owner&)>;

/// What all pulls of a node share; outlives them. Any thread.
struct PullContext : visits::Services {
    std::string node;   ///< this one
    std::string secret; ///< of the cluster; never empty
    std::function<std::int64_t()> nowUnixMs;
    std::int64_t idleMs;
    MakePullLink makeLink;
};

/// What is told of a pull; any thread.
struct PullFigures {
    enum class State : std::uint8_t {
        Connecting,
        Flowing,
        Waiting,  ///< for the next attempt
        NoOrigin, ///< nobody publishes it at the moment
    };

    std::atomic<State> state{State::Connecting};
    std::atomic<std::uint64_t> bytes{0}; ///< of media
};

/// One stream that is brought from other nodes, for as long as it is wanted. It is published here by each attempt anew,
/// once that has a picture to begin with: the next one takes the name over from the one before, so that players stay,
/// whatever becomes of the connections. Between two, nothing comes, and the publication is held.
///
/// An attempt that fails is followed by another one, after a pause that doubles from kFirstPauseMs to kLongestPauseMs,
/// while an origin is known. Loop thread only.
class Pull final : public std::enable_shared_from_this<Pull> {
  public:
    static constexpr std::int64_t kFirstPauseMs = 100;
    static constexpr std::int64_t kLongestPauseMs = 2000;

    /// Nobody has wanted it for a while: may it end? What said no has something to say to it already.
    using OnIdle = std::function<bool()>;

    Pull(PullContext& context, net::Loop& loop, hooks::StreamKey key, std::shared_ptr<PullFigures> figures);
    ~Pull();
    Pull(const Pull&) = delete;
    Pull& operator=(const Pull&) = delete;

    /// See Puller::pull().
    void want(const std::optional<Origin>& origin);

    /// Ends after PullContext::idleMs, if `onIdle` lets it, unless want() comes before.
    void release(OnIdle onIdle);

    /// Ends everything. Once; what comes later changes nothing.
    void end(const std::string& reason);

  private:
    /// One connection, and what it publishes.
    struct Attempt final : visits::Visitor, rtmp::PullLink::Owner, std::enable_shared_from_this<Attempt> {
        Attempt(Pull& itsPull, Origin itsOrigin) : pull(itsPull), origin(std::move(itsOrigin)) {}

        // rtmp::PullLink::Owner
        void onMedia(rtmp::Message&& message) override { pull.onMedia(*this, std::move(message)); }
        void onEnded(const std::string& reason) override { pull.lose(*this, reason); }

        // visits::Visitor
        net::SessionPort::Traffic traffic() const override { return {0, receivedBytes}; }
        void endLater(const std::string& reason) override;
        void endAfterFailure(const std::exception& why) noexcept override;
        void onEvicted(const std::string& reason) override { pull.onEvicted(*this, reason); }
        void setAdmitted(bool /*isAdmitted*/) override {}

        bool publishes() const { return visit && visit->publication() != nullptr; }

        Pull& pull;
        const Origin origin;
        std::unique_ptr<rtmp::PullLink> link; ///< null once it has ended
        std::vector<rtmp::Message> waiting;   ///< until it publishes; bounded, as the link pauses
        std::size_t waitingBytes = 0;
        bool hasPicture = false; ///< a picture's headers have come
        std::uint64_t receivedBytes = 0;
        std::optional<visits::Visit> visit; ///< from the moment when there is something to publish
    };
    using AttemptPtr = std::shared_ptr<Attempt>;

    void connect();
    std::optional<rtmp::PullLink::Terms> makeTerms(std::string& fault) const;
    void onMedia(Attempt& attempt, rtmp::Message&& message);
    bool isReady(Attempt& attempt, const rtmp::Message& message) const;
    void ask(Attempt& attempt);
    void publish(Attempt& attempt);
    void begin(Attempt& attempt);
    void write(Attempt& attempt, rtmp::Message&& message);
    void onEvicted(Attempt& attempt, const std::string& reason);
    void lose(Attempt& attempt, const std::string& reason);
    void drop(AttemptPtr& attempt, const std::string& reason);
    void closeLink(Attempt& attempt);
    void tryAgain(const std::string& reason);
    bool isOf(const AttemptPtr& attempt, const Attempt& meant) const { return attempt.get() == &meant; }
    void setState(PullFigures::State state) { figures_->state.store(state, std::memory_order_relaxed); }

    // given
    PullContext& context_;
    net::Loop& loop_;
    hooks::StreamKey key_;
    std::string logName_;
    std::shared_ptr<PullFigures> figures_;
    // owned
    std::shared_ptr<const config::VhostConfig> vhost_; ///< of the newest attempt
    std::shared_ptr<const config::Config> config_;
    AttemptPtr current_; ///< that publishes, with or without a link; null: none does
    AttemptPtr next_;    ///< that is to follow it
    net::Timer retryTimer_;
    net::Timer idleTimer_;
    // state
    std::optional<Origin> origin_;
    int failures_ = 0; ///< in a row
    bool isLogged_ = false;
    bool hasEnded_ = false;
};

} // namespace hookcast::cluster
