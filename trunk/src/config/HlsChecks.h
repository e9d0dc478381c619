#pragma once

#include "config/Config.h"
#include "config/Directive.h"
#include "config/Finding.h"

#include <string>
#include <string_view>
#include <vector>

namespace hookcast::config {

/// What of a vhost's hls and dash blocks does not go together, or would give files or URLs that nobody gets. Where
/// there is something to keep, it is settled, and a warning says so. One load, one thread.
class HlsChecks {
  public:
    /// Both outlive this; `vhost` is the block that `config` is read from.
    HlsChecks(Findings& findings, const Directive& vhost) : findings_(findings), block_(vhost) {}

    void settle(VhostConfig& vhost) const;

    /// Once all vhosts are known: of two of them that share a folder. Looks at the disk, where links may lead there.
    static void warnOfSharers(const Config& config, const Directive& root, Findings& findings);

  private:
    /// One of the patterns of names that are in use.
    struct Names {
        std::string_view directive;
        const std::string& pattern;
        std::string distinct; ///< as it is used
        bool isPlaylist = false;
    };

    std::vector<Names> namesOf(const VhostConfig& vhost) const;
    bool checkName(const Names& names) const;
    void checkWhose(const Names& names) const;
    void checkPairs(const std::vector<Names>& all) const;
    void settleParts(HlsConfig& hls) const;
    const SourceLocation& placeOf(std::string_view directive) const;

    // given
    Findings& findings_;
    const Directive& block_;
};

} // namespace hookcast::config
