#include "files/FileGate.h"

#include <utility>

namespace hookcast::files {

FileGate::FileGate(visits::Services& services, Wish wish, http::HttpPort& port)
    : visits::PortVisitor(port.session()), services_(services), wish_(std::move(wish)), port_(port) {}

void FileGate::ask(const RecordedFiles::Claim& claim, const OnVerdict& onVerdict) {
    // One connection may ask for several, and each is a client of its own.
    visits::Caller caller = port_.caller();
    caller.number = services_.numbers.next();
    since_ = port_.session().traffic();
    visit_.emplace(services_, port_.loop(), std::move(caller), static_cast<visits::Visitor&>(*this));
    visits::Place place;
    place.app = claim.stream.app;
    place.url = wish_.url;
    const std::string_view path = http::withoutQuery(wish_.url);
    place.tcUrl = path.substr(0, path.rfind('/'));
    place.pageUrl = wish_.pageUrl;
    place.param = wish_.param;
    place.stream = claim.stream.name;
    place.use = config::StreamUse::Play;
    visit_->connect(claim.vhost, std::move(place), [this, onVerdict](const auto& refusal) {
        if (refusal)
            onVerdict(base::Error{refusal->reason});
        else
            askToPlay(onVerdict);
    });
}

void FileGate::askToPlay(const OnVerdict& onVerdict) {
    const visits::Wish wish{"", visit_->place().stream, wish_.param, wish_.url, false, true};
    visit_->askToPlay(wish, [this, wish, onVerdict](const auto& refusal) {
        if (refusal) {
            onVerdict(base::Error{refusal->reason});
            return;
        }
        services_.log.trace(visit_->logName(), "gets a recording of {}", base::printable(visit_->keyOf(wish).text()));
        onVerdict({});
    });
}

net::SessionPort::Traffic FileGate::traffic() const {
    const net::SessionPort::Traffic now = port_.session().traffic();
    return {now.sentBytes - since_.sentBytes, now.receivedBytes - since_.receivedBytes};
}

void FileGate::close(const std::string& reason) {
    if (visit_) visit_->close(reason);
}

} // namespace hookcast::files
