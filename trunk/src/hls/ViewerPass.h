#pragma once

#include "hooks/StreamKey.h"
#include "net/Loop.h"
#include "visits/RoamingTraffic.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::hls {

class Viewer;

/// What the requests of one viewer, on whatever loop, know of him: whether he may, and where they leave what he got.
/// Any thread.
class ViewerPass : public visits::RoamingTraffic {
  public:
    enum class State : std::uint8_t {
        Asked,    ///< the backends, or for a publisher
        Admitted, ///< he may have the stream
        Refused,
        NoStream, ///< he might, but nobody publishes it
        Ended,
    };

    /// Who is who, where the URLs have no token: without one, a viewer is recognized by all of it.
    struct Identity {
        hooks::StreamKey key;
        std::string ip;
        std::string agent; ///< User-Agent
        std::string query; ///< the client's own

        // NOLINTNEXTLINE(modernize-use-nullptr): see StreamKey.
        auto operator<=>(const Identity&) const = default;
    };

    /// How a request learns that the state is another one: on its loop.
    class Watcher {
      public:
        virtual ~Watcher() = default;
        virtual void onPassChange() = 0;
    };

    /// `home`: the loop of the viewer.
    ViewerPass(std::string token, std::shared_ptr<const hooks::StreamKey> key, std::string ip, net::Loop& home,
               std::int64_t nowMs)
        : token_(std::move(token)), key_(std::move(key)), ip_(std::move(ip)), home_(home), latestMs_(nowMs) {}

    /// In URLs; empty where they have none.
    const std::string& token() const { return token_; }
    const hooks::StreamKey& key() const { return *key_; }
    const std::string& ip() const { return ip_; }
    net::Loop& home() const { return home_; }

    State state() const { return state_; }

    /// On his loop. What has ended stays so. Each watcher is told by a post.
    void setState(State state);

    /// A request begins. It is told of changes by `watcher` until it leaves. False: there are as many of his as there
    /// may be at one time.
    [[nodiscard]] bool enter(net::Loop& loop, const std::shared_ptr<Watcher>& watcher);

    /// It ends. True: it was the last one.
    bool leave(const Watcher* watcher, std::int64_t nowMs);

    /// How long it is since he had a request; 0 while he has one.
    std::int64_t idleMs(std::int64_t nowMs) const;

  private:
    struct Request {
        net::Loop* loop;
        const Watcher* watcher; ///< whose it is
        std::weak_ptr<Watcher> told;
    };

    // given
    const std::string token_;
    const std::shared_ptr<const hooks::StreamKey> key_; ///< all viewers of a stream have one
    const std::string ip_;
    net::Loop& home_;
    // state
    std::atomic<State> state_{State::Asked};
    std::atomic<std::int64_t> latestMs_;
    mutable std::mutex mutex_; ///< guards the requests that are there
    std::vector<Request> requests_;
};

using ViewerPassPtr = std::shared_ptr<ViewerPass>;

} // namespace hookcast::hls
