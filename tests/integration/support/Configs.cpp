#include "support/Configs.h"

#include <fmt/format.h>

namespace hookcast::integration {

std::string defaultVhost(std::string_view content) {
    return vhost("__defaultVhost__", content);
}

std::string vhost(std::string_view name, std::string_view content) {
    // Of two blocks of a name the first one counts, so the content's own takes the place of this one.
    constexpr std::string_view kPlay = "play {";
    constexpr std::string_view kAtOnce = " mw_latency 0; ";
    std::string all(content);
    const std::size_t own = all.find(kPlay);
    if (own == std::string::npos)
        all = fmt::format("{}{}}}\n{}", kPlay, kAtOnce, content);
    else
        all.insert(own + kPlay.size(), kAtOnce);
    return fmt::format("vhost {} {{\n{}\n}}\n", name, all);
}

} // namespace hookcast::integration
