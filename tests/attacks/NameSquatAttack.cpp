// Strangers whom the backend refuses want the name of an encoder that it admits.
#include "AttackSupport.h"
#include "support/Configs.h"
#include "support/MockBackend.h"
#include "support/Protocol.h"
#include "support/RtspSessions.h"
#include "support/Sessions.h"
#include "support/SrtClient.h"
#include "support/TestFrames.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <atomic>
#include <exception>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace hookcast::attacks {
namespace {

using namespace integration; // NOLINT(google-build-using-namespace): its vocabulary is that of these tests

constexpr int kStrangers = 8;
constexpr int kRounds = 12;

/// A backend that takes its time to refuse whoever has no key.
class Squatters {
  public:
    explicit Squatters(std::string_view publish = "")
        : server_(fmt::format("{}\n", hooksTo(backend_)), "", "", publish) {
        backend_.addRule(R"({"match":{"action":"on_publish","param":"*honest*"},"reply":{"body":"0"}})");
        backend_.addRule(R"({"match":{"action":"on_publish"},"reply":{"status":403,"delay_ms":20}})");
    }
    ~Squatters() { stop(); }
    Squatters(const Squatters&) = delete;
    Squatters& operator=(const Squatters&) = delete;

    void start() {
        for (int i = 0; i < kStrangers; ++i) threads_.emplace_back([this] { squat(); });
    }

    void stop() {
        stopping_ = true;
        for (std::thread& thread : threads_) thread.join();
        threads_.clear();
    }

    ProtocolServer& server() { return server_; }
    MockBackend& backend() { return backend_; }
    int refused() const { return refused_; }

    /// Of those who were admitted.
    void awaitEnds(std::size_t count) { backend_.waitForCall("on_unpublish", count); }

  private:
    void squat() {
        while (!stopping_) {
            try {
                if (connectClient(server_.port(Protocol::Rtmp))->publish("cam?key=none").level != "status") ++refused_;
            } catch (const std::exception&) {
                continue; // the server has closed the connection sooner
            }
        }
    }

    MockBackend backend_;
    ProtocolServer server_;
    std::vector<std::thread> threads_;
    std::atomic<bool> stopping_{false};
    std::atomic<int> refused_{0};
};

TEST(NameSquatAttack, AnHonestEncoderIsAdmittedAmongThem) {
    Squatters squatters;
    squatters.start();
    for (int round = 0; round < kRounds; ++round) {
        EXPECT_EQ(connectClient(squatters.server().port(Protocol::Rtmp))->publish("cam?key=honest").code,
                  "NetStream.Publish.Start")
            << "round " << round;
        squatters.awaitEnds(round + 1); // else the next one comes to a name that is published
    }
    squatters.stop();
    EXPECT_GT(squatters.refused(), 0);
}

TEST(NameSquatAttack, ByRtspToo) {
    Squatters squatters;
    squatters.start();
    for (int round = 0; round < kRounds; ++round) {
        EXPECT_NO_THROW(RtspPublisher(squatters.server().port(Protocol::RtspTcp), "live/cam?key=honest")) << round;
        squatters.awaitEnds(round + 1);
    }
}

TEST(NameSquatAttack, ComeBacksTakeTheirNameOverAmongThem) {
    Squatters squatters("takeover on;");
    auto before = startPublisher(squatters.server().port(Protocol::Rtmp), "cam?key=honest");
    squatters.start();
    for (int round = 0; round < kRounds; ++round) {
        auto again = connectClient(squatters.server().port(Protocol::Rtmp));
        EXPECT_EQ(again->publish("cam?key=honest").code, "NetStream.Publish.Start") << "round " << round;
        before = std::move(again);
    }
}

TEST(NameSquatAttack, ACallerOfSrtDoesNotHoldTheNameBeforeItIsAskedAbout) {
    MockBackend backend;
    backend.addRule(R"({"match":{"action":"on_connect","tcUrl":"srt://*"},"reply":{"delay_ms":600000}})");
    ProtocolServer server(hooksTo(backend));
    const SrtClient caller(server.port(Protocol::Srt), "#!::r=live/cam,m=publish");
    ASSERT_TRUE(caller.connected());
    backend.waitForCall("on_connect");
    EXPECT_EQ(connectClient(server.port(Protocol::Rtmp))->publish("cam").code, "NetStream.Publish.Start");
}

TEST(NameSquatAttack, NobodyIsAskedAboutAgainWhoseNameIsPublished) {
    MockBackend backend;
    backend.addRule(R"({"match":{"action":"on_publish"},"reply":{"body":"0","delay_ms":200},"times":1})");
    ProtocolServer server(hooksTo(backend));
    std::vector<std::unique_ptr<RtmpClient>> clients;
    for (int i = 0; i < kStrangers; ++i) {
        clients.push_back(connectClient(server.port(Protocol::Rtmp)));
        clients.back()->sendCommand("publish", 7,
                                    {rtmp::Amf::null(), rtmp::Amf::string("cam"), rtmp::Amf::string("live")}, 1);
    }
    int started = 0;
    for (const auto& client : clients) {
        const std::string code = client->expectStatus().code;
        if (code == "NetStream.Publish.Start")
            ++started;
        else
            EXPECT_EQ(code, "NetStream.Publish.BadName");
    }
    EXPECT_EQ(started, 1);
    EXPECT_EQ(withAction(backend.calls(), "on_publish").size(), 1U);
}

} // namespace
} // namespace hookcast::attacks
