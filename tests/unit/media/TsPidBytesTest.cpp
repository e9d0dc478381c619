#include "media/TsPidBytes.h"

#include <gtest/gtest.h>

namespace hookcast::media {
namespace {

base::Bytes packet(int pid) {
    base::Bytes bytes(188, 0x11);
    bytes[0] = 0x47;
    bytes[1] = static_cast<std::uint8_t>(0x40 | pid >> 8);
    bytes[2] = static_cast<std::uint8_t>(pid);
    return bytes;
}

TEST(TsPidBytes, CountsPerPid) {
    TsPidBytes counter;
    counter.add(packet(0x100));
    counter.add(packet(0x1FFF));
    counter.add(packet(0x100));
    EXPECT_EQ(counter.of(0x100), 376U);
    EXPECT_EQ(counter.of(0x1FFF), 188U);
    EXPECT_EQ(counter.of(0x101), 0U);
    counter.restart(0x100);
    EXPECT_EQ(counter.of(0x100), 0U);
}

TEST(TsPidBytes, PacketsMayComeInPieces) {
    TsPidBytes counter;
    for (int i = 0; i < 3; ++i)
        for (const std::uint8_t byte : packet(0x101)) counter.add({&byte, 1});
    EXPECT_EQ(counter.of(0x101), 3 * 188U);
}

TEST(TsPidBytes, FindsItsWayBack) {
    TsPidBytes counter;
    counter.add(base::Bytes(1000, 0x22));
    for (int i = 0; i < 5; ++i) counter.add(packet(0x100));
    EXPECT_EQ(counter.of(0x100), 5 * 188U);
}

} // namespace
} // namespace hookcast::media
