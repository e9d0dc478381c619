#pragma once

#include "hooks/StreamKey.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::hls {

/// One of a vhost's names of playlists and segments read backwards, such as `[app]/[stream]-[seq].ts`: which stream a
/// path is of. An application may hold slashes, a stream's name holds none; where both readings fit, the application is
/// the longest. What stands for a number or a time is digits. Immutable.
class NamePattern {
  public:
    /// `vhost` stands for [vhost].
    NamePattern(std::string_view pattern, std::string_view vhost);

    /// Whether a stream can be found by it.
    bool namesStreams() const;

    /// The stream whose file is called `path`, which has no slash in front and no two in a row. Nothing where no
    /// stream's file is called so, or where it cannot be told whose.
    std::optional<hooks::StreamPath> match(std::string_view path) const;

    /// Whether some stream's file could be called so.
    bool couldBe(std::string_view path) const;

  private:
    struct Part {
        enum class Kind : std::uint8_t { Text, App, Stream, Digits };

        Kind kind = Kind::Text;
        std::string text; ///< of Text
    };
    class Search;

    bool has(Part::Kind kind) const;

    // given
    std::vector<Part> parts_;
};

} // namespace hookcast::hls
