#pragma once

#include "base/Result.h"
#include "files/ServedFile.h"
#include "media/Codec.h"
#include "media/Frame.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace hookcast::vod {

/// Where a recording can be cut, and what it consists of.
struct MediaIndex {
    /// A place that decoding can begin at: a keyframe; of sound alone, a frame each second. The first one is where the
    /// file's media begin.
    struct Point {
        std::int64_t timeMs = 0;   ///< decode time since the file's beginning; rises from point to point
        std::uint64_t offset = 0;  ///< FLV: where the tag is
        std::uint32_t configs = 0; ///< FLV: which of `configs` holds here
    };
    using Configs = std::array<std::uint64_t, 2>; ///< where the tags are, of picture and sound; 0: there is none

    std::vector<Point> points;
    std::vector<Configs> configs{Configs{}}; ///< FLV
    std::int64_t firstMs = 0;                ///< what the file itself calls its beginning
    std::int64_t endMs = 0;                  ///< since the beginning
    std::uint64_t endOffset = 0;             ///< FLV: behind the last whole tag
    media::Codec video = media::Codec::None;
    media::Codec audio = media::Codec::None;

    /// What the file itself calls the time of a point.
    std::int64_t fileMs(std::size_t point) const { return firstMs + points.at(point).timeMs; }

    /// Whether a segment in MPEG-TS would have anything in it.
    bool fitsTs() const;

    /// Of the part from one point up to another, or up to the end where there is no such point.
    std::int64_t durationMs(std::size_t first, std::size_t last) const;

    /// What it takes in memory.
    std::size_t sizeBytes() const {
        return sizeof(*this) + points.size() * sizeof(Point) + configs.size() * sizeof(Configs);
    }
};

/// How long a recording is, which costs less to know than where it can be cut.
struct MediaLength {
    std::int64_t durationMs = 0;
};

/// A part of a recording, in the order of the file. Times are since the part's beginning, which is its first point: so
/// whoever puts parts behind one another needs to know nothing of their places in the file. What the file has behind
/// that point may be a little earlier.
using MediaFrames = std::vector<media::Frame>;

/// A recording's format. Its calls wait for the disk: not on a loop. What cannot be read is an Error; a file that ends
/// in the middle is read as far as it goes. Any thread.
class MediaReader {
  public:
    virtual ~MediaReader() = default;

    virtual base::Result<MediaLength> length(const files::ServedFile& file) const = 0;
    virtual base::Result<MediaIndex> index(const files::ServedFile& file) const = 0;

    /// The frames from point `first` up to point `last`, with the codec configurations that they need; together no
    /// frame of the file is missing from two parts that follow each other, or in both. An Error when there are more
    /// than `mostBytes`.
    virtual base::Result<MediaFrames> read(const files::ServedFile& file, const MediaIndex& index, std::size_t first,
                                           std::size_t last, std::size_t mostBytes) const = 0;
};

/// For a name that ends in `.flv` or `.mp4`.
const MediaReader& readerFor(std::string_view name);

/// An index is no longer than this: a file with more places to cut at is cut at its end.
inline constexpr std::size_t kMostPoints = 1'000'000;

} // namespace hookcast::vod
