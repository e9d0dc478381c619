#pragma once

#include "base/Clock.h"
#include "control/ClusterDesk.h"
#include "control/RecordingsDesk.h"
#include "control/SnapshotDesk.h"
#include "hooks/EventFeed.h"
#include "hooks/SrsJsonDialect.h"
#include "http/Http2Figures.h"
#include "net/ConnectionBudget.h"
#include "net/CurrentTls.h"
#include "visits/Services.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace hookcast::control {

/// Reloading, as the control interface can ask for it. Any thread.
class ReloadControl {
  public:
    /// How the newest reload went, or goes.
    struct State {
        int error = 0;       ///< 0: none
        std::string message; ///< `Success`, or why not
        int phase = 0;       ///< 0: none yet, 10: reading, 30: applying, 90: over; SRS's numbers
        std::string id;      ///< of this reload
    };

    virtual ~ReloadControl() = default;
    virtual void request() = 0;
    virtual State state() const = 0;
};

/// A figure that the server keeps anyway, for /metrics. `read` is for any thread.
struct Gauge {
    std::string name; ///< as Prometheus has names, without the prefix
    std::string help;
    bool isCounter = true; ///< it only rises
    std::function<std::uint64_t()> read;
};

/// One kind of listener, such as those of http_server. What it refers to is for any thread.
struct ListenerView {
    std::string name;
    const net::CurrentTls& tls;
    const http::Http2Figures* http2; ///< null: nobody speaks HTTP there
};

/// What the control interface tells of; all of it outlives it. Any thread.
struct ApiContext {
    visits::Services& services;
    const hooks::EventFeed& events;
    const hooks::SrsJsonDialect& identity; ///< how the server calls itself
    const net::ConnectionBudget& connections;
    ReloadControl& reload;
    const base::Clock& clock;
    std::string version; ///< `0.1.0`
    std::vector<Gauge> gauges;
    std::vector<ListenerView> listeners{};
    ClusterDesk* cluster = nullptr; ///< null: this server is a node of none
    RecordingsDesk* recordings = nullptr;
    SnapshotDesk* snapshots = nullptr;
};

} // namespace hookcast::control
