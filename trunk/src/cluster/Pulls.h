#pragma once

#include "base/WorkerThread.h"
#include "cluster/Pull.h"
#include "cluster/Puller.h"
#include "hooks/StreamKey.h"
#include "net/Loop.h"
#include "visits/Services.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::cluster {

/// One pull, as the control interface shows it.
struct PullView {
    hooks::StreamKey key;
    std::optional<Origin> origin;
    PullFigures::State state = PullFigures::State::Connecting;
    bool isWanted = true;
    std::int64_t sinceUnixMs = 0;
    std::uint64_t bytes = 0; ///< of media
};

std::string_view nameOf(PullFigures::State state);

/// The streams that this node gets from others: one pull for each, spread over the loops, so many at most; a further
/// one is refused with a line of the log. Any thread; stop() and the destructor not on a loop.
///
/// Teardown: stop(), while the loops run.
class Pulls final : public Puller {
  public:
    struct Terms {
        std::string node;   ///< this one's name
        std::string secret; ///< of the cluster; empty: nothing is pulled
        /// By the clock that all nodes share; see hooks::PullTerms.
        std::function<std::int64_t()> nowUnixMs;
        std::int64_t idleMs = 0;
        std::size_t most = 0;
    };

    /// `loops` and what `services` refers to outlive this. `makeLink` is the real one unless a test has another.
    Pulls(const visits::Services& services, Terms terms, std::span<const std::unique_ptr<net::Loop>> loops,
          MakePullLink makeLink = nullptr);
    ~Pulls() override;
    Pulls(const Pulls&) = delete;
    Pulls& operator=(const Pulls&) = delete;

    // Puller
    void pull(const hooks::StreamKey& key, const std::optional<Origin>& origin) override;
    void release(const hooks::StreamKey& key) override;
    void end(const hooks::StreamKey& key, const std::string& reason) override;

    /// Ends those of every vhost that `isGone` says so of.
    void endVhosts(const std::function<bool(const std::string& vhost)>& isGone, const std::string& reason);

    /// Ends all of them; nothing begins any more.
    void stop(const std::string& reason);

    std::vector<PullView> views() const;

    /// Pulls that were refused as there were too many.
    std::uint64_t refused() const;

  private:
    struct Entry {
        net::Loop* loop = nullptr;
        std::shared_ptr<Pull> pull; ///< touched on its loop only
        std::shared_ptr<PullFigures> figures;
        std::optional<Origin> origin;
        std::int64_t sinceUnixMs = 0;
        std::uint64_t said = 0; ///< how often something was said to it
        bool isWanted = true;
    };
    using Entries = std::map<hooks::StreamKey, Entry>;

    Entry* find(const hooks::StreamKey& key);
    Entry* begin(const hooks::StreamKey& key);
    static void finish(Entry& entry, const std::string& reason);
    bool letGo(const hooks::StreamKey& key, const Pull* pull, std::uint64_t said);

    // owned; the context's links use the resolver
    base::WorkerThread resolver_;
    PullContext context_;
    // given
    std::span<const std::unique_ptr<net::Loop>> loops_;
    std::size_t most_;
    // state
    mutable std::mutex mutex_; ///< guards all below
    Entries entries_;
    std::size_t nextLoop_ = 0;
    std::uint64_t refused_ = 0;
    bool isStopped_ = false;
};

} // namespace hookcast::cluster
