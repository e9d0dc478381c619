#pragma once

#include "base/Result.h"
#include "net/ConnectionBudget.h"
#include "net/Loop.h"
#include "vod/Viewer.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace hookcast::vod {

/// Everybody who looks at recordings, by the id in his pass. Bound: `budget`. Any thread; the loops outlive it.
///
/// Teardown: stop(), while the loops run, before closing events are waited for.
class Viewers {
  public:
    using OnVerdict = std::function<void(base::Result<std::shared_ptr<ViewerTraffic>>)>;

    /// Both outlive it.
    Viewers(visits::Services& services, net::ConnectionBudget& budget) : services_(services), budget_(budget) {}

    /// Whether the viewer with this id may have what he wishes: who is here may; for who is not here (any more) the
    /// gate is asked, and with a yes he is. `onVerdict` is called later on `loop`, the current one. The id is of a pass
    /// that is valid for what is `wanted`, or new.
    void ask(const std::string& id, const Viewer::Wanted& wanted, net::Loop& loop, OnVerdict onVerdict);

    /// Ends those for whose vhost `isGone` holds. Not on a loop.
    void endSessions(const std::function<bool(const std::string& vhost)>& isGone, const std::string& reason);

    /// Ends all; nobody comes any more. Not on a loop.
    void stop(const std::string& reason);

    std::size_t count() const;

    /// Who found no room.
    std::uint64_t refused() const { return refused_; }

  private:
    struct Waiting {
        net::Loop* loop;
        OnVerdict onVerdict;
    };
    struct Entry {
        std::shared_ptr<Viewer> viewer; ///< of his loop
        std::shared_ptr<ViewerTraffic> traffic;
        net::Loop* loop;
        std::string vhost;
        bool isAdmitted = false;
        std::vector<Waiting> waiting{}; ///< for the verdict
    };

    void settle(const std::string& id, const base::Result<void>& verdict);
    void forget(const std::string& id);

    // given
    visits::Services& services_;
    net::ConnectionBudget& budget_;
    // state
    mutable std::mutex mutex_; ///< guards all below; held for look-ups only
    std::map<std::string, Entry> entries_;
    std::atomic<std::uint64_t> refused_{0};
    bool hasStopped_ = false;
};

} // namespace hookcast::vod
