#pragma once

#include "base/Result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hookcast::live {

/// One `mount` of a vhost's http_remux: which paths are its streams, such as `[vhost]/[app]/[stream].flv`.
class LiveMount {
  public:
    struct Match {
        std::string app;
        std::string stream;
    };

    /// An error where config::checkLiveMount() finds one.
    static base::Result<LiveMount> parse(std::string_view text);

    /// The stream that a decoded path names, or nothing. An application may consist of several segments.
    std::optional<Match> match(std::string_view path) const;

    /// `.flv` and so on.
    const std::string& extension() const { return extension_; }

    /// The host that a request must be for: `[vhost]`, a name, or empty where any will do.
    const std::string& host() const { return host_; }

  private:
    enum class Part : std::uint8_t { App, Stream };

    // state
    std::string host_;
    std::string before_;  ///< the first variable
    std::string between_; ///< the variables
    std::string behind_;  ///< the second
    Part first_ = Part::App;
    std::string extension_;
};

} // namespace hookcast::live
