// The input is an answer's header, line by line: what it says of the time is within a day, whatever it is, and where a
// second length has come it has a fault.
#include "hooks/AnswerHeader.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

namespace {

using hookcast::hooks::AnswerHeader;

void check(const std::optional<std::int64_t>& ms) {
    if (ms && (*ms < 0 || *ms > AnswerHeader::kMostMs)) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    AnswerHeader header;
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        const std::size_t length = end == std::string_view::npos ? rest.size() : end + 1;
        header.feed(rest.substr(0, length), 1'700'000'000);
        check(header.retryAfterMs());
        check(header.maxAgeMs());
        rest.remove_prefix(length);
    }
    header.feed("", 0);
    for (const char* line : {"HTTP/1.1 200 OK", "Content-Length: 1", "Content-Length: 3"}) header.feed(line, 0);
    if (header.fault().empty()) std::abort();
    return 0;
}
