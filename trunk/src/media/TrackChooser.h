#pragma once

#include "media/LibavHandles.h"

#include <string>

namespace hookcast::media {

/// Which tracks of a libavformat source are carried: a stream has one picture and one sound, a source may have several
/// programmes with several of each. What is chosen stays chosen while the source has it. One thread.
class TrackChooser {
  public:
    struct Wish {
        unsigned program = 0;    ///< its number; 0: the first that has picture or sound
        unsigned audioTrack = 1; ///< of those of the programme that frames can carry, counted from 1
    };

    explicit TrackChooser(const Wish& wish) : wish_(wish) {}

    /// Whether the track with this index is carried. A transport stream's tables may change before any packet, so it is
    /// asked for each.
    bool takes(const AVFormatContext& source, int index);

    /// What the source has besides, in words; empty when there is nothing. After takes().
    std::string leftOut(const AVFormatContext& source) const;

  private:
    const AVProgram* chooseProgram(const AVFormatContext& source);
    bool isInScope(const AVFormatContext& source, int index) const;
    int nth(const AVFormatContext& source, AVMediaType type, unsigned number) const;
    unsigned others(const AVFormatContext& source, AVMediaType type, int chosen) const;
    void choose(const AVFormatContext& source, AVMediaType type, unsigned number, int& chosen) const;

    // given
    Wish wish_;
    // state
    int programId_ = -1; ///< -1: none chosen
    int video_ = -1;
    int audio_ = -1;
};

} // namespace hookcast::media
