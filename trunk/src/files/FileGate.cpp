#include "files/FileGate.h"

#include <utility>

namespace hookcast::files {

FileGate::FileGate(hub::Services& services, Visit visit, http::HttpPort& port)
    : services_(services), visit_(std::move(visit)), port_(port) {}

void FileGate::ask(const RecordedFiles::Claim& claim, const OnVerdict& onVerdict) {
    // One connection may ask for several, and each is a client of its own.
    hooks::ClientGate::Caller caller = port_.caller();
    caller.number = ++services_.lastClientNumber;
    gate_.emplace(services_.admission, port_.loop(), std::move(caller), hooks::ClientPort::of(port_.session()));
    since_ = port_.session().traffic();
    hooks::ClientGate::Place place;
    place.app = claim.stream.app;
    place.url = visit_.url;
    const std::string_view path = http::withoutQuery(visit_.url);
    place.tcUrl = path.substr(0, path.rfind('/'));
    place.pageUrl = visit_.pageUrl;
    place.param = visit_.param;
    place.stream = claim.stream.name;
    place.use = config::StreamUse::Play;
    const std::string streamId = services_.streams.streamId({claim.vhost->name, claim.stream.app, claim.stream.name});
    gate_->connect(claim.vhost, std::move(place),
                   [this, stream = claim.stream.name, streamId, onVerdict](const base::Result<void>& verdict) {
                       if (verdict)
                           askToPlay(stream, streamId, onVerdict);
                       else
                           onVerdict(verdict);
                   });
}

void FileGate::askToPlay(const std::string& stream, const std::string& streamId, const OnVerdict& onVerdict) {
    hooks::ClientGate::Wish wish;
    wish.stream = stream;
    wish.param = visit_.param;
    wish.url = visit_.url;
    wish.streamId = streamId;
    gate_->ask(hooks::HookAction::Play, wish, [this, stream, onVerdict](base::Result<hooks::Ticket> verdict) {
        if (verdict) {
            ticket_.emplace(verdict.take());
            services_.log.trace(gate_->caller().logName, "gets a recording of {}",
                                base::printable(gate_->vhostName() + "/" + gate_->place().app + "/" + stream));
        }
        onVerdict(verdict ? base::Result<void>() : verdict.error());
    });
}

void FileGate::close(const std::string& reason) {
    if (!gate_) return;
    gate_->cancel();
    const net::SessionPort::Traffic now = port_.session().traffic();
    const std::uint64_t sentBytes = now.sentBytes - since_.sentBytes;
    const std::uint64_t receivedBytes = now.receivedBytes - since_.receivedBytes;
    if (ticket_) {
        ticket_->setTraffic(sentBytes, receivedBytes);
        ticket_->setReason(reason);
        ticket_.reset();
    }
    gate_->close(reason, sentBytes, receivedBytes);
}

} // namespace hookcast::files
