#pragma once

#include "hub/MoreTracks.h"
#include "media/Frame.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace hookcast::hub {

/// What a stream consists of: metadata and codec configurations, which a player needs before any other frame, newest of
/// each. Those of the tracks beside number 0 of a kind (Enhanced RTMP v2) are of use to formats that carry them.
struct StreamHeaders {
    /// The configurations of so many tracks are kept beside those of track 0, unless `limits { extra_tracks; }` says
    /// otherwise. The frames of further ones reach players too, but those who come late do not get their configuration,
    /// and formats that number all tracks leave them out.
    static constexpr std::size_t kMostExtras = 32;

    StreamHeaders() : StreamHeaders(kMostExtras) {}
    explicit StreamHeaders(std::size_t mostExtras) : more(mostExtras), mostExtras_(mostExtras) {}

    /// What one track has to say beside the configuration of track 0.
    struct Extra {
        media::FrameKind kind;
        std::uint8_t track;
        bool isLayout;         ///< where the channels are, not how they are coded
        media::FramePtr frame; ///< that of several tracks may be the same
    };

    media::FramePtr metadata;
    media::FramePtr videoConfig;
    media::FramePtr audioConfig;
    media::FramePtr audioSample; ///< an early frame: there is sound, whatever is announced, and of which codec
    bool hasPictures = false;    ///< one has come that FLV can carry, whatever is announced
    std::optional<std::int64_t> mediaSinceMs; ///< monotonic; when the first sound or picture came
    std::vector<Extra> extras;                ///< the newest last
    MoreTracks more;                          ///< their tracks, and those that have come without a configuration
    std::vector<media::FramePtr> moreSamples; ///< for each of `more`; null where its configuration has made it known

    /// Takes in metadata or a configuration. False when all that it says is known already.
    bool note(const media::FramePtr& header);

    /// Takes in the tracks beside number 0 that a frame makes known; `note()` does so, too. False when there are none.
    bool noteMore(const media::FramePtr& frame);

    /// What tells of the codec of a track in `more`: its configuration, else a frame of it.
    media::FramePtr tellsOf(std::size_t place) const;

    /// Whether there is a configuration already for one of the tracks that this one is for.
    bool hasConfigLike(const media::Frame& config) const;

    /// Metadata and configurations, each frame once, as a player is to get them.
    std::vector<media::FramePtr> inOrder() const;

  private:
    /// Where the configuration of a track is kept; null where there is none yet.
    const media::FramePtr* find(media::FrameKind kind, std::uint8_t track, bool isLayout) const;
    void put(const media::FramePtr& config, std::uint8_t track, bool isLayout);

    std::size_t mostExtras_;
};

} // namespace hookcast::hub
