#pragma once

#include "media/Frame.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace hookcast::hub {

/// The tracks of a stream beside number 0 of their kind, in the order in which they came: the place of one stays what
/// it is, and names the track to formats that number all tracks of a stream.
class MoreTracks {
  public:
    struct Track {
        media::FrameKind kind;
        std::uint8_t number; ///< the publisher's
        bool operator==(const Track&) const = default;
    };

    explicit MoreTracks(std::size_t most) : most_(most) {}

    /// Takes in the tracks that a frame makes known: by their configuration, or by sound, as that of some codecs has
    /// none. Those beyond `most` have no place. False when there is nothing new.
    bool note(const media::Frame& frame);

    std::optional<std::size_t> find(media::FrameKind kind, std::uint8_t number) const;
    const std::vector<Track>& all() const { return tracks_; }

  private:
    std::size_t most_;
    std::vector<Track> tracks_;
};

} // namespace hookcast::hub
