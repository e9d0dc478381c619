#pragma once

#include "app/ConfigSource.h"
#include "base/Result.h"

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace hookcast::app {

/// `hookcast hook replay`: has the running server tell again what it has told, by its control interface.
class HookReplay {
  public:
    /// What is told again.
    struct Range {
        std::int64_t sinceMs = 0;            ///< Unix time
        std::optional<std::int64_t> untilMs; ///< likewise; none: now
        std::string stream;                  ///< vhost/app/stream; empty: all
        std::string client;                  ///< empty: all
    };

    /// What it comes to, as the program's exit code.
    enum Outcome : int {
        Accepted = 0,
        Refused = 1,
        NotAsked = 2, ///< the server cannot be reached, or the question makes no sense
    };

    /// The streams outlive it.
    HookReplay(ConfigSource source, Range range, std::ostream& out, std::ostream& errors);

    /// Blocks until the server answers. Throws std::exception where the system does not give what it takes.
    Outcome run();

  private:
    Outcome ask(const config::Config& config, const config::ListenAddress& address);
    Outcome fail(const std::string& why);

    // given
    ConfigSource source_;
    Range range_;
    std::ostream& out_;
    std::ostream& errors_;
};

} // namespace hookcast::app
