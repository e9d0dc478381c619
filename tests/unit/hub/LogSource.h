#pragma once

#include "hub/WireLog.h"
#include "media/Frame.h"

#include <cstdint>
#include <memory>
#include <string>

namespace hookcast::hub {

/// A publisher's log in a format that can be read: an entry is its text between angle brackets, the headers are
/// between braces. Sync points are keyframes, and audio frames as long as there is no video.
class LogSource {
  public:
    LogSource() { headers(""); }

    /// From now on the stream has these headers.
    void headers(const std::string& text) {
        const std::string shown = "{" + text + "}";
        preamble_ = std::make_shared<const base::Bytes>(shown.begin(), shown.end());
        ++version_;
    }

    /// A picture of one of several tracks, in a format that keeps them apart; players may start at keyframes of track
    /// 0.
    void videoOf(std::uint8_t track, media::FrameRole role, const std::string& text) {
        append(media::FrameKind::Video, role, text, 0, track);
    }
    void audioOf(std::uint8_t track, const std::string& text) {
        append(media::FrameKind::Audio, media::FrameRole::Media, text, 0, track);
    }

    void key(const std::string& text, std::int64_t dtsMs = 0) {
        append(media::FrameKind::Video, media::FrameRole::Keyframe, text, dtsMs);
    }
    void video(const std::string& text, std::int64_t dtsMs = 0) {
        append(media::FrameKind::Video, media::FrameRole::Media, text, dtsMs);
    }
    void audio(const std::string& text, std::int64_t dtsMs = 0) {
        append(media::FrameKind::Audio, media::FrameRole::Media, text, dtsMs);
    }
    void audioConfig(const std::string& text, std::int64_t dtsMs = 0) {
        append(media::FrameKind::Audio, media::FrameRole::CodecConfig, text, dtsMs);
    }
    void data(const std::string& text, std::int64_t dtsMs = 0) {
        append(media::FrameKind::Data, media::FrameRole::Other, text, dtsMs);
    }

    /// All that is in the log.
    LogBatch snapshot() {
        handedOut_ = log_.endSequence();
        return log_.exportFrom(log_.firstSequence());
    }

    /// What came since the last batch or snapshot.
    LogBatch news() {
        LogBatch batch = log_.exportFrom(handedOut_);
        handedOut_ = log_.endSequence();
        return batch;
    }

    WireLog& log() { return log_; }

  private:
    void append(media::FrameKind kind, media::FrameRole role, const std::string& text, std::int64_t dtsMs,
                std::uint8_t track = LogEntry::kAllTracks) {
        log_.append(base::asBytes("<"));
        log_.append(base::asBytes(text));
        log_.append(base::asBytes(">"));
        media::Frame frame;
        frame.kind = kind;
        frame.role = role;
        frame.dtsMs = dtsMs;
        const bool isFirst = track == LogEntry::kAllTracks || track == 0;
        const bool sync = (role == media::FrameRole::Keyframe && isFirst) ||
                          (kind == media::FrameKind::Audio && role == media::FrameRole::Media && !log_.hasVideo());
        log_.endEntry(frame, track);
        if (sync) log_.addSyncPoint({log_.endSequence() - 1, dtsMs, version_, preamble_});
    }

    WireLog log_;
    std::uint64_t handedOut_ = 0;
    std::uint64_t version_ = 0;
    std::shared_ptr<const base::Bytes> preamble_;
};

} // namespace hookcast::hub
