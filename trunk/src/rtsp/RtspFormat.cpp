#include "rtsp/RtspFormat.h"

#include "hub/MoreTracks.h"
#include "media/EnhancedTag.h"
#include "rtp/OwnSource.h"
#include "rtp/Rtcp.h"
#include "rtp/StreamTracks.h"
#include "rtp/TrackEncoder.h"

#include <optional>
#include <vector>

namespace hookcast::rtsp {

namespace {

constexpr std::int64_t kReportPeriodMs = 5000;

class RtspEncoder final : public hub::WireEncoder {
  public:
    explicit RtspEncoder(const base::Clock& clock) : clock_(clock) {
        addTrack({rtp::kVideoTrack, 0});
        addTrack({rtp::kAudioTrack, 0});
    }

    void begin(const hub::StreamHeaders& headers) override {
        more_ = headers.more;
        for (std::size_t track = 0; track < rtp::trackCount(headers); ++track) {
            if (track >= tracks_.size()) addTrack(rtp::nameOf(headers, track));
            const media::FramePtr frame = rtp::tellsOf(headers, track);
            if (frame == nullptr) continue;
            if (frame->role == media::FrameRole::CodecConfig)
                tracks_[track].encoder.configure(*frame);
            else
                tracks_[track].encoder.prepareFor(*frame);
        }
        // Sound may be of another codec than its configuration has announced.
        if (headers.audioSample != nullptr) tracks_[rtp::kAudioTrack].encoder.prepareFor(*headers.audioSample);
    }

    void append(const media::Frame& frame, hub::WireLog& log) override {
        for (Track& track : tracks_) track.before = track.encoder.senderState();
        if (frame.kind == media::FrameKind::Data) return;
        if (!frame.isExtra) append(frame, rtp::trackOf(frame.kind), log);
        if (frame.hasMoreTracks) appendMore(frame, log);
    }

    base::Bytes preamble(const hub::StreamHeaders& /*headers*/, std::int64_t dtsMs) override {
        base::Bytes out;
        for (std::size_t i = 0; i < tracks_.size(); ++i) {
            if (tracks_[i].encoder.clockRate() != 0) appendReport(i, dtsMs, out);
        }
        return out;
    }

    bool hasPreamblePerFrame() const override { return true; }

    bool carriesMoreTracks() const override { return true; }

    /// The players' descriptions, sources and sequence numbers are those of one publication.
    bool canBeContinued() const override { return false; }

  private:
    struct Track {
        rtp::TrackEncoder encoder;
        rtp::TrackEncoder::SenderState before; ///< as it was before the newest frame
        std::int64_t nextReportMs = 0;
    };

    void addTrack(const rtp::TrackName& name) { tracks_.push_back({rtp::TrackEncoder(name), {}, 0}); }

    void appendMore(const media::Frame& frame, hub::WireLog& log) {
        if (media::isLayout(frame)) return;
        more_.note(frame);
        while (tracks_.size() < rtp::kFirstMoreTrack + more_.all().size()) {
            const std::size_t place = tracks_.size() - rtp::kFirstMoreTrack;
            addTrack({tracks_.size(), more_.all()[place].number});
        }
        for (const std::uint8_t number : media::tracksOf(frame))
            if (const auto place = more_.find(frame.kind, number); number != 0 && place)
                append(frame, rtp::kFirstMoreTrack + *place, log);
    }

    /// What one track has in the frame.
    void append(const media::Frame& frame, std::size_t index, hub::WireLog& log) {
        Track& track = tracks_[index];
        if (frame.role == media::FrameRole::CodecConfig) {
            track.encoder.configure(frame);
            return;
        }
        track.encoder.prepareFor(frame);
        report(track, index, frame.dtsMs, log);
        track.encoder.append(frame, log);
        log.endEntry(frame, static_cast<std::uint8_t>(index));
    }

    void report(Track& track, std::size_t index, std::int64_t dtsMs, hub::WireLog& log) {
        if (track.encoder.clockRate() == 0 || dtsMs < track.nextReportMs) return;
        track.nextReportMs = dtsMs + kReportPeriodMs;
        base::Bytes bytes;
        appendReport(index, dtsMs, bytes);
        log.append(bytes);
    }

    void appendReport(std::size_t index, std::int64_t dtsMs, base::Bytes& out) {
        if (!wallMinusStreamUs_) wallMinusStreamUs_ = clock_.unixUs() - dtsMs * 1000;
        const Track& track = tracks_[index];
        rtp::SenderReport report;
        report.ssrc = track.encoder.ssrc();
        report.ntpTime = rtp::ntpFromUnixUs(*wallMinusStreamUs_ + dtsMs * 1000);
        report.rtpTimestamp = track.encoder.rtpTimestamp(dtsMs);
        report.packets = track.before.packets;
        report.payloadBytes = track.before.payloadBytes;
        rtp::appendInterleaved(static_cast<std::uint8_t>(rtp::channelOf(index) + 1),
                               rtp::writeSenderReport(report, rtp::kCname), out);
    }

    // given
    const base::Clock& clock_;
    // owned
    std::vector<Track> tracks_;
    // state
    hub::MoreTracks more_{0};
    std::optional<std::int64_t> wallMinusStreamUs_;
};

} // namespace

std::unique_ptr<hub::WireEncoder> RtspFormat::makeEncoder() const {
    return std::make_unique<RtspEncoder>(clock_);
}

} // namespace hookcast::rtsp
