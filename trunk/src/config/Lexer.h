#pragma once

#include "base/Result.h"
#include "config/Config.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace hookcast::config {

struct Token {
    enum class Kind { Word, Semicolon, OpenBrace, CloseBrace, End, Invalid };

    Kind kind = Kind::End;
    std::string text; ///< of a Word without its quotes; of Invalid: what is wrong
    bool quoted = false;
    bool firstOnLine = false; ///< nothing but blanks before it on its line
    int line = 1;
    int column = 1;  ///< counts bytes
    int endLine = 1; ///< where it ends: later than `line` for a quoted word over several lines
};

/// Cuts nginx-style text into tokens, as SRS does: words end at a blank, `;` or `{`; quotes, `#` and `}` mean
/// something only where a word could begin; there are no escapes and no variables. A UTF-8 BOM is skipped. Fullwidth
/// punctuation outside of quotes is Invalid: see lookAlikeIn().
class Lexer {
  public:
    /// `text` must outlive the lexer.
    explicit Lexer(std::string_view text);

    /// The next token. After Invalid the state is undefined; after End it is End again.
    Token next();

  private:
    void skipBlanksAndComments();
    Token quotedWord(Token token);
    Token plainWord(Token token);
    Token invalidHere(Token token, std::string why) const;
    char peek() const { return text_[at_]; }
    bool atEnd() const { return at_ >= text_.size(); }
    void advance();

    std::string_view text_;
    std::size_t at_ = 0;
    int line_ = 1;
    int column_ = 1;
    bool lineIsBlank_ = true; ///< no token began on this line so far
};

} // namespace hookcast::config
