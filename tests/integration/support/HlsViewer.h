#pragma once

#include "shared/HlsRules.h"
#include "support/Deadline.h"
#include "support/HttpClient.h"
#include "support/TempFolder.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace hookcast::integration {

/// A viewer over HLS, on one connection that is kept, who looks at each playlist with HlsReloads. Calls throw
/// std::runtime_error when the server does not give what is asked for. One thread at a time.
class HlsViewer {
  public:
    /// `playlist` is a path, of a media playlist or of a master playlist.
    HlsViewer(std::uint16_t httpPort, std::string playlist) : http_(httpPort), path_(std::move(playlist)) {}

    /// Asks for the playlist; at first it follows where the server sends it, and the first variant.
    const support::HlsPlaylist& reload();

    /// Asks for the playlist with the part behind those of the newest one, and waits for it (RFC 8216bis, 6.2.5.2).
    const support::HlsPlaylist& next();

    /// What the server answers to the playlist's URL with `query`, which is not looked at.
    std::string ask(const std::string& query);

    /// Asks again until it is as it should be.
    const support::HlsPlaylist& waitFor(const std::function<bool(const support::HlsPlaylist&)>& condition,
                                        const Deadline& deadline = Deadline());

    /// What stands in the newest playlist as `uri`.
    std::string fetch(const std::string& uri);

    /// Fetches the segments of the newest playlist into one file, each behind what decoders need before it. Returns
    /// its path.
    std::string save(const TempFolder& folder);

    /// The text of the newest playlist, for messages, and its path.
    const std::string& text() const { return text_; }
    const std::string& path() const { return path_; }

    /// The master playlist that it came by; empty: there was none.
    const std::string& master() const { return master_; }

    /// A publisher has come back: what had ended goes on.
    void goOn() { reloads_.goOn(); }

    /// What was wrong with all answers, each once.
    std::string mistakes() const;

    HttpClient& http() { return http_; }

  private:
    std::string resolved(const std::string& uri) const;

    HttpClient http_;
    std::string path_;
    std::string text_;
    std::string master_;
    support::HlsReloads reloads_;
    std::map<std::string, std::string> mistakes_; ///< with the playlist that had it first
};

} // namespace hookcast::integration
