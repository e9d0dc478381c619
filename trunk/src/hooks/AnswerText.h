#pragma once

#include <Poco/JSON/Object.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hookcast::hooks {

/// A backend's answer without what editors and frameworks put around it: a byte order mark and white space.
std::string_view answerText(std::string_view body);

/// `json` with what its texts hold made fit for a parser, as backends write them that know of no encoding: bytes that
/// are no UTF-8, unescaped control characters, halves of a surrogate pair; and escaped NULs, where the parser would
/// take a key to end. Nothing outside of its texts is touched but bytes that are no UTF-8, so that no answer comes to
/// say anything else by it.
std::string readableJson(std::string_view json);

/// The object that an answer is, however it is written. Throws Poco::Exception where it is none, and
/// Poco::ExistsException, with the key, where an object in it has one twice: some readers take the first, some the
/// last.
Poco::JSON::Object::Ptr parseAnswer(std::string_view body);

/// The text `msg` of an answer that is a JSON object, as it is; empty where there is none.
std::string messageIn(std::string_view body);

/// The time `data.ttl` of an answer that is a JSON object, which it gives in seconds; none where there is none.
std::optional<std::int64_t> ttlMsIn(std::string_view body);

} // namespace hookcast::hooks
