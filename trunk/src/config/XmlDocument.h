#pragma once

#include "config/Config.h"
#include "config/Finding.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::config {

/// An element of an XML document. Attributes are not kept.
struct XmlElement {
    std::string name; ///< with its prefix, if any
    std::string text; ///< its own, without that of its children and without blanks at both ends
    std::vector<XmlElement> children;
    SourceLocation location; ///< of its start tag
};

/// How much of a document is read: far above any real configuration.
struct XmlLimits {
    std::size_t bytes = 1024 * 1024;
    std::size_t elements = 10000;
    std::size_t nesting = 32;
};

/// Reads a whole document in UTF-8 or an encoding that it declares. Nothing is fetched, and a document type is refused,
/// so that no entities but those of XML itself exist. Nothing, and an error in `findings`, when the text is no XML or
/// beyond the limits.
std::optional<XmlElement> readXml(std::string_view text, const std::string& fileName, Findings& findings,
                                  const XmlLimits& limits = {});

} // namespace hookcast::config
