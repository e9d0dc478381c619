#pragma once

#include "config/Config.h"
#include "config/Directive.h"
#include "config/FileSource.h"
#include "config/Finding.h"

#include <string>
#include <string_view>

namespace hookcast::config {

/// Whether what is said of TLS, of servers and of vhosts, can be served; what is wrong is a finding. A certificate that
/// is not there is a warning only: the files may come later, and the server does not start without them.
class TlsChecks {
  public:
    /// Both outlive it.
    TlsChecks(Findings& findings, const FileSource& files) : findings_(findings), files_(files) {}

    void check(const Config& config, const Directive& root) const;

  private:
    void checkServer(const Config& config, const Directive& root, std::string_view server,
                     std::string_view block) const;
    void checkSharing(const Config& config, const Directive& root) const;
    void checkVhosts(const Config& config, const Directive& root) const;
    void checkFiles(const Directive& block, const CertificateFiles& files, const std::string& workDir) const;

    // given
    Findings& findings_;
    const FileSource& files_;
};

} // namespace hookcast::config
