#include "visits/ClientGate.h"

#include "base/RandomId.h"

#include <fmt/format.h>

#include <utility>

namespace hookcast::visits {

namespace {

constexpr std::size_t kClientIdLength = 8;

} // namespace

ClientGate::ClientGate(hooks::Admission& admission, base::Log& log, net::Loop& loop, Caller caller)
    : admission_(admission), loop_(loop), caller_(std::move(caller)), refusal_(loop),
      clientId_(base::randomId(kClientIdLength)),
      introduction_(std::make_shared<base::TracedClients::Introduction>(
          log.introduce({caller_.logName, caller_.number, caller_.ip, clientId_}))) {}

void ClientGate::connect(std::shared_ptr<const config::VhostConfig> vhost, Place place,
                         const OnConnected& onConnected) {
    vhost_ = std::move(vhost);
    place_ = std::move(place);
    askToConnect(onConnected);
}

void ClientGate::moveTo(std::shared_ptr<const config::VhostConfig> vhost, config::StreamUse use,
                        const OnConnected& onConnected) {
    vhost_ = std::move(vhost);
    place_.use = use;
    askToConnect(onConnected);
}

void ClientGate::askToConnect(const OnConnected& onConnected) {
    client_ = describe(place_.app);
    const std::shared_ptr<hooks::HookLane> earlier = std::move(lane_);
    lane_ = admission_.openLane(loop_, vhost_, caller_.logName, place_.pull);
    if (earlier != nullptr) lane_->follow(*earlier);
    if (const std::optional<hooks::Fault> denied = connectDenial()) {
        tellRefusal(hooks::HookAction::Connect, {}, *denied);
        refuseLater([onConnected, why = denied->message] { onConnected(base::Error{why}); });
        return;
    }
    hooks::HookEvent event{client_, hooks::HookEvent::Connect{place_.url}};
    pending_ = admission_.request(lane_, std::move(event), [this, onConnected](base::Result<hooks::Ticket> verdict) {
        pending_.release();
        if (verdict) ticket_.emplace(verdict.take());
        onConnected(verdict ? base::Result<void>() : verdict.error());
    });
}

void ClientGate::ask(hooks::HookAction action, const Wish& wish, const std::string& streamId,
                     const hooks::OnVerdict& onVerdict) {
    const hooks::StreamKey key = keyOf(wish);
    if (const std::optional<hooks::Fault> denied = wishDenial(action, key)) {
        tellRefusal(action, key.text(), *denied);
        refuseLater([onVerdict, why = denied->message] { onVerdict(base::Error{why}); });
        return;
    }
    hooks::HookEvent event{key.app == client_->app ? client_ : describe(key.app), {}};
    hooks::NamedStream stream{key.stream, wish.param.empty() ? place_.param : wish.param, wish.url, streamId};
    if (action == hooks::HookAction::Publish)
        event.what = hooks::HookEvent::Publish{std::move(stream)};
    else
        event.what = hooks::HookEvent::Play{std::move(stream)};
    pending_ = admission_.request(lane_, std::move(event), [this, onVerdict](base::Result<hooks::Ticket> verdict) {
        pending_.release();
        onVerdict(std::move(verdict));
    });
}

std::optional<hooks::Fault> ClientGate::denial(config::StreamUse use) const {
    using hooks::RefusalCause;
    if (place_.pull != nullptr) return pullDenial(use);
    if (caller_.isOurs) return std::nullopt;
    if (std::string denied = vhost_->security.denial(use, caller_.ip); !denied.empty())
        return hooks::Fault{RefusalCause::Security, std::move(denied)};
    if (!config::traitsOf(caller_.protocol).namesPage) return std::nullopt;
    if (std::string denied = vhost_->refer.denial(use, place_.pageUrl); !denied.empty())
        return hooks::Fault{RefusalCause::Refer, std::move(denied)};
    return std::nullopt;
}

void ClientGate::tellRefusal(hooks::HookAction what, const std::string& stream, const hooks::Fault& why) const {
    hooks::RefusalLine line;
    line.who = caller_.logName;
    line.event = hooks::nameOf(what);
    line.stream = stream;
    if (stream.empty() && vhost_ != nullptr)
        line.stream =
            fmt::format("{}/{}{}{}", vhostName(), place_.app, place_.stream.empty() ? "" : "/", place_.stream);
    line.ip = caller_.ip;
    line.number = caller_.number;
    line.id = clientId_;
    line.cause = why.cause;
    line.reason = why.message;
    admission_.refusals().tell(line, loop_.clock().monotonicMs());
}

hooks::StreamKey ClientGate::keyOf(const Wish& wish) const {
    return {vhost_->name, wish.app.empty() ? place_.app : wish.app, wish.stream};
}

/// No protocol lets a name through that backends would see as another one; if one does all the same, it ends here.
std::optional<hooks::Fault> ClientGate::wishDenial(hooks::HookAction action, const hooks::StreamKey& key) const {
    using hooks::RefusalCause;
    for (const std::string& name : {key.app, key.stream}) {
        if (name.empty()) return hooks::Fault{RefusalCause::Name, "the stream has no name"};
        if (const std::string_view fault = hooks::faultIn(name); !fault.empty())
            return hooks::Fault{RefusalCause::Name, std::string(fault)};
    }
    if (place_.pull != nullptr && key != place_.pull->key())
        return hooks::Fault{RefusalCause::Pull, "a pull of another stream"};
    return denial(action == hooks::HookAction::Publish ? config::StreamUse::Publish : config::StreamUse::Play);
}

/// The vhost's rules are about clients. What a pull has a right to, Admission holds, too; here it is a refusal.
std::optional<hooks::Fault> ClientGate::pullDenial(config::StreamUse use) const {
    const bool publishes = place_.pull->action() == hooks::HookAction::Publish;
    if (publishes == (use == config::StreamUse::Publish) && vhost_->name == place_.pull->key().vhost)
        return std::nullopt;
    return hooks::Fault{hooks::RefusalCause::Pull,
                        publishes ? "a pull that is not there to play" : "a pull that is not there to publish"};
}

/// A client that may do one of both is let in: what it wants shows later.
std::optional<hooks::Fault> ClientGate::connectDenial() const {
    if (place_.use) return denial(*place_.use);
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

void ClientGate::close(const std::string& reason, std::uint64_t sentBytes, std::uint64_t receivedBytes) {
    cancel();
    if (!ticket_) return;
    ticket_->setTraffic(sentBytes, receivedBytes);
    ticket_->setReason(reason);
    ticket_.reset();
}

std::shared_ptr<const hooks::ClientInfo> ClientGate::describe(const std::string& app) const {
    auto client = std::make_shared<hooks::ClientInfo>();
    client->number = caller_.number;
    client->id = clientId_;
    client->logName = caller_.logName;
    client->introduction = introduction_;
    client->protocol = caller_.protocol;
    client->ip = caller_.ip;
    client->vhost = vhost_->name;
    client->app = app;
    client->tcUrl = place_.tcUrl;
    client->pageUrl = place_.pageUrl;
    client->swfUrl = place_.swfUrl;
    client->param = place_.param;
    client->stream = place_.stream;
    if (place_.pull != nullptr) client->node = place_.pull->node();
    return client;
}

} // namespace hookcast::visits
