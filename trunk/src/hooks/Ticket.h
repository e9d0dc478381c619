#pragma once

#include "hooks/AnswerData.h"
#include "hooks/HookEvent.h"
#include "hooks/HookLane.h"
#include "hooks/StreamClients.h"

#include <cstdint>
#include <memory>
#include <string>

namespace hookcast::hooks {

/// The backends' permission to do one thing: be connected, publish or play. Only Admission makes one, the hub takes
/// nothing without one, and when it dies, for whatever cause, the closing event leaves exactly once.
/// Loop thread of its session only, its death included.
class Ticket {
  public:
    Ticket(Ticket&& other) noexcept;
    Ticket& operator=(Ticket&& other) noexcept;
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;
    ~Ticket();

    /// What it permits: the opening event. As the backends were asked about it, until begin().
    const HookEvent& event() const { return *opening_->event; }

    /// The same for whoever keeps it: what it permits is said once for all, as there are tens of thousands of tickets.
    const std::shared_ptr<const HookEvent>& sharedEvent() const { return opening_->event; }

    /// The stream that it permits to publish or play: the one that the backends were asked about, or that which they
    /// have named in its place.
    StreamKey key() const;

    /// What the backends have said beside yes.
    const AnswerData& data() const;

    /// Whether what is told of it from now on is told of key(); see begin().
    bool hasBegun() const { return event().key() == key(); }

    /// What it permits begins, under the name that it has now: that is told of from now on, the end included.
    /// `streamId`: of key(). For a stream with another name; else it changes nothing.
    void begin(const std::string& streamId);

    /// As setTraffic() has told.
    std::uint64_t sentBytes() const { return opening_->sentBytes; }

    /// For the closing event: how many bytes the client got and sent while the ticket lived.
    void setTraffic(std::uint64_t sentBytes, std::uint64_t receivedBytes);

    /// Keeps what setTraffic() has told, for a server that does not get to tell the end.
    void note() const;

    /// For the closing event; the first reason given stays.
    void setReason(const std::string& reason);

  private:
    friend class OpeningJob;

    struct Opening {
        std::shared_ptr<HookLane> lane;
        std::shared_ptr<const HookEvent> event; ///< another one from begin() on
        std::int64_t openedAtMs = 0;
        // For the closing event.
        std::uint64_t sentBytes = 0;
        std::uint64_t receivedBytes = 0;
        std::string reason;
        StreamClients::Seat seat;               ///< of Publish and Play
        SpoolNumber number = 0;                 ///< 0: it is not kept
        std::unique_ptr<const AnswerData> data; ///< null: nothing
    };

    explicit Ticket(std::unique_ptr<Opening> opening) : opening_(std::move(opening)) {}

    void close();

    std::unique_ptr<Opening> opening_;
};

} // namespace hookcast::hooks
