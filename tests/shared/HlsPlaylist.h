#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::support {

/// What a playlist does that RFC 8216, its second edition (draft-pantos-hls-rfc8216bis) or Apple's authoring rules
/// forbid, each a line of its own.
using Violations = std::vector<std::string>;

struct HlsAttribute {
    std::string value; ///< without its quotes
    bool isQuoted = false;
};

/// An attribute list (RFC 8216, 4.2).
class HlsAttributes {
  public:
    /// What is wrong with it is added to `violations`.
    static HlsAttributes parse(std::string_view text, Violations& violations);

    bool has(const std::string& name) const { return values_.count(name) != 0; }
    /// Empty where it is not there.
    std::string text(const std::string& name) const;
    std::optional<double> number(const std::string& name) const;
    std::size_t size() const { return values_.size(); }
    bool isQuoted(const std::string& name) const;
    bool isYes(const std::string& name) const { return text(name) == "YES"; }

    bool operator==(const HlsAttributes& other) const;

  private:
    std::map<std::string, HlsAttribute> values_;
};

struct HlsPart {
    std::string uri;
    double durationS = 0;
    bool isIndependent = false;
    bool isGap = false;

    bool operator==(const HlsPart&) const = default;
};

struct HlsSegment {
    std::uint64_t sequence = 0;
    std::uint64_t discontinuities = 0; ///< its discontinuity sequence number
    std::string uri;                   ///< empty: it is not complete
    double durationS = 0;
    bool isDiscontinuous = false;
    bool isGap = false;
    std::optional<std::int64_t> dateMs; ///< EXT-X-PROGRAM-DATE-TIME, where it has one
    std::string map;                    ///< the URI of EXT-X-MAP that is in force
    std::string key;                    ///< the attributes of EXT-X-KEY that is in force, as they stand there
    std::vector<HlsPart> parts;
};

/// A media playlist, as far as it could be read.
struct HlsPlaylist {
    unsigned version = 1;
    std::optional<std::uint64_t> targetDurationS;
    std::uint64_t mediaSequence = 0;
    std::uint64_t discontinuitySequence = 0;
    bool hasIndependentSegments = false;
    bool hasEnded = false;
    std::string type;
    std::optional<double> partTargetS;
    std::optional<HlsAttributes> serverControl;
    std::uint64_t skipped = 0; ///< segments that a delta update leaves out
    std::vector<HlsSegment> segments;
    std::optional<HlsSegment> open; ///< the parts behind the last segment
    std::vector<HlsAttributes> preloadHints;
    std::vector<HlsAttributes> renditionReports;
    unsigned neededVersion = 1; ///< by what it uses
    std::string neededBy;       ///< which of it

    double durationS() const;
    std::uint64_t nextSequence() const { return mediaSequence + skipped + segments.size(); }
};

/// Reads it; what is wrong with its form is added to `violations`.
HlsPlaylist parseHlsPlaylist(const std::string& text, Violations& violations);

/// Its lines; what no playlist may begin with or hold is added to `violations`.
std::vector<std::string> hlsLines(const std::string& text, Violations& violations);

/// Of a decimal integer; nothing for anything else.
std::optional<std::uint64_t> hlsInteger(std::string_view text);

} // namespace hookcast::support
