#pragma once

#include "config/CurrentConfig.h"
#include "http/HttpSession.h"
#include "http/ServerContext.h"
#include "hub/StreamRegistry.h"
#include "unit/support/HookGate.h"
#include "unit/support/TcpPair.h"
#include "unit/support/TempDir.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace hookcast::http {

/// An HTTP session on a loop with a clock of the test's, and its client's end of the connection. The methods are for
/// the test's thread.
class HttpBench {
  public:
    explicit HttpBench(config::Config config = {});
    ~HttpBench();
    HttpBench(const HttpBench&) = delete;
    HttpBench& operator=(const HttpBench&) = delete;

    /// Ends the session, and whatever it holds, before what that stands on is gone.
    void drop();

    /// The client connects.
    void open();

    support::Peer& peer() { return pair_.peer; }

    /// Sends `text`, and returns when the session has got it.
    void say(std::string_view text);

    /// See net::TcpSession.
    void occupy(net::ConnectionPlace place);
    void endOn(const net::TcpSession::IsGone& isGone, const std::string& reason);

    /// Waits until the session has told its owner that it is over.
    [[nodiscard]] bool ends();

    /// How often the session told its owner that it is over.
    int gone();

    /// Waits for a line with `text` in the log, which is written by a thread of its own; empty when none comes.
    std::string lineWith(std::string_view text);

    /// As they stand in an everyday log.
    std::size_t lines() const;

    /// The next answer: its head, and so much of a body as Content-Length says.
    std::string answer();

    /// Sends a GET and returns the answer.
    std::string get(const std::string& target, const std::string& fields = "");

  private:
    std::uint64_t received();

    support::TempDir folder_;
    std::string logFile_ = folder_.file("log");

  public:
    support::HookGate gate{logFile_, base::LogLevel::Info};
    hub::StreamRegistry streams{64 * 1024 * 1024, 4096};
    visits::ClientBook clients;
    visits::ClientNumbers numbers;
    config::CurrentConfig current;
    ServerContext context{{gate.admission, streams, clients, gate.log, numbers, current}, "hookcast/test", {}};

  private:
    support::TcpPair pair_;
    std::shared_ptr<HttpSession> session_;
    int gone_ = 0;
};

} // namespace hookcast::http
