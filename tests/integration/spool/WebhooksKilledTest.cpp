// What webhooks tell when processes are killed: the server's, the backend's, and both.
#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/Sessions.h"
#include "support/TempFolder.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Parser.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

class WebhooksKilled : public testing::Test {
  protected:
    void begin(std::string_view spool = "") {
        server_ =
            std::make_unique<HookcastServer>(fmt::format("spool {{ path {}; {} }}\n", folder_.path().string(), spool) +
                                             webhookTo(backend_, "retry 0.2; batch 4; flush 0.1;") + defaultVhost());
    }

    void kill() {
        server_->signal(SIGKILL);
        server_.reset();
    }

    /// Returns when all have ended.
    void publish(std::size_t times) {
        const std::size_t before = server_->closedLines().size();
        for (std::size_t i = 0; i < times; ++i) startPublisher(server_->port(), fmt::format("show{}", ++published_));
        server_->closedLines("", before + times);
    }

    /// Every batch that the backend was sent, also before its restart.
    HookCalls batches() {
        HookCalls batches;
        for (const HookCall& call : backend_.calls())
            if (call.path == "/event/") batches.push_back(call);
        return batches;
    }

    HookCall waitForBatch() {
        backend_.waitFor("a batch", [this](const HookCalls& calls) {
            return std::ranges::any_of(calls, [](const HookCall& call) { return call.path == "/event/"; });
        });
        return batches().front();
    }

    /// That the events of each life have come without a gap, in order, and each as the same whenever it came.
    void expectAllInOrder(std::size_t lives) {
        std::map<std::uint64_t, std::string> texts;
        std::map<int, std::vector<std::uint64_t>> numbers; // by process
        std::uint64_t last = 0;
        for (const HookCall& batch : batches()) {
            const auto events = Poco::JSON::Parser().parse(batch.rawBody).extract<Poco::JSON::Array::Ptr>();
            for (std::size_t i = 0; i < events->size(); ++i) {
                const auto event = events->getObject(static_cast<unsigned>(i));
                const auto number = event->getValue<Poco::UInt64>("seq");
                std::ostringstream text;
                event->stringify(text);
                if (texts.contains(number)) {
                    EXPECT_EQ(texts[number], text.str()) << "told again";
                    continue;
                }
                EXPECT_GT(number, last);
                last = number;
                texts[number] = text.str();
                numbers[event->getValue<int>("pid")].push_back(number);
            }
        }
        EXPECT_EQ(numbers.size(), lives);
        for (const auto& [pid, its] : numbers) EXPECT_EQ(its.back() - its.front() + 1, its.size()) << "one is missing";
    }

    TempFolder folder_;
    MockBackend backend_;
    std::unique_ptr<HookcastServer> server_;
    int published_ = 0;
};

TEST_F(WebhooksKilled, EventsOutliveTheServerAndTheBackend) {
    backend_.addRule(R"({"match":{"path":"/event/"},"reply":{"status":503}})");
    begin();
    const HookCall first = waitForBatch();
    publish(20);
    backend_.kill();
    kill();
    begin();
    publish(20);
    server_->waitForLog("events are not taken");
    kill();
    backend_.restart();
    begin();
    publish(1);
    const std::size_t calls = batches().size();
    backend_.waitForEvents("stream:delete", 41);
    server_->stop();
    expectAllInOrder(3);
    const HookCalls all = batches();
    ASSERT_GT(all.size(), calls);
    const auto again = std::ranges::find_if(all, [](const HookCall& call) { return call.answerStatus == 200; });
    ASSERT_NE(again, all.end());
    EXPECT_EQ(again->rawBody, first.rawBody) << "the batch that was refused comes again as it was";
    EXPECT_EQ(again->headers.at("webhook-id"), first.headers.at("webhook-id"));
    // And a fourth life tells of itself alone.
    const std::size_t told = backend_.events().size();
    begin();
    backend_.waitForEvents("service:up", 4);
    const SentEvents events = backend_.events();
    EXPECT_EQ(events.size(), told + 1);
}

TEST_F(WebhooksKilled, AGracefulEndLeavesWhatNobodyHasTaken) {
    backend_.stop();
    begin();
    publish(5);
    server_->stop();
    server_->waitForLog("12 events are left to the next start: ");
    backend_.restart();
    begin();
    backend_.waitForEvents("service:up", 2);
    server_->stop();
    expectAllInOrder(2);
    EXPECT_EQ(named(backend_.events(), "stream:delete").size(), 5U);
}

TEST_F(WebhooksKilled, WithoutASpoolTheyAreLostAndTheLogSaysSo) {
    backend_.stop();
    begin("enabled off;");
    publish(5);
    server_->stop();
    server_->waitForLog("12 events were not delivered: ");
}

TEST_F(WebhooksKilled, AWebhookThatIsTakenOutAndComesBackTellsWhatIsLeft) {
    backend_.stop();
    begin();
    publish(5);
    server_->waitForLog("events are not taken");
    const std::string spool = fmt::format("spool {{ path {}; }}\n", folder_.path().string());
    server_->reload(spool + defaultVhost());
    server_->waitForLog("events are kept in case it comes back");
    backend_.restart();
    server_->reload(spool + webhookTo(backend_, "retry 0.2;") + defaultVhost());
    backend_.waitForEvents("stream:delete", 5);
    server_->stop();
    expectAllInOrder(1);
}

} // namespace
} // namespace hookcast::integration
