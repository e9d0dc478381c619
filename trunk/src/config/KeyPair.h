#pragma once

#include "base/Result.h"
#include "config/FileSource.h"

#include <openssl/types.h>

#include <chrono>
#include <string>

namespace hookcast::config {

// What is in the files of certificates and keys. The checks of a configuration and the servers ask the same functions:
// what one of them takes the other takes, too.

/// The file that a directive names. The process enters `workDir` at its start, so a reload finds it by its own name.
base::Result<std::string> readPem(const FileSource& files, const std::string& workDir, const std::string& file);

/// Whether that file is there at all, for readPem().
bool hasPem(const FileSource& files, const std::string& workDir, const std::string& file);

/// Has `context` show the certificate in `certificatePem`, with those behind it that it is signed by, and prove it by
/// the first private key in `keyPem`. Returns nothing, or why no connection can be made with them: then `context` is of
/// no use. A key that wants a passphrase cannot be read.
std::string useKeyPair(SSL_CTX& context, const std::string& certificatePem, const std::string& keyPem);

/// The same question, without a context of one's own.
std::string faultInKeyPair(const std::string& certificatePem, const std::string& keyPem);

/// Whether `pem` holds certificates that others can be checked against: empty, or why not.
std::string faultInAuthorities(const std::string& pem);

/// What is wrong with the time in which the certificates in `pem` are valid: empty, or what and since or until when.
std::string faultInValidity(const std::string& pem, std::chrono::system_clock::time_point now);

} // namespace hookcast::config
