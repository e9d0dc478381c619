#include "config/Lexer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hookcast::config {
namespace {

using namespace std::string_literals;

/// `word ; { }` as text, a quoted word in its quotes, and `!why` where the lexer gives up.
std::vector<std::string> tokens(const std::string& text) {
    std::vector<std::string> all;
    Lexer lexer(text);
    for (;;) {
        const Token token = lexer.next();
        switch (token.kind) {
        case Token::Kind::Word: all.push_back(token.quoted ? "\"" + token.text + "\"" : token.text); break;
        case Token::Kind::Semicolon: all.emplace_back(";"); break;
        case Token::Kind::OpenBrace: all.emplace_back("{"); break;
        case Token::Kind::CloseBrace: all.emplace_back("}"); break;
        case Token::Kind::Invalid: all.push_back("!" + token.text); return all;
        case Token::Kind::End: return all;
        }
    }
}

using Words = std::vector<std::string>;

TEST(LexerTest, cutsAtBlanksSemicolonsAndOpeningBraces) {
    EXPECT_EQ(tokens("vhost a{listen\t1935\r\n1936;}"), (Words{"vhost", "a", "{", "listen", "1935", "1936", ";", "}"}));
    EXPECT_EQ(tokens("a./{x}"), (Words{"a./", "{", "x}"}));
}

TEST(LexerTest, closingBraceMeansSomethingOnlyWhereAWordCouldBegin) {
    EXPECT_EQ(tokens("b on}"), (Words{"b", "on}"}));
    EXPECT_EQ(tokens("b on; }"), (Words{"b", "on", ";", "}"}));
    EXPECT_EQ(tokens("}}"), (Words{"}", "}"}));
}

TEST(LexerTest, quotesAreEquivalentAndHaveNoEscapes) {
    EXPECT_EQ(tokens(R"(a "x ; { } # y" 'it "is"';)"), (Words{"a", "\"x ; { } # y\"", "\"it \"is\"\"", ";"}));
    EXPECT_EQ(tokens(R"(a "b\";)"), (Words{"a", R"("b\")", ";"}));
    EXPECT_EQ(tokens(R"(a "";)"), (Words{"a", "\"\"", ";"}));
}

TEST(LexerTest, aQuoteWithinAWordIsLiteral) {
    EXPECT_EQ(tokens("a foo\"bar\";"), (Words{"a", "foo\"bar\"", ";"}));
}

TEST(LexerTest, afterAClosingQuoteOnlyABlankOrAnEndMayFollow) {
    EXPECT_EQ(tokens("a \"b\"c;").back(), "!expected a blank, ';' or '{' after the closing quote");
    EXPECT_EQ(tokens("a \"b\"#c").back(), "!expected a blank, ';' or '{' after the closing quote");
    EXPECT_EQ(tokens("\"a\"{"), (Words{"\"a\"", "{"}));
}

TEST(LexerTest, aCommentBeginsOnlyWhereAWordCouldBegin) {
    EXPECT_EQ(tokens("a b#c; # d; {\ne;#f"), (Words{"a", "b#c", ";", "e", ";"}));
}

TEST(LexerTest, skipsAByteOrderMark) {
    EXPECT_EQ(tokens("\xEF\xBB\xBFlisten 1;"), (Words{"listen", "1", ";"}));
}

TEST(LexerTest, bytesAboveAsciiPassThrough) {
    EXPECT_EQ(tokens("a \xE4\xB8\xAD;"), (Words{"a", "\xE4\xB8\xAD", ";"}));
}

TEST(LexerTest, punctuationThatOnlyLooksRightIsInvalid) {
    const auto fault = [](const std::string& text) { return tokens(text).back(); };
    EXPECT_EQ(fault("listen 1935\uFF1B"), "!'\uFF1B' only looks like ';': write the plain character, or put the word "
                                          "in quotes");
    for (const char* text :
         {"vhost a \uFF5B }", "vhost a\uFF5B", "\uFF5D", "listen\u30001935;", "listen\u00A01935;",
          "on_publish http\uFF1A//a/b;", "dir \u201Ca b\u201D;", "dir \u2018a\u2019;", "\uFF03 a comment",
          "a b\uFF1B c d;", "on_publish http://a/b\uFF0Chttp://c/d;", "on_publish http://a/b\uFF1Fx=1;"})
        EXPECT_EQ(fault(text).front(), '!') << text;
    for (const char* text :
         {"dir \"a\uFF1Bb\";", "# a comment\uFF1B\n", "dir it\u2019s;", "dir \u5F55\u50CF\uFF0C\u4E00;"})
        EXPECT_NE(tokens(text + " end;"s).back().front(), '!') << text;
}

TEST(LexerTest, nulBytesAndUnterminatedQuotesAreInvalid) {
    EXPECT_EQ(tokens("a b\0c;"s), (Words{"a", "!NUL byte, expected text"}));
    EXPECT_EQ(tokens("a 'b\0'"s).back(), "!NUL byte inside quotes");
    EXPECT_EQ(tokens("a \"b; c;").back(), "!unterminated quote, expected a closing \"");
}

TEST(LexerTest, tellsTheLineTheColumnAndWhatIsFirstOnItsLine) {
    Lexer lexer("a b\n  \"c\nd\" e\nf");
    const Token a = lexer.next();
    EXPECT_TRUE(a.firstOnLine);
    const Token b = lexer.next();
    EXPECT_EQ(b.line, 1);
    EXPECT_EQ(b.column, 3);
    EXPECT_FALSE(b.firstOnLine);
    const Token c = lexer.next();
    EXPECT_EQ(c.text, "c\nd");
    EXPECT_EQ(c.line, 2);
    EXPECT_EQ(c.column, 3);
    EXPECT_EQ(c.endLine, 3);
    EXPECT_TRUE(c.firstOnLine);
    const Token e = lexer.next();
    EXPECT_EQ(e.line, 3);
    EXPECT_FALSE(e.firstOnLine) << "the quoted word before it ends on this line";
    EXPECT_TRUE(lexer.next().firstOnLine);
}

TEST(LexerTest, anInvalidByteIsPlacedWhereItStands) {
    const std::string text = "ab\0"s;
    Lexer lexer(text);
    const Token token = lexer.next();
    EXPECT_EQ(token.kind, Token::Kind::Invalid);
    EXPECT_EQ(token.column, 3);
}

} // namespace
} // namespace hookcast::config
