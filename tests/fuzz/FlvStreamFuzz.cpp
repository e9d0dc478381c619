// The input is an FLV stream, once whole and once byte by byte: both must give the same frames.
#include "media/FlvStreamReader.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace {

using namespace hookcast;

void check(bool condition) {
    if (!condition) std::abort();
}

struct Seen {
    std::vector<base::Bytes> bodies;
    bool isBroken = false;
};

Seen read(base::ByteSpan input, std::size_t step) {
    media::FlvStreamReader reader;
    Seen seen;
    while (!input.empty()) {
        base::ByteSpan some = input.first(std::min(step, input.size()));
        input = input.subspan(some.size());
        while (true) {
            auto frame = reader.next(some);
            seen.isBroken = seen.isBroken || !frame;
            if (!frame) return seen;
            if (!frame.value()) break;
            check(!frame.value()->body.empty());
            seen.bodies.push_back(frame.value()->body);
        }
        check(some.empty());
    }
    return seen;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Seen whole = read({data, size}, size);
    const Seen inBytes = read({data, size}, 1);
    check(whole.isBroken == inBytes.isBroken);
    check(whole.bodies == inBytes.bodies);
    std::size_t bytes = 0;
    for (const base::Bytes& body : whole.bodies) bytes += body.size();
    check(bytes <= size);
    return 0;
}
