#include "config/LiveMountText.h"

#include <algorithm>
#include <array>

namespace hookcast::config {

namespace {

using base::Error;

constexpr std::string_view kApp = "[app]";
constexpr std::string_view kStream = "[stream]";
constexpr std::array<std::string_view, 4> kExtensions = {".flv", ".ts", ".aac", ".mp3"};

bool standsOnce(std::string_view variable, std::string_view path) {
    const std::size_t at = path.find(variable);
    return at != std::string_view::npos && path.find(variable, at + 1) == std::string_view::npos;
}

} // namespace

base::Result<void> checkLiveMount(std::string_view mount) {
    const std::size_t pathAt = mount.find('/');
    if (pathAt == std::string_view::npos) return Error{"expected a path, as in [vhost]/[app]/[stream].flv"};
    const std::string_view path = mount.substr(pathAt);
    if (!standsOnce(kApp, path) || !standsOnce(kStream, path))
        return Error{"expected [app] and [stream] in the path, once each"};
    const std::size_t app = path.find(kApp);
    const std::size_t stream = path.find(kStream);
    if (app + kApp.size() == stream || stream + kStream.size() == app)
        return Error{"expected something between [app] and [stream]"};
    const std::string_view behind = path.substr(std::max(app + kApp.size(), stream + kStream.size()));
    const auto ends = [behind](std::string_view extension) { return behind.ends_with(extension); };
    if (std::ranges::none_of(kExtensions, ends)) return Error{"expected .flv, .ts, .aac or .mp3 at the end"};
    return {};
}

bool namesAStream(std::string_view mount) {
    return mount.find(kApp) != std::string_view::npos && mount.find(kStream) != std::string_view::npos;
}

} // namespace hookcast::config
