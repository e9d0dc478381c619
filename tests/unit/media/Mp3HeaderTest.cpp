#include "media/Mp3Header.h"

#include "unit/support/TestBytes.h"

#include <gtest/gtest.h>

namespace hookcast::media {
namespace {

using support::errorOf;
using support::hex;

struct Expected {
    const char* header;
    int layer;
    std::uint32_t sampleRate;
    int channels;
    std::uint32_t frameSamples;
    std::size_t frameBytes;
};

TEST(Mp3Header, ReadsAllVersionsAndLayers) {
    for (const Expected& expected : {
             Expected{"FFFB9064", 3, 44100, 2, 1152, 417},
             Expected{"FFFB9264", 3, 44100, 2, 1152, 418},
             Expected{"FFFD C4 00", 2, 48000, 2, 1152, 768},
             Expected{"FFFF C4 C0", 1, 48000, 1, 384, 384},
             Expected{"FFF3 40 C4", 3, 22050, 1, 576, 104},
             Expected{"FFE3 48 C4", 3, 8000, 1, 576, 288},
         }) {
        const auto read = Mp3Header::read(hex(expected.header));
        ASSERT_EQ(errorOf(read), "") << expected.header;
        EXPECT_EQ(read.value().layer, expected.layer) << expected.header;
        EXPECT_EQ(read.value().sampleRate, expected.sampleRate) << expected.header;
        EXPECT_EQ(read.value().channels, expected.channels) << expected.header;
        EXPECT_EQ(read.value().frameSamples, expected.frameSamples) << expected.header;
        EXPECT_EQ(read.value().frameBytes, expected.frameBytes) << expected.header;
    }
}

TEST(Mp3Header, RefusesWhatIsNone) {
    for (const char* bytes : {"", "FFFB90", "FFEB9064", "FFF99064", "FFFBF064", "FFFB9C64", "FEFB9064"}) {
        EXPECT_EQ(errorOf(Mp3Header::read(hex(bytes))), "no MPEG audio header") << bytes;
    }
    EXPECT_EQ(errorOf(Mp3Header::read(hex("FFFB0064"))), "an MPEG audio frame in the free format");
}

} // namespace
} // namespace hookcast::media
