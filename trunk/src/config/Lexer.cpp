#include "config/Lexer.h"

#include "config/ForeignConfig.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace hookcast::config {

namespace {

bool isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

Token invalid(Token token, std::string why) {
    token.kind = Token::Kind::Invalid;
    token.text = std::move(why);
    return token;
}

} // namespace

Lexer::Lexer(std::string_view text) : text_(text) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text_.starts_with(kByteOrderMark)) text_.remove_prefix(kByteOrderMark.size());
}

void Lexer::advance() {
    if (text_[at_] == '\n') {
        ++line_;
        column_ = 1;
        lineIsBlank_ = true;
    } else {
        ++column_;
    }
    ++at_;
}

Token Lexer::invalidHere(Token token, std::string why) const {
    token.line = line_;
    token.column = column_;
    return invalid(std::move(token), std::move(why));
}

void Lexer::skipBlanksAndComments() {
    while (!atEnd()) {
        if (isBlank(peek())) {
            advance();
        } else if (peek() == '#') {
            while (!atEnd() && peek() != '\n') advance();
        } else {
            return;
        }
    }
}

Token Lexer::next() {
    skipBlanksAndComments();
    Token token;
    token.line = token.endLine = line_;
    token.column = column_;
    token.firstOnLine = std::exchange(lineIsBlank_, false);
    if (atEnd()) return token;
    switch (peek()) {
    case ';': token.kind = Token::Kind::Semicolon; break;
    case '{': token.kind = Token::Kind::OpenBrace; break;
    case '}': token.kind = Token::Kind::CloseBrace; break;
    case '"':
    case '\'': return quotedWord(std::move(token));
    default: return plainWord(std::move(token));
    }
    advance();
    return token;
}

Token Lexer::quotedWord(Token token) {
    token.kind = Token::Kind::Word;
    token.quoted = true;
    const char quote = peek();
    advance();
    const std::size_t begin = at_;
    while (!atEnd() && peek() != quote) {
        if (peek() == '\0') return invalidHere(std::move(token), "NUL byte inside quotes");
        advance();
    }
    if (atEnd()) return invalid(std::move(token), std::string("unterminated quote, expected a closing ") + quote);
    token.text = text_.substr(begin, at_ - begin);
    advance();
    token.endLine = line_;
    lineIsBlank_ = false;
    if (!atEnd() && !isBlank(peek()) && peek() != ';' && peek() != '{') {
        return invalidHere(std::move(token), "expected a blank, ';' or '{' after the closing quote");
    }
    return token;
}

Token Lexer::plainWord(Token token) {
    token.kind = Token::Kind::Word;
    const std::size_t begin = at_;
    while (!atEnd() && !isBlank(peek()) && peek() != ';' && peek() != '{') {
        if (peek() == '\0') return invalidHere(std::move(token), "NUL byte, expected text");
        advance();
    }
    token.text = text_.substr(begin, at_ - begin);
    const std::optional<LookAlike> lookAlike = lookAlikeIn(token.text);
    if (!lookAlike) return token;
    token.column += static_cast<int>(lookAlike->at);
    return invalid(std::move(token), fmt::format("'{}' only looks like '{}': write the plain character, or put the "
                                                 "word in quotes",
                                                 lookAlike->found, lookAlike->meant));
}

} // namespace hookcast::config
