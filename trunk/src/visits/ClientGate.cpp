#include "visits/ClientGate.h"

#include "base/RandomId.h"

#include <fmt/format.h>

#include <utility>

namespace hookcast::visits {

namespace {

constexpr std::size_t kClientIdLength = 8;

/// What the connection tells.
std::shared_ptr<hooks::ClientInfo> infoOf(const Caller& caller, base::Log& log) {
    auto client = std::make_shared<hooks::ClientInfo>();
    client->number = caller.number;
    client->id = base::randomId(kClientIdLength);
    client->logName = caller.logName;
    client->introduction = std::make_shared<base::TracedClients::Introduction>(
        log.introduce({caller.logName, caller.number, caller.ip, client->id}));
    client->protocol = caller.protocol;
    client->ip = caller.ip;
    return client;
}

} // namespace

ClientGate::ClientGate(hooks::Admission& admission, base::Log& log, net::Loop& loop, const Caller& caller)
    : admission_(admission), loop_(loop), isOurs_(caller.isOurs), refusal_(loop), client_(infoOf(caller, log)) {}

void ClientGate::connect(std::shared_ptr<const config::VhostConfig> vhost, Place place,
                         const OnConnected& onConnected) {
    vhost_ = std::move(vhost);
    auto client = std::make_shared<hooks::ClientInfo>(*client_);
    client->vhost = vhost_->name;
    client->app = std::move(place.app);
    client->tcUrl = std::move(place.tcUrl);
    client->pageUrl = std::move(place.pageUrl);
    client->swfUrl = std::move(place.swfUrl);
    client->param = std::move(place.param);
    client->stream = std::move(place.stream);
    client->namedVhost = std::move(place.namedVhost);
    client->credentials = std::move(place.credentials);
    if (place.pull != nullptr) client->node = place.pull->node();
    url_ = place.url == client->tcUrl ? std::string() : std::move(place.url);
    client_ = std::move(client);
    use_ = place.use;
    pull_ = std::move(place.pull);
    askToConnect(onConnected);
}

void ClientGate::moveTo(std::shared_ptr<const config::VhostConfig> vhost, config::StreamUse use,
                        const OnConnected& onConnected) {
    vhost_ = std::move(vhost);
    auto client = std::make_shared<hooks::ClientInfo>(*client_);
    client->vhost = vhost_->name;
    client_ = std::move(client);
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
    lane_ = admission_.openLane(loop_, vhost_, client_->logName, pull_);
    if (earlier != nullptr) lane_->follow(*earlier);
    if (const std::optional<hooks::Fault> denied = connectDenial()) {
        refuse(hooks::HookAction::Connect, {}, *denied, onConnected);
        return;
    }
    using Step = hooks::ConnectStep;
    const Step step = client_->stream.empty() ? Step::Connection : Step::Whole;
    hooks::HookEvent event{client_, hooks::HookEvent::Connect{url(), step}, hooks::newEventId()};
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
    if (!config::traitsOf(vhost_->hooks.dialect).tellsConnectionsOf(client_->protocol)) return false;
    const hooks::StreamKey key = keyOf(wish);
    return key.app != client_->app || key.stream != client_->stream;
}

void ClientGate::nameStream(hooks::HookAction action, const Wish& wish, std::uint64_t sentBytes,
                            std::uint64_t receivedBytes, const OnConnected& onConnected) {
    closeNamed("another stream is named", sentBytes, receivedBytes);
    const hooks::StreamKey key = keyOf(wish);
    if (const std::optional<hooks::Fault> denied = wishDenial(action, key)) {
        refuse(action, key.text(), *denied, onConnected);
        return;
    }
    auto client = std::make_shared<hooks::ClientInfo>(*client_);
    client->app = key.app;
    client->stream = key.stream;
    if (!wish.param.empty()) client->param = wish.param;
    hooks::HookEvent event{std::move(client), hooks::HookEvent::Connect{wish.url, hooks::ConnectStep::Stream},
                           hooks::newEventId()};
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
    hooks::NamedStream stream{key.stream, wish.param.empty() ? client_->param : wish.param, wish.url, streamId};
    if (action == hooks::HookAction::Publish)
        event.what = hooks::HookEvent::Publish{std::move(stream), std::move(replaces)};
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
    if (std::string denied = vhost_->security.denial(use, client_->ip); !denied.empty())
        return hooks::Fault{RefusalCause::Security, std::move(denied)};
    if (!config::traitsOf(client_->protocol).namesPage) return std::nullopt;
    if (std::string denied = vhost_->refer.denial(use, client_->pageUrl); !denied.empty())
        return hooks::Fault{RefusalCause::Refer, std::move(denied)};
    return std::nullopt;
}

void ClientGate::tellRefusal(hooks::HookAction what, const std::string& stream, const hooks::Fault& why) const {
    hooks::RefusalLine line;
    line.who = client_->logName;
    line.event = hooks::nameOf(what);
    line.stream = stream;
    if (stream.empty() && vhost_ != nullptr)
        line.stream =
            fmt::format("{}/{}{}{}", vhostName(), client_->app, client_->stream.empty() ? "" : "/", client_->stream);
    line.ip = client_->ip;
    line.number = client_->number;
    line.id = client_->id;
    line.cause = why.cause;
    line.reason = why.message;
    admission_.refusals().tell(line, loop_.clock().monotonicMs());
}

hooks::StreamKey ClientGate::keyOf(const Wish& wish) const {
    return {vhost_->name, wish.app.empty() ? client_->app : wish.app, wish.stream};
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
    return {client_->number, client_->logName, client_->protocol, client_->ip, isOurs_};
}

Place ClientGate::place() const {
    return {client_->app,    url(), client_->tcUrl, client_->pageUrl,   client_->swfUrl, client_->param,
            client_->stream, use_,  pull_,          client_->namedVhost};
}

/// Whoever asks about another application than that of the connection is told of as if he were there.
std::shared_ptr<const hooks::ClientInfo> ClientGate::clientOf(const std::string& app) const {
    if (app == client_->app) return client_;
    auto elsewhere = std::make_shared<hooks::ClientInfo>(*client_);
    elsewhere->app = app;
    return elsewhere;
}

} // namespace hookcast::visits
