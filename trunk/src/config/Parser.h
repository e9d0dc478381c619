#pragma once

#include "config/Directive.h"
#include "config/DirectiveTable.h"
#include "config/FileSource.h"
#include "config/Finding.h"
#include "config/Lexer.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::config {

/// How much configuration one load takes. Far above any real file; they keep a broken or hostile one from eating the
/// machine.
struct ParserLimits {
    std::size_t nesting = 64;                  ///< blocks in blocks, counted across includes
    std::size_t includeDepth = 16;             ///< files in files
    std::size_t files = 10000;                 ///< files included by a load, each time they are
    std::size_t fileBytes = 16 * 1024 * 1024;  ///< one file
    std::size_t totalBytes = 64 * 1024 * 1024; ///< all files of a load together
    std::size_t words = 1000 * 1000;           ///< names and arguments of a load together
};

/// Reads nginx-style text into a directive tree, following `include`. A directive may go over several lines; where a
/// ';' is missing at the end of a line and the directive table shows that it was meant, it is put in with a warning.
/// One load, one thread.
class Parser {
  public:
    /// Both must outlive the parser.
    Parser(const FileSource& files, Findings& findings, const ParserLimits& limits = {});

    /// Appends what `text` holds to `root`. Stops at the first error in the grammar, which is then among the
    /// findings; `root` holds what came before it.
    /// `canonicalName`: as FileSource::find() gives it, to recognize a file that includes itself; else empty.
    bool parse(std::string_view text, const std::string& fileName, const std::string& canonicalName, Directive& root);

  private:
    struct Source;

    bool parseFile(std::string_view text, const std::string& fileName, const std::string& canonicalName,
                   Directive& block, const Section* section);
    bool parseBlock(Source& source, Directive& block, const Section* section, bool wholeFile);
    bool parseDirective(Source& source, Token first, Directive& block, const Section* section);
    bool addWord(Source& source, const Token& token, Directive& directive);
    bool parseChildren(Source& source, Directive& directive, const Section* section);
    bool finish(Directive directive, Directive& block, const Section* section);
    bool include(const Directive& directive, Directive& block, const Section* section);
    bool includeFile(const Directive& directive, const std::string& path, Directive& block, const Section* section);
    bool lastSemicolonIsMissing(const Directive& directive, const Section* section);
    bool missingSemicolon(const Directive& directive, const Token& next, const Section* section);
    bool fail(const SourceLocation& where, std::string message);
    bool failAt(const Source& source, const Token& token, std::string message);

    // given
    const FileSource& files_;
    Findings& findings_;
    const ParserLimits limits_;

    // state
    std::vector<std::string> openFiles_; ///< canonical names, from the main file to the one being read
    std::size_t nesting_ = 0;
    std::size_t bytes_ = 0;
    std::size_t words_ = 0;
    std::size_t filesIncluded_ = 0;
};

} // namespace hookcast::config
