#pragma once

#include "FlvFile.h"
#include "Metrics.h"
#include "Options.h"
#include "Player.h"
#include "Publisher.h"
#include "Sink.h"

#include "base/Clock.h"
#include "base/Log.h"
#include "base/Result.h"
#include "net/Loop.h"
#include "net/Timer.h"

#include <Poco/Net/SocketAddress.h>

#include <list>
#include <memory>
#include <vector>

namespace hookcast::load {

/// All clients of one run, spread over the loops. Main thread.
class Crowd {
  public:
    Crowd(const Options& options, Metrics& metrics);
    ~Crowd();
    Crowd(const Crowd&) = delete;
    Crowd& operator=(const Crowd&) = delete;

    /// Reads what is needed and starts the clients, the ramp included, in the background.
    base::Result<void> start();

    /// Ends all clients.
    void stop();

  private:
    /// The clients of one loop, touched by it only.
    struct Corner {
        std::unique_ptr<net::Loop> loop;
        std::list<net::Timer> arrivals; ///< one per client
        std::unique_ptr<net::Timer> replacing;
        std::vector<std::unique_ptr<Player>> players;
        std::vector<std::unique_ptr<Publisher>> publishers;
        std::vector<std::unique_ptr<Sink>> sinks;
    };

    base::Result<void> startSinks();
    std::int64_t delayMs(unsigned number) const;
    base::Result<void> startClient(unsigned number);
    void replaceLeavers(Corner& corner);
    Player::Habits habitsOf(unsigned number) const;

    // given
    Options options_;
    Metrics& metrics_;
    // owned
    base::SystemClock clock_;
    base::Log log_;
    FlvFile file_;
    std::vector<std::unique_ptr<Corner>> corners_;
    // state
    Poco::Net::SocketAddress address_;
};

} // namespace hookcast::load
