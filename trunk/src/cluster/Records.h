#pragma once

#include "hooks/StreamKey.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hookcast::cluster {

/// Names of the fields that the nodes share.
inline constexpr std::string_view kNodePrefix = "node/";
inline constexpr std::string_view kCapturePrefix = "capture/";
inline constexpr std::string_view kStreamPrefix = "stream/";

/// The history that some node has seen for a whole lease: by now whoever has something has written so, and what is
/// nobody's there is so indeed.
inline constexpr std::string_view kRipeField = "ripe";

std::string nodeField(std::string_view node);
std::string captureField(std::string_view capture);
std::string streamField(const hooks::StreamKey& stream);

/// The stream whose field it is; nothing where it is none.
std::optional<hooks::StreamKey> streamOf(std::string_view field);

/// A node, as it tells of itself. `beat` rises while it lives.
struct NodeRecord {
    std::string incarnation; ///< of its process
    std::uint64_t beat = 0;
    std::uint64_t inputKbps = 0;    ///< that its captures bring in
    std::uint32_t maxCaptures = 0;  ///< 0: any number
    std::uint32_t maxInputKbps = 0; ///< 0: any rate
    bool hasLeft = false;           ///< it has ended, and has nothing any more
    std::string address;            ///< HOST:PORT of its RTMP, for other nodes; empty: it has none for them

    std::string text() const;

    /// Nothing where the text is none of ours.
    static std::optional<NodeRecord> read(std::string_view text);

    bool operator==(const NodeRecord&) const = default;
};

/// Who has a capture.
struct CaptureRecord {
    std::string owner; ///< empty: nobody
    std::string incarnation;
    std::uint64_t fence = 0; ///< rises each time that it is taken
    std::string from;        ///< the node that it was taken from; empty: none

    std::string text() const;
    static std::optional<CaptureRecord> read(std::string_view text);

    bool operator==(const CaptureRecord&) const = default;
};

/// Who has the name of a stream that a client publishes.
struct StreamRecord {
    enum class State : std::uint8_t {
        Asked, ///< its backends are being asked about it
        Live,
        Stale, ///< published, though nothing has come for so long that it may be replaced
    };

    std::string owner;
    std::string incarnation;
    std::uint64_t fence = 0;  ///< rises each time that it is taken
    std::int64_t sinceMs = 0; ///< since when it is wanted there, by the clock of the state's server
    State state = State::Asked;

    std::string text() const;
    static std::optional<StreamRecord> read(std::string_view text);

    bool operator==(const StreamRecord&) const = default;
};

} // namespace hookcast::cluster
