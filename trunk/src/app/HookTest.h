#pragma once

#include "app/ConfigSource.h"
#include "app/HookTrial.h"

#include <iosfwd>
#include <memory>
#include <string>

namespace hookcast::app {

/// `hookcast hook test`: calls the backends of a configuration as the server would, and prints what comes of it.
class HookTest {
  public:
    /// What it comes to, as the program's exit code.
    enum Outcome : int {
        Admitted = 0, ///< or heard
        Refused = 1,
        NotAsked = 2, ///< a backend gave no answer, or the question makes no sense
    };

    /// `vhost`: empty: the default one. The streams outlive it.
    HookTest(ConfigSource source, HookTrial trial, std::string vhost, std::ostream& out, std::ostream& errors);

    /// Blocks until the last answer. Throws std::exception where the system does not give what it takes.
    Outcome run();

  private:
    std::shared_ptr<const config::VhostConfig> vhostIn(const config::Config& config);
    Outcome ask(const config::Config& config, const std::shared_ptr<const config::VhostConfig>& vhost);
    Outcome askAll(const config::Config& config, hooks::HookContext& context, const hooks::HookTargets& targets,
                   const hooks::HookEvent& event, const hooks::HookEvent& shown);
    Outcome fail(const std::string& why);

    // given
    ConfigSource source_;
    HookTrial trial_;
    std::string vhost_;
    std::ostream& out_;
    std::ostream& errors_;
};

} // namespace hookcast::app
