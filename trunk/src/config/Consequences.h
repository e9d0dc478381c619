#pragma once

#include <cstddef>
#include <string_view>

namespace hookcast::config {

/// What a line of a migration report means for who runs the server.
enum class Severity {
    Breaks,  ///< something that worked is gone
    Changes, ///< something works in another way, or is to be looked at
    Harmless,
};

/// What follows for a user whose configuration holds a directive.
struct Consequence {
    Severity severity = Severity::Harmless;
    std::string_view text; ///< empty: nothing to tell
};

/// Of a directive that has no effect here: its own line, else that of the block it stands in, else a general one.
/// `path` as pathOf() writes it.
Consequence consequenceOf(std::string_view path);

/// Of a directive that works: how it differs from SRS; harmless, and without text, where it does not.
Consequence differenceOf(std::string_view path);

/// Of how many directives differenceOf() knows something.
std::size_t differenceCount();

} // namespace hookcast::config
