#include "api-server/EventEndpoint.h"
#include "unit/mock-hook/RunningServer.h"

#include <Poco/JSON/Array.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace hookcast::mock {
namespace {

std::string event(int seq, const std::string& name = "stream:pulse") {
    return fmt::format(R"({{"data":{{}},"device":"mediaserver","event":"{}","pid":7,"seq":{},"server":"here",)"
                       R"("timestamp":1706626775}})",
                       name, seq);
}

class EventEndpointTest : public ::testing::Test {
  protected:
    Response post(const std::string& body) { return client_.post("/event/", body); }

    std::vector<std::string> names(const std::string& query = "") {
        std::vector<std::string> names;
        const auto events = parsed(client_.get("/control/events" + query))->getArray("events");
        for (unsigned i = 0; i < events->size(); ++i)
            names.push_back(events->getObject(i)->getObject("event")->getValue<std::string>("event"));
        return names;
    }

    void addRule(const std::string& json) { ASSERT_EQ(client_.post("/control/rules", json).status, 200); }

    RunningServer server_;
    Client client_{server_.port()};
};

using Names = std::vector<std::string>;

TEST_F(EventEndpointTest, TakesBatchesAndListsTheirEvents) {
    const Response answer = post("[" + event(1, "service:up") + "," + event(2) + "]");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "0");
    EXPECT_EQ(client_.post("/event?x=1", "[" + event(1) + "]").status, 200);
    EXPECT_EQ(names(), (Names{"service:up", "stream:pulse", "stream:pulse"}));
    const auto page = parsed(client_.get("/control/events?after=2"));
    EXPECT_EQ(page->getArray("events")->getObject(0)->getValue<std::string>("target"), "/event?x=1");
    EXPECT_EQ(page->getValue<int>("next"), 3);
    EXPECT_EQ(names("?name=service%3A*"), Names{"service:up"});
}

TEST_F(EventEndpointTest, RefusesWhatIsNoBatchAndSaysWhy) {
    EXPECT_EQ(post("{}").status, 400);
    EXPECT_EQ(post("[]").body, "0 events, expected 1 to 50\n");
    EXPECT_EQ(client_.get("/event/").status, 405);
    EXPECT_EQ(post("[" + event(5) + "]").status, 200);
    EXPECT_EQ(post("[" + event(4) + "]").status, 400);
    EXPECT_EQ(names(), Names{"stream:pulse"});
}

TEST_F(EventEndpointTest, OnlyWhatIsConfirmedIsListed) {
    addRule(R"({"match":{"path":"/event/"},"reply":{"status":500},"times":1})");
    addRule(R"({"match":{"event":"*stream:create*"},"reply":{"drop":true},"times":1})");
    const std::string batch = "[" + event(1, "service:up") + "," + event(2, "stream:create") + "]";
    EXPECT_EQ(post(batch).status, 500);
    EXPECT_THROW(post(batch), Poco::Exception);
    client_.close();
    EXPECT_EQ(names(), Names());
    EXPECT_EQ(post(batch).status, 200) << "the same again";
    EXPECT_EQ(names(), (Names{"service:up", "stream:create"}));
}

TEST_F(EventEndpointTest, ARuleThatSaysYesToNonsenseChangesNoList) {
    addRule(R"({"reply":{"status":200}})");
    EXPECT_EQ(post("nonsense").status, 200);
    EXPECT_EQ(names(), Names());
}

TEST_F(EventEndpointTest, EventsAreWaitedForAndCleared) {
    std::thread sender([this] { Client(server_.port()).post("/event/", "[" + event(1) + "," + event(2) + "]"); });
    EXPECT_EQ(names("?count=2&wait_ms=50000").size(), 2U);
    sender.join();
    EXPECT_EQ(client_.send("DELETE", "/control/events").body, R"({"removed":2})");
    EXPECT_EQ(names(), Names());
    EXPECT_EQ(client_.send("PUT", "/control/events").status, 405);
    EXPECT_EQ(client_.get("/control/events?names=x").status, 400);
    EXPECT_EQ(client_.get("/control/calls?name=x").status, 400) << "calls have other parameters";
}

} // namespace
} // namespace hookcast::mock
