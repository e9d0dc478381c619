#pragma once

#include "control/ApiAnswer.h"

#include <string>

namespace hookcast::control {

/// `json` as text. Names are as clients write them; what is no UTF-8 in one would make the whole answer no JSON (RFC
/// 8259, section 8.1), so it is U+FFFD.
std::string jsonText(const Json& json);

/// The same for a script: what ends a line there, but not in JSON (U+2028 and U+2029, before ECMAScript 2019), is
/// escaped.
std::string scriptText(const Json& json);

} // namespace hookcast::control
