#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hookcast::cluster {

/// Names of the fields that the nodes share.
inline constexpr std::string_view kNodePrefix = "node/";
inline constexpr std::string_view kCapturePrefix = "capture/";

/// The history that some node has seen for a whole lease: by now whoever has something has written so, and what is
/// nobody's there is so indeed.
inline constexpr std::string_view kRipeField = "ripe";

std::string nodeField(std::string_view node);
std::string captureField(std::string_view capture);

/// A node, as it tells of itself. `beat` rises while it lives.
struct NodeRecord {
    std::string incarnation; ///< of its process
    std::uint64_t beat = 0;
    std::uint64_t inputKbps = 0;    ///< that its captures bring in
    std::uint32_t maxCaptures = 0;  ///< 0: any number
    std::uint32_t maxInputKbps = 0; ///< 0: any rate
    bool hasLeft = false;           ///< it has ended, and has nothing any more

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

} // namespace hookcast::cluster
