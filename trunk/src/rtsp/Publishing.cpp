#include "rtsp/Publishing.h"

#include "net/EndReasons.h"
#include "rtp/Sdp.h"
#include "rtsp/KeyGrant.h"
#include "rtsp/SetupAnswer.h"
#include "rtsp/StreamUrls.h"

#include <fmt/format.h>

#include <utility>

namespace hookcast::rtsp {

namespace {

RtpReceiver::Options receiverOptions(const Dialogue& dialogue) {
    const config::Config& config = dialogue.config();
    return {config.limits.accessUnitBytes, {config.rtsp.reorderPackets, config.rtsp.reorderWaitMs}, dialogue.logName()};
}

} // namespace

Publishing::Publishing(Dialogue& dialogue)
    : dialogue_(dialogue), receiver_(dialogue.loop(), receiverOptions(dialogue), dialogue.port(),
                                     [this] { dialogue_.visit().noteMedia(); }) {}

Publishing::~Publishing() {
    end(net::kClosed);
}

bool Publishing::announce(const RtspRequest& request) {
    rtp::SdpLimits limits;
    limits.sizeBytes = dialogue_.config().limits.rtspBodyBytes;
    limits.mediaSections = dialogue_.config().limits.rtspTracks;
    const auto sdp = rtp::parseSdp(base::asText(request.body), limits);
    if (!sdp) {
        dialogue_.refuse(request, kBadRequest,
                         {hooks::RefusalCause::Request, "broken description: " + sdp.error().message});
        return false;
    }
    const base::Result<void> described = receiver_.describe(sdp.value());
    if (!described) {
        dialogue_.refuse(
            request, kUnsupportedMedia,
            {hooks::RefusalCause::Request, "the description cannot be used: " + described.error().message});
        return false;
    }
    dialogue_.reply(request, kOk);
    return true;
}

void Publishing::setUp(const RtspRequest& request, const std::vector<Transport>& transports) {
    const auto track = findTrack(request.url);
    if (!track) {
        // The URL of the whole stream, where that is not the URL of a track.
        const bool isWhole = dialogue_.isTarget(splitRequestUrl(request.url).base);
        dialogue_.reply(request, isWhole ? kAggregateNotAllowed : kNotFound);
        return;
    }
    const std::optional<Transport> wanted = firstUsable(dialogue_, transports);
    if (!wanted) {
        dialogue_.reply(request, kUnsupportedTransport);
        return;
    }
    if (receiver_.anySetUp() && receiver_.isSecure() != wanted->isSecure) {
        dialogue_.warnOnce("tracks with SRTP and without it");
        dialogue_.reply(request, kUnsupportedTransport);
        return;
    }
    KeyGrant keys;
    if (wanted->isSecure) {
        auto made = grantPublisher(request, receiver_.sectionOf(*track), ntpTime(dialogue_));
        if (!made) {
            refuseKeys(dialogue_, request, made.error().message);
            return;
        }
        keys = made.take();
    }
    Transport granted;
    granted.lower = wanted->lower;
    granted.isSecure = wanted->isSecure;
    granted.mode = Transport::Mode::Record;
    if (wanted->lower == Transport::Lower::Tcp) {
        granted.interleaved = wanted->interleaved.value_or(receiver_.freeChannels());
        if (!receiver_.setUpTcp(*track, *granted.interleaved, std::move(keys.protection))) {
            dialogue_.warnOnce("two tracks on one interleaved channel");
            dialogue_.reply(request, kUnsupportedTransport);
            return;
        }
    } else {
        const auto ports = receiver_.setUpUdp(*track, dialogue_.context().udpPorts, dialogue_.clientIp(), *wanted,
                                              std::move(keys.protection));
        if (!ports) {
            refuseSetup(dialogue_, request, ports.error().message);
            return;
        }
        granted.clientPort = wanted->clientPort;
        granted.serverPort = ports.value();
    }
    answerSetup(dialogue_, request, granted, keys.keyMgmt);
}

/// RFC 2326, C.1.1: a control attribute is absolute, or relative to the base; `*` is the base itself.
std::optional<std::size_t> Publishing::findTrack(std::string_view url) const {
    const std::vector<std::string> controls = receiver_.controls();
    if (const auto absolute = findAbsoluteControl(url, controls)) return absolute;
    for (std::size_t i = 0; i < controls.size(); ++i) {
        const bool isBase = controls[i].empty() || controls[i] == "*";
        const auto base = isBase ? std::string(url) : withoutControl(url, controls[i]);
        if (!base) continue;
        const std::string stream = splitRequestUrl(*base).base;
        if (isBase ? dialogue_.isTarget(stream) : dialogue_.isBaseOfTracks(stream)) return i;
    }
    return std::nullopt;
}

void Publishing::record(const RtspRequest& request) {
    if (isOpen()) {
        dialogue_.reply(request, kOk);
        return;
    }
    visits::Visit::PublishTerms terms;
    terms.how = way(receiver_.usesUdp(), receiver_.isSecure());
    dialogue_.visit().publish(dialogue_.wish(), std::move(terms), [this, request](const auto& refusal) {
        if (refusal)
            dialogue_.refuseVisit(request, dialogue_.target().stream, *refusal);
        else
            accept(request);
    });
}

void Publishing::accept(const RtspRequest& request) {
    dialogue_.countUdp([this] { return net::SessionPort::Traffic{0, receiver_.udpBytes()}; });
    receiver_.begin(*dialogue_.visit().publication());
    dialogue_.reply(request, kOk);
    dialogue_.goOn();
}

void Publishing::end(const std::string& reason) {
    receiver_.end();
    dialogue_.visit().endStream(reason);
    dialogue_.countUdp({});
}

} // namespace hookcast::rtsp
