#pragma once

#include "base/Log.h"
#include "hub/StreamHeaders.h"
#include "hub/StreamListener.h"

#include <string>

namespace hookcast::hub {

/// Says in the log, once for a publication, that a track has come when the stream had begun: players over RTSP, who are
/// told of the tracks before they play, go without it. Loop thread of the publisher.
class LateTracks {
  public:
    /// `log` outlives this.
    LateTracks(base::Log& log, const PublishedStream& stream);

    /// What the stream consists of now.
    void note(const StreamHeaders& headers);

  private:
    base::Log* log_;
    std::string logName_;
    std::string stream_;
    bool matters_; ///< and has not been said
    std::size_t known_ = 0;
    bool hasBegun_ = false; ///< when the headers before these came
};

} // namespace hookcast::hub
