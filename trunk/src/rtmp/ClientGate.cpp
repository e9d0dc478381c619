#include "rtmp/ClientGate.h"

#include "base/RandomId.h"

#include <utility>

namespace hookcast::rtmp {

namespace {

constexpr std::size_t kClientIdLength = 8;

} // namespace

ClientGate::ClientGate(hooks::Admission& admission, net::Loop& loop, Caller caller)
    : admission_(admission), loop_(loop), caller_(std::move(caller)), clientId_(base::randomId(kClientIdLength)) {}

void ClientGate::connect(std::shared_ptr<const config::VhostConfig> vhost, const ConnectTarget& target,
                         const std::string& pageUrl, const OnConnected& onConnected) {
    target_ = target;
    pageUrl_ = pageUrl;
    moveTo(std::move(vhost), onConnected);
}

void ClientGate::moveTo(std::shared_ptr<const config::VhostConfig> vhost, const OnConnected& onConnected) {
    vhost_ = std::move(vhost);
    client_ = describe();
    const std::shared_ptr<hooks::HookLane> earlier = std::move(lane_);
    lane_ = admission_.openLane(loop_, vhost_, caller_.logName);
    if (earlier != nullptr) lane_->follow(*earlier);
    hooks::HookEvent event;
    event.action = hooks::HookAction::Connect;
    event.client = client_;
    pending_ = admission_.request(lane_, std::move(event), [this, onConnected](base::Result<hooks::Ticket> verdict) {
        pending_.release();
        if (verdict) ticket_.emplace(verdict.take());
        onConnected(verdict ? base::Result<void>() : verdict.error());
    });
}

void ClientGate::ask(hooks::HookAction action, const StreamTarget& target, const std::string& streamId,
                     const hooks::OnVerdict& onVerdict) {
    hooks::HookEvent event;
    event.action = action;
    event.client = client_;
    event.stream = target.stream;
    event.param = target.param.empty() ? target_.param : target.param;
    event.streamId = streamId;
    pending_ = admission_.request(lane_, std::move(event), [this, onVerdict](base::Result<hooks::Ticket> verdict) {
        pending_.release();
        onVerdict(std::move(verdict));
    });
}

void ClientGate::close(const std::string& reason, std::uint64_t sentBytes, std::uint64_t receivedBytes) {
    pending_.cancel();
    if (!ticket_) return;
    ticket_->setTraffic(sentBytes, receivedBytes);
    ticket_->setReason(reason);
    ticket_.reset();
}

std::shared_ptr<const hooks::ClientInfo> ClientGate::describe() const {
    auto client = std::make_shared<hooks::ClientInfo>();
    client->number = caller_.number;
    client->id = clientId_;
    client->logName = caller_.logName;
    client->protocol = "rtmp";
    client->ip = caller_.ip;
    client->vhost = vhost_->name;
    client->app = target_.app;
    client->tcUrl = target_.tcUrl;
    client->pageUrl = pageUrl_;
    client->param = target_.param;
    return client;
}

} // namespace hookcast::rtmp
