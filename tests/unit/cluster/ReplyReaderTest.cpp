#include "cluster/ReplyReader.h"

#include <Poco/Redis/Array.h>
#include <Poco/Redis/Error.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace hookcast::cluster {
namespace {

using testing::HasSubstr;

/// Gives `text` in pieces of `pieceBytes`.
class Text {
  public:
    Text(std::string text, std::size_t pieceBytes) : text_(std::move(text)), pieceBytes_(pieceBytes) {}

    std::size_t operator()(char* into, std::size_t mostBytes) {
        const std::size_t size = std::min({mostBytes, pieceBytes_, text_.size() - at_});
        if (size == 0) throw std::runtime_error("the end");
        std::copy_n(text_.begin() + static_cast<std::ptrdiff_t>(at_), size, into);
        at_ += size;
        return size;
    }

  private:
    std::string text_;
    std::size_t pieceBytes_;
    std::size_t at_ = 0;
};

std::string failureOf(const std::string& text) {
    try {
        ReplyReader(Text(text, 1000)).next();
        return "none";
    } catch (const std::runtime_error& e) {
        return e.what();
    }
}

TEST(ReplyReader, ReadsAllTypesInPiecesOfAnySize) {
    const std::string list = "*6\r\n+fine\r\n-WRONG\r\n:-42\r\n$4\r\na\r\nb\r\n$-1\r\n*0\r\n";
    const std::string all = list + "*-1\r\n" + "$0\r\n\r\n";
    for (std::size_t pieceBytes = 1; pieceBytes <= all.size(); ++pieceBytes) {
        ReplyReader reader(Text(all, pieceBytes));
        EXPECT_EQ(reader.next()->toString(), list);
        EXPECT_EQ(reader.next()->toString(), "*-1\r\n");
        EXPECT_EQ(reader.next()->toString(), "$0\r\n\r\n");
        EXPECT_THROW(reader.next(), std::runtime_error);
    }
}

TEST(ReplyReader, ReadsLongTexts) {
    const std::string text(1'000'000, 'x');
    ReplyReader reader(Text("$1000000\r\n" + text + "\r\n+next\r\n", 10'000));
    EXPECT_EQ(reader.next()->toString(), "$1000000\r\n" + text + "\r\n");
    EXPECT_EQ(reader.next()->toString(), "+next\r\n");
}

TEST(ReplyReader, RefusesWhatIsNone) {
    for (const char* text : {"\r\n", "PONG\r\n", ":\r\n", ":1x\r\n", ":99999999999999999999\r\n", "$\r\n", "$-2\r\n",
                             "$1\r\nabc", "*-2\r\n", "*1x\r\n", "*1\r\n?\r\n"})
        EXPECT_THAT(failureOf(text), HasSubstr("no answer of a Redis")) << text;
}

TEST(ReplyReader, BelievesNoSize) {
    EXPECT_EQ(failureOf("$2000000000\r\n"), "an answer of the Redis is too large");
    EXPECT_EQ(failureOf("*2000000000\r\n"), "an answer of the Redis is too large");
    EXPECT_EQ(failureOf("*1000000\r\n$60000000\r\n"), "the end") << "what may come costs nothing before it comes";
    std::string lists = "*2\r\n";
    for (int i = 0; i < 2; ++i) {
        lists += "*600000\r\n";
        for (int j = 0; j < 600'000; ++j) lists += "*0\r\n";
    }
    EXPECT_EQ(failureOf(lists), "an answer of the Redis is too large");
    EXPECT_EQ(failureOf("+" + std::string(ReplyReader::kMostBytes + 1'000'000, 'x')),
              "an answer of the Redis is too large");
}

TEST(ReplyReader, FollowsListsInListsSoFar) {
    std::string lists;
    for (std::size_t i = 0; i < ReplyReader::kMostDepth; ++i) lists += "*1\r\n";
    EXPECT_EQ(failureOf(lists + ":1\r\n"), "none");
    EXPECT_EQ(failureOf(lists + "*0\r\n"), "an answer of the Redis is too deep");
}

} // namespace
} // namespace hookcast::cluster
