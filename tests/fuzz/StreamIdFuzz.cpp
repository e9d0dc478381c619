// The first line is the default app, the rest a stream id.
#include "srt/StreamId.h"

#include "base/Bytes.h"

#include <cstdlib>
#include <string>

namespace {

using namespace hookcast;

void check(bool condition) {
    if (!condition) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text = base::asText({data, size});
    const std::string_view app = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), app.size() + 1));
    const auto id = srt::parseStreamId(text, {"a/b", app, srt::Mode::Request});
    if (!id) return 0;
    check(id.value().text == (text.empty() ? "a/b" : text));
    check(!id.value().vhost.empty() && !id.value().app.empty() && !id.value().stream.empty());
    check(id.value().stream.find_first_of("/?") == std::string::npos);
    check(id.value().app.find('?') == std::string::npos);
    check(id.value().param.empty() || id.value().param.starts_with('?'));
    return 0;
}
