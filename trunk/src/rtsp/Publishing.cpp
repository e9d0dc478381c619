#include "rtsp/Publishing.h"

#include "rtp/Sdp.h"
#include "rtsp/SetupAnswer.h"
#include "rtsp/StreamUrls.h"

#include <fmt/format.h>

#include <utility>

namespace hookcast::rtsp {

namespace {

constexpr const char* kNoFirstMedia = "the publisher sent no media within firstpkt_timeout";
constexpr const char* kNoMedia = "the publisher sent no media within normal_timeout";

RtpReceiver::Options receiverOptions(const Dialogue& dialogue) {
    const config::Config& config = dialogue.config();
    return {config.limits.accessUnitBytes, {config.rtsp.reorderPackets, config.rtsp.reorderWaitMs}, dialogue.logName()};
}

} // namespace

Publishing::Publishing(Dialogue& dialogue)
    : dialogue_(dialogue),
      receiver_(
          dialogue.loop(), receiverOptions(dialogue), [this](base::ByteSpan bytes) { dialogue_.port().send(bytes); },
          [this] { dialogue_.port().expect(dialogue_.vhost().publish.normalTimeoutMs, kNoMedia); }) {}

Publishing::~Publishing() {
    end("closed");
}

bool Publishing::announce(const RtspRequest& request) {
    const auto sdp = rtp::parseSdp(base::asText(request.body));
    if (!sdp) {
        dialogue_.refuse(request, 400, "broken description: " + sdp.error().message);
        return false;
    }
    const base::Result<void> described = receiver_.describe(sdp.value());
    if (!described) {
        dialogue_.refuse(request, 415, "the description cannot be used: " + described.error().message);
        return false;
    }
    dialogue_.reply(request, 200);
    return true;
}

void Publishing::setUp(const RtspRequest& request, const std::vector<Transport>& transports) {
    const auto track = receiver_.findTrack(request.url, dialogue_.baseUrl());
    if (!track) {
        // The URL of the whole stream, where that is not the URL of a track.
        const bool isWhole = splitRequestUrl(request.url).base == dialogue_.baseUrl();
        dialogue_.reply(request, isWhole ? 459 : 404);
        return;
    }
    const Transport* wanted = firstUsable(transports);
    if (wanted == nullptr) {
        dialogue_.reply(request, 461);
        return;
    }
    Transport granted;
    granted.lower = wanted->lower;
    granted.mode = Transport::Mode::Record;
    if (wanted->lower == Transport::Lower::Tcp) {
        const auto first = static_cast<std::uint16_t>(2 * *track);
        granted.interleaved = wanted->interleaved.value_or(NumberPair{first, static_cast<std::uint16_t>(first + 1)});
        receiver_.setUpTcp(*track, *granted.interleaved);
    } else {
        const auto ports =
            receiver_.setUpUdp(*track, dialogue_.context().udpPorts, dialogue_.clientIp(), *wanted->clientPort);
        if (!ports) {
            refuseSetup(dialogue_, request, ports.error().message);
            return;
        }
        granted.clientPort = wanted->clientPort;
        granted.serverPort = ports.value();
    }
    answerSetup(dialogue_, request, granted);
}

void Publishing::record(const RtspRequest& request) {
    if (publication_ != nullptr) {
        dialogue_.reply(request, 200);
        return;
    }
    const hub::ClaimTerms terms = hub::ClaimTerms::of(dialogue_.vhost().publish, dialogue_.clientIp());
    auto reserved = dialogue_.context().streams.reserve(dialogue_.key(), terms);
    if (!reserved) {
        refuseName(request, reserved.error().message);
        return;
    }
    reservation_.emplace(reserved.take());
    dialogue_.wait();
    reservation_->await(dialogue_.loop(), [this, request](const base::Result<void>& turn) {
        if (turn)
            ask(request);
        else
            refuseName(request, turn.error().message);
    });
}

void Publishing::refuseName(const RtspRequest& request, const std::string& reason) {
    dialogue_.refuse(request, 403, fmt::format("{} refused: {}", base::printable(dialogue_.target().stream), reason));
}

void Publishing::ask(const RtspRequest& request) {
    dialogue_.ask(hooks::HookAction::Publish, request, [this, request](hooks::Ticket admitted) {
        reservation_->take(std::move(admitted), dialogue_.loop(),
                           [this, request](hooks::Ticket ticket) { accept(request, std::move(ticket)); });
    });
}

void Publishing::accept(const RtspRequest& request, hooks::Ticket ticket) {
    ServerContext& context = dialogue_.context();
    context.log.trace(dialogue_.logName(), "publishes {} over {}", base::printable(reservation_->key().text()),
                      receiver_.usesUdp() ? "UDP" : "TCP");
    hub::Reservation reservation = std::move(*reservation_);
    reservation_.reset();
    net::SessionPort& port = dialogue_.port();
    since_ = dialogue_.traffic();
    dialogue_.countUdp([this] { return net::SessionPort::Traffic{0, receiver_.udpBytes()}; });
    publication_ =
        context.streams.publish(std::move(ticket), std::move(reservation), dialogue_.loop(), dialogue_.vhostPointer(),
                                [this](const std::string& reason) { dialogue_.port().end(reason, {}); });
    receiver_.begin(*publication_);
    dialogue_.reply(request, 200);
    port.expect(dialogue_.vhost().publish.firstPacketTimeoutMs, kNoFirstMedia);
    port.gatherReads(dialogue_.vhost().mergedReadMs());
    dialogue_.goOn();
}

void Publishing::end(const std::string& reason) {
    receiver_.end();
    reservation_.reset();
    if (publication_ == nullptr) return;
    const net::SessionPort::Traffic now = dialogue_.traffic();
    publication_->ticket().setTraffic(now.sentBytes - since_.sentBytes, now.receivedBytes - since_.receivedBytes);
    publication_->ticket().setReason(reason);
    publication_.reset();
    dialogue_.countUdp({});
    dialogue_.port().gatherReads(0);
}

} // namespace hookcast::rtsp
