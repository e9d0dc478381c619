#include "config/Parser.h"

#include "base/Log.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace hookcast::config {

using base::printable;

/// One file being read.
struct Parser::Source {
    Lexer lexer;
    std::string fileName;
    std::optional<Token> pending; ///< read already, belongs to the next directive

    Token next() {
        if (!pending) return lexer.next();
        Token token = std::move(*pending);
        pending.reset();
        return token;
    }

    SourceLocation at(const Token& token) const { return {fileName, token.line, token.column}; }
};

Parser::Parser(const FileSource& files, Findings& findings, const ParserLimits& limits)
    : files_(files), findings_(findings), limits_(limits) {}

bool Parser::fail(const SourceLocation& where, std::string message) {
    findings_.error(where, std::move(message));
    return false;
}

bool Parser::failAt(const Source& source, const Token& token, std::string message) {
    return fail(source.at(token), std::move(message));
}

bool Parser::parse(std::string_view text, const std::string& fileName, const std::string& canonicalName,
                   Directive& root) {
    return parseFile(text, fileName, canonicalName, root, findSection(""));
}

bool Parser::parseFile(std::string_view text, const std::string& fileName, const std::string& canonicalName,
                       Directive& block, const Section* section) {
    bytes_ += text.size();
    if (text.size() > limits_.fileBytes || bytes_ > limits_.totalBytes)
        return fail({fileName, 0, 0}, fmt::format("too large: at most {} bytes a file and {} bytes with all that it "
                                                  "includes",
                                                  limits_.fileBytes, limits_.totalBytes));
    openFiles_.push_back(canonicalName);
    Source source{Lexer(text), fileName, {}};
    const bool ok = parseBlock(source, block, section, true);
    openFiles_.pop_back();
    return ok;
}

bool Parser::parseBlock(Source& source, Directive& block, const Section* section, bool wholeFile) {
    for (;;) {
        Token token = source.next();
        switch (token.kind) {
        case Token::Kind::Word:
            if (!parseDirective(source, std::move(token), block, section)) return false;
            break;
        case Token::Kind::End:
            if (wholeFile) return true;
            return failAt(source, token,
                          fmt::format("unexpected end of file, expected '}}' to close the block of '{}' from line {}",
                                      printable(block.name), block.location.line));
        case Token::Kind::CloseBrace:
            if (!wholeFile) return true;
            return failAt(source, token, "unexpected '}', no block is open here");
        case Token::Kind::Semicolon: return failAt(source, token, "unexpected ';', expected the name of a directive");
        case Token::Kind::OpenBrace: return failAt(source, token, "unexpected '{', expected the name of a block first");
        case Token::Kind::Invalid: return failAt(source, token, token.text);
        }
    }
}

bool Parser::addWord(Source& source, const Token& token, Directive& directive) {
    if (++words_ > limits_.words)
        return failAt(source, token, fmt::format("more than {} words in the configuration", limits_.words));
    directive.lastLine = token.endLine;
    if (!token.text.empty()) directive.args.push_back(token.text); // SRS drops empty words, and so a default applies
    return true;
}

bool Parser::parseDirective(Source& source, Token first, Directive& block, const Section* section) {
    if (++words_ > limits_.words)
        return failAt(source, first, fmt::format("more than {} words in the configuration", limits_.words));
    if (first.text.empty()) return failAt(source, first, "empty name, expected the name of a directive");
    Directive directive;
    directive.name = std::move(first.text);
    directive.location = source.at(first);
    directive.lastLine = first.endLine;
    for (;;) {
        Token token = source.next();
        switch (token.kind) {
        case Token::Kind::Word:
            if (missingSemicolon(directive, token, section)) {
                source.pending = std::move(token);
                return finish(std::move(directive), block, section);
            }
            if (!addWord(source, token, directive)) return false;
            break;
        case Token::Kind::Semicolon: return finish(std::move(directive), block, section);
        case Token::Kind::OpenBrace:
            if (!parseChildren(source, directive, section)) {
                block.children.push_back(std::move(directive));
                return false;
            }
            return finish(std::move(directive), block, section);
        case Token::Kind::CloseBrace:
            if (lastSemicolonIsMissing(directive, section)) {
                source.pending = std::move(token);
                return finish(std::move(directive), block, section);
            }
            return failAt(source, token,
                          fmt::format("unexpected '}}', expected ';' after '{}' first", printable(directive.name)));
        case Token::Kind::End:
            if (lastSemicolonIsMissing(directive, section)) return finish(std::move(directive), block, section);
            return failAt(source, token,
                          fmt::format("unexpected end of file, expected ';' or '{{' after '{}' from line {}",
                                      printable(directive.name), directive.location.line));
        case Token::Kind::Invalid: return failAt(source, token, token.text);
        }
    }
}

bool Parser::parseChildren(Source& source, Directive& directive, const Section* section) {
    if (nesting_ >= limits_.nesting)
        return fail(directive.location, fmt::format("more than {} blocks within each other", limits_.nesting));
    const DirectiveRow* row = section == nullptr ? nullptr : findRow(*section, directive.name);
    directive.hasBlock = true;
    ++nesting_;
    const bool ok = parseBlock(source, directive, row == nullptr ? nullptr : childSection(*section, *row), false);
    --nesting_;
    return ok;
}

bool Parser::finish(Directive directive, Directive& block, const Section* section) {
    if (directive.name == "include") return include(directive, block, section);
    block.children.push_back(std::move(directive));
    return true;
}

/// SRS up to 5 reads `listen 1935` NEWLINE `max_connections 1000;` as one directive of three arguments, later ones
/// refuse it. A line that begins with a name of this context, after a directive that has what it needs, is plainly the
/// next directive.
bool Parser::missingSemicolon(const Directive& directive, const Token& next, const Section* section) {
    if (!next.firstOnLine || next.quoted || section == nullptr) return false;
    const DirectiveRow* row = findRow(*section, directive.name);
    const int args = static_cast<int>(directive.args.size());
    const bool complete = row != nullptr && args > 0 && args >= row->minArgs;
    if (!complete || (next.text != "include" && findRow(*section, next.text) == nullptr)) return false;
    findings_.warning(directive.location, fmt::format("missing ';' after '{}', put in before '{}' on line {}",
                                                      printable(directive.name), next.text, next.line));
    return true;
}

/// The same where the block or the file ends: nothing else can be meant.
bool Parser::lastSemicolonIsMissing(const Directive& directive, const Section* section) {
    const DirectiveRow* row = section == nullptr ? nullptr : findRow(*section, directive.name);
    const int args = static_cast<int>(directive.args.size());
    const bool complete = row != nullptr && args > 0 && args >= row->minArgs && row->type != ValueType::Block;
    if (!complete) return false;
    findings_.warning(directive.location, fmt::format("missing ';' after '{}', put in", printable(directive.name)));
    return true;
}

bool Parser::include(const Directive& directive, Directive& block, const Section* section) {
    if (directive.hasBlock) return fail(directive.location, "include takes file names, not a block");
    if (directive.args.empty()) return fail(directive.location, "include needs the name of a file");
    return std::ranges::all_of(directive.args,
                               [&](const std::string& path) { return includeFile(directive, path, block, section); });
}

bool Parser::includeFile(const Directive& directive, const std::string& path, Directive& block,
                         const Section* section) {
    if (++filesIncluded_ > limits_.files)
        return fail(directive.location, fmt::format("more than {} included files", limits_.files));
    // SRS looks in the working directory only; beside the including file is where most people mean.
    std::string shownPath = path;
    std::optional<std::string> canonical = files_.find(path);
    if (!canonical && std::filesystem::path(path).is_relative()) {
        shownPath = (std::filesystem::path(directive.location.file).parent_path() / path).string();
        canonical = files_.find(shownPath);
    }
    // What follows is wrong with one file only: the reading goes on, to find what else is wrong.
    const auto skip = [&](std::string why) {
        findings_.error(directive.location, std::move(why));
        return true;
    };
    if (!canonical)
        return skip(fmt::format("include: no file '{}', neither in the working directory nor beside this file",
                                printable(path)));
    if (std::ranges::find(openFiles_, *canonical) != openFiles_.end())
        return skip(fmt::format("include loop: '{}' is being read already", printable(shownPath)));
    if (openFiles_.size() >= limits_.includeDepth)
        return skip(fmt::format("more than {} files within each other", limits_.includeDepth));
    const base::Result<std::string> text = files_.read(*canonical, limits_.fileBytes);
    if (!text) return skip(fmt::format("include: {}", text.error().message));
    return parseFile(text.value(), shownPath, *canonical, block, section);
}

} // namespace hookcast::config
