#include "support/HookDirectives.h"

#include <fmt/format.h>

namespace hookcast::integration {

std::string pathOf(std::string_view opening) {
    if (opening == "on_publish") return "/api/v1/streams";
    if (opening == "on_play") return "/api/v1/sessions";
    return "/api/v1/clients";
}

std::string closingOf(std::string_view opening) {
    if (opening == "on_publish") return "on_unpublish";
    if (opening == "on_play") return "on_stop";
    return "on_close";
}

std::string hooksWith(const MockBackend& backend, std::string_view opening, std::string_view urls,
                      std::string_view more) {
    std::string block = "http_hooks { enabled on;\n";
    for (const std::string_view event : {"on_connect", "on_publish", "on_play"}) {
        const std::string own = backend.url(pathOf(event));
        block += fmt::format("{} {};\n{} {};\n", event, event == opening ? urls : own, closingOf(event), own);
    }
    return fmt::format("{}{} }}\n", block, more);
}

} // namespace hookcast::integration
