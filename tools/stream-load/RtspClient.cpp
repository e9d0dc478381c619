#include "RtspClient.h"

#include "rtp/Sdp.h"
#include "rtsp/Transport.h"

#include <fmt/format.h>

#include <utility>

namespace hookcast::load {

namespace {

constexpr std::size_t kUnitBytes = 16 * 1024 * 1024;
constexpr rtsp::RtspReader::Limits kReaderLimits = {64 * 1024, 1024 * 1024};

/// Half of what servers wait for a sign of life when they do not say how long (RFC 2326, 12.37).
constexpr std::int64_t kKeepAliveMs = 30'000;

std::string trackUrl(const std::string& base, const std::string& control) {
    if (control.find("://") != std::string::npos) return control;
    if (control.empty() || control == "*") return base;
    return base + (base.ends_with('/') ? "" : "/") + control;
}

} // namespace

RtspClient::RtspClient(net::Loop& loop, const Poco::Net::SocketAddress& address, const Target& target,
                       Listener& listener)
    : TcpStreamClient(loop, address, target, listener), reader_(kReaderLimits), keepAliveTimer_(loop) {}

RtspClient::~RtspClient() = default;

void RtspClient::onOpen() {
    request("DESCRIBE", target().url, "Accept", "application/sdp");
}

void RtspClient::read(base::ByteSpan bytes) {
    while (!hasEnded() && readsMessages()) {
        auto next = reader_.next(bytes);
        if (!next) {
            end("RTSP: " + next.error().message, false);
            return;
        }
        if (!next.value()) return;
        const rtsp::RtspItem& item = *next.value();
        if (const auto* answer = std::get_if<rtsp::RtspResponse>(&item)) onAnswer(*answer);
        if (const auto* frame = std::get_if<rtsp::InterleavedFrame>(&item)) onFrame(*frame);
    }
}

void RtspClient::onAnswer(const rtsp::RtspResponse& answer) {
    if (isPlaying_) return;
    if (answer.status != 200) {
        end(fmt::format("{} {}", answer.status, answer.reason), true);
        return;
    }
    if (tracks_.empty())
        takeDescription(answer);
    else if (tracksSetUp_ < tracks_.size())
        takeTransport(answer);
    else {
        isPlaying_ = true;
        keepAlive();
        listener().onStarted();
    }
}

void RtspClient::takeDescription(const rtsp::RtspResponse& answer) {
    const auto sdp = rtp::parseSdp(base::asText(answer.body));
    if (!sdp) {
        end("SDP: " + sdp.error().message, false);
        return;
    }
    const std::string* base = answer.headers.find("Content-Base");
    baseUrl_ = base != nullptr ? *base : target().url;
    for (const rtp::SdpMedia& media : sdp.value().media) {
        Track track;
        track.url = trackUrl(baseUrl_, media.control);
        if (media.kind == rtp::SdpKind::Video) {
            auto depacketizer = rtp::makeDepacketizer(media, kUnitBytes);
            if (depacketizer) track.depacketizer = depacketizer.take();
        }
        tracks_.push_back(std::move(track));
    }
    if (tracks_.empty())
        end("the description has no tracks", false);
    else
        setUpNext();
}

void RtspClient::takeTransport(const rtsp::RtspResponse& answer) {
    const auto transports = rtsp::parseTransports(answer.headers.get("Transport"));
    if (!transports || transports.value().empty() || !transports.value().front().interleaved) {
        end("the server does not send over the connection", false);
        return;
    }
    tracks_[tracksSetUp_].channel = transports.value().front().interleaved->rtp;
    const std::string_view session = answer.headers.get("Session");
    session_ = session.substr(0, session.find(';'));
    ++tracksSetUp_;
    setUpNext();
}

void RtspClient::setUpNext() {
    if (tracksSetUp_ == tracks_.size()) {
        request("PLAY", baseUrl_);
        return;
    }
    request("SETUP", tracks_[tracksSetUp_].url, "Transport",
            fmt::format("RTP/AVP/TCP;unicast;interleaved={}-{}", 2 * tracksSetUp_, 2 * tracksSetUp_ + 1));
}

void RtspClient::onFrame(const rtsp::InterleavedFrame& frame) {
    for (Track& track : tracks_) {
        if (track.depacketizer == nullptr || track.channel != frame.channel) continue;
        const auto packet = rtp::RtpPacketView::parse(frame.payload);
        if (!packet) {
            end("RTP: " + packet.error().message, false);
            return;
        }
        for (const rtp::AccessUnit& unit : track.depacketizer->push(packet.value()))
            listener().onVideo(unit.keyframe ? media::FrameRole::Keyframe : media::FrameRole::Media, std::nullopt);
        const std::uint64_t lost = track.depacketizer->counters().lostPackets;
        if (lost != track.lostTold) listener().onPacketsLost(lost - std::exchange(track.lostTold, lost));
    }
}

void RtspClient::request(const char* method, const std::string& url, const char* field, const std::string& value) {
    rtsp::RtspRequest request;
    request.method = method;
    request.url = url;
    request.headers.add("CSeq", std::to_string(++lastCseq_));
    request.headers.add("User-Agent", "stream-load");
    if (!session_.empty()) request.headers.add("Session", session_);
    if (field != nullptr) request.headers.add(field, value);
    send(rtsp::serialize(request));
}

void RtspClient::keepAlive() {
    keepAliveTimer_.runAfter(kKeepAliveMs, [this] {
        if (hasEnded()) return;
        request("OPTIONS", baseUrl_);
        keepAlive();
    });
}

} // namespace hookcast::load
