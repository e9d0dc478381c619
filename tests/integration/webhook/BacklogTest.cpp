// Ten thousand publications, which are twenty thousand events, while the backend is down, slow, or answers 500.
#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/Sessions.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdint>
#include <cstdio>
#include <string>

namespace hookcast::integration {
namespace {

constexpr std::uint64_t kPublications = 10'000;
constexpr std::uint64_t kEvents = 2 * kPublications;
constexpr std::uint64_t kQueue = 5000;
constexpr std::uint64_t kBatch = 50;
/// service:up and service:down.
constexpr std::uint64_t kOthers = 2;

/// Each creates a stream and deletes it.
void publishManyTimes(const HookcastServer& server) {
    const auto client = connectClient(server.port());
    client->createStream();
    for (std::uint64_t i = 0; i < kPublications; ++i) {
        ASSERT_EQ(client->publish("show").level, "status");
        client->sendCommand("closeStream", 0, {rtmp::Amf::null()}, 1);
    }
    client->sync();
}

/// What the server itself says at its end.
struct Books {
    std::uint64_t posted = 0;
    std::uint64_t sent = 0;
    std::uint64_t dropped = 0;
};

Books booksOf(const HookcastServer& server) {
    const std::string line = server.waitForLog(" events, ");
    Books books;
    const std::string figures = line.substr(line.find(": of ") + 5);
    EXPECT_EQ(
        std::sscanf(figures.c_str(), "%lu events, %lu sent, %lu dropped", &books.posted, &books.sent, &books.dropped),
        3)
        << line;
    return books;
}

enum class Trouble { Down, Slow, Answers500 };

class WebhookBacklog : public testing::TestWithParam<Trouble> {
  protected:
    void begin() {
        if (GetParam() == Trouble::Slow) backend_.addRule(R"({"match":{"path":"/event/"},"reply":{"delay_ms":500}})");
        if (GetParam() == Trouble::Answers500)
            backend_.addRule(R"({"match":{"path":"/event/"},"reply":{"status":500}})");
        if (GetParam() == Trouble::Down) backend_.stop();
    }

    void end() {
        if (GetParam() == Trouble::Down)
            backend_.restart();
        else
            backend_.removeRules();
    }

    MockBackend backend_;
};

TEST_P(WebhookBacklog, KeepsTheOrderAndTheNewestAndCountsTheRest) {
    begin();
    HookcastServer server(webhookTo(backend_, "flush 60; retry 2;") + defaultVhost());
    publishManyTimes(server);
    end();
    server.stop();

    const Books books = booksOf(server);
    const SentEvents events = backend_.events();
    EXPECT_EQ(books.posted, kEvents + kOthers);
    EXPECT_EQ(books.sent + books.dropped, books.posted) << "everything has left";
    EXPECT_EQ(books.sent, events.size()) << "and has arrived, once";
    EXPECT_GE(books.sent, kQueue);
    EXPECT_GT(books.dropped, 0U);
    ASSERT_GE(events.size(), kQueue);

    std::uint64_t missing = 0;
    for (std::size_t i = 1; i < events.size(); ++i) {
        ASSERT_LT(events[i - 1].seq(), events[i].seq()) << i;
        missing += events[i].seq() - events[i - 1].seq() - 1;
    }
    // The first events may be among those that were dropped.
    EXPECT_LE(missing, books.dropped);
    EXPECT_EQ(events.back().name(), "service:down");
    // A batch that was on its way when the others were pushed out counts among those who waited.
    const std::uint64_t newest = kQueue - kBatch;
    EXPECT_EQ(events.back().seq() - events[events.size() - newest].seq(), newest - 1) << "the newest are all there";
}

INSTANTIATE_TEST_SUITE_P(Troubles, WebhookBacklog, testing::Values(Trouble::Down, Trouble::Slow, Trouble::Answers500),
                         [](const auto& trouble) {
                             switch (trouble.param) {
                             case Trouble::Down: return "Down";
                             case Trouble::Slow: return "Slow";
                             default: return "Answers500";
                             }
                         });

} // namespace
} // namespace hookcast::integration
