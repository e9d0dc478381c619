#include "support/SrtPort.h"

#include <fmt/format.h>

namespace hookcast::integration {

std::string SrtPort::server(std::string_view more) const {
    return fmt::format("srt_server {{ enabled on; listen 127.0.0.1:{}; {} }}\n", number(), more);
}

std::string SrtPort::url(std::string_view streamId, std::string_view more) const {
    return fmt::format("srt://127.0.0.1:{}?streamid={}{}", number(), streamId, more);
}

std::string SrtPort::publishUrl(std::string_view name) const {
    // Otherwise ffmpeg forgets at its end what it has not sent yet.
    return url(fmt::format("#!::r=live/{},m=publish", name), "&linger=5");
}

std::string SrtPort::playUrl(std::string_view name) const {
    return url(fmt::format("#!::r=live/{},m=request", name));
}

} // namespace hookcast::integration
