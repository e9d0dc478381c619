#include "cluster/Records.h"

#include <gtest/gtest.h>

namespace hookcast::cluster {
namespace {

TEST(Records, AreReadAsTheyAreWritten) {
    const NodeRecord node{"life1", 7, 1200, 3, 5000, true, "10.0.0.1:1935"};
    EXPECT_EQ(NodeRecord::read(node.text()), node);
    const CaptureRecord taken{"b", "life2", 1'795'880'601'577, "a"};
    EXPECT_EQ(CaptureRecord::read(taken.text()), taken);
    const CaptureRecord free{"", "", 12, ""};
    EXPECT_EQ(CaptureRecord::read(free.text()), free);
}

TEST(Records, OfOthersAreNone) {
    for (const char* text : {"", " ", "life1", "life1 7 0 0 0 here", "life1 7 0 0 0 there -", "life1 x 0 0 0 here -",
                             "life1 7 0 0 0 here - more", "life1 -7 0 0 0 here -", "life1  7 0 0 here -",
                             "life1 99999999999999999999 0 0 0 here -"})
        EXPECT_FALSE(NodeRecord::read(text)) << text;
    for (const char* text : {"", "a", "a b", "a b 1", "a b c d", "a b 1 d e", "a b 1 ", " b 1 d", "a b 1x d"})
        EXPECT_FALSE(CaptureRecord::read(text)) << text;
}

} // namespace
} // namespace hookcast::cluster
