#pragma once

#include "config/Directive.h"

#include <optional>
#include <string>
#include <string_view>

namespace hookcast::config {

/// A configuration in a language that is not read here, and what to do about it.
struct ForeignConfig {
    SourceLocation where;
    std::string message;
};

/// YAML, by its first line that says something. `fileName` is for the location.
std::optional<ForeignConfig> foreignText(std::string_view text, const std::string& fileName);

/// nginx's own, with its RTMP module or without: it has this grammar and other blocks.
std::optional<ForeignConfig> foreignTree(const Directive& root);

/// What is wrong with a word that is not quoted: punctuation as East Asian keyboards and word processors write it,
/// which looks like that of a configuration and is not; nothing where there is none. `at` is the offset of it.
struct LookAlike {
    std::size_t at;
    std::string_view found;
    std::string_view meant;
};
std::optional<LookAlike> lookAlikeIn(std::string_view word);

} // namespace hookcast::config
