#pragma once

#include <string>
#include <string_view>

namespace hookcast::hooks {

/// A backend's answer without what editors and frameworks put around it: a byte order mark and white space.
std::string_view answerText(std::string_view body);

/// `json` with what its texts hold made fit for a parser, as backends write them that know of no encoding: bytes that
/// are no UTF-8, unescaped control characters, halves of a surrogate pair. Nothing outside of its texts is touched but
/// bytes that are no UTF-8, so that no answer comes to say anything else by it.
std::string readableJson(std::string_view json);

} // namespace hookcast::hooks
