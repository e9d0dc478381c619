// The first line is a tcUrl, the second an application, the rest a stream name.
#include "hub/StreamName.h"

#include "base/Bytes.h"

#include <cstdlib>

namespace {

using namespace hookcast;

void check(bool condition) {
    if (!condition) std::abort();
}

std::string_view takeLine(std::string_view& text) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return line;
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

void fuzzStream(std::string_view name) {
    const hub::StreamTarget target = hub::parseStreamTarget(name);
    if (name.starts_with('/')) name.remove_prefix(1);
    check(target.stream + target.param == name);
    check(target.stream.find('?') == std::string::npos);
    check(target.param.empty() || target.param.starts_with('?'));
    check(target.vhost.empty() || target.param.find('=' + target.vhost) != std::string::npos);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text = base::asText({data, size});
    const std::string_view tcUrl = takeLine(text);
    const std::string_view app = takeLine(text);
    fuzzConnect(tcUrl, app);
    fuzzStream(text);
    return 0;
}
