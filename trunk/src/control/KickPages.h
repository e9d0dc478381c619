#pragma once

#include "control/ApiAnswer.h"
#include "control/ApiContext.h"
#include "control/ClusterDesk.h"

#include <cstdint>
#include <optional>
#include <string>

namespace hookcast::control {

/// What the control interface ends. On its thread.
class KickPages {
  public:
    explicit KickPages(ApiContext& context) : context_(context) {}

    /// Ends one client's session, and forgets what backends have said about its address.
    ApiAnswer kickClient(const ApiQuery& query) const;

    /// Ends the sessions of all who publish or play a stream here, or with `type=publish` or `type=play` of these only;
    /// and who publishes it on another node of the cluster. The stream is that of the id or, without one, that of
    /// `stream=APP/STREAM` and `vhost`.
    ApiAnswer kickStream(const ApiQuery& query) const;

  private:
    std::optional<hooks::StreamKey> meantBy(const ApiQuery& query) const;
    std::uint64_t kickHere(const hooks::StreamKey& key, const std::string& type) const;

    // given
    ApiContext& context_;
};

/// What is answered to whoever has kicked so many sessions here, and `elsewhere`; `isHere`: the stream is known here.
ApiAnswer answerOfKick(std::uint64_t kicked, bool isHere, const RemoteKick& elsewhere);

} // namespace hookcast::control
