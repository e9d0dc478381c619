#include "support/Ledger.h"
#include "support/MockBackend.h"
#include "support/Protocol.h"
#include "support/ProtocolClient.h"
#include "support/RtspSessions.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <random>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace hookcast::integration {
namespace {

constexpr unsigned kSeed = 20;
constexpr std::size_t kSessions = 300;
constexpr std::size_t kWorkers = 6;

/// Sessions that are still there, in whatever state, when the server is told to stop.
constexpr std::size_t kStopped = 33;

/// What the backend does about a stream whose name begins so: says yes, takes its time, or refuses in one dialect.
constexpr std::array<const char*, 4> kKinds = {"show", "slow", "bad-json", "bad-form"};

/// Where a session ends.
enum class Moment { Connecting, Asking, Admitted, Media };

struct Plan {
    Protocol protocol;
    Role role;
    std::string kind;
    Moment moment;
    bool isKilled;
};

std::ostream& operator<<(std::ostream& out, const Plan& plan) {
    return out << plan.protocol << ' ' << plan.role << " of " << plan.kind << ", moment "
               << static_cast<int>(plan.moment) << (plan.isKilled ? ", killed" : ", leaves");
}

/// The same for the same number, whichever thread asks.
Plan planOf(std::size_t number) {
    std::mt19937 random(kSeed + static_cast<unsigned>(number));
    const auto oneOf = [&random](const auto& all) { return all[random() % all.size()]; };
    Plan plan;
    plan.role = random() % 2 == 0 ? Role::Publish : Role::Play;
    plan.protocol = oneOf(plan.role == Role::Publish ? kPublishProtocols : kPlayProtocols);
    plan.kind = oneOf(kKinds);
    plan.moment = oneOf(std::array{Moment::Connecting, Moment::Asking, Moment::Admitted, Moment::Media});
    plan.isKilled = random() % 2 == 0;
    // Who is sent away cannot leave.
    if (plan.kind.starts_with("bad") && !plan.isKilled) plan.moment = Moment::Media;
    return plan;
}

/// Streams to play, one of each kind, a picture every now and then.
class Sources {
  public:
    explicit Sources(std::uint16_t rtspPort) {
        for (const char* kind : kKinds)
            publishers_.push_back(std::make_unique<RtspPublisher>(rtspPort, fmt::format("live/{}", kind)));
        send(0);
        for (const auto& publisher : publishers_) publisher->sync();
        thread_ = std::jthread([this](const std::stop_token& stop) {
            for (std::int64_t ptsMs = kPeriodMs; !stop.stop_requested(); ptsMs += kPeriodMs) {
                send(ptsMs);
                std::unique_lock lock(mutex_);
                rhythm_.wait_for(lock, stop, std::chrono::milliseconds(kPeriodMs), [] { return false; });
            }
        });
    }

    /// They stay, and send nothing any more.
    void pause() { thread_ = {}; }

  private:
    static constexpr std::int64_t kPeriodMs = 40;

    void send(std::int64_t ptsMs) {
        for (const auto& publisher : publishers_) publisher->send(true, ptsMs);
    }

    std::vector<std::unique_ptr<RtspPublisher>> publishers_;
    std::mutex mutex_;
    std::condition_variable_any rhythm_;
    std::jthread thread_;
};

class MixedSessions : public testing::Test {
  protected:
    std::unique_ptr<ProtocolClient> start(const Plan& plan, std::size_t number) {
        // Names are free; all play the same streams.
        const std::string stream = plan.role == Role::Play ? plan.kind : fmt::format("{}-{}", plan.kind, number);
        auto client = makeClient(server_, plan.protocol, {plan.role, "live/" + stream});
        client->connect();
        if (plan.moment == Moment::Connecting) return client;
        client->ask();
        if (plan.moment == Moment::Asking) return client;
        if (plan.kind.starts_with("bad")) {
            client->expectRefusal();
            return nullptr;
        }
        client->expectAdmission();
        if (plan.moment == Moment::Media) client->passMedia();
        return client;
    }

    void run(std::size_t number) {
        const Plan plan = planOf(number);
        SCOPED_TRACE(testing::Message() << "session " << number << ": " << plan);
        try {
            const auto client = start(plan, number);
            if (client == nullptr) return;
            if (plan.isKilled)
                client->kill();
            else
                client->leave();
        } catch (const std::exception& e) {
            ADD_FAILURE() << e.what();
        }
    }

    /// On several threads.
    void runAll() {
        std::vector<std::jthread> workers;
        for (std::size_t worker = 0; worker < kWorkers; ++worker)
            workers.emplace_back([this, worker] {
                for (std::size_t i = worker; i < kSessions; i += kWorkers) run(i);
            });
    }

    void addRules() {
        for (const std::string event : {"connect", "publish", "play"}) {
            for (const std::string& asked :
                 {fmt::format(R"("action":"on_{}","stream")", event), fmt::format(R"("call":"{}","name")", event)}) {
                const char* dialect = asked.starts_with(R"("call")") ? "form" : "json";
                backend_.addRule(
                    fmt::format(R"({{"match":{{{}:"bad-{}*"}},"reply":{{"status":403}}}})", asked, dialect));
                backend_.addRule(fmt::format(R"({{"match":{{{}:"slow*"}},"reply":{{"delay_ms":150}}}})", asked));
            }
        }
        // Who leaves as soon as it has asked is asked about when it has left.
        backend_.addRule(R"({"match":{"action":"on_connect"},"reply":{"delay_ms":20}})");
    }

    MockBackend backend_;
    ProtocolServer server_{hooksTo(backend_) + notifyTo(backend_),
                           "srs_log_level info;\nlimits { hook_drain 60000; log_lines 100000; }",
                           "peer_idle_timeout 2000;"};
};

TEST_F(MixedSessions, OfAllProtocolsCloseEachOpeningOnceInBothDialects) {
    const HookcastServer& server = server_.server();
    Sources sources(server.rtspPort());
    addRules();
    runAll();
    std::vector<std::unique_ptr<ProtocolClient>> open;
    for (std::size_t i = 0; i < kStopped; ++i) {
        Plan plan = planOf(kSessions + i);
        if (plan.kind.starts_with("bad")) plan.moment = Moment::Asking; // and is not gone before
        open.push_back(start(plan, kSessions + i));
    }
    sources.pause();
    server_.server().stop();

    const Ledger ledger = settle(backend_.calls());
    EXPECT_THAT(ledger.mistakes, testing::IsEmpty());
    EXPECT_EQ(ledger.admitted, ledger.closed);
    EXPECT_GT(ledger.admitted, kSessions);
    EXPECT_GT(ledger.refused, kSessions / 10);
    EXPECT_EQ(server.closedLines().size(), server.log().count("accepted from"));
    // Some were gone before the server saw them.
    EXPECT_GT(server.closedLines().size(), kSessions * 9 / 10);
    EXPECT_EQ(server.log().count("verdict=failed"), 0U);
    EXPECT_EQ(server.log().count("internal error"), 0U);
}

} // namespace
} // namespace hookcast::integration
