#include "visits/ClientGate.h"

#include "base/RandomId.h"

#include <fmt/format.h>

#include <utility>

namespace hookcast::visits {

namespace {

constexpr std::size_t kClientIdLength = 8;

/// What the connection tells; where it leads is not known yet.
std::shared_ptr<const hooks::ClientInfo> infoOf(const Caller& caller, base::Log& log) {
    static const auto kNowhere = std::make_shared<const hooks::ClientPlace>();
    auto who = std::make_shared<hooks::ClientIdentity>();
    who->name = {caller.logName, caller.number, caller.ip, base::randomId(kClientIdLength)};
    who->protocol = caller.protocol;
    who->introduction = log.introduceLasting(who->name);
    auto client = std::make_shared<hooks::ClientInfo>();
    client->who = std::move(who);
    client->place = kNowhere;
    return client;
}

/// Nothing where it is what is said of the connection anyway.
std::string unlessSame(const std::string& text, const std::string& ofConnection) {
    return text == ofConnection ? std::string() : text;
}

} // namespace

ClientGate::ClientGate(hooks::Admission& admission, base::Log& log, net::Loop& loop, const Caller& caller)
    : admission_(admission), loop_(loop), isOurs_(caller.isOurs), refusal_(loop), client_(infoOf(caller, log)) {}

void ClientGate::connect(std::shared_ptr<const config::VhostConfig> vhost, Place place,
                         const OnConnected& onConnected) {
    vhost_ = std::move(vhost);
    hooks::ClientPlace at;
    at.vhost = vhost_->name;
    at.app = std::move(place.app);
    at.stream = std::move(place.stream);
    at.tcUrl = std::move(place.tcUrl);
    at.pageUrl = std::move(place.pageUrl);
    at.swfUrl = std::move(place.swfUrl);
    at.namedVhost = std::move(place.namedVhost);
    if (place.pull != nullptr) at.node = place.pull->node();
    std::string url = unlessSame(place.url, at.tcUrl);
    const auto client = clientAt(std::move(at));
    client->param = std::move(place.param);
    client->url = std::move(url);
    client->credentials = std::move(place.credentials);
    client_ = client;
    use_ = place.use;
    pull_ = std::move(place.pull);
    askToConnect(onConnected);
}

void ClientGate::moveTo(std::shared_ptr<const config::VhostConfig> vhost, config::StreamUse use,
                        const OnConnected& onConnected) {
    vhost_ = std::move(vhost);
    hooks::ClientPlace place = *client_->place;
    place.vhost = vhost_->name;
    client_ = clientAt(std::move(place));
    use_ = use;
    askToConnect(onConnected);
}

template <typename OnAnswer>
void ClientGate::refuse(hooks::HookAction what, const std::string& stream, const hooks::Fault& why,
                        const OnAnswer& onAnswer) {
    tellRefusal(what, stream, why);
    refuseLater([onAnswer, reason = why.message] { onAnswer(base::Error{reason}); });
}

void ClientGate::askToConnect(const OnConnected& onConnected) {
    const std::shared_ptr<hooks::HookLane> earlier = std::move(lane_);
    lane_ = admission_.openLane(loop_, vhost_, client_->logName(), pull_);
    if (earlier != nullptr) lane_->follow(*earlier);
    if (const std::optional<hooks::Fault> denied = connectDenial()) {
        refuse(hooks::HookAction::Connect, {}, *denied, onConnected);
        return;
    }
    using Step = hooks::ConnectStep;
    const Step step = client_->place->stream.empty() ? Step::Connection : Step::Whole;
    hooks::HookEvent event{client_, hooks::HookEvent::Connect{step}, hooks::newEventId()};
    requestConnect(std::move(event), ticket_, onConnected);
}

/// `ticket`: where a yes is kept.
void ClientGate::requestConnect(hooks::HookEvent event, std::optional<hooks::Ticket>& ticket,
                                const OnConnected& onConnected) {
    pending_ =
        admission_.request(lane_, std::move(event), [this, &ticket, onConnected](base::Result<hooks::Ticket> verdict) {
            pending_.release();
            if (verdict) ticket.emplace(verdict.take());
            onConnected(verdict ? base::Result<void>() : verdict.error());
        });
}

bool ClientGate::owesConnect(const Wish& wish) const {
    if (!connected() || pull_ != nullptr || !vhost_->hooks.asksWhenStreamIsNamed()) return false;
    if (!config::traitsOf(vhost_->hooks.dialect).tellsConnectionsOf(client_->protocol())) return false;
    const hooks::StreamKey key = keyOf(wish);
    return key.app != client_->place->app || key.stream != client_->place->stream;
}

void ClientGate::nameStream(hooks::HookAction action, const Wish& wish, std::uint64_t sentBytes,
                            std::uint64_t receivedBytes, const OnConnected& onConnected) {
    closeNamed("another stream is named", sentBytes, receivedBytes);
    const hooks::StreamKey key = keyOf(wish);
    if (const std::optional<hooks::Fault> denied = wishDenial(action, key)) {
        refuse(action, key.text(), *denied, onConnected);
        return;
    }
    hooks::ClientPlace place = *client_->place;
    place.app = key.app;
    place.stream = key.stream;
    const auto client = clientAt(std::move(place));
    if (!wish.param.empty()) client->param = wish.param;
    client->url = wish.url;
    hooks::HookEvent event{client, hooks::HookEvent::Connect{hooks::ConnectStep::Stream}, hooks::newEventId()};
    requestConnect(std::move(event), namedTicket_, onConnected);
}

/// What was told of in closing events before is not told again.
void ClientGate::closeNamed(const std::string& reason, std::uint64_t sentBytes, std::uint64_t receivedBytes) {
    if (!namedTicket_) return;
    namedTicket_->setTraffic(sentBytes - toldSentBytes_, receivedBytes - toldReceivedBytes_);
    namedTicket_->setReason(reason);
    namedTicket_.reset();
    toldSentBytes_ = sentBytes;
    toldReceivedBytes_ = receivedBytes;
}

void ClientGate::ask(hooks::HookAction action, const Wish& wish, const std::string& streamId,
                     const hooks::OnVerdict& onVerdict, std::optional<hooks::ClientIds> replaces) {
    const hooks::StreamKey key = keyOf(wish);
    if (const std::optional<hooks::Fault> denied = wishDenial(action, key)) {
        refuse(action, key.text(), *denied, onVerdict);
        return;
    }
    hooks::HookEvent event{clientOf(key.app), {}, hooks::newEventId()};
    // Told of as its own is what differs: the others who want the stream have it alike then.
    auto stream = admission_.share(hooks::NamedStream{key.stream, unlessSame(wish.param, client_->param),
                                                      unlessSame(wish.url, client_->url), streamId});
    if (action == hooks::HookAction::Publish)
        event.what = hooks::HookEvent::Publish{
            std::move(stream), replaces ? std::make_shared<const hooks::ClientIds>(std::move(*replaces)) : nullptr};
    else
        event.what = hooks::HookEvent::Play{std::move(stream)};
    const bool mayBeRenamed = action == hooks::HookAction::Publish || wish.mayBeRenamed;
    const hooks::DataUse use = isOurs_        ? hooks::DataUse::None
                               : mayBeRenamed ? hooks::DataUse::All
                                              : hooks::DataUse::KeepsName;
    const auto taker = [this, onVerdict](base::Result<hooks::Ticket> verdict) {
        pending_.release();
        onVerdict(std::move(verdict));
    };
    pending_ = admission_.request(lane_, std::move(event), taker, use);
}

std::optional<hooks::Fault> ClientGate::denial(config::StreamUse use) const {
    using hooks::RefusalCause;
    if (pull_ != nullptr) return pullDenial(use);
    if (isOurs_) return std::nullopt;
    if (std::string denied = vhost_->security.denial(use, client_->ip()); !denied.empty())
        return hooks::Fault{RefusalCause::Security, std::move(denied)};
    if (!config::traitsOf(client_->protocol()).namesPage) return std::nullopt;
    if (std::string denied = vhost_->refer.denial(use, client_->place->pageUrl); !denied.empty())
        return hooks::Fault{RefusalCause::Refer, std::move(denied)};
    return std::nullopt;
}

void ClientGate::tellRefusal(hooks::HookAction what, const std::string& stream, const hooks::Fault& why) const {
    hooks::RefusalLine line;
    line.who = client_->logName();
    line.event = hooks::nameOf(what);
    line.stream = stream;
    if (stream.empty() && vhost_ != nullptr)
        line.stream = fmt::format("{}/{}{}{}", vhostName(), client_->place->app,
                                  client_->place->stream.empty() ? "" : "/", client_->place->stream);
    line.ip = client_->ip();
    line.number = client_->number();
    line.id = client_->id();
    line.cause = why.cause;
    line.reason = why.message;
    admission_.refusals().tell(line, loop_.clock().monotonicMs());
}

hooks::StreamKey ClientGate::keyOf(const Wish& wish) const {
    return {vhost_->name, wish.app.empty() ? client_->place->app : wish.app, wish.stream};
}

/// No protocol lets a name through that backends would see as another one; if one does all the same, it ends here.
std::optional<hooks::Fault> ClientGate::wishDenial(hooks::HookAction action, const hooks::StreamKey& key) const {
    using hooks::RefusalCause;
    for (const std::string& name : {key.app, key.stream}) {
        if (name.empty()) return hooks::Fault{RefusalCause::Name, "the stream has no name"};
        if (const std::string_view fault = hooks::faultIn(name); !fault.empty())
            return hooks::Fault{RefusalCause::Name, std::string(fault)};
    }
    if (pull_ != nullptr && key != pull_->key()) return hooks::Fault{RefusalCause::Pull, "a pull of another stream"};
    return denial(action == hooks::HookAction::Publish ? config::StreamUse::Publish : config::StreamUse::Play);
}

/// The vhost's rules are about clients. What a pull has a right to, Admission holds, too; here it is a refusal.
std::optional<hooks::Fault> ClientGate::pullDenial(config::StreamUse use) const {
    const bool publishes = pull_->action() == hooks::HookAction::Publish;
    if (publishes == (use == config::StreamUse::Publish) && vhost_->name == pull_->key().vhost) return std::nullopt;
    return hooks::Fault{hooks::RefusalCause::Pull,
                        publishes ? "a pull that is not there to play" : "a pull that is not there to publish"};
}

/// A client that may do one of both is let in: what it wants shows later.
std::optional<hooks::Fault> ClientGate::connectDenial() const {
    if (use_) return denial(*use_);
    const std::optional<hooks::Fault> publishing = denial(config::StreamUse::Publish);
    const std::optional<hooks::Fault> playing = denial(config::StreamUse::Play);
    if (!publishing || !playing) return std::nullopt;
    return hooks::Fault{publishing->cause, publishing->message + ", " + playing->message};
}

/// From the loop, as every verdict comes.
void ClientGate::refuseLater(std::function<void()> refuse) {
    refusal_.runAfter(0, std::move(refuse));
}

void ClientGate::cancel() {
    pending_.cancel();
    refusal_.cancel();
}

void ClientGate::note(std::uint64_t sentBytes, std::uint64_t receivedBytes) {
    if (ticket_) {
        ticket_->setTraffic(sentBytes, receivedBytes);
        ticket_->note();
    }
    if (namedTicket_) {
        namedTicket_->setTraffic(sentBytes - toldSentBytes_, receivedBytes - toldReceivedBytes_);
        namedTicket_->note();
    }
}

void ClientGate::close(const std::string& reason, std::uint64_t sentBytes, std::uint64_t receivedBytes) {
    cancel();
    closeNamed(reason, sentBytes, receivedBytes);
    if (!ticket_) return;
    ticket_->setTraffic(sentBytes, receivedBytes);
    ticket_->setReason(reason);
    ticket_.reset();
}

Caller ClientGate::caller() const {
    return {client_->number(), client_->logName(), client_->protocol(), client_->ip(), isOurs_};
}

Place ClientGate::place() const {
    const hooks::ClientPlace& at = *client_->place;
    return {at.app,    client_->url.empty() ? at.tcUrl : client_->url,
            at.tcUrl,  at.pageUrl,
            at.swfUrl, client_->param,
            at.stream, use_,
            pull_,     at.namedVhost};
}

/// What is known of it, at another place.
std::shared_ptr<hooks::ClientInfo> ClientGate::clientAt(hooks::ClientPlace place) const {
    auto client = std::make_shared<hooks::ClientInfo>(*client_);
    client->place = admission_.share(std::move(place));
    return client;
}

/// Whoever asks about another application than that of the connection is told of as if he were there.
std::shared_ptr<const hooks::ClientInfo> ClientGate::clientOf(const std::string& app) const {
    if (app == client_->place->app) return client_;
    hooks::ClientPlace place = *client_->place;
    place.app = app;
    return clientAt(std::move(place));
}

} // namespace hookcast::visits
