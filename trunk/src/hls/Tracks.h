#pragma once

#include "hls/Packer.h"
#include "hls/Segment.h"
#include "hls/StepMeter.h"
#include "media/Frame.h"
#include "media/MetadataCodecs.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace hookcast::hls {

/// What is known of a publication's pictures and sound, and which of it is in the run of segments that is being
/// written. Belongs to one loop.
class Tracks {
  public:
    /// A track of which nothing has come for so long is in no further run.
    static constexpr std::int64_t kGoneMs = 5000;

    struct Terms {
        Container container = Container::Ts;
        bool takesVideo = true;
        bool takesAudio = true;
    };

    explicit Tracks(Terms terms) : terms_(terms) {}

    bool takes(media::FrameKind kind) const;

    void noteMetadata(const media::Frame& metadata) { announced_ = media::readMetadataCodecs(metadata.body); }

    /// Whether it is another one than before.
    bool noteConfig(const media::FramePtr& config);

    void noteFrame(const MediaFrame& frame);

    /// Whether all has come that is announced or, where nothing is, all that there may be.
    bool areKnown() const;

    /// Whether something has come that the run lacks, or has otherwise.
    bool wantRun() const;

    /// Whether the next run has pictures.
    bool hasPictures() const { return isUsable(tracks_[0]); }

    /// Whether the run has.
    bool packsPictures() const { return tracks_[0].isPacked; }

    /// Whether a frame of this kind goes into the run.
    bool isPacked(media::FrameKind kind) const;

    /// From picture to picture, of sound alone from sound to sound.
    const StepMeter& steps() const { return tracks_[hasPictures() ? 0 : 1].steps; }

    /// The tracks of the next run, which begins. `leftOut`: the codecs that it cannot have, and why.
    PackedTracks choose(std::string& leftOut);

  private:
    struct Track {
        PackedTrack newest;                      ///< of pictures, the sample is a keyframe, once there is one
        std::int64_t latestDtsMs = INT64_MIN;    ///< of its newest frame
        media::Codec codec = media::Codec::None; ///< of the newest frame
        bool isBroken = false;                   ///< its configuration cannot be read
        bool isPacked = false;                   ///< in the run
        bool isStale = false;                    ///< what comes does not go with what is packed
        StepMeter steps;
    };

    static std::size_t placeOf(media::FrameKind kind) { return kind == media::FrameKind::Video ? 0 : 1; }
    bool isUsable(const Track& track) const;
    bool isGone(const Track& track) const;
    std::string reasonAgainst(const Track& track) const;

    // given
    Terms terms_;
    // state
    media::MetadataCodecs announced_;
    std::array<Track, 2> tracks_; ///< pictures, sound
    std::int64_t latestDtsMs_ = INT64_MIN;
};

} // namespace hookcast::hls
