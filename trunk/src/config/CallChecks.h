#pragma once

#include "base/Result.h"
#include "config/CallTerms.h"
#include "config/Directive.h"
#include "config/FileSource.h"
#include "config/Finding.h"

#include <string>
#include <string_view>

namespace hookcast::config {

/// Whether the directives of one block that tell how its URLs are called make sense; what is wrong is a finding, which
/// names no secret.
class CallChecks {
  public:
    /// `block`: http_hooks, http_notify, webhook, heartbeat or cluster_redis; `workDir`: the server's working
    /// directory. All outlive it.
    CallChecks(const Directive& block, const std::string& workDir, const FileSource& files, Findings& findings)
        : block_(block), workDir_(workDir), files_(files), findings_(findings) {}

    /// What is malformed whatever the machine has: secrets, headers, the User-Agent. Errors.
    void checkWords() const;

    /// That ca_file, cert_file and key_file are there and are PEM, and that the key is the certificate's: else no call
    /// would succeed.
    void checkFiles(bool areErrors) const;

  private:
    void checkSecret(const Directive& directive, std::string_view secret) const;
    void checkAuthorities(bool areErrors) const;
    bool checkFile(bool isError, std::string_view name, std::string_view wanted, const char* what) const;
    void checkPair(bool isError, const Directive& certificate, const Directive& key) const;
    base::Result<std::string> read(const Directive& file) const;
    void tell(bool isError, const Directive& directive, std::string message) const;
    const Directive* valued(std::string_view name) const;

    // given
    const Directive& block_;
    const std::string& workDir_;
    const FileSource& files_;
    Findings& findings_;
};

/// Of `secret`: empty, or why it cannot sign, without a word of it.
std::string faultInSecret(std::string_view secret);

/// Whether a `header` is the one of this name, which is in lower case.
bool namesHeader(const CallTerms& terms, std::string_view name);

/// Of `header`: empty, or why no call can have such a header. Tells nothing of the value.
std::string faultInHeader(std::string_view name, std::string_view value);

} // namespace hookcast::config
