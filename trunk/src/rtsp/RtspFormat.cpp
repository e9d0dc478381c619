#include "rtsp/RtspFormat.h"

#include "rtp/OwnSource.h"
#include "rtp/Rtcp.h"
#include "rtp/StreamTracks.h"
#include "rtp/TrackEncoder.h"

#include <array>

namespace hookcast::rtsp {

namespace {

constexpr std::int64_t kReportPeriodMs = 5000;

class RtspEncoder final : public hub::WireEncoder {
  public:
    explicit RtspEncoder(const base::Clock& clock)
        : clock_(clock), tracks_{rtp::TrackEncoder(rtp::kVideoTrack), rtp::TrackEncoder(rtp::kAudioTrack)} {}

    void begin(const hub::StreamHeaders& headers) override {
        for (const media::FramePtr& frame : {headers.videoConfig, headers.audioConfig})
            if (frame != nullptr) tracks_[rtp::trackOf(frame->kind)].configure(*frame);
        if (headers.audioSample != nullptr) tracks_[rtp::kAudioTrack].prepareFor(*headers.audioSample);
    }

    void append(const media::Frame& frame, hub::WireLog& log) override {
        for (std::size_t i = 0; i < rtp::kTracks; ++i) before_[i] = tracks_[i].senderState();
        if (frame.kind == media::FrameKind::Data) return;
        rtp::TrackEncoder& track = tracks_[rtp::trackOf(frame.kind)];
        if (frame.role == media::FrameRole::CodecConfig) {
            track.configure(frame);
            return;
        }
        track.prepareFor(frame);
        report(track, rtp::trackOf(frame.kind), frame.dtsMs, log);
        track.append(frame, log);
    }

    base::Bytes preamble(const hub::StreamHeaders& /*headers*/, std::int64_t dtsMs) override {
        base::Bytes out;
        for (std::size_t i = 0; i < rtp::kTracks; ++i) {
            if (tracks_[i].clockRate() != 0) appendReport(i, before_[i], dtsMs, out);
        }
        return out;
    }

    bool hasPreamblePerFrame() const override { return true; }

    /// The players' descriptions, sources and sequence numbers are those of one publication.
    bool canBeContinued() const override { return false; }

  private:
    void report(const rtp::TrackEncoder& track, std::size_t index, std::int64_t dtsMs, hub::WireLog& log) {
        if (track.clockRate() == 0 || dtsMs < nextReportMs_[index]) return;
        nextReportMs_[index] = dtsMs + kReportPeriodMs;
        base::Bytes bytes;
        appendReport(index, before_[index], dtsMs, bytes);
        log.append(bytes);
    }

    void appendReport(std::size_t index, const rtp::TrackEncoder::SenderState& state, std::int64_t dtsMs,
                      base::Bytes& out) {
        if (!wallMinusStreamUs_) wallMinusStreamUs_ = clock_.unixUs() - dtsMs * 1000;
        const rtp::TrackEncoder& track = tracks_[index];
        rtp::SenderReport report;
        report.ssrc = track.ssrc();
        report.ntpTime = rtp::ntpFromUnixUs(*wallMinusStreamUs_ + dtsMs * 1000);
        report.rtpTimestamp = track.rtpTimestamp(dtsMs);
        report.packets = state.packets;
        report.payloadBytes = state.payloadBytes;
        rtp::appendInterleaved(static_cast<std::uint8_t>(rtp::channelOf(index) + 1),
                               rtp::writeSenderReport(report, rtp::kCname), out);
    }

    // given
    const base::Clock& clock_;
    // owned
    std::array<rtp::TrackEncoder, rtp::kTracks> tracks_;
    // state
    std::array<rtp::TrackEncoder::SenderState, rtp::kTracks> before_{}; ///< as it was before the newest frame
    std::array<std::int64_t, rtp::kTracks> nextReportMs_{};
    std::optional<std::int64_t> wallMinusStreamUs_;
};

} // namespace

std::unique_ptr<hub::WireEncoder> RtspFormat::makeEncoder() const {
    return std::make_unique<RtspEncoder>(clock_);
}

} // namespace hookcast::rtsp
