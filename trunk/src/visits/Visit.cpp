#include "visits/Visit.h"

#include "base/Log.h"
#include "net/EndReasons.h"

#include <fmt/format.h>

#include <exception>
#include <utility>

namespace hookcast::visits {

namespace {

constexpr std::int64_t kNotePeriodMs = 10'000;

Refusal denied(const base::Error& error) {
    return {Refusal::Cause::Denied, error.message};
}

} // namespace

Visit::Visit(Services& services, net::Loop& loop, const Caller& caller, Visitor& visitor)
    : services_(services), loop_(loop), visitor_(visitor), gate_(services.admission, services.log, loop, caller),
      arrivedAtMs_(loop.clock().monotonicMs()),
      stay_(services.clients.arrive(std::make_shared<Guest>(Guest{client().who, loop, this}))) {}

/// What happens next, when a verdict or a turn comes; throwing is the end of the session.
template <typename Step>
auto Visit::guarded(Step step) {
    return [this, step = std::move(step)]<typename... News>(News&&... news) {
        note(WaitsFor::Nothing);
        try {
            step(std::forward<News>(news)...);
        } catch (const std::exception& e) {
            visitor_.endAfterFailure(e);
        } catch (...) {
            visitor_.endLater("internal error");
        }
    };
}

Visit::~Visit() {
    if (beats_) loop_.rhythms().leave(kNotePeriodMs, *this);
    close(net::kClosed);
}

void Visit::connect(std::shared_ptr<const config::VhostConfig> vhost, Place place, const OnAnswer& onAnswer) {
    if (!beats_) loop_.rhythms().join(kNotePeriodMs, *this);
    beats_ = true;
    wait(hooks::HookAction::Connect);
    gate_.connect(std::move(vhost), std::move(place), guarded([this, onAnswer](const base::Result<void>& verdict) {
                      if (!verdict) {
                          onAnswer(denied(verdict.error()));
                          return;
                      }
                      // A capture comes from nowhere.
                      if (!caller().isOurs && config::traitsOf(caller().protocol).showsConnecting)
                          services_.log.trace(logName(), "connected from {} to vhost={} app={}", caller().ip,
                                              vhostName(), base::printable(this->place().app));
                      onAnswer(std::nullopt);
                  }));
}

void Visit::moveTo(std::shared_ptr<const config::VhostConfig> vhost, config::StreamUse use, const OnAnswer& onAnswer) {
    const net::SessionPort::Traffic traffic = visitor_.traffic();
    gate_.close("moved to vhost " + vhost->name, traffic.sentBytes, traffic.receivedBytes);
    wait(hooks::HookAction::Connect);
    gate_.moveTo(std::move(vhost), use, guarded([onAnswer](const base::Result<void>& verdict) {
                     onAnswer(verdict ? std::nullopt : std::optional(denied(verdict.error())));
                 }));
}

void Visit::wait(hooks::HookAction hook) {
    visitor_.suspend();
    visitor_.expectNothing();
    note(WaitsFor::Verdict);
    waiting_.hook = hook;
}

void Visit::note(WaitsFor what, std::int64_t withinMs, const char* otherwise) {
    waiting_.what = what;
    waiting_.sinceMs = loop_.clock().monotonicMs();
    waiting_.untilMs = withinMs == 0 ? 0 : waiting_.sinceMs + withinMs;
    waiting_.otherwise = otherwise;
}

/// A line for those whose life is looked at: at the everyday level it is not there.
void Visit::tellWhatFor(const std::string& stream) const {
    if (!services_.log.wants(base::LogLevel::Verbose, logName())) return;
    services_.log.verbose(logName(), "waits: {} of {}{}", nameOf(waiting_.what), base::printable(stream),
                          waiting_.untilMs == 0 ? std::string()
                                                : fmt::format(", up to {} ms", waiting_.untilMs - waiting_.sinceMs));
}

void Visit::publish(const Wish& wish, PublishTerms terms, const OnAnswer& onAnswer) {
    // Nobody's name is taken for a client that is denied.
    if (const std::optional<hooks::Fault> fault = denial(config::StreamUse::Publish)) {
        tellRefusal(hooks::HookAction::Publish, keyOf(wish).text(), *fault);
        onAnswer(Refusal{Refusal::Cause::Denied, fault->message});
        return;
    }
    how_ = terms.how;
    terms_ = std::make_unique<PublishTerms>(std::move(terms));
    nameStream(hooks::HookAction::Publish, wish, onAnswer, [this, wish, onAnswer] { claim(wish, onAnswer); });
}

/// Some backends let a connection in when they know its stream; `proceed` comes when they have.
void Visit::nameStream(hooks::HookAction action, const Wish& wish, const OnAnswer& onAnswer,
                       const std::function<void()>& proceed) {
    if (!gate_.owesConnect(wish)) {
        proceed();
        return;
    }
    wait(hooks::HookAction::Connect);
    const net::SessionPort::Traffic traffic = visitor_.traffic();
    gate_.nameStream(action, wish, traffic.sentBytes, traffic.receivedBytes,
                     guarded([onAnswer, proceed](const base::Result<void>& verdict) {
                         if (verdict)
                             proceed();
                         else
                             onAnswer(denied(verdict.error()));
                     }));
}

hub::ClaimTerms Visit::claimTerms() const {
    hub::ClaimTerms terms = hub::ClaimTerms::of(vhost()->publish, caller().ip);
    if (!terms_->mayReplace) terms.takeover = {};
    terms.claimant = terms_->fetchedBy.claimant();
    return terms;
}

void Visit::claim(const Wish& wish, const OnAnswer& onAnswer) {
    const hooks::StreamKey key = keyOf(wish);
    base::Result<hub::Reservation> reserved = services_.streams.reserve(key, claimTerms());
    if (!reserved) {
        onAnswer(taken(key, reserved.error()));
        return;
    }
    reservation_ = std::make_unique<hub::Reservation>(reserved.take());
    wait(hooks::HookAction::Publish);
    awaitTurn(guarded([this, wish, key, onAnswer](const base::Result<void>& turn) {
        if (turn)
            askToPublish(wish, onAnswer);
        else
            onAnswer(taken(key, turn.error()));
    }));
}

void Visit::awaitTurn(const hub::Turn::OnTurn& onTurn) {
    note(WaitsFor::Turn, vhost()->publish.claimTimeoutMs);
    const std::string name = reservation_->key().text();
    reservation_->await(loop_, onTurn);
    if (waiting_.what == WaitsFor::Turn) tellWhatFor(name);
}

Refusal Visit::taken(const hooks::StreamKey& key, const base::Error& error) const {
    tellRefusal(hooks::HookAction::Publish, key.text(), {hooks::RefusalCause::Busy, error.message});
    return {Refusal::Cause::NameTaken, error.message};
}

void Visit::askToPublish(const Wish& wish, const OnAnswer& onAnswer) {
    const std::string streamId = services_.streams.streamId(keyOf(wish));
    note(WaitsFor::Verdict);
    waiting_.hook = hooks::HookAction::Publish;
    gate_.ask(hooks::HookAction::Publish, wish, streamId,
              guarded([this, onAnswer](base::Result<hooks::Ticket> verdict) {
                  if (!verdict)
                      onAnswer(denied(verdict.error()));
                  else if (verdict.value().hasBegun())
                      take(verdict.take(), onAnswer);
                  else
                      claimOtherName(verdict.take(), onAnswer);
              }),
              reservation_->replaced());
}

/// The name that was asked about is let go first: of two who get each other's, none waits for the other.
void Visit::claimOtherName(hooks::Ticket ticket, const OnAnswer& onAnswer) {
    const hooks::StreamKey key = ticket.key();
    since_ = visitor_.traffic();
    ticket_.emplace(std::move(ticket));
    reservation_.reset();
    base::Result<hub::Reservation> reserved = services_.streams.reserve(key, claimTerms());
    if (!reserved) {
        refuseOtherName(reserved.error(), onAnswer);
        return;
    }
    reservation_ = std::make_unique<hub::Reservation>(reserved.take());
    awaitTurn(guarded([this, key, onAnswer](const base::Result<void>& turn) {
        if (!turn) {
            refuseOtherName(turn.error(), onAnswer);
            return;
        }
        hooks::Ticket permission = std::move(*ticket_);
        ticket_.reset();
        permission.begin(services_.streams.streamId(key));
        take(std::move(permission), onAnswer);
    }));
}

/// Whoever has said yes hears of an end under the name that was asked about: nothing has been opened under the other.
void Visit::refuseOtherName(const base::Error& error, const OnAnswer& onAnswer) {
    const base::Error why = error; // it may belong to the turn, which ends here
    const hooks::StreamKey key = ticket_->key();
    endStream(why.message);
    onAnswer(taken(key, why));
}

void Visit::take(hooks::Ticket ticket, const OnAnswer& onAnswer) {
    enter(ticket);
    const std::string name = ticket.key().text();
    note(WaitsFor::Name);
    reservation_->take(std::move(ticket), loop_,
                       guarded([this, onAnswer](hooks::Ticket alone) { open(std::move(alone), onAnswer); }));
    if (waiting_.what == WaitsFor::Name) tellWhatFor(name);
}

void Visit::open(hooks::Ticket ticket, const OnAnswer& onAnswer) {
    services_.log.trace(logName(), "publishes {}{}", base::printable(ticket.key().text()), how_);
    hub::Reservation reservation = std::move(*reservation_);
    reservation_.reset();
    publication_ = services_.streams.publish(
        std::move(ticket), std::move(reservation), loop_, vhost(),
        [this](const std::string& reason) { visitor_.onEvicted(reason); }, terms_->fetchedBy);
    expectMedia(WaitsFor::FirstMedia, vhost()->publish.firstPacketTimeoutMs, net::kNoFirstMedia);
    visitor_.gatherReads(vhost()->mergedReadMs());
    onAnswer(std::nullopt);
}

void Visit::askToPlay(const Wish& wish, const OnAnswer& onAnswer) {
    nameStream(hooks::HookAction::Play, wish, onAnswer, [this, wish, onAnswer] { ask(wish, onAnswer); });
}

void Visit::ask(const Wish& wish, const OnAnswer& onAnswer) {
    wait(hooks::HookAction::Play);
    const std::string streamId = services_.streams.streamId(keyOf(wish));
    const LimitWatch::Scope limits = wish.isFile ? LimitWatch::Scope::DurationOnly : LimitWatch::Scope::All;
    gate_.ask(hooks::HookAction::Play, wish, streamId,
              guarded([this, limits, onAnswer](base::Result<hooks::Ticket> verdict) {
                  if (!verdict) {
                      onAnswer(denied(verdict.error()));
                      return;
                  }
                  ticket_.emplace(verdict.take());
                  ticket_->begin(services_.streams.streamId(ticket_->key()));
                  enter(*ticket_, limits);
                  onAnswer(std::nullopt);
              }));
}

std::optional<hooks::StreamKey> Visit::permittedKey() const {
    const hooks::Ticket* ticket = streamTicket();
    return ticket == nullptr ? std::nullopt : std::optional(ticket->key());
}

hub::Playback& Visit::play(const hub::WireFormat& format, hub::Subscriber& subscriber, hub::Wanted wanted,
                           const std::string& how) {
    services_.log.trace(logName(), "plays {}{}", base::printable(ticket_->key().text()), how);
    how_ = how;
    hooks::Ticket ticket = std::move(*ticket_);
    ticket_.reset();
    playback_ = services_.streams.play(std::move(ticket), loop_, format, subscriber, *vhost(), wanted);
    visitor_.setNoDelay(vhost()->tcpNodelay);
    endStreamWait();
    note(WaitsFor::Nothing);
    return *playback_;
}

void Visit::enter(const hooks::Ticket& ticket, LimitWatch::Scope limits) {
    since_ = visitor_.traffic();
    updates_ = gate_.tellUpdates(ticket, [this] { return trafficSinceYes(); });
    limits_ = LimitWatch::of(ticket, loop_, visitor_, limits);
    if (!ticket.data().isEmpty())
        services_.log.trace(logName(), "goes by its backend's data: {}", base::printable(ticket.data().text()));
    listing_.emplace(services_.clients.enter(std::make_shared<AdmittedClient>(ticket.sharedEvent(), loop_, visitor_)));
}

void Visit::noteMedia() {
    expectMedia(WaitsFor::Media, vhost()->publish.normalTimeoutMs, net::kNoMedia);
}

void Visit::expectMedia(WaitsFor which, std::int64_t withinMs, const char* otherwise) {
    visitor_.expect(withinMs, otherwise);
    note(which, withinMs, otherwise);
}

void Visit::expect(std::int64_t withinMs, const char* otherwise) {
    visitor_.expect(withinMs, otherwise);
    note(WaitsFor::Client, withinMs, otherwise);
}

void Visit::expectNothing() {
    visitor_.expectNothing();
    note(WaitsFor::Nothing);
}

void Visit::awaitStream(const Wish& wish, std::int64_t timeoutMs, hub::StreamWait::IsReady isReady,
                        const hub::StreamWait::OnStream& onStream, hub::StreamWait::Until until) {
    const hooks::StreamKey key = permittedKey().value_or(keyOf(wish));
    note(WaitsFor::Stream, timeoutMs);
    tellWhatFor(key.text());
    streamWait_ = services_.streams.await(key, loop_, timeoutMs, std::move(isReady), guarded(onStream), until);
}

void Visit::endStreamWait() {
    streamWait_.reset();
}

ClientState Visit::state() const {
    ClientState state;
    state.caller = caller();
    state.id = client().id();
    state.vhost = vhostName();
    state.place = place();
    if (listing_) state.opening = listing_->client().opening;
    if (publication_ != nullptr || playback_ != nullptr) state.how = how_;
    state.waiting = waiting_;
    if (waiting_.what == WaitsFor::Stream && streamWait_ != nullptr) state.awaitedStream = streamWait_->key().text();
    state.nowMs = loop_.clock().monotonicMs();
    state.arrivedAtMs = arrivedAtMs_;
    state.traffic = visitor_.traffic();
    state.isConnected = connected();
    state.isSuspended = visitor_.isSuspended();
    if (playback_ != nullptr) state.player = playback_->standing();
    if (state.player && state.player->awaitsStart && waiting_.what == WaitsFor::Nothing)
        state.waiting.what = WaitsFor::FirstMedia;
    return state;
}

void Visit::cancel() {
    gate_.cancel();
    reservation_.reset();
    endStreamWait();
    note(WaitsFor::Nothing);
}

void Visit::endStream(const std::string& reason) {
    cancel();
    updates_.reset();
    limits_.reset();
    const bool published = publication_ != nullptr;
    if (published) endTicket(publication_->ticket(), reason);
    publication_.reset();
    if (playback_ != nullptr) endTicket(playback_->ticket(), reason);
    playback_.reset();
    if (ticket_) endTicket(*ticket_, reason);
    ticket_.reset();
    listing_.reset();
    if (published) visitor_.gatherReads(0);
}

base::Bytes Visit::stopPlaying(const std::string& reason) {
    base::Bytes rest = playback_ == nullptr ? base::Bytes() : playback_->stop();
    endStream(reason);
    return rest;
}

void Visit::close(const std::string& reason) {
    endStream(reason);
    const net::SessionPort::Traffic traffic = visitor_.traffic();
    gate_.close(reason, traffic.sentBytes, traffic.receivedBytes);
}

void Visit::onBeat() {
    const net::SessionPort::Traffic traffic = visitor_.traffic();
    gate_.note(traffic.sentBytes, traffic.receivedBytes);
    hooks::Ticket* ticket = ticket_ ? &*ticket_ : nullptr;
    if (publication_ != nullptr) ticket = &publication_->ticket();
    if (playback_ != nullptr) ticket = &playback_->ticket();
    if (ticket == nullptr) return;
    const net::SessionPort::Traffic sinceYes = trafficSinceYes();
    ticket->setTraffic(sinceYes.sentBytes, sinceYes.receivedBytes);
    ticket->note();
}

/// Null where there is no permission to publish or play.
const hooks::Ticket* Visit::streamTicket() const {
    if (publication_ != nullptr) return &publication_->ticket();
    if (playback_ != nullptr) return &playback_->ticket();
    return ticket_ ? &*ticket_ : nullptr;
}

net::SessionPort::Traffic Visit::trafficSinceYes() const {
    const net::SessionPort::Traffic now = visitor_.traffic();
    return {now.sentBytes - since_.sentBytes, now.receivedBytes - since_.receivedBytes};
}

void Visit::endTicket(hooks::Ticket& ticket, const std::string& reason) const {
    const net::SessionPort::Traffic traffic = trafficSinceYes();
    ticket.setTraffic(traffic.sentBytes, traffic.receivedBytes);
    ticket.setReason(reason);
}

} // namespace hookcast::visits
