#include "rtsp/Playing.h"

#include "rtsp/Description.h"
#include "rtsp/HeaderFields.h"
#include "rtsp/SetupAnswer.h"
#include "rtsp/StreamTracks.h"
#include "rtsp/StreamUrls.h"

#include <utility>

namespace hookcast::rtsp {

namespace {

constexpr const char* kNoSignOfLife = "the player showed no sign of life within session_timeout";

constexpr const char* kPublisherLeft = "the publisher left";

/// How long a player whose publisher left has to leave as it likes to.
constexpr std::int64_t kFarewellMs = 2000;

/// How long a player over UDP has to read the last media before it is told goodbye.
constexpr std::int64_t kLastMediaMs = 300;

/// RTP-Info needs to know where the media begins; with gop_cache off that may be seconds away.
constexpr std::int64_t kLongestPlayAnswerMs = 500;

/// How often and how many times DESCRIBE looks again for a track that is announced and not there yet.
constexpr std::int64_t kDescribeRetryMs = 50;
constexpr int kDescribeTries = 40;

} // namespace

Playing::Playing(Dialogue& dialogue)
    : dialogue_(dialogue), sender_(dialogue.loop(), dialogue.port(), *this), timer_(dialogue.loop()),
      leaveTimer_(dialogue.loop()) {}

Playing::~Playing() {
    end("closed");
}

void Playing::describe(const RtspRequest& request) {
    describe(request, 0);
}

void Playing::describe(const RtspRequest& request, int tries) {
    const auto headers = dialogue_.context().streams.headers(dialogue_.key());
    if (headers != nullptr && !isComplete(*headers) && tries < kDescribeTries) {
        // The publisher has just begun: its codec configurations are on their way.
        dialogue_.wait();
        timer_.runAfter(kDescribeRetryMs, [this, request, tries] { describe(request, tries + 1); });
        return;
    }
    const Description description =
        headers == nullptr ? Description() : describeStream(*headers, dialogue_.target().stream);
    tracks_ = description.tracks;
    if (tracks_.empty()) {
        dialogue_.context().log.info(dialogue_.logName(), "nobody publishes {} in a form that RTP carries",
                                     base::printable(dialogue_.key().text()));
        dialogue_.reply(request, 404);
    } else {
        RtspResponse response = dialogue_.answer(request, 200);
        response.headers.add("Content-Base", dialogue_.baseUrl() + "/");
        response.headers.add("Content-Type", "application/sdp");
        const base::ByteSpan sdp = base::asBytes(description.sdp);
        response.body.assign(sdp.begin(), sdp.end());
        dialogue_.reply(response);
    }
    if (tries == 0) return;
    dialogue_.doneWaiting();
    onSignOfLife();
    dialogue_.goOn();
}

void Playing::lookUpTracks() {
    if (!tracks_.empty()) return;
    const auto headers = dialogue_.context().streams.headers(dialogue_.key());
    if (headers != nullptr) tracks_ = describeStream(*headers, dialogue_.target().stream).tracks;
}

void Playing::setUp(const RtspRequest& request, const std::vector<Transport>& transports) {
    lookUpTracks();
    const RequestUrl url = splitRequestUrl(request.url);
    if (url.base != dialogue_.baseUrl() || url.track.value_or(0) >= tracks_.size()) {
        dialogue_.reply(request, 404);
        return;
    }
    if (!url.track && tracks_.size() > 1) {
        dialogue_.reply(request, 459);
        return;
    }
    const Transport* wanted = firstUsable(transports);
    const bool mixes =
        wanted != nullptr && sender_.anySetUp() && sender_.usesUdp() != (wanted->lower == Transport::Lower::Udp);
    if (wanted == nullptr || mixes) {
        dialogue_.reply(request, 461);
        return;
    }
    const std::size_t track = tracks_[url.track.value_or(0)];
    Transport granted;
    granted.lower = wanted->lower;
    if (wanted->lower == Transport::Lower::Tcp) {
        // The log's own channels, whatever the client proposed: it has to take what it is told.
        granted.interleaved = NumberPair{channelOf(track), static_cast<std::uint16_t>(channelOf(track) + 1)};
        sender_.setUpTcp(track);
    } else {
        const auto ports =
            sender_.setUpUdp(track, dialogue_.context().udpPorts, dialogue_.clientIp(), *wanted->clientPort);
        if (!ports) {
            refuseSetup(dialogue_, request, ports.error().message);
            return;
        }
        granted.clientPort = wanted->clientPort;
        granted.serverPort = ports.value();
    }
    answerSetup(dialogue_, request, granted);
}

void Playing::play(const RtspRequest& request) {
    const std::string_view range = request.headers.get("Range");
    if (!range.empty() && !parseRange(range)) {
        dialogue_.reply(request, 457);
        return;
    }
    if (playback_ == nullptr) {
        dialogue_.ask(hooks::HookAction::Play, request,
                      [this, request](hooks::Ticket ticket) { accept(request, std::move(ticket)); });
        return;
    }
    dialogue_.reply(request, 200);
    playback_->setPaused(false);
}

void Playing::accept(const RtspRequest& request, hooks::Ticket ticket) {
    ServerContext& context = dialogue_.context();
    context.log.trace(dialogue_.logName(), "plays {} over {}", base::printable(dialogue_.key().text()),
                      sender_.usesUdp() ? "UDP" : "TCP");
    since_ = dialogue_.traffic();
    dialogue_.countUdp([this] {
        return net::SessionPort::Traffic{sender_.udpSentBytes(), sender_.udpReceivedBytes()};
    });
    pendingPlay_ = request;
    sender_.begin();
    const hub::Wanted wanted{sender_.isSetUp(kAudioTrack), sender_.isSetUp(kVideoTrack)};
    playback_ =
        context.streams.play(std::move(ticket), dialogue_.loop(), context.format, sender_, dialogue_.vhost(), wanted);
    // With media at hand the answer is out already.
    const std::int64_t leftMs = pendingPlay_ ? kLongestPlayAnswerMs : 0;
    timer_.runAfter(leftMs, [this] { goOn(); });
}

void Playing::goOn() {
    answerPlay({});
    if (sender_.hasBegun()) replyBetweenFrames();
    if (!sender_.usesUdp()) dialogue_.port().setNoDelay(dialogue_.vhost().tcpNodelay);
    dialogue_.doneWaiting();
    onSignOfLife();
    // The last step: a request that waited may be the end of this object.
    dialogue_.goOn();
}

void Playing::onMediaBegins(const RtpSender::Beginnings& beginnings) {
    answerPlay(beginnings);
    replyBetweenFrames();
}

void Playing::replyBetweenFrames() {
    // Null while the playback begins within its constructor: there are no replies then.
    if (playback_ != nullptr && !sender_.usesUdp()) dialogue_.replyThrough(playback_.get());
}

void Playing::answerPlay(const RtpSender::Beginnings& beginnings) {
    if (!pendingPlay_) return;
    std::vector<RtpInfo> info;
    for (std::size_t i = 0; i < tracks_.size(); ++i) {
        const auto& beginning = beginnings[tracks_[i]];
        if (!beginning) continue;
        info.push_back({dialogue_.baseUrl() + "/" + trackControl(i), beginning->sequence, beginning->rtpTimestamp});
    }
    RtspResponse response = dialogue_.answer(*pendingPlay_, 200);
    response.headers.add("Range", "npt=now-");
    if (!info.empty()) response.headers.add("RTP-Info", writeRtpInfo(info));
    pendingPlay_.reset();
    dialogue_.reply(response);
}

void Playing::pause(const RtspRequest& request) {
    // Without a playback there is nothing to stop, which is what a player wants whose publisher has just left.
    if (playback_ != nullptr) playback_->setPaused(true);
    dialogue_.reply(request, 200);
}

void Playing::onPublisherLeft() {
    // Not at once: the playback must not die in its own call. Over UDP the goodbye comes on a socket of its own, and
    // clients leave on it with the last media unread on the other.
    leaveTimer_.runAfter(sender_.usesUdp() ? kLastMediaMs : 0, [this] { sendAway(); });
}

void Playing::sendAway() {
    answerPlay({});
    sender_.sayGoodbye();
    stop(kPublisherLeft);
    // It was told goodbye, and may end its session itself.
    dialogue_.port().expect(kFarewellMs, kPublisherLeft);
    if (dialogue_.isWaiting()) dialogue_.goOn();
}

void Playing::onWritable() {
    if (playback_ != nullptr) playback_->resume();
}

void Playing::onSignOfLife() {
    if (dialogue_.isWaiting()) return;
    const config::Config& config = dialogue_.config();
    if (playback_ == nullptr)
        dialogue_.port().expect(config.limits.idleTimeoutMs, kNothingUseful);
    else if (sender_.usesUdp())
        dialogue_.port().expect(config.rtsp.sessionTimeoutMs, kNoSignOfLife);
    else
        dialogue_.port().expectNothing();
}

void Playing::stop(const std::string& reason) {
    if (playback_ == nullptr) return;
    const base::Bytes rest = playback_->stop();
    end(reason);
    if (!sender_.usesUdp()) dialogue_.port().send(rest);
}

void Playing::end(const std::string& reason) {
    timer_.cancel();
    leaveTimer_.cancel();
    dialogue_.replyThrough(nullptr);
    if (playback_ == nullptr) return;
    closeTicket(reason);
    playback_.reset();
    dialogue_.countUdp({});
}

void Playing::closeTicket(const std::string& reason) {
    const net::SessionPort::Traffic now = dialogue_.traffic();
    hooks::Ticket& ticket = playback_->ticket();
    ticket.setTraffic(now.sentBytes - since_.sentBytes, now.receivedBytes - since_.receivedBytes);
    ticket.setReason(reason);
}

} // namespace hookcast::rtsp
