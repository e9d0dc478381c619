#pragma once

#include "base/Bytes.h"
#include "config/Config.h"
#include "hooks/StreamKey.h"
#include "hooks/Ticket.h"
#include "hub/Playback.h"
#include "hub/Reservation.h"
#include "hub/StreamRegistry.h"
#include "hub/StreamWait.h"
#include "hub/WireFormat.h"
#include "net/EndReasons.h"
#include "net/Loop.h"
#include "visits/Caller.h"
#include "visits/ClientBook.h"
#include "visits/ClientGate.h"
#include "visits/ClientState.h"
#include "visits/LimitWatch.h"
#include "visits/Services.h"
#include "visits/Visitor.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace hookcast::visits {

/// What one client is let in to, from connecting to its last closing event, whatever protocol it speaks: it asks the
/// vhost's rules and the backends, claims the name, opens the publication or the playback, counts, and ends all of it
/// in the order that backends expect. The protocol's session reads and writes; of all this it knows the answers.
///
/// A client connects, then publishes or plays one stream at a time. Whoever only holds the permission to play, as one
/// who fetches a file does, is a player from askToPlay() on, and never calls play().
///
/// Nothing else keeps a time for one who waits for his verdict: a session that throws when it gets it is ended.
///
/// Loop thread of its session only. It may be closed, but not destroyed, from within an answer.
class Visit final : private net::Rhythms::Member {
  public:
    /// The verdict: empty, or why not, which the log has by then. What the client is told is the session's; so is going
    /// on reading from it.
    using OnAnswer = std::function<void(const std::optional<Refusal>&)>;

    /// What publishers differ in.
    struct PublishTerms {
        bool mayReplace = true; ///< where publish.takeover lets it
        std::string how;        ///< for the log and state(): behind the stream's name
        hub::FetchedBy fetchedBy;
    };

    /// `services` and `visitor` outlive it.
    Visit(Services& services, net::Loop& loop, const Caller& caller, Visitor& visitor);
    ~Visit() override;
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;

    // Connecting.

    /// May the client connect to `vhost`? `onAnswer` is called later, unless close() comes first.
    void connect(std::shared_ptr<const config::VhostConfig> vhost, Place place, const OnAnswer& onAnswer);

    /// Leaves the vhost that it is on, and asks about another one, for this `use`.
    void moveTo(std::shared_ptr<const config::VhostConfig> vhost, config::StreamUse use, const OnAnswer& onAnswer);

    bool connected() const { return gate_.connected(); }

    // Asking; once connected, while nothing is open. `onAnswer` is called within the call or later, unless
    // endStream() or close() comes first.

    /// Why the vhost's rules do not let this client publish or play; nothing when they do.
    std::optional<hooks::Fault> denial(config::StreamUse use) const { return gate_.denial(use); }

    /// The log's line about what the session refuses by itself. What is answered here with a Refusal has its own.
    /// `stream`: vhost/app/stream, as far as it is known; empty: what the client connects to.
    void tellRefusal(hooks::HookAction what, const std::string& stream, const hooks::Fault& why) const {
        gate_.tellRefusal(what, stream, why);
    }

    /// The stream that a wish is about: what its ticket will permit.
    hooks::StreamKey keyOf(const Wish& wish) const { return gate_.keyOf(wish); }

    /// Claims the name, asks, and publishes: publication() is there when the answer is yes, and the first media is
    /// expected. Where a backend gives the stream another name, that one is claimed, and the first one let go.
    void publish(const Wish& wish, PublishTerms terms, const OnAnswer& onAnswer);

    /// Asks. With a yes the client is a player to the backends, and play() may follow.
    void askToPlay(const Wish& wish, const OnAnswer& onAnswer);

    /// The stream that is permitted now: what was asked about, or that which a backend has named in its place. Nothing
    /// where there is no yes.
    std::optional<hooks::StreamKey> permittedKey() const;

    /// Opens what askToPlay() was about; media may be written before it returns, as far as there is any. `format` and
    /// `subscriber` outlive the playback. `how` is for the log.
    hub::Playback& play(const hub::WireFormat& format, hub::Subscriber& subscriber, hub::Wanted wanted = {},
                        const std::string& how = "");

    // What is open.

    /// Null while it does not publish.
    hub::Publication* publication() const { return publication_.get(); }

    /// Null while it does not play.
    hub::Playback* playback() const { return playback_.get(); }

    /// A publisher has sent media: the next is expected.
    void noteMedia();

    /// Ends what it publishes, plays or asks for, with its closing events; it stays connected. `reason` is told to the
    /// backends.
    void endStream(const std::string& reason);

    /// The same for a player that goes on talking: what must still be sent so that the next reply finds the connection
    /// at a message's end.
    [[nodiscard]] base::Bytes stopPlaying(const std::string& reason);

    /// Ends everything: what is asked, what is open, then the permission to be connected.
    void close(const std::string& reason);

    // Waiting.

    /// Waits for somebody who publishes what the wish is about, as hub::StreamRegistry::await() does, until play(),
    /// endStream(), close(), or endStreamWait().
    void awaitStream(const Wish& wish, std::int64_t timeoutMs, hub::StreamWait::IsReady isReady,
                     const hub::StreamWait::OnStream& onStream,
                     hub::StreamWait::Until until = hub::StreamWait::Until::Timeout);
    void endStreamWait();

    /// The client itself must do something; see Visitor::expect().
    void expect(std::int64_t withinMs, const char* otherwise);
    void expectNothing();

    /// What goes on in it now.
    ClientState state() const;

    // Who it is.

    /// Null, and empty, before the first connect().
    const std::shared_ptr<const config::VhostConfig>& vhost() const { return gate_.vhost(); }
    std::string vhostName() const { return gate_.vhostName(); }
    const hooks::ClientInfo& client() const { return *gate_.client(); }
    const std::string& logName() const { return client().logName(); }

    /// As it has said so; made at each call.
    Caller caller() const { return gate_.caller(); }
    Place place() const { return gate_.place(); }

  private:
    /// How far everything has come is kept.
    void onBeat() override;

    template <typename Step>
    auto guarded(Step step);
    void note(WaitsFor what, std::int64_t withinMs = 0, const char* otherwise = "");
    void expectMedia(WaitsFor which, std::int64_t withinMs, const char* otherwise);
    void tellWhatFor(const std::string& stream) const;
    void nameStream(hooks::HookAction action, const Wish& wish, const OnAnswer& onAnswer,
                    const std::function<void()>& proceed);
    void claim(const Wish& wish, const OnAnswer& onAnswer);
    void ask(const Wish& wish, const OnAnswer& onAnswer);
    void awaitTurn(const hub::Turn::OnTurn& onTurn);
    Refusal taken(const hooks::StreamKey& key, const base::Error& error) const;
    void askToPublish(const Wish& wish, const OnAnswer& onAnswer);
    void claimOtherName(hooks::Ticket ticket, const OnAnswer& onAnswer);
    void refuseOtherName(const base::Error& error, const OnAnswer& onAnswer);
    void take(hooks::Ticket ticket, const OnAnswer& onAnswer);
    void open(hooks::Ticket ticket, const OnAnswer& onAnswer);
    void wait(hooks::HookAction hook);
    void cancel();
    void enter(const hooks::Ticket& ticket, LimitWatch::Scope limits = LimitWatch::Scope::All);
    void endTicket(hooks::Ticket& ticket, const std::string& reason) const;
    const hooks::Ticket* streamTicket() const;
    hub::ClaimTerms claimTerms() const;
    net::SessionPort::Traffic trafficSinceYes() const;

    // given
    Services& services_;
    net::Loop& loop_;
    Visitor& visitor_;
    // owned; ended by close() in the order that the backends expect: what waits for a verdict, then the stream, then
    // the connection
    ClientGate gate_;
    std::unique_ptr<PublishTerms> terms_;           ///< of what is asked about, or published; null for who plays
    std::unique_ptr<hub::Reservation> reservation_; ///< while the backends are asked about publishing
    std::optional<hooks::Ticket> ticket_;           ///< of who does not play yet, or has another name to wait for
    std::unique_ptr<hub::Publication> publication_;
    std::unique_ptr<hub::Playback> playback_;
    std::optional<ClientBook::Listing> listing_; ///< from the yes to the end of its ticket
    std::unique_ptr<hub::StreamWait> streamWait_;
    std::unique_ptr<hooks::Updates> updates_; ///< from there to there; null where nobody wants to hear of it
    std::unique_ptr<LimitWatch> limits_;      ///< likewise; null where no backend has set any
    // state
    net::SessionPort::Traffic since_{}; ///< the client's traffic at the yes
    std::int64_t arrivedAtMs_;
    Waiting waiting_;
    std::string how_;    ///< see PublishTerms, and play()
    bool beats_ = false; ///< from the first connect() on
    // owned; dies first: who asks about the visit finds all of it
    ClientBook::Stay stay_;
};

} // namespace hookcast::visits
