#include "rtsp/RtspFormat.h"

#include "rtsp/OwnSource.h"
#include "rtsp/Rtcp.h"
#include "rtsp/StreamTracks.h"
#include "rtsp/TrackEncoder.h"

#include <array>

namespace hookcast::rtsp {

namespace {

constexpr std::int64_t kReportPeriodMs = 5000;

class RtspEncoder final : public hub::WireEncoder {
  public:
    explicit RtspEncoder(const base::Clock& clock)
        : clock_(clock), tracks_{TrackEncoder(kVideoTrack), TrackEncoder(kAudioTrack)} {}

    void begin(const hub::StreamHeaders& headers) override {
        for (const media::FramePtr& frame : {headers.videoConfig, headers.audioConfig})
            if (frame != nullptr) tracks_[trackOf(frame->kind)].configure(*frame);
        if (headers.audioSample != nullptr) tracks_[kAudioTrack].prepareFor(*headers.audioSample);
    }

    void append(const media::Frame& frame, hub::WireLog& log) override {
        for (std::size_t i = 0; i < kTracks; ++i) before_[i] = tracks_[i].senderState();
        if (frame.kind == media::FrameKind::Data) return;
        TrackEncoder& track = tracks_[trackOf(frame.kind)];
        if (frame.role == media::FrameRole::CodecConfig) {
            track.configure(frame);
            return;
        }
        track.prepareFor(frame);
        report(track, trackOf(frame.kind), frame.dtsMs, log);
        track.append(frame, log);
    }

    base::Bytes preamble(const hub::StreamHeaders& /*headers*/, std::int64_t dtsMs) override {
        base::Bytes out;
        for (std::size_t i = 0; i < kTracks; ++i) {
            if (tracks_[i].clockRate() != 0) appendReport(i, before_[i], dtsMs, out);
        }
        return out;
    }

    bool hasPreamblePerFrame() const override { return true; }

    /// The players' descriptions, sources and sequence numbers are those of one publication.
    bool canBeContinued() const override { return false; }

  private:
    void report(const TrackEncoder& track, std::size_t index, std::int64_t dtsMs, hub::WireLog& log) {
        if (track.clockRate() == 0 || dtsMs < nextReportMs_[index]) return;
        nextReportMs_[index] = dtsMs + kReportPeriodMs;
        base::Bytes bytes;
        appendReport(index, before_[index], dtsMs, bytes);
        log.append(bytes);
    }

    void appendReport(std::size_t index, const TrackEncoder::SenderState& state, std::int64_t dtsMs, base::Bytes& out) {
        if (!wallMinusStreamUs_) wallMinusStreamUs_ = clock_.unixUs() - dtsMs * 1000;
        const TrackEncoder& track = tracks_[index];
        SenderReport report;
        report.ssrc = track.ssrc();
        report.ntpTime = ntpFromUnixUs(*wallMinusStreamUs_ + dtsMs * 1000);
        report.rtpTimestamp = track.rtpTimestamp(dtsMs);
        report.packets = state.packets;
        report.payloadBytes = state.payloadBytes;
        appendInterleaved(static_cast<std::uint8_t>(channelOf(index) + 1), writeSenderReport(report, kCname), out);
    }

    // given
    const base::Clock& clock_;
    // owned
    std::array<TrackEncoder, kTracks> tracks_;
    // state
    std::array<TrackEncoder::SenderState, kTracks> before_{}; ///< as it was before the newest frame
    std::array<std::int64_t, kTracks> nextReportMs_{};
    std::optional<std::int64_t> wallMinusStreamUs_;
};

} // namespace

std::unique_ptr<hub::WireEncoder> RtspFormat::makeEncoder() const {
    return std::make_unique<RtspEncoder>(clock_);
}

} // namespace hookcast::rtsp
