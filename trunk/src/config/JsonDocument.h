#pragma once

#include "config/Config.h"
#include "config/Finding.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::config {

/// A value of a JSON document, with its name where it stands in an object.
struct JsonValue {
    enum class Kind : std::uint8_t { Null, Boolean, Number, String, Array, Object };

    Kind kind = Kind::Null;
    std::string name;
    std::string text;                ///< of a string
    std::string literal;             ///< of a number or a boolean
    std::vector<JsonValue> children; ///< of an array or an object, in the order of the text
    SourceLocation location;         ///< of the name, or of the value where it has none
};

/// How much of a document is read: far above any real configuration.
struct JsonLimits {
    std::size_t bytes = 1024 * 1024;
    std::size_t values = 10000;
    std::size_t nesting = 32;
};

/// Reads a whole document in UTF-8. Nothing, and an error in `findings`, when the text is no JSON or beyond the limits.
std::optional<JsonValue> readJson(std::string_view text, const std::string& fileName, Findings& findings,
                                  const JsonLimits& limits = {});

} // namespace hookcast::config
