#pragma once

#include "base/Bytes.h"
#include "hooks/Ticket.h"
#include "hub/Reservation.h"
#include "hub/StreamListener.h"
#include "hub/StreamWriter.h"
#include "media/Frame.h"
#include "net/Loop.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace hookcast::hub {

class StreamRegistry;

/// Ends the session that publishes, from outside: another one takes its name, or nobody watches. Called on the
/// publication's loop, by a post; it may end the publication, and knows `reason` for its closing events.
using OnEvicted = std::function<void(const std::string& reason)>;

/// Calls it so; nothing where the publication has ended by then.
void postEviction(net::Loop& loop, const std::weak_ptr<OnEvicted>& onEvicted, const std::string& reason);

/// A running publication. Its death ends it: players keep waiting for the next one, the ticket's closing event
/// leaves, the name is free or its successor's. Loop thread of its publisher only.
class Publication {
  public:
    ~Publication();
    Publication(const Publication&) = delete;
    Publication& operator=(const Publication&) = delete;

    /// See StreamWriter::write().
    void write(media::FrameKind kind, media::FrameRole role, std::uint32_t timestampMs, base::Bytes body,
               media::Carriage carriage = media::Carriage::Flv, std::uint8_t track = 0) {
        writer_->write(kind, role, timestampMs, std::move(body), carriage, track);
    }

    hooks::Ticket& ticket() { return ticket_; }

    /// See StreamWriter.
    void addSink(std::shared_ptr<FrameSink> sink) { writer_->addSink(std::move(sink)); }
    void removeSink(const FrameSink* sink) { writer_->removeSink(sink); }
    net::Loop& loop() const { return writer_->loop(); }
    const PublishedStreamPtr& stream() const { return stream_; }

    /// Ends its session by a post; see OnEvicted.
    void evict(const std::string& reason);

  private:
    friend class StreamRegistry;
    Publication(StreamRegistry& registry, hooks::Ticket ticket, Reservation reservation,
                std::shared_ptr<StreamWriter> writer, PublishedStreamPtr stream, std::shared_ptr<OnEvicted> onEvicted)
        : registry_(registry), stream_(std::move(stream)), reservation_(std::move(reservation)),
          ticket_(std::move(ticket)), writer_(std::move(writer)), onEvicted_(std::move(onEvicted)) {}

    // given
    StreamRegistry& registry_;
    PublishedStreamPtr stream_;
    // owned; destroyed from the last to the first: the writer, then the ticket (its closing event leaves), then the
    // name, so that a successor's opening event leaves later than this one's closing
    Reservation reservation_;
    hooks::Ticket ticket_;
    std::shared_ptr<StreamWriter> writer_;
    std::shared_ptr<OnEvicted> onEvicted_;
};

} // namespace hookcast::hub
