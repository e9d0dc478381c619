#pragma once

#include "support/HookcastServer.h"
#include "support/RtmpClient.h"

#include <memory>
#include <string>
#include <vector>

namespace hookcast::integration {

/// The openings that a backend decides about, and what each looks like from the client.
inline const std::vector<std::string> kOpenings = {"on_connect", "on_publish", "on_play"};

/// A client that wants to do what `opening` asks about. All before it is admitted.
class Applicant {
  public:
    Applicant(const HookcastServer& server, std::string opening);

    /// Asks, and returns the server's verdict as the protocol tells it.
    Status ask();

    RtmpClient& client() { return client_; }

  private:
    const HookcastServer& server_;
    std::string opening_;
    RtmpClient client_;
};

/// What a refused client has to see.
std::string refusalCodeOf(const std::string& opening);

/// What an admitted client has to see.
std::string admissionCodeOf(const std::string& opening);

} // namespace hookcast::integration
