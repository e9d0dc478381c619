#pragma once

#include "config/Config.h"
#include "config/Directive.h"
#include "config/FileSource.h"
#include "config/Finding.h"

#include <chrono>
#include <set>
#include <string>
#include <string_view>

namespace hookcast::config {

/// Whether what is said of TLS, of servers and of vhosts, can be served; what is wrong is a finding. For one load.
///
/// A certificate or a key that is there and does not serve is an error. One that is not there is a warning only: a
/// configuration may be checked on another machine, and the files may come later; the server does not start without
/// them. So is a certificate that is not valid yet or any more, once for each file.
class TlsChecks {
  public:
    /// `now` is what certificates are valid at. The others outlive it.
    TlsChecks(Findings& findings, const FileSource& files, std::chrono::system_clock::time_point now)
        : findings_(findings), files_(files), now_(now) {}

    void check(const Config& config, const Directive& root);

  private:
    void checkServer(const Config& config, const Directive& root, std::string_view server, std::string_view block);
    void checkSharing(const Config& config, const Directive& root);
    void checkVhosts(const Config& config, const Directive& root);
    void checkFiles(const Directive& block, const CertificateFiles& files, const std::string& workDir);
    void tell(bool isError, const Directive& block, std::string message);

    // given
    Findings& findings_;
    const FileSource& files_;
    std::chrono::system_clock::time_point now_;
    // state
    std::set<std::string> toldOf_; ///< certificates whose time is wrong
};

} // namespace hookcast::config
