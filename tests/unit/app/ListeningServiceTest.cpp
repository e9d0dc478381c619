#include "app/ListeningService.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Story = std::vector<std::string>;

/// Listens nowhere, and tells what it is asked for.
class FakeServer {
  public:
    using Bound = std::vector<config::ListenAddress>;

    explicit FakeServer(Story& story) : story_(story) { story_.emplace_back("made"); }
    ~FakeServer() { story_.emplace_back("dropped"); }
    FakeServer(const FakeServer&) = delete;
    FakeServer& operator=(const FakeServer&) = delete;

    void listenOn(std::span<const config::ListenAddress> addresses, const Bound& added) {
        addresses_ = {addresses.begin(), addresses.end()};
        story_.push_back(fmt::format("listens on {}, {} of them new", addresses.size(), added.size()));
    }
    const std::vector<config::ListenAddress>& addresses() const { return addresses_; }
    void endSessions(const std::function<bool(const std::string& vhost)>& isGone, const std::string& reason) {
        if (isGone("a.vhost")) story_.push_back("ends a.vhost: " + reason);
    }
    void stop(const std::string& reason) { story_.push_back("stops: " + reason); }

  private:
    Story& story_;
    std::vector<config::ListenAddress> addresses_;
};

class FakeService final : public ListeningService<FakeServer> {
  public:
    FakeService(Story& story, base::Log& log)
        : ListeningService(
              "fake", [](const config::Config& config) { return config.rtmpListen; }, log),
          story_(story) {}

  protected:
    std::unique_ptr<FakeServer> makeServer() override { return std::make_unique<FakeServer>(story_); }
    FakeServer::Bound bindMissing(FakeServer& server, const config::Config& /*config*/,
                                  std::span<const config::ListenAddress> addresses) const override {
        FakeServer::Bound bound;
        for (const config::ListenAddress& address : addresses) {
            if (address.port == 99) throw std::runtime_error("taken");
            const auto isIt = [&address](const auto& open) { return open.isSameSocket(address); };
            if (std::ranges::none_of(server.addresses(), isIt)) bound.push_back(address);
        }
        return bound;
    }

  private:
    Story& story_;
};

class ListeningServiceTest : public ::testing::Test {
  protected:
    base::Task prepare(const std::vector<std::uint16_t>& ports) {
        auto config = std::make_shared<config::Config>();
        config->rtmpListen.clear();
        for (const std::uint16_t port : ports) {
            config::ListenAddress address;
            address.port = port;
            config->rtmpListen.push_back(address);
        }
        return service_.prepare(config);
    }

    /// What has been done since the last look.
    Story done() { return std::exchange(story_, {}); }

    Story story_;
    base::Log log_{base::LogLevel::None, ""};
    FakeService service_{story_, log_};
};

TEST_F(ListeningServiceTest, HasAServerWhileItIsOn) {
    prepare({})();
    EXPECT_THAT(done(), IsEmpty());
    prepare({1, 2})();
    EXPECT_THAT(done(), ElementsAre("made", "listens on 2, 2 of them new"));
    prepare({2, 3})();
    EXPECT_THAT(done(), ElementsAre("listens on 2, 1 of them new"));
    prepare({})();
    EXPECT_THAT(done(), ElementsAre("listens on 0, 0 of them new", "stops: fake is not served any more", "dropped"));
    service_.stop("nothing is there");
    EXPECT_THAT(done(), IsEmpty());
}

TEST_F(ListeningServiceTest, WhatIsPreparedAndNotServedChangesNothing) {
    static_cast<void>(prepare({1}));
    EXPECT_THAT(done(), ElementsAre("made", "dropped"));
    EXPECT_THROW(prepare({1, 99}), std::runtime_error);
    EXPECT_THAT(done(), ElementsAre("made", "dropped"));
    prepare({1})();
    done();
    static_cast<void>(prepare({2}));
    EXPECT_THROW(prepare({99}), std::runtime_error);
    service_.endSessions([](const std::string& vhost) { return vhost == "a.vhost"; }, "gone");
    service_.stopAccepting();
    service_.stop("over");
    EXPECT_THAT(done(), ElementsAre("ends a.vhost: gone", "listens on 0, 0 of them new", "stops: over"));
}

} // namespace
} // namespace hookcast::app
