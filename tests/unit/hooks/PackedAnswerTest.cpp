#include "hooks/PackedAnswer.h"

#include <Poco/DeflatingStream.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <sstream>
#include <string>

namespace hookcast::hooks {
namespace {

constexpr std::size_t kMost = 1000000;

std::string packedAs(AnswerCoding coding, const std::string& text) {
    std::ostringstream packed;
    Poco::DeflatingOutputStream stream(packed, coding == AnswerCoding::Gzip ? Poco::DeflatingStreamBuf::STREAM_GZIP
                                                                            : Poco::DeflatingStreamBuf::STREAM_ZLIB);
    stream << text;
    stream.close();
    return packed.str();
}

/// Of many parts, which do not pack well.
std::string longText() {
    std::string text;
    for (unsigned i = 0; text.size() < 100'000; ++i) text += std::to_string(i * 2654435761U);
    return text;
}

class PackedAnswerTest : public testing::TestWithParam<AnswerCoding> {};

TEST_P(PackedAnswerTest, IsUnpackedWhenItIsWhole) {
    for (const std::string& text : {std::string("0"), longText(), std::string(16384, 'x'), std::string(32768, 'x')}) {
        std::string body = packedAs(GetParam(), text);
        EXPECT_EQ(unpack(GetParam(), body, kMost), Unpacking::Done);
        EXPECT_TRUE(body == text);
    }
}

TEST_P(PackedAnswerTest, OfAnyLengthThatIsCutIsBroken) {
    for (const std::string& text : {std::string("0"), std::string("{\"code\":0}"), std::string(16384, 'x')}) {
        const std::string packed = packedAs(GetParam(), text);
        for (std::size_t size = 1; size < packed.size(); ++size) {
            std::string body = packed.substr(0, size);
            EXPECT_EQ(unpack(GetParam(), body, kMost), Unpacking::Broken) << size << " of " << packed.size();
        }
    }
    std::string body = packedAs(GetParam(), longText());
    body.resize(body.size() / 2);
    EXPECT_EQ(unpack(GetParam(), body, kMost), Unpacking::Broken);
}

TEST_P(PackedAnswerTest, ThatIsDamagedOrHasSomethingBehindItsEndIsBroken) {
    const std::string packed = packedAs(GetParam(), "{\"code\":0}");
    std::string body = packed + "x";
    EXPECT_EQ(unpack(GetParam(), body, kMost), Unpacking::Broken);
    body = packed + packed;
    EXPECT_EQ(unpack(GetParam(), body, kMost), Unpacking::Broken);
    for (std::size_t i = 1; i <= 4; ++i) { // its sum, or its length
        body = packed;
        body[body.size() - i] = static_cast<char>(body[body.size() - i] ^ 1);
        EXPECT_EQ(unpack(GetParam(), body, kMost), Unpacking::Broken);
    }
    body = "{\"code\":0}";
    EXPECT_EQ(unpack(GetParam(), body, kMost), Unpacking::Broken);
}

TEST_P(PackedAnswerTest, IsBounded) {
    std::string body = packedAs(GetParam(), std::string(kMost, 'x'));
    EXPECT_EQ(unpack(GetParam(), body, kMost), Unpacking::Done);
    body = packedAs(GetParam(), std::string(kMost + 1, 'x'));
    EXPECT_EQ(unpack(GetParam(), body, kMost), Unpacking::TooLong);
}

INSTANTIATE_TEST_SUITE_P(Of, PackedAnswerTest, testing::Values(AnswerCoding::Gzip, AnswerCoding::Deflate));

TEST(PackedAnswer, ThatIsNotOneStaysAsItIs) {
    std::string body = "0";
    EXPECT_EQ(unpack(AnswerCoding::None, body, kMost), Unpacking::Done);
    EXPECT_EQ(body, "0");
    EXPECT_EQ(unpack(AnswerCoding::Unknown, body, kMost), Unpacking::Broken);
    body.clear();
    EXPECT_EQ(unpack(AnswerCoding::Unknown, body, kMost), Unpacking::Done) << "nothing is not packed";
}

} // namespace
} // namespace hookcast::hooks
