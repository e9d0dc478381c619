#pragma once

#include "support/FreePort.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace hookcast::integration {

/// A port of 127.0.0.1 for a server that serves SRT there.
class SrtPort {
  public:
    std::uint16_t number() const { return port_.number(); }

    /// An `srt_server` block; `more` is put into it.
    std::string server(std::string_view more = "") const;

    /// For ffmpeg: `srt://127.0.0.1:PORT?streamid=STREAMID`; `more` are further options, as `&latency=20000`.
    std::string url(std::string_view streamId, std::string_view more = "") const;

    /// For ffmpeg: what publishes, or plays, `live/NAME`.
    std::string publishUrl(std::string_view name) const;
    std::string playUrl(std::string_view name) const;

  private:
    FreePort port_;
};

} // namespace hookcast::integration
