#pragma once

#include "base/Result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace hookcast::srt {

enum class Mode : std::uint8_t {
    Request, ///< play
    Publish,
    Other, ///< one that live streams do not have, as `bidirectional`
};

/// What a caller asks for in its stream id (SRTO_STREAMID).
struct StreamId {
    std::string text; ///< byte for byte as it came
    Mode mode = Mode::Request;
    bool isStream = true; ///< and not, by `t=`, a file or an authentication
    std::string vhost;    ///< `__defaultVhost__` where none is named
    std::string host;     ///< as `h` has it; empty where the vhost is named in the query, or nowhere
    std::string app;
    std::string stream;
    std::string param; ///< the query with its leading `?`; empty when there is none
};

/// What counts where a stream id says nothing.
struct StreamIdDefaults {
    std::string_view streamId;
    std::string_view app;
    Mode mode = Mode::Request;
};

/// Reads the spellings of SRT's access control and of SRS:
///
///   `#!::h=VHOST,r=app/stream?query,m=publish|request,t=stream,key=value,...`
///   `#!::h=app/stream,m=...` and `#!::h=VHOST/app/stream,m=...`, SRS's older ones
///   `app/stream?query`, or just `stream`
///
/// Blanks around items and a comma too many are passed over. A stream id that came percent-encoded, as a whole or in
/// its names, is decoded, once; a query in the open is kept byte for byte; items with other keys, `u` and `s` among
/// them, join it as `key=value` in their order. The vhost may be named in the query too, as in RTMP.
///
/// An error: another form (`#!:{`), an item without `=`, `h`, `r`, `m` or `t` given twice, no stream.
base::Result<StreamId> parseStreamId(std::string_view text, const StreamIdDefaults& defaults);

} // namespace hookcast::srt
