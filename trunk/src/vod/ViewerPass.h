#pragma once

#include "hooks/StreamKey.h"

#include <optional>
#include <string>
#include <string_view>

namespace hookcast::vod {

/// What stands in the URLs of a playlist's segments, so that only its viewer gets them: the viewer's id, signed
/// together with the stream, the client's address and the query that the gate was asked with, which has the range in
/// it. Nobody else can write one, and it is of no use elsewhere, for another stream or another range. The secret is
/// this process's: a pass does not outlive it. Immutable; any thread.
class ViewerPasses {
  public:
    ViewerPasses();

    /// `query` with its `?`, or empty.
    struct Bearer {
        hooks::StreamKey key;
        std::string ip;
        std::string query;
    };

    /// The query of the segments: `bearer.query` and the pass behind it.
    std::string write(const Bearer& bearer, const std::string& viewerId) const;

    /// The viewer's id in a query that write() has made for the same bearer; nothing where it is any other.
    std::optional<std::string> read(const Bearer& bearer, std::string_view pass) const;

    /// A segment's query: what was asked with, and the pass; the latter empty where there is none.
    struct Parts {
        std::string query;
        std::string pass;
    };
    static Parts split(std::string_view query);

  private:
    std::string signatureOf(const Bearer& bearer, std::string_view viewerId) const;

    std::string secret_;
};

} // namespace hookcast::vod
