#include "srt/Session.h"

#include "base/WorkerThread.h"
#include "srt/Library.h"
#include "unit/hub/RegistryBench.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::srt {
namespace {

constexpr int kPeerLatencyMs = 6000;

/// Players of stream one, without a network: their sockets lead nowhere.
class SrtSessionTest : public ::testing::Test {
  public:
    ~SrtSessionTest() override {
        gate_.runner.run([&] {
            for (const auto& session : sessions_) session->kick("the test ends");
            sessions_.clear();
        });
    }

  protected:
    SrtSessionTest() {
        auto vhost = std::make_shared<config::VhostConfig>(hub::promptVhost());
        vhost->name = hub::streamOne().vhost;
        vhost_ = std::move(vhost);
    }

    /// A player that plays.
    void join() {
        gate_.runner.run([&] {
            Session::Peer peer;
            peer.address = {"192.0.2.1", 1};
            peer.local = {"192.0.2.2", 2};
            peer.caller.id.app = hub::streamOne().app;
            peer.caller.id.stream = hub::streamOne().stream;
            peer.caller.vhost = vhost_;
            Socket socket(srt_create_socket());
            srt_setsockflag(socket.id(), SRTO_PEERLATENCY, &kPeerLatencyMs, sizeof kPeerLatencyMs);
            sessions_.push_back(std::make_shared<Session>(context_, currentConfig_.get(), gate_.runner.loop(), reactor_,
                                                          endings_, std::move(socket), std::move(peer),
                                                          [this](Session&) { ++gone_; }));
            sessions_.back()->start();
        });
        gate_.runner.settle();
        gate_.pass(100);
    }

    void leave() {
        gate_.runner.run([&] {
            sessions_.front()->kick("leaves");
            sessions_.clear();
        });
    }

    int gone() {
        return gate_.runner.run([&] { return gone_; });
    }

    void publishAndGo() {
        hub::TestPublisher(gate_, registry_).end();
        gate_.runner.settle();
    }

    support::HookGate gate_;
    Library library_{gate_.log};
    base::WorkerThread endings_{gate_.log, "srt"};
    Reactor reactor_; ///< without its thread
    hub::StreamRegistry registry_{64 * 1024 * 1024, 4096};
    visits::ClientBook clients_;
    hub::TsFormat format_;
    config::CurrentConfig currentConfig_{std::make_shared<config::Config>()};
    visits::ClientNumbers numbers_;
    ServerContext context_{{gate_.admission, registry_, clients_, gate_.log, numbers_, currentConfig_}, format_};
    std::shared_ptr<const config::VhostConfig> vhost_;
    std::vector<std::shared_ptr<Session>> sessions_; ///< loop only
    int gone_ = 0;                                   ///< loop only
};

TEST_F(SrtSessionTest, APlayerWhosePublisherHasLeftIsClosedOnceItHasHadTheTimeToTakeAll) {
    join();
    publishAndGo();
    gate_.pass(kPeerLatencyMs);
    EXPECT_EQ(gone(), 0);
    gate_.pass(100);
    EXPECT_EQ(gone(), 1);
}

/// The publisher goes, comes and goes again before the player has had its time: under the address sanitizer this shows
/// a timer that outlives its session.
TEST_F(SrtSessionTest, WhatAPlayerThatHasLeftWaitedForHappensToNobody) {
    join();
    publishAndGo();
    gate_.pass(1000);
    publishAndGo();
    leave();
    EXPECT_EQ(gone(), 1);
    gate_.pass(2 * kPeerLatencyMs);
    EXPECT_EQ(gone(), 1);
}

} // namespace
} // namespace hookcast::srt
