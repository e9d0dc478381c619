#pragma once

#include "base/Result.h"
#include "config/FileSource.h"

#include <string>

namespace hookcast::config {

/// The file that a directive names. The process enters `workDir` at its start, so a reload finds it by its own name.
base::Result<std::string> readPem(const FileSource& files, const std::string& workDir, const std::string& file);

/// Whether the first certificate in `certificatePem` and the first private key in `keyPem` are one identity: empty, or
/// why no connection can be made with them. A key that wants a passphrase cannot be read.
std::string faultInKeyPair(const std::string& certificatePem, const std::string& keyPem);

} // namespace hookcast::config
