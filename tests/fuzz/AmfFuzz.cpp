// The first byte chooses AMF0 or AMF3 for the rest. What can be read can be written as AMF0 and read back.
#include "rtmp/Amf0.h"
#include "rtmp/Amf3.h"

#include <cstdlib>

namespace {

constexpr std::uint32_t kMaxDepth = 32;

void check(bool condition) {
    if (!condition) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hookcast;
    if (size < 1) return 0;
    base::ByteReader reader(base::ByteSpan(data + 1, size - 1));
    const auto read = data[0] % 2 == 0 ? rtmp::readAmf0(reader, kMaxDepth) : rtmp::readAmf3(reader, kMaxDepth);
    if (!read.ok()) {
        check(!read.error().message.empty());
        return 0;
    }
    base::Bytes written;
    rtmp::writeAmf0(written, read.value());
    base::ByteReader again(written);
    const auto back = rtmp::readAmf0(again, kMaxDepth);
    check(back.ok() && again.remaining() == 0);
    check(back.value() == read.value());
    return 0;
}
