// All prefixes of the input are read: what was decided once must not change as more comes in.
#include "net/ProxyHeader.h"

#include <cstdlib>
#include <optional>

namespace {

using namespace hookcast;
using Stage = net::ProxyHeader::Stage;

constexpr std::size_t kLimit = 512;

void check(bool condition) {
    if (!condition) std::abort();
}

bool isFinal(Stage stage) {
    return stage == Stage::Absent || stage == Stage::Complete;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Stage before = Stage::Undecided;
    std::optional<net::ProxyHeader> decided;
    for (std::size_t length = 0; length <= size; ++length) {
        const auto read = net::readProxyHeader({data, length}, kLimit);
        if (!read) {
            // An error stays one, whatever follows.
            check(before != Stage::Absent && before != Stage::Complete && length > 0);
            check(!net::readProxyHeader({data, size}, kLimit));
            return 0;
        }
        const net::ProxyHeader& header = read.value();
        check(!isFinal(before) || header.stage == before);
        check(before != Stage::Begun || header.stage != Stage::Undecided);
        check(header.stage != Stage::Begun || length < kLimit);
        if (header.stage == Stage::Complete) {
            check(header.sizeBytes > 0 && header.sizeBytes <= length && header.sizeBytes <= kLimit);
            if (decided) check(decided->sizeBytes == header.sizeBytes && decided->client == header.client);
            decided = header;
        }
        before = header.stage;
    }
    return 0;
}
