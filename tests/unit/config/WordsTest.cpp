#include "config/Words.h"

#include "config/Lexer.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::config {
namespace {

TEST(WordsTest, quotesOnlyWhereTheGrammarNeedsThem) {
    EXPECT_EQ(written("./objs/srs.log"), "./objs/srs.log");
    EXPECT_EQ(written("a#b}c\"d'e"), "a#b}c\"d'e");
    EXPECT_EQ(written("a b"), "\"a b\"");
    EXPECT_EQ(written("a;b"), "\"a;b\"");
    EXPECT_EQ(written("a{b"), "\"a{b\"");
    EXPECT_EQ(written("#a"), "\"#a\"");
    EXPECT_EQ(written("}a"), "\"}a\"");
    EXPECT_EQ(written("\"a"), "'\"a'");
    EXPECT_EQ(written("'a"), "\"'a\"");
}

TEST(WordsTest, whatIsWrittenIsReadBack) {
    for (const char* word : {"a", "a b", "#", "}", "\"x", "'x", "a\nb", "a\"b'c", "it's \\ here", "\xE4\xB8\xAD"}) {
        ASSERT_TRUE(isWritable(word)) << word;
        const std::string text = written(word) + ";";
        Lexer lexer(text);
        EXPECT_EQ(lexer.next().text, word);
        EXPECT_EQ(lexer.next().kind, Token::Kind::Semicolon) << word;
    }
}

TEST(WordsTest, someWordsHaveNoPlaceInAFile) {
    EXPECT_FALSE(isWritable(""));
    EXPECT_FALSE(isWritable(std::string("a\0b", 3)));
    EXPECT_FALSE(isWritable("both \" and ' with a blank"));
}

} // namespace
} // namespace hookcast::config
