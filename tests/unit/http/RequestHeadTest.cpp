#include "http/RequestHead.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace hookcast::http {
namespace {

TEST(RequestHeadTest, FindsTheFirstOfANameInWhateverCase) {
    RequestHead head;
    head.add("X-One", "1");
    head.add("x-ONE", "2");
    ASSERT_NE(head.find("X-one"), nullptr);
    EXPECT_EQ(*head.find("X-one"), "1");
    EXPECT_TRUE(head.has("x-one"));
    EXPECT_FALSE(head.has("x-on"));
    EXPECT_EQ(head.find("x-one-"), nullptr);
    EXPECT_EQ(head.size(), 2U);
}

TEST(RequestHeadTest, SetsInPlaceOfTheFirst) {
    RequestHead head;
    head.set("Range", "bytes=0-1");
    head.add("Host", "a");
    head.set("range", "bytes=2-");
    std::vector<std::string> story;
    for (const auto& [name, value] : head) story.push_back(name + ": " + value);
    EXPECT_THAT(story, testing::ElementsAre("Range: bytes=2-", "Host: a"));
}

TEST(RequestHeadTest, ComparesWordsByLettersOfAsciiAlone) {
    EXPECT_TRUE(sameWord("Keep-Alive", "kEEP-aLIVE"));
    EXPECT_FALSE(sameWord("a[", "a{"));
    EXPECT_FALSE(sameWord("\xC3\x84", "\xC3\xA4"));
    EXPECT_TRUE(sameWord("", ""));
}

} // namespace
} // namespace hookcast::http
