#include "rtsp/Playing.h"

#include "net/EndReasons.h"
#include "rtp/StreamTracks.h"
#include "rtsp/Description.h"
#include "rtsp/HeaderFields.h"
#include "rtsp/SetupAnswer.h"
#include "rtsp/StreamUrls.h"

#include <utility>

namespace hookcast::rtsp {

namespace {

constexpr const char* kNoSignOfLife = "the player showed no sign of life within session_timeout";

/// How long a player whose publisher left has to leave as it likes to.
constexpr std::int64_t kFarewellMs = 2000;

/// How long a player over UDP has to read the last media before it is told goodbye.
constexpr std::int64_t kLastMediaMs = 300;

/// RTP-Info needs to know where the media begins; with gop_cache off that may be seconds away.
constexpr std::int64_t kLongestPlayAnswerMs = 500;

/// How long DESCRIBE waits for a track that is announced and not there yet.
constexpr std::int64_t kLongestDescribeMs = 2000;

} // namespace

Playing::Playing(Dialogue& dialogue)
    : dialogue_(dialogue), sender_(dialogue.loop(), dialogue.port(), *this), timer_(dialogue.loop(), dialogue.port()),
      leaveTimer_(dialogue.loop(), dialogue.port()) {}

Playing::~Playing() {
    end(net::kClosed);
}

/// Where a yes may name another stream, that one is described, so the backends are asked before.
void Playing::describe(const RtspRequest& request) {
    if (!dialogue_.vhost().hooks.mayRenamePlayed()) {
        describePermitted(request);
        return;
    }
    ask(request, [this, request] {
        dialogue_.doneWaiting();
        describePermitted(request);
        if (dialogue_.isWaiting()) return;
        onSignOfLife();
        dialogue_.goOn();
    });
}

template <typename Next>
void Playing::ask(const RtspRequest& request, const Next& next) {
    dialogue_.visit().askToPlay(dialogue_.wish(), [this, request, next](const auto& refusal) {
        if (refusal)
            dialogue_.refuseVisit(request, dialogue_.target().stream, *refusal);
        else
            next();
    });
}

void Playing::describePermitted(const RtspRequest& request) {
    const auto headers = dialogue_.context().streams.headers(dialogue_.key());
    if (headers == nullptr || isComplete(*headers)) {
        answerDescribe(request, headers);
        return;
    }
    // The publisher has just begun: its codec configurations are on their way.
    dialogue_.wait();
    dialogue_.visit().awaitStream(dialogue_.wish(), kLongestDescribeMs, isComplete,
                                  [this, request](const auto& complete) {
                                      dialogue_.visit().endStreamWait();
                                      answerDescribe(request, complete);
                                      dialogue_.doneWaiting();
                                      onSignOfLife();
                                      dialogue_.goOn();
                                  });
}

void Playing::answerDescribe(const RtspRequest& request, const std::shared_ptr<const hub::StreamHeaders>& headers) {
    const Description description =
        headers == nullptr ? Description() : describeStream(*headers, dialogue_.target().stream);
    tracks_ = description.tracks;
    if (tracks_.empty()) {
        dialogue_.context().log.info(dialogue_.logName(), "nobody publishes {} in a form that RTP carries",
                                     base::printable(dialogue_.key().text()));
        dialogue_.visit().endStream(net::kNobodyPublishes);
        dialogue_.reply(request, kNotFound);
        return;
    }
    if (!description.leftOut.empty())
        dialogue_.context().log.trace(dialogue_.logName(), "is offered {} without {}",
                                      base::printable(dialogue_.key().text()), description.leftOut);
    std::vector<std::string> keyLines;
    if (const KeyTelling telling = keyTelling(); telling != KeyTelling::None) {
        auto described = keys_.describe(telling, tracks_.size(), ntpTime(dialogue_));
        if (!described) {
            refuseKeys(dialogue_, request, described.error().message);
            return;
        }
        keyLines = described.take();
    }
    RtspResponse response = dialogue_.answer(request, kOk);
    response.headers.add("Content-Base", dialogue_.contentBase());
    response.headers.add("Content-Type", "application/sdp");
    const std::string text = writeDescription(description, keyLines);
    const base::ByteSpan sdp = base::asBytes(text);
    response.body.assign(sdp.begin(), sdp.end());
    dialogue_.reply(response);
}

/// How the description tells of keys.
KeyTelling Playing::keyTelling() {
    const KeyTelling asked = keyTellingIn(dialogue_.target().param);
    const config::RtspSrtp policy = dialogue_.vhost().rtspSrtp;
    if (!dialogue_.isEncrypted() || policy == config::RtspSrtp::Off) {
        if (asked != KeyTelling::None)
            dialogue_.warnOnce(dialogue_.isEncrypted()
                                   ? "is described without SRTP: rtsp_srtp is off"
                                   : "is described without SRTP: without TLS its keys would be in the clear");
        return KeyTelling::None;
    }
    return asked == KeyTelling::None && policy == config::RtspSrtp::On ? KeyTelling::Mikey : asked;
}

void Playing::lookUpTracks() {
    if (!tracks_.empty()) return;
    const auto headers = dialogue_.context().streams.headers(dialogue_.key());
    if (headers != nullptr) tracks_ = describeStream(*headers, dialogue_.target().stream).tracks;
}

void Playing::setUp(const RtspRequest& request, const std::vector<Transport>& transports) {
    lookUpTracks();
    const RequestUrl url = splitRequestUrl(request.url);
    if (!dialogue_.isBaseOfTracks(url.base) || url.track.value_or(0) >= tracks_.size()) {
        dialogue_.reply(request, kNotFound);
        return;
    }
    if (!url.track && tracks_.size() > 1) {
        dialogue_.reply(request, kAggregateNotAllowed);
        return;
    }
    const std::optional<Transport> wanted = firstUsable(dialogue_, transports);
    if (!mayBeSetUp(wanted)) {
        dialogue_.reply(request, kUnsupportedTransport);
        return;
    }
    auto keys = keysFor(request, url.track.value_or(0), *wanted);
    if (!keys) {
        refuseKeys(dialogue_, request, keys.error().message);
        return;
    }
    const std::size_t track = tracks_[url.track.value_or(0)];
    Transport granted;
    granted.lower = wanted->lower;
    granted.isSecure = wanted->isSecure;
    if (wanted->lower == Transport::Lower::Tcp) {
        // The log's own channels, whatever the client proposed: it has to take what it is told.
        granted.interleaved = NumberPair{rtp::channelOf(track), static_cast<std::uint16_t>(rtp::channelOf(track) + 1)};
        sender_.setUpTcp(track, std::move(keys.value().protection));
    } else {
        const auto ports = sender_.setUpUdp(track, dialogue_.context().udpPorts, dialogue_.clientIp(),
                                            *wanted->clientPort, std::move(keys.value().protection));
        if (!ports) {
            refuseSetup(dialogue_, request, ports.error().message);
            return;
        }
        granted.clientPort = wanted->clientPort;
        granted.serverPort = ports.value();
    }
    answerSetup(dialogue_, request, granted, keys.value().keyMgmt);
}

/// One player's tracks take one way.
bool Playing::mayBeSetUp(const std::optional<Transport>& wanted) const {
    if (!wanted) return false;
    if (!sender_.anySetUp()) return true;
    return sender_.usesUdp() == (wanted->lower == Transport::Lower::Udp) && sender_.isSecure() == isSecure(*wanted);
}

/// Without protection where there is to be none.
base::Result<KeyGrant> Playing::keysFor(const RtspRequest& request, std::size_t index, const Transport& wanted) {
    if (!isSecure(wanted)) return KeyGrant{};
    // Its counters would begin anew, and a cipher's stream come twice.
    if (sender_.hasBegun()) return base::Error{"SRTP anew with keys that have been used: a new DESCRIBE is needed"};
    return keys_.setUp(index, request, ntpTime(dialogue_));
}

bool Playing::isSecure(const Transport& wanted) const {
    return wanted.isSecure || keys_.areInTheClear();
}

void Playing::play(const RtspRequest& request) {
    const std::string_view range = request.headers.get("Range");
    if (!range.empty() && !parseRange(range)) {
        dialogue_.reply(request, kInvalidRange);
        return;
    }
    if (isOpen()) {
        dialogue_.reply(request, kOk);
        playback()->setPaused(false);
        return;
    }
    if (dialogue_.visit().permittedKey()) { // DESCRIBE has asked
        dialogue_.wait();
        accept(request);
        return;
    }
    ask(request, [this, request] { accept(request); });
}

void Playing::accept(const RtspRequest& request) {
    dialogue_.countUdp([this] {
        return net::SessionPort::Traffic{sender_.udpSentBytes(), sender_.udpReceivedBytes()};
    });
    pendingPlay_ = request;
    sender_.begin();
    hub::Wanted wanted;
    wanted.tracks = sender_.tracksSetUp();
    dialogue_.visit().play(dialogue_.context().format, sender_, wanted, way(sender_.usesUdp(), sender_.isSecure()));
    // With media at hand the answer is out already.
    const std::int64_t leftMs = pendingPlay_ ? kLongestPlayAnswerMs : 0;
    timer_.runAfter(leftMs, [this] { goOn(); });
}

void Playing::goOn() {
    answerPlay({});
    if (sender_.hasBegun()) replyBetweenFrames();
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
    if (!sender_.usesUdp()) dialogue_.replyBetweenFrames(true);
}

void Playing::answerPlay(const RtpSender::Beginnings& beginnings) {
    if (!pendingPlay_) return;
    std::vector<RtpInfo> info;
    for (std::size_t i = 0; i < tracks_.size(); ++i) {
        const std::size_t track = tracks_[i];
        if (track >= beginnings.size() || !beginnings[track]) continue;
        RtpInfo& about = info.emplace_back();
        about.url = dialogue_.contentBase() + rtp::trackControl(i);
        about.rtpTimestamp = beginnings[track]->rtpTimestamp;
        // The others may begin behind the frame that the player starts at: with a keyframe of their own.
        if (track < rtp::kFirstMoreTrack) about.sequence = beginnings[track]->sequence;
    }
    RtspResponse response = dialogue_.answer(*pendingPlay_, kOk);
    response.headers.add("Range", "npt=now-");
    if (!info.empty()) response.headers.add("RTP-Info", writeRtpInfo(info));
    pendingPlay_.reset();
    dialogue_.reply(response);
}

void Playing::pause(const RtspRequest& request) {
    // Without a playback there is nothing to stop, which is what a player wants whose publisher has just left.
    if (isOpen()) playback()->setPaused(true);
    dialogue_.reply(request, kOk);
}

void Playing::onPublisherLeft() {
    // Not at once: the playback must not die in its own call. Over UDP the goodbye comes on a socket of its own, and
    // clients leave on it with the last media unread on the other.
    leaveTimer_.runAfter(sender_.usesUdp() ? kLastMediaMs : 0, [this] { sendAway(); });
}

void Playing::sendAway() {
    answerPlay({});
    sender_.sayGoodbye();
    stop(net::kPublisherLeft);
    // It was told goodbye, and may end its session itself.
    dialogue_.visit().expect(kFarewellMs, net::kPublisherLeft);
    if (dialogue_.isWaiting()) dialogue_.goOn();
}

void Playing::onForgedReport() {
    dialogue_.context().log.info(dialogue_.logName(),
                                 "dropped RTCP that is not authentic (further such packets are counted)");
}

void Playing::onWritable() {
    // What has been protected, and has waited, goes first.
    if (isOpen() && sender_.flush()) playback()->resume();
}

void Playing::onSignOfLife() {
    if (dialogue_.isWaiting()) return;
    const config::Config& config = dialogue_.config();
    if (!isOpen())
        dialogue_.visit().expect(config.limits.idleTimeoutMs, net::kNothingUseful);
    else if (sender_.usesUdp())
        dialogue_.visit().expect(config.rtsp.sessionTimeoutMs, kNoSignOfLife);
    else
        dialogue_.visit().expectNothing();
}

void Playing::stop(const std::string& reason) {
    if (!isOpen()) return;
    forget();
    const base::Bytes rest = dialogue_.visit().stopPlaying(reason);
    dialogue_.countUdp({});
    if (!sender_.usesUdp()) dialogue_.port().send(sender_.restOf(rest));
}

void Playing::end(const std::string& reason) {
    forget();
    dialogue_.visit().endStream(reason);
    dialogue_.countUdp({});
}

/// Nothing that waits happens any more.
void Playing::forget() {
    if (const std::uint64_t forged = sender_.forgedReports(); isOpen() && forged > 0)
        dialogue_.context().log.info(dialogue_.logName(), "{} packets of RTCP were not authentic", forged);
    dialogue_.visit().endStreamWait();
    timer_.cancel();
    leaveTimer_.cancel();
    dialogue_.replyBetweenFrames(false);
}

} // namespace hookcast::rtsp
