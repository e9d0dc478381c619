// The first byte says which header field the rest is. What is read and written is read again as the same.
#include "base/Bytes.h"
#include "rtsp/HeaderFields.h"
#include "rtsp/Transport.h"

#include <cstdlib>

namespace {

using namespace hookcast;

void check(bool condition) {
    if (!condition) std::abort();
}

void transports(std::string_view text) {
    const auto parsed = rtsp::parseTransports(text);
    if (!parsed.ok()) {
        check(parsed.error().message.size() < 200);
        return;
    }
    for (const rtsp::Transport& transport : parsed.value()) {
        const auto again = rtsp::parseTransports(rtsp::writeTransport(transport));
        check(again.ok() && again.value().size() == 1 && again.value().front() == transport);
    }
}

void session(std::string_view text) {
    const auto parsed = rtsp::parseSession(text);
    if (!parsed.ok()) return;
    const auto again = rtsp::parseSession(rtsp::writeSession(parsed.value()));
    check(again.ok() && again.value() == parsed.value());
}

void range(std::string_view text) {
    const auto parsed = rtsp::parseRange(text);
    if (parsed.ok()) check(rtsp::parseRange(rtsp::writeRange(parsed.value())).ok());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const std::string_view text = base::asText({data + 1, size - 1});
    switch (data[0] % 3) {
    case 0: transports(text); break;
    case 1: session(text); break;
    default: range(text); break;
    }
    return 0;
}
