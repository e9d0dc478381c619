#pragma once

#include "app/Service.h"
#include "base/Clock.h"
#include "base/Log.h"
#include "cluster/Pulls.h"
#include "config/Config.h"
#include "config/CurrentConfig.h"
#include "control/Api.h"
#include "hls/Streams.h"
#include "hooks/Admission.h"
#include "hooks/CurlTransport.h"
#include "hooks/EventFeed.h"
#include "hooks/SrsJsonDialect.h"
#include "hub/StreamRegistry.h"
#include "net/ConnectionBudget.h"
#include "net/Loop.h"
#include "support/FreePort.h"
#include "support/TempFolder.h"
#include "visits/ClientBook.h"
#include "visits/ClientNumbers.h"
#include "visits/Services.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::integration {

/// A node of a cluster that runs in the test's process: the server's own rooms and sockets, and what the nodes have to
/// agree on is what the test says. Its methods are for the test's thread.
class TestNode {
  public:
    static constexpr const char* kSecret = "a secret of all nodes";

    /// `config` is that of a file, without addresses to listen on.
    explicit TestNode(std::string name, std::string_view config = "");
    ~TestNode();
    TestNode(const TestNode&) = delete;
    TestNode& operator=(const TestNode&) = delete;

    std::uint16_t port() const { return rtmp_.number(); }
    std::uint16_t httpPort() const { return http_.number(); }
    std::uint16_t apiPort() const { return api_.number(); }

    /// Where others pull from it, by its right to a stream with this number.
    cluster::Origin origin(std::uint64_t fence = 7) const;

    cluster::Pulls& pulls() { return *pulls_; }

    /// As kill -9 would; begin() comes back at the same addresses.
    void end();
    void begin();

    /// Lines of the log with `text` in them; waits for the first.
    void waitForLog(std::string_view text) const;
    std::size_t logged(std::string_view text) const;

    /// All streams are this node's by this number; 0: none is.
    std::atomic<std::uint64_t> fence{7};
    /// What the nodes' common clock is ahead of this machine's.
    std::atomic<std::int64_t> aheadMs{0};

  private:
    /// No reload comes to it.
    struct NoReload final : control::ReloadControl {
        void request() override {}
        State state() const override { return {}; }
    };

    /// From the beginning to the end of one life.
    struct Life;

    // given
    std::string name_;
    std::string text_;
    // owned
    FreePort rtmp_;
    FreePort http_;
    FreePort api_;
    TempFolder folder_;
    std::string logFile_;
    std::unique_ptr<Life> life_;
    cluster::Pulls* pulls_ = nullptr;
};

} // namespace hookcast::integration
