// Answers of a Redis, in pieces as the first byte says: as many are read, whatever the pieces.
#include "cluster/ReplyReader.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string_view>

namespace {

using namespace hookcast;

std::size_t answersIn(std::string_view text, std::size_t pieceBytes) {
    cluster::ReplyReader reader([&text, pieceBytes](char* into, std::size_t mostBytes) {
        const std::size_t size = std::min({mostBytes, pieceBytes, text.size()});
        if (size == 0) throw std::runtime_error("the end");
        std::copy_n(text.data(), size, into);
        text.remove_prefix(size);
        return size;
    });
    std::size_t count = 0;
    try {
        for (;; ++count) reader.next();
    } catch (const std::runtime_error&) {
        return count;
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
    if (answersIn(text, data[0] % 16U + 1) != answersIn(text, size)) std::abort();
    return 0;
}
