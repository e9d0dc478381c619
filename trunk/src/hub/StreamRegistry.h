#pragma once

#include "base/Result.h"
#include "config/Config.h"
#include "hooks/StreamKey.h"
#include "hooks/Ticket.h"
#include "hub/Audience.h"
#include "hub/Demand.h"
#include "hub/NameClaims.h"
#include "hub/Playback.h"
#include "hub/Publication.h"
#include "hub/Relay.h"
#include "hub/Reservation.h"
#include "hub/SharedNames.h"
#include "hub/StreamListener.h"
#include "hub/StreamWait.h"
#include "hub/StreamWriter.h"
#include "hub/WireFormat.h"
#include "net/Loop.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::hub {

/// Which media a player asked for.
struct Wanted {
    bool audio = true;
    bool video = true;
    TrackSet tracks = kEveryTrack; ///< of formats that keep them apart
};

/// All streams of the server, by name: where publishers and players of any protocol and loop find each other.
/// Any thread; outlives every reservation, publication and playback.
class StreamRegistry {
  public:
    /// `logBytes` bounds one stream's log in one format on one loop, `interjectionBytes` a player's unread replies,
    /// `extraTracks` a stream's tracks beside the first of each kind.
    StreamRegistry(std::size_t logBytes, std::size_t interjectionBytes,
                   std::size_t extraTracks = StreamHeaders::kMostExtras)
        : logBytes_(logBytes), interjectionBytes_(interjectionBytes), extraTracks_(extraTracks) {}

    /// Before anything is published; `listener` outlives every publication.
    void addListener(StreamListener& listener) { listeners_.push_back(&listener); }

    /// Likewise; what is wanted already is told within this call.
    void addDemand(Demand& demand);

    /// Likewise: who publishes, and is no pull, needs a name that is nobody's on other servers either.
    void shareNames(SharedNames& names) { sharedNames_ = &names; }

    /// All that is published now.
    std::vector<PublishedStreamPtr> publishedStreams() const;

    /// A stream that somebody publishes, plays, or is being asked about.
    struct View {
        hooks::StreamKey key;
        std::string id;
        PublishedStreamPtr published;                 ///< null while nobody publishes it
        std::shared_ptr<const StreamHeaders> headers; ///< likewise
        std::shared_ptr<const StreamFigures> figures;
    };

    /// All of these, in the order of their names.
    std::vector<View> views() const;

    /// A claim on a name: fails when somebody publishes it, but who publishes may be replaced where the terms say so,
    /// by one at a time, see Reservation::take(). While others are only being asked about it, the reservation is a
    /// place in the queue, see Reservation::await().
    base::Result<Reservation> reserve(const hooks::StreamKey& key, const ClaimTerms& terms = {});

    /// Ends who publishes `key` now, if anybody does; see OnEvicted.
    void evict(const hooks::StreamKey& key, const std::string& reason);

    /// Whether reserve() would fail at this moment, for those who can only ask in passing.
    bool isTaken(const hooks::StreamKey& key, const config::TakeoverConfig& takeover = {}) const;

    /// What the stream consists of, as far as its publisher has told; null when nobody publishes it now.
    std::shared_ptr<const StreamHeaders> headers(const hooks::StreamKey& key) const;

    /// Waits until somebody publishes `key` and `isReady` accepts what it consists of, at most `timeoutMs`. `onStream`
    /// is called once, on `loop`, the current one, later, unless the wait dies first. Whoever waits wants the stream:
    /// see Demand. Who is admitted to play it may wait; nobody else learns by it what names there are. `until`: whether
    /// the end of a publication ends the waiting, too.
    [[nodiscard]] std::unique_ptr<StreamWait> await(const hooks::StreamKey& key, net::Loop& loop,
                                                    std::int64_t timeoutMs, StreamWait::IsReady isReady,
                                                    StreamWait::OnStream onStream,
                                                    StreamWait::Until until = StreamWait::Until::Timeout);

    /// Counts one who plays `key` without a playback, such as a viewer of segments. Any thread.
    [[nodiscard]] Audience attend(const hooks::StreamKey& key);

    /// An id for the stream's life, which starts with its first publisher or player; empty when there is no such
    /// stream now.
    std::string streamId(const hooks::StreamKey& key) const;

    /// Begins to publish what `ticket` permits, on `loop`, the current one. The name must be taken, see
    /// Reservation::take(). `fetchedBy`: see PublishedStream. Throws std::logic_error when the ticket is for something
    /// else, or has not begun, or the reservation is for another stream.
    std::unique_ptr<Publication> publish(hooks::Ticket ticket, Reservation reservation, net::Loop& loop,
                                         std::shared_ptr<const config::VhostConfig> vhost, OnEvicted onEvicted,
                                         FetchedBy fetchedBy = {});

    /// Begins to play what `ticket` permits, on `loop`, the current one; a stream that nobody publishes is waited for.
    /// `format` and `subscriber` outlive the playback. `wanted` leaves audio or video out from the start. Throws
    /// std::logic_error when the ticket does not permit playing, or has not begun.
    std::unique_ptr<Playback> play(hooks::Ticket ticket, net::Loop& loop, const WireFormat& format,
                                   Subscriber& subscriber, const config::VhostConfig& vhost, Wanted wanted = {});

  private:
    friend class Audience;
    friend class Publication;
    friend class Reservation;
    friend class StreamWait;

    using RelayKey = std::pair<net::Loop*, std::string>;

    struct RelayEntry {
        const WireFormat* format;
        std::shared_ptr<Relay> relay;
    };

    /// Who waits for a stream, until it has been told.
    struct Waiting {
        StreamWait::IsReady isReady;
        std::weak_ptr<StreamWait::Receiver> receiver; ///< locked on its loop only
        net::Loop* loop;
        StreamWait::Until until;
    };

    struct Stream {
        std::string id;
        NameClaims claims;
        std::weak_ptr<OnEvicted> onEvicted;
        std::optional<std::uint64_t> handedOver; ///< an ended epoch whose players wait for the successor
        std::weak_ptr<StreamWriter> writer;
        net::Loop* writerLoop = nullptr;              ///< null while nobody publishes
        std::uint64_t epoch = 0;                      ///< of the newest publication
        std::shared_ptr<const StreamHeaders> headers; ///< null while nobody publishes
        PublishedStreamPtr published;                 ///< likewise
        std::shared_ptr<StreamFigures> figures = std::make_shared<StreamFigures>();
        std::map<RelayKey, RelayEntry> relays;
        std::map<std::uint64_t, Waiting> waits;  ///< null `loop`: it has been told
        std::size_t attending = 0;               ///< players without a playback
        bool isWanted = false;                   ///< as Demand has been told
        std::optional<std::int64_t> latestDtsMs; ///< of the newest publication that has ended
    };

    std::vector<StreamListener*> listenersOf(const PublishedStream& stream) const;
    Stream& findOrCreate(const hooks::StreamKey& key);
    void eraseIfIdle(const hooks::StreamKey& key);
    std::optional<hooks::ClientIds> replacedBy(const hooks::StreamKey& key, std::uint64_t reservation) const;
    std::optional<base::Result<void>> awaitTurn(const hooks::StreamKey& key, std::uint64_t reservation,
                                                const std::shared_ptr<Turn>& turn);
    bool claim(const hooks::StreamKey& key, std::uint64_t reservation, const std::shared_ptr<Claim>& claim);
    void release(const hooks::StreamKey& key, std::uint64_t reservation);
    void forget(const hooks::StreamKey& key, std::uint64_t wait);
    void depart(const hooks::StreamKey& key);
    void noteDemand(const hooks::StreamKey& key, Stream& stream);
    static NameClaims::Occupant occupantOf(const Stream& stream);
    static void tellWaits(Stream& stream);
    static void tellEnd(Stream& stream);
    static void endHandedOver(Stream& stream);
    bool isHandedOver(const hooks::StreamKey& key) const;
    void setHeaders(const hooks::StreamKey& key, const StreamHeaders& headers);
    void endPublication(const hooks::StreamKey& key, const StreamWriter& writer, bool handedOver);
    /// A relay, and whether somebody publishes: who joins it then is told of the end.
    struct FoundRelay {
        std::shared_ptr<Relay> relay;
        bool isPublished;
    };
    FoundRelay relayFor(const hooks::StreamKey& key, net::Loop& loop, const WireFormat& format,
                        const LogLimits& limits);
    LogLimits limitsOf(const config::VhostConfig& vhost) const;
    void dropRelay(const hooks::StreamKey& key, net::Loop& loop, const std::string& format);

    // given
    std::vector<StreamListener*> listeners_;
    std::vector<Demand*> demands_;
    SharedNames* sharedNames_ = nullptr; ///< null: all names are this server's
    std::size_t logBytes_;
    std::size_t interjectionBytes_;
    std::size_t extraTracks_;
    // state
    std::atomic<std::uint64_t> lastWait_{0};
    mutable std::mutex mutex_; ///< guards all below; held for look-ups only
    std::map<hooks::StreamKey, Stream> streams_;
    std::uint64_t lastEpoch_ = 0;
    std::uint64_t lastReservation_ = 0;
};

} // namespace hookcast::hub
