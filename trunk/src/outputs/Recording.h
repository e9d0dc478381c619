#pragma once

#include "base/Clock.h"
#include "config/Config.h"
#include "hooks/StreamKey.h"
#include "hub/WireFormat.h"
#include "media/Frame.h"
#include "media/MetadataCodecs.h"
#include "outputs/DiskFile.h"
#include "outputs/RecordingFile.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace hookcast::outputs {

/// A file that a recording has finished, or could not write.
struct RecordedFile {
    std::string path;
    std::int64_t fromUnixMs = 0; ///< when it was begun
    std::int64_t toUnixMs = 0;   ///< when it was last written to
    std::uint64_t sizeBytes = 0;
    bool isThere = false; ///< else nothing of it is worth keeping
    DiskError error;      ///< why it is not whole
};

/// Makes files of one publication's frames: when a file begins and ends, and at which times. Blocks: for a disk thread,
/// the same for all calls.
///
/// - A file begins with the codec configurations and the first frame that comes; pictures before the first keyframe are
///   left out. For a second of media at most it waits for a track that is announced and not there.
/// - With dvr_plan segment it ends when it is as long as dvr_duration, at a keyframe where there are pictures and
///   dvr_wait_keyframe is on. A codec configuration that the format cannot take within a file begins a new one.
/// - After an error the file is finished as far as it goes, and the next is begun after a pause, which doubles from
///   kFirstPauseMs to kLongestPauseMs while errors go on.
class Recording {
  public:
    static constexpr std::int64_t kTrackWaitMs = 1000;
    static constexpr std::int64_t kFirstPauseMs = 1000;
    static constexpr std::int64_t kLongestPauseMs = 30'000;

    using FilePtr = std::shared_ptr<RecordingFile>;

    /// What the recording needs of others, and what it tells them; called on its thread.
    struct Surroundings {
        const base::Clock& clock;
        /// The file is complete but for finish() or, where it is not there, discard(). It may be null then.
        std::function<void(FilePtr file, RecordedFile about)> onFile;
        std::function<void(const DiskError&)> onTrouble; ///< the first error since all was well; onFile follows
        std::function<void()> onRecovered;
        std::function<void(const std::string& codecs)> onLeftOut;
    };

    Recording(const config::DvrConfig& config, hooks::StreamKey key, Surroundings surroundings);

    void take(const media::FramePtr& frame);

    /// No more frames are at hand for now: what is held back is written.
    void flush();

    /// Ends the file that is open.
    void end();

  private:
    struct TrackTime {
        std::int64_t latestMs = 0; ///< in the file
        std::int64_t shiftMs = 0;  ///< beside the file's beginning
    };

    void noteHeader(const media::FramePtr& frame);
    void start();
    bool tracksAreKnown(const media::Frame& latest) const;
    bool isWanted(const media::Frame& frame) const;
    bool isDue(const media::Frame& frame) const;
    void begin(const media::Frame& first);
    void write(const media::Frame& frame);
    void noteNewTrack();
    void endFile(DiskError error);
    void fail(const DiskError& error);
    void noteSuccess();
    std::int64_t timeOf(const media::Frame& frame);

    // given
    config::DvrConfig config_;
    hooks::StreamKey key_;
    Surroundings surroundings_;
    // owned
    FilePtr file_; ///< null between files
    // state
    hub::StreamHeaders headers_;
    media::MetadataCodecs announced_;
    std::deque<media::FramePtr> held_; ///< while the tracks are not known
    bool started_ = false;             ///< the tracks were known once
    bool hasKeyframe_ = false;         ///< pictures can be decoded from here on
    bool mustCut_ = false;             ///< a configuration has come that the file cannot take
    RecordedFile about_;
    bool hasMedia_ = false; ///< something of the file is on the disk
    std::int64_t firstDtsMs_ = 0;
    std::map<std::pair<media::FrameKind, std::uint8_t>, TrackTime> times_; ///< by kind and track
    std::int64_t pauseMs_ = 0;                                             ///< 0: all is well
    std::int64_t resumesAtMs_ = 0;
};

} // namespace hookcast::outputs
