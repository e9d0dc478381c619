#pragma once

#include "shared/HlsPlaylist.h"

#include <optional>
#include <string>

namespace hookcast::support {

/// What is wrong with one answer that should be a media playlist of a live stream, or of what was one.
Violations checkHlsPlaylist(const std::string& text);

/// The same of one that has been read.
Violations checkHlsPlaylist(const HlsPlaylist& playlist);

/// What is wrong with a master playlist.
Violations checkHlsMaster(const std::string& text);

/// What is wrong with a delta update, where `full` is the playlist at that moment.
Violations checkHlsDelta(const std::string& delta, const std::string& full);

/// Looks at the answers that one viewer gets, each against the one before.
class HlsReloads {
  public:
    /// What is wrong with `text`, by itself and behind those before.
    Violations look(const std::string& text);

    /// Of the newest.
    const HlsPlaylist& playlist() const { return *last_; }
    bool hasPlaylist() const { return last_.has_value(); }

    /// The publisher has come back: what had ended goes on.
    void goOn();

  private:
    // state
    std::optional<HlsPlaylist> last_;
};

/// One line each, for messages.
std::string joined(const Violations& violations);

} // namespace hookcast::support
