#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookcast::mock {

/// What `+` stands for in percent-encoding: itself in a path or a plain query, a blank in a form.
enum class Plus { IsPlus, IsBlank };

/// Percent-decoded where that is possible, else as it came.
std::string percentDecoded(const std::string& text, Plus plus);

/// The parts of `text` between separators, without the empty ones.
std::vector<std::string> partsOf(std::string_view text, char separator);

/// The fields of `name=value&...`, decoded, in their order.
std::vector<std::pair<std::string, std::string>> fieldsOf(std::string_view text, Plus plus);

} // namespace hookcast::mock
