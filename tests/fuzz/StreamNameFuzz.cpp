// The first line is a tcUrl, the second an application, the rest a stream name.
#include "hub/StreamName.h"

#include "base/Bytes.h"
#include "fuzz/TakenLine.h"
#include "hooks/StreamKey.h"

#include <cstdlib>

namespace {

using namespace hookcast;
using fuzz::takeLine;

void check(bool condition) {
    if (!condition) std::abort();
}

void fuzzConnect(std::string_view tcUrl, std::string_view app) {
    const auto result = hub::parseConnectTarget(tcUrl, app);
    if (!result.ok()) return;
    const hub::ConnectTarget& target = result.value();
    check(target.tcUrl == tcUrl);
    check(!target.app.empty() && target.app.find('?') == std::string::npos);
    check(!target.vhost.empty() && !target.host.empty() && target.port != 0);
    check(target.param.empty() || target.param.starts_with('?'));
    check(tcUrl.ends_with(target.param) || app.ends_with(target.param));
}

void checkNames(const std::string& app, const std::string& stream) {
    // One name has one spelling, from here on.
    const auto again = hooks::readStreamPath(app + "/" + stream);
    check(again.ok() && again.value().app == app && again.value().stream == stream);
    check(stream.find('/') == std::string::npos && hooks::faultIn(app).empty() && hooks::faultIn(stream).empty());
}

void fuzzStream(std::string_view name) {
    const auto result = hub::parseStreamTarget(name, "live");
    if (!result.ok()) return;
    const hub::StreamTarget& target = result.value();
    if (name.starts_with('/')) name.remove_prefix(1);
    check(target.name + target.param == name);
    check(target.name.find('?') == std::string::npos);
    check(target.param.empty() || target.param.starts_with('?'));
    check(target.vhost.empty() || target.param.find('=' + target.vhost) != std::string::npos);
    check(target.app == "live" || target.app.starts_with("live/"));
    if (!target.stream.empty()) checkNames(target.app, target.stream);
}

void fuzzUrl(std::string_view url) {
    for (const auto encoding : {hub::PathEncoding::None, hub::PathEncoding::Percent}) {
        const auto result = hub::parseStreamUrl(url, encoding);
        if (result.ok()) checkNames(result.value().app, result.value().stream);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text = base::asText({data, size});
    const std::string_view tcUrl = takeLine(text);
    const std::string_view app = takeLine(text);
    fuzzConnect(tcUrl, app);
    fuzzStream(text);
    fuzzUrl(tcUrl);
    return 0;
}
