#pragma once

#include <string>

namespace hookcast::config {

/// Whether the first certificate in `certificatePem` and the first private key in `keyPem` are one identity: empty, or
/// why no connection can be made with them. A key that wants a passphrase cannot be read.
std::string faultInKeyPair(const std::string& certificatePem, const std::string& keyPem);

} // namespace hookcast::config
