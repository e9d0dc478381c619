#include "live/LiveMount.h"

#include "config/LiveMountText.h"

#include <algorithm>

namespace hookcast::live {

namespace {

constexpr std::string_view kApp = "[app]";
constexpr std::string_view kStream = "[stream]";

bool isStreamName(std::string_view text) {
    return !text.empty() && text.find('/') == std::string_view::npos;
}

} // namespace

base::Result<LiveMount> LiveMount::parse(std::string_view text) {
    const base::Result<void> checked = config::checkLiveMount(text);
    if (!checked) return checked.error();
    LiveMount mount;
    const std::size_t pathAt = std::min(text.find('/'), text.size());
    mount.host_ = text.substr(0, pathAt);
    const std::string_view path = text.substr(pathAt);
    const std::size_t appAt = path.find(kApp);
    const std::size_t streamAt = path.find(kStream);
    mount.first_ = appAt < streamAt ? Part::App : Part::Stream;
    const std::size_t firstAt = std::min(appAt, streamAt);
    const std::size_t secondAt = std::max(appAt, streamAt);
    const std::size_t firstEnd = firstAt + (mount.first_ == Part::App ? kApp : kStream).size();
    const std::size_t secondEnd = secondAt + (mount.first_ == Part::App ? kStream : kApp).size();
    mount.before_ = path.substr(0, firstAt);
    mount.between_ = path.substr(firstEnd, secondAt - firstEnd);
    mount.behind_ = path.substr(secondEnd);
    mount.extension_ = mount.behind_.substr(mount.behind_.rfind('.'));
    return mount;
}

std::optional<LiveMount::Match> LiveMount::match(std::string_view path) const {
    if (!path.starts_with(before_) || !path.ends_with(behind_)) return std::nullopt;
    if (path.size() < before_.size() + between_.size() + behind_.size()) return std::nullopt;
    path.remove_prefix(before_.size());
    path.remove_suffix(behind_.size());
    // The application may hold what stands between, the stream's name holds no slash: it is the shorter side.
    const std::size_t at = first_ == Part::App ? path.rfind(between_) : path.find(between_);
    if (at == std::string_view::npos) return std::nullopt;
    const std::string_view first = path.substr(0, at);
    const std::string_view second = path.substr(at + between_.size());
    const std::string_view app = first_ == Part::App ? first : second;
    const std::string_view stream = first_ == Part::App ? second : first;
    if (app.empty() || !isStreamName(stream)) return std::nullopt;
    return Match{std::string(app), std::string(stream)};
}

} // namespace hookcast::live
