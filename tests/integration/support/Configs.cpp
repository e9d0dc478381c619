#include "support/Configs.h"

#include <fmt/format.h>

namespace hookcast::integration {

std::string defaultVhost(std::string_view content) {
    return vhost("__defaultVhost__", content);
}

std::string vhost(std::string_view name, std::string_view content) {
    return fmt::format("vhost {} {{\nplay {{ mw_latency 0; }}\n{}\n}}\n", name, content);
}

} // namespace hookcast::integration
