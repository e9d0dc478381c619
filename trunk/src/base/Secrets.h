#pragma once

#include <string>
#include <string_view>

namespace hookcast::base {

/// What stands in a text in a secret's place. A configuration that holds it does not load.
inline constexpr std::string_view kSecretMask = "******";

/// `text` with what may be secret in the URLs in it masked: user information, and the values of names such as `token`
/// and `password`, in the query and, as cameras have them (`/user=admin&password=abc`), in the path.
std::string maskSecrets(std::string_view text);

/// The same wherever such a name has a value in `text`, in a URL or not: for what others have written.
std::string maskSecretWords(std::string_view text);

} // namespace hookcast::base
