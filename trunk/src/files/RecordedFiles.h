#pragma once

#include "config/Config.h"
#include "config/RecordingPattern.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::files {

/// Which files are recordings or those of HLS, or could be, and of which streams: what the dvr_path of every vhost says
/// that records, or names one, and the names below each hls_path; and what those of earlier configurations said, as
/// those files may still be there. Immutable; any thread.
class RecordedFiles {
  public:
    /// Who is to be asked about a file; or why nobody gets it.
    struct Claim {
        std::shared_ptr<const config::VhostConfig> vhost;
        config::RecordingPattern::Stream stream;
        std::string refusal;
        /// When the recording was begun, where its path tells that.
        std::optional<std::int64_t> beganUnixMs{};
    };

    /// `earlier`: those of the configuration before, if there was one.
    RecordedFiles(const config::Config& config, const RecordedFiles* earlier);

    bool empty() const { return rules_.empty(); }

    /// Whether a recording may have this name, in whatever folder.
    bool mayBeCalled(std::string_view name) const;

    /// The claim on the file with this real path; nothing when it is no recording. Waits for the disk.
    std::optional<Claim> find(const std::string& realPath) const;

  private:
    struct Rule {
        const char* what;   ///< it is, for the log
        const char* toldBy; ///< what tells of which stream
        std::string vhostName;
        config::RecordingPattern pattern;
        std::shared_ptr<const config::VhostConfig> vhost; ///< null: it is gone or disabled
    };

    void add(const config::Config& config, Rule rule);

    std::vector<Rule> rules_;
};

} // namespace hookcast::files
