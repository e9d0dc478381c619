#pragma once

#include "config/Config.h"

#include <string>
#include <string_view>
#include <vector>

namespace hookcast::config {

/// A node of the directive tree: `name args...;` or `name args... { children }`. Every reader yields this tree, and
/// everything behind the readers sees nothing else.
struct Directive {
    std::string name; ///< empty for the root
    std::vector<std::string> args;
    std::vector<Directive> children;
    SourceLocation location; ///< of the name
    int lastLine = 0;        ///< of the last argument; later than `location.line` in a directive of several lines
    bool hasBlock = false;
    bool isImplied = false; ///< stands in no file: an old spelling means it, too
    std::string legacyName; ///< what the file says, where `name` is its modern spelling; else empty

    const std::string& writtenName() const { return legacyName.empty() ? name : legacyName; }

    /// The first argument, or empty.
    std::string firstArg() const { return args.empty() ? std::string() : args.front(); }

    /// The first child of that name, which is the one that counts; null where there is none.
    const Directive* find(std::string_view childName) const;
    Directive* find(std::string_view childName);

    /// Whether the child of that name that counts has `word` as its first argument.
    bool says(std::string_view childName, std::string_view word) const;
};

} // namespace hookcast::config
