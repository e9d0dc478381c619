#pragma once

#include "base/Log.h"
#include "base/SharedValues.h"
#include "hooks/DialectAdvice.h"
#include "hooks/FormNotifyDialect.h"
#include "hooks/HookEvent.h"
#include "hooks/HookPolicies.h"
#include "hooks/HookStatistics.h"
#include "hooks/HookTransport.h"
#include "hooks/Refusals.h"
#include "hooks/Srs4JsonDialect.h"
#include "hooks/SrsJsonDialect.h"
#include "hooks/StreamClients.h"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>

namespace hookcast::hooks {

class Courier;
class Spool;

/// What hook calls came to, since the start. Any thread.
struct HookCounters {
    std::atomic<std::uint64_t> calls{0};
    std::atomic<std::uint64_t> admitted{0};
    std::atomic<std::uint64_t> refused{0};
    std::atomic<std::uint64_t> withdrawn{0};    ///< calls whose client left before they began
    std::atomic<std::uint64_t> outOfRoom{0};    ///< calls that found no place among those that wait, or waited in vain
    std::atomic<std::uint64_t> closingsLost{0}; ///< closing events that could not be delivered
};

/// Counts the hook jobs that have not ended, so that shutdown can wait for the last closing event. Any thread.
class OpenJobs {
  public:
    void begin();
    void end();

    /// Waits until no job is open. False when `timeoutMs` passed first. Not on a loop.
    bool waitForNone(std::int64_t timeoutMs);

    std::size_t count() const;

  private:
    mutable std::mutex mutex_;
    std::condition_variable ended_;
    std::size_t open_ = 0;
};

/// What every hook job needs; outlives all of them.
struct HookContext {
    HookTransport& transport;
    const SrsJsonDialect& dialect;
    FormNotifyDialect notifyDialect;
    base::Log& log;
    HookCounters counters;
    HookStatistics statistics;
    OpenJobs openJobs;
    DialectAdvice dialectAdvice{log};
    Refusals refusals{log};
    StreamClients streamClients;
    base::SharedValues<ClientPlace> places{};
    base::SharedValues<NamedStream> namedStreams{};
    HookPolicies policies{};
    Srs4JsonDialect srs4Dialect{dialect.serverId(), dialect.serviceId()};

    /// How the backends of http_hooks are spoken to.
    const JsonDialect& dialectNamed(config::HookDialectName name) const;
    Spool* spool = nullptr;     ///< null: nothing is kept
    Courier* courier = nullptr; ///< null: what cannot be told soon is lost
};

} // namespace hookcast::hooks
