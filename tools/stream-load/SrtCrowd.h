#pragma once

#include "FlvFile.h"
#include "Metrics.h"
#include "Options.h"
#include "SrtPlayer.h"
#include "SrtPublisher.h"

#include "base/Clock.h"
#include "base/Log.h"
#include "base/Result.h"
#include "net/Loop.h"
#include "net/Timer.h"
#include "srt/Library.h"
#include "srt/Reactor.h"

#include <list>
#include <memory>
#include <vector>

namespace hookcast::load {

/// All clients of one run over SRT, spread over the loops. Main thread.
class SrtCrowd {
  public:
    SrtCrowd(const Options& options, Metrics& metrics);
    ~SrtCrowd();
    SrtCrowd(const SrtCrowd&) = delete;
    SrtCrowd& operator=(const SrtCrowd&) = delete;

    /// Reads what is needed and starts the clients, the ramp included, in the background.
    base::Result<void> start();

    /// Ends all clients.
    void stop();

  private:
    /// The clients of one loop, touched by it only.
    struct Corner {
        std::unique_ptr<net::Loop> loop;
        std::list<net::Timer> arrivals; ///< one per client
        std::vector<std::shared_ptr<SrtPlayer>> players;
        std::vector<std::shared_ptr<SrtPublisher>> publishers;
    };

    void startClient(Corner& corner, unsigned number, const SrtTarget& target);

    // given
    Options options_;
    Metrics& metrics_;
    // owned; the loops end before the reactor
    base::SystemClock clock_;
    base::Log log_;
    FlvFile file_;
    srt::Library library_;
    srt::Reactor reactor_;
    std::vector<std::unique_ptr<Corner>> corners_;
};

} // namespace hookcast::load
