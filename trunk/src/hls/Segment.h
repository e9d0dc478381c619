#pragma once

#include "base/Bytes.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::hls {

using BytesPtr = std::shared_ptr<const base::Bytes>;

/// How segments are written.
enum class Container : std::uint8_t { Ts, Fmp4 };

/// What decoders need before a segment of fragmented MP4. Immutable.
struct InitSegment {
    std::uint64_t number = 0; ///< of the stream's, from 0: a new codec has a new one
    std::string name;         ///< as Segment::name
    BytesPtr bytes;
    std::string codecs{};    ///< RFC 6381; empty: not known
    std::uint32_t width = 0; ///< 0: no picture
    std::uint32_t height = 0;
};

/// A key of AES-128 (RFC 8216, 4.3.2.4) and where players find it. Immutable.
struct SegmentKey {
    std::string name; ///< of its file, relative to where keys are
    std::string url;  ///< for the playlist
    std::array<std::uint8_t, 16> key{};
    std::array<std::uint8_t, 16> iv{};
};

/// A piece of a segment: of a low-latency stream one that players get while the segment is written, else the whole.
struct Part {
    BytesPtr bytes;
    std::int64_t durationUs = 0;
    bool isIndependent = false; ///< decoding can begin with it
};

/// A segment that is complete. Immutable, shared by playlists, players and disk.
struct Segment {
    std::uint64_t sequence = 0;        ///< its media sequence number
    std::uint64_t discontinuities = 0; ///< of the stream so far, that before this one among them
    bool isDiscontinuous = false;      ///< codecs, times or encoding are others than before
    bool isGap = false;                ///< it cannot be fetched: its file could not be written
    std::int64_t startUnixMs = 0;
    std::int64_t mediaMs = -1;    ///< when it begins, in the media's own time; -1: not known
    std::int64_t runMediaMs = -1; ///< when the first one since the last discontinuity did
    std::int64_t durationUs = 0;
    std::string name; ///< of its file, relative to HLS's root: what http_server serves it as, without the first slash
    std::shared_ptr<const InitSegment> init; ///< null: MPEG-TS
    std::shared_ptr<const SegmentKey> key;   ///< null: not encrypted; else the parts are
    std::vector<Part> parts;                 ///< at least one
    std::uint64_t sizeBytes = 0;             ///< of all parts
};

using SegmentPtr = std::shared_ptr<const Segment>;

} // namespace hookcast::hls
