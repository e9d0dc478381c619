#include "rtmp/ControlMessages.h"

#include "unit/rtmp/TestBytes.h"

#include <gtest/gtest.h>

namespace hookcast::rtmp::test {
namespace {

base::Bytes written(auto append) {
    base::Bytes out = hex("EE");
    append(out);
    EXPECT_EQ(out.front(), 0xEE);
    return {out.begin() + 1, out.end()};
}

TEST(ControlMessages, WritesEachKind) {
    EXPECT_EQ(written([](base::Bytes& out) { appendSetChunkSize(out, 60000); }),
              hex("02 000000 000004 01 00000000 0000EA60"));
    EXPECT_EQ(written([](base::Bytes& out) { appendAcknowledgement(out, 0xFFFFFFFF); }),
              hex("02 000000 000004 03 00000000 FFFFFFFF"));
    EXPECT_EQ(written([](base::Bytes& out) { appendWindowAckSize(out, 2500000); }),
              hex("02 000000 000004 05 00000000 002625A0"));
    EXPECT_EQ(written([](base::Bytes& out) { appendSetPeerBandwidth(out, 2500000, BandwidthLimit::Dynamic); }),
              hex("02 000000 000005 06 00000000 002625A0 02"));
    EXPECT_EQ(written([](base::Bytes& out) { appendUserControl(out, UserControlEvent::StreamBegin, 1); }),
              hex("02 000000 000006 04 00000000 0000 00000001"));
    EXPECT_EQ(written([](base::Bytes& out) { appendUserControl(out, UserControlEvent::PingResponse, 0x01020304); }),
              hex("02 000000 000006 04 00000000 0007 01020304"));
}

TEST(ControlMessages, FollowsAChunkSizeBelowThatOfThePayload) {
    EXPECT_EQ(written([](base::Bytes& out) { appendWindowAckSize(out, 0x01020304, 1); }),
              hex("02 000000 000004 05 00000000 01 C2 02 C2 03 C2 04"));
    EXPECT_EQ(written([](base::Bytes& out) { appendUserControl(out, UserControlEvent::PingRequest, 7, 4); }),
              hex("02 000000 000006 04 00000000 00060000 C2 0007"));
}

} // namespace
} // namespace hookcast::rtmp::test
