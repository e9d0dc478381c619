#pragma once

#include "hooks/HookEvent.h"
#include "hooks/KeptTarget.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace hookcast::hooks {

/// By which the spool knows an event; rises from event to event, over starts too. 0: it is not kept.
using SpoolNumber = std::uint64_t;

/// An event that a URL has still to be told of, after others have been.
struct OwedEvent {
    SpoolNumber number = 0;
    HookEvent event;
    KeptTargets targets;
    std::uint32_t next = 0;     ///< the one of `targets` that is to be told
    std::uint32_t attempts = 0; ///< to tell that one, so far
};

/// Which of the kept events; what is empty or 0 leaves out none.
struct SpoolQuery {
    std::int64_t sinceUnixMs = 0;
    std::int64_t untilUnixMs = 0; ///< up to here, itself not
    std::string stream;           ///< its name, or vhost/app/stream
    std::string client;           ///< a client's id
    SpoolNumber after = 0;        ///< only what has a higher number
    std::size_t most = 100;
};

/// One kept event, as it is shown.
struct SpoolEntry {
    SpoolNumber number = 0;
    std::string id;
    std::int64_t atUnixMs = 0;
    std::string action;
    std::string vhost;
    std::string app;
    std::string stream;
    std::string client;             ///< its id
    std::uint64_t clientNumber = 0; ///< that life's
    std::vector<std::string> urls;  ///< without secrets
    std::string state;              ///< open, ended, telling, owed, told, lost
    std::uint32_t attempts = 0;
};

struct SpoolFigures {
    bool isOnDisk = false;
    std::uint64_t owed = 0;    ///< events
    std::uint64_t dropped = 0; ///< that were owed, since the start: too old, or no room
};

/// Where it stands what backends have to be told, so that the end of this process does not end that. Any thread; no
/// call waits for a disk. What is given counts from the return on, whatever happens to the process.
class Spool {
  public:
    template <typename T>
    using Then = std::function<void(T)>; ///< on a thread of the spool's, which it must not hold up

    virtual ~Spool() = default;

    /// Before the first `asked` URLs are asked about `opening`: from now on `closings` have to hear of its end. Who is
    /// told of that is told by owe(); where this process ends before, the next one tells it.
    virtual SpoolNumber open(const HookEvent& opening, const KeptTargets& closings, std::uint32_t asked) = 0;

    /// Before a further URL is asked, the one with this number from 1.
    virtual void askFurther(SpoolNumber opening, std::uint32_t asked) = 0;

    virtual void note(SpoolNumber opening, const Progress& progress) = 0;

    /// The opening has come to nothing: nobody has said yes.
    virtual void forget(SpoolNumber opening) = 0;

    /// `event` is told to `targets` from now on, by whoever calls this. `opening`: which it ends; 0: none.
    virtual SpoolNumber owe(const HookEvent& event, const KeptTargets& targets, SpoolNumber opening) = 0;

    /// Whoever tells it leaves it, from its target `next` on, to readOwed(). Also when that one has failed again.
    virtual void leave(SpoolNumber number, std::uint32_t next, const std::string& url, std::uint32_t attempts) = 0;

    /// All have been told, or those left over never will be.
    virtual void settle(SpoolNumber number, bool isTold) = 0;

    /// Events for `url` that were left, and before which nothing of the same client has to be told: those first that
    /// were tried least, then the oldest.
    virtual void readOwed(const std::string& url, std::size_t most, Then<std::vector<OwedEvent>> then) = 0;

    /// How many events were left for each URL.
    virtual void readOwedUrls(Then<std::map<std::string, std::size_t>> then) = 0;

    /// In the order of their numbers.
    virtual void read(const SpoolQuery& query, Then<std::vector<SpoolEntry>> then) = 0;

    /// Leaves to readOwed() again what has been told or lost, openings not; how many events that is.
    virtual void replay(const SpoolQuery& query, Then<std::size_t> then) = 0;

    virtual SpoolFigures figures() const = 0;
};

} // namespace hookcast::hooks
