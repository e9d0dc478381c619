#pragma once

#include "media/BitWriter.h"
#include "unit/support/TestBytes.h"

#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>

namespace hookcast::media {

inline void writeUe(BitWriter& writer, std::uint64_t value) {
    unsigned bits = 0;
    while (((value + 1) >> (bits + 1)) != 0) ++bits;
    writer.bits(0, bits);
    writer.bits(1, 1);
    writer.bits(static_cast<std::uint32_t>(value + 1 - (std::uint64_t{1} << bits)), bits);
}

/// A NAL unit by hand: `head` in hexadecimal, then words: runs of 0 and 1 as they are, ue12 and se-3 as Exp-Golomb
/// codes. Emulation prevention is added.
inline base::Bytes bitText(std::string_view head, const std::string& words) {
    base::Bytes payload;
    BitWriter writer(payload);
    std::istringstream stream(words);
    for (std::string word; stream >> word;) {
        if (word.starts_with("ue")) {
            writeUe(writer, std::stoull(word.substr(2)));
        } else if (word.starts_with("se")) {
            const long long value = std::stoll(word.substr(2));
            writeUe(writer, static_cast<std::uint64_t>(value > 0 ? 2 * value - 1 : -2 * value));
        } else {
            for (const char bit : word) writer.bits(bit == '1' ? 1 : 0, 1);
        }
    }
    base::Bytes unit = support::hex(head);
    unsigned zeros = 0;
    for (const std::uint8_t byte : payload) {
        if (zeros >= 2 && byte <= 3) {
            unit.push_back(3);
            zeros = 0;
        }
        unit.push_back(byte);
        zeros = byte == 0 ? zeros + 1 : 0;
    }
    return unit;
}

} // namespace hookcast::media
