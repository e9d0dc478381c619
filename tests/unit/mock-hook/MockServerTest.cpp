#include "unit/mock-hook/RunningServer.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/Net/NetException.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <set>
#include <thread>
#include <vector>

namespace hookcast::mock {
namespace {

using ::testing::HasSubstr;

const char* const kConnect = R"({"action":"on_connect","client_id":4,"ip":"127.0.0.1"})";
const char* const kPublish = R"({"action":"on_publish","stream":"bad1"})";

class MockServerTest : public ::testing::Test {
  protected:
    void addRule(const std::string& rule) {
        const Response added = client_.post("/control/rules", rule);
        ASSERT_EQ(added.status, 200) << added.body;
    }

    RunningServer server_;
    Client client_{server_.port()};
};

TEST_F(MockServerTest, AdmitsByDefault) {
    const Response response = client_.post("/api/v1/clients?token=1", kConnect);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "0");
    EXPECT_THAT(response.contentType, HasSubstr("text/plain"));
}

TEST(MockServer, AnswersObjectsIfAsked) {
    RunningServer server(ReplyMode::Json);
    Client client(server.port());
    const Response response = client.post("/api/v1/clients", kConnect);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, R"({"code":0,"data":null})");
    EXPECT_EQ(response.contentType, "application/json");
    EXPECT_EQ(client.post("/api/v1/clients", "{").body, R"({"code":100,"data":null})");
    EXPECT_EQ(client.post("/api/v1/clients", kPublish).body, R"({"code":200,"data":null})");
    EXPECT_EQ(client.post("/api/v1/forward", R"({"action":"on_forward"})").body, R"({"code":0,"data":{"urls":[]}})");
}

TEST_F(MockServerTest, RefusesWithTheCodesOfSrs) {
    EXPECT_EQ(client_.post("/api/v1/clients", "not json").body, "100");
    EXPECT_EQ(client_.post("/api/v1/clients", std::string(10'000, '[') + std::string(10'000, ']')).body, "100");
    EXPECT_EQ(client_.post("/api/v1/clients", kPublish).body, "200");
    EXPECT_EQ(client_.post("/api/v1/proxy", kConnect).status, 404);
    EXPECT_EQ(client_.get("/api/v1/clients").status, 405);
    EXPECT_EQ(client_.send("PATCH", "/api/v1/clients", kConnect).status, 405);
}

TEST_F(MockServerTest, TheDeepestDocumentFitsTheStackOfAThread) {
    const std::string deepest = std::string(31, '[') + std::string(31, ']');
    EXPECT_EQ(client_.post("/api/v1/clients", R"({"action":"on_connect","x":)" + deepest + "}").body, "0");
}

TEST_F(MockServerTest, OneConnectionServesManyRequests) {
    for (int i = 0; i < 300; ++i) ASSERT_EQ(client_.post("/api/v1/clients", kConnect).body, "0");
    std::set<int> ports;
    const auto calls = parsed(client_.get("/control/calls"))->getArray("calls");
    for (std::size_t i = 0; i < calls->size(); ++i)
        ports.insert(calls->getObject(static_cast<unsigned>(i))->getObject("client")->getValue<int>("port"));
    EXPECT_EQ(calls->size(), 300U);
    EXPECT_EQ(ports.size(), 1U);
}

TEST_F(MockServerTest, ListsWhatCame) {
    client_.post("/api/v1/clients?token=%20", kConnect);
    client_.send("POST", "/api/v1/clients", "x\xff", true);
    const auto page = parsed(client_.get("/control/calls"));
    ASSERT_EQ(page->getArray("calls")->size(), 2U);
    EXPECT_EQ(page->getValue<int>("next"), 2);
    const auto first = page->getArray("calls")->getObject(0);
    EXPECT_EQ(first->getValue<int>("order"), 1);
    EXPECT_EQ(first->getValue<std::string>("method"), "POST");
    EXPECT_EQ(first->getValue<std::string>("path"), "/api/v1/clients");
    EXPECT_EQ(first->getValue<std::string>("query"), "token=%20");
    EXPECT_EQ(first->getValue<std::string>("raw_body"), kConnect);
    EXPECT_EQ(first->getObject("body")->getValue<int>("client_id"), 4);
    EXPECT_EQ(first->getObject("headers")->getValue<std::string>("content-length"),
              std::to_string(std::string(kConnect).size()));
    EXPECT_EQ(first->getObject("answer")->getValue<int>("status"), 200);
    EXPECT_EQ(first->getObject("answer")->getValue<std::string>("body"), "0");
    const auto second = page->getArray("calls")->getObject(1);
    EXPECT_TRUE(second->isNull("body"));
    EXPECT_EQ(second->getValue<std::string>("raw_body_base64"), "eP8=");
    EXPECT_EQ(second->getObject("answer")->getValue<std::string>("body"), "100");
}

TEST_F(MockServerTest, ControlRequestsAndThePageAreNoCalls) {
    client_.get("/");
    client_.get("/control/rules");
    client_.get("/control/nothing");
    EXPECT_EQ(client_.get("/control/calls").body, R"({"calls":[],"next":0,"last":0,"discarded":0})");
}

TEST_F(MockServerTest, ARuleAnswersSoManyTimes) {
    addRule(R"({"match":{"action":"on_publish","stream":"bad*"},"reply":{"status":403,"body":"1"},"times":2})");
    for (int i = 0; i < 2; ++i) {
        const Response refused = client_.post("/api/v1/streams", kPublish);
        EXPECT_EQ(refused.status, 403);
        EXPECT_EQ(refused.body, "1");
    }
    EXPECT_EQ(client_.post("/api/v1/streams", kPublish).body, "0");
    EXPECT_EQ(client_.send("DELETE", "/control/rules").body, R"({"removed":1})");
}

TEST_F(MockServerTest, ARuleMayRedirect) {
    addRule(R"({"reply":{"status":301,"headers":{"Location":"http://127.0.0.1:1/x","Content-Type":"text/html"}}})");
    const Response response = client_.post("/api/v1/streams", kPublish);
    EXPECT_EQ(response.status, 301);
    EXPECT_EQ(response.location, "http://127.0.0.1:1/x");
    EXPECT_EQ(response.contentType, "text/html");
}

TEST_F(MockServerTest, StatusesWithoutABodyDoNotBreakTheConnection) {
    addRule(R"({"reply":{"status":204,"body":"0"},"times":1})");
    addRule(R"({"reply":{"status":304,"body":"0"},"times":1})");
    EXPECT_EQ(client_.post("/api/v1/streams", kPublish).status, 204);
    EXPECT_EQ(client_.post("/api/v1/streams", kPublish).status, 304);
    EXPECT_EQ(client_.post("/api/v1/streams", kPublish).body, "0");
}

TEST_F(MockServerTest, ARuleMayDropTheConnection) {
    addRule(R"({"reply":{"drop":true},"times":1})");
    EXPECT_THROW(client_.post("/api/v1/streams", kPublish), Poco::Exception);
    Client next(server_.port());
    const auto call = parsed(next.get("/control/calls"))->getArray("calls")->getObject(0);
    EXPECT_TRUE(call->getObject("answer")->getValue<bool>("dropped"));
    EXPECT_EQ(next.post("/api/v1/streams", kPublish).body, "0");
}

TEST_F(MockServerTest, ARuleMayDelay) {
    addRule(R"({"reply":{"delay_ms":50}})");
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(client_.post("/api/v1/streams", kPublish).body, "0");
    EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(50));
}

TEST_F(MockServerTest, ACallIsListedBeforeItsDelayEndsAndTheStopEndsTheDelay) {
    addRule(R"({"reply":{"delay_ms":600000}})");
    std::thread hanging([this] {
        Client client(server_.port());
        EXPECT_THROW(client.post("/api/v1/streams", kPublish), Poco::Exception);
    });
    const auto calls = parsed(client_.get("/control/calls?after=0&wait_ms=60000"))->getArray("calls");
    ASSERT_EQ(calls->size(), 1U);
    EXPECT_EQ(calls->getObject(0)->getObject("answer")->getValue<int>("delay_ms"), 600'000);
    server_.stop();
    hanging.join();
}

TEST(MockServer, AClientThatLeavesFreesItsThread) {
    constexpr int kThreads = 2;
    RunningServer server(ReplyMode::Plain, kThreads);
    {
        Client control(server.port());
        ASSERT_EQ(control.post("/control/rules", R"({"match":{"stream":"*"},"reply":{"delay_ms":600000}})").status,
                  200);
    }
    std::vector<Poco::Net::StreamSocket> leaving;
    for (int i = 0; i < kThreads; ++i) {
        leaving.emplace_back(Poco::Net::SocketAddress("127.0.0.1", server.port()));
        const std::string request =
            "POST /api/v1/streams HTTP/1.1\r\nContent-Length: " + std::to_string(std::string(kPublish).size()) +
            "\r\n\r\n" + kPublish;
        leaving.back().sendBytes(request.data(), static_cast<int>(request.size()));
    }
    leaving.clear();
    Client next(server.port());
    EXPECT_EQ(parsed(next.get("/control/calls?after=1&wait_ms=50000"))->getArray("calls")->size(), 1U);
}

TEST_F(MockServerTest, ManyDelayedCallsRunAtTheSameTime) {
    constexpr int kCalls = 50;
    addRule(R"({"reply":{"delay_ms":600000}})");
    std::vector<std::thread> hanging;
    hanging.reserve(kCalls);
    for (int i = 0; i < kCalls; ++i)
        hanging.emplace_back([this] {
            Client client(server_.port());
            EXPECT_THROW(client.post("/api/v1/streams", kPublish), Poco::Exception);
        });
    // None of them has been answered when all of them are there.
    const std::string last = std::to_string(kCalls - 1);
    EXPECT_EQ(parsed(client_.get("/control/calls?after=" + last + "&wait_ms=50000"))->getArray("calls")->size(), 1U);
    server_.stop();
    for (std::thread& thread : hanging) thread.join();
}

TEST_F(MockServerTest, ALongPollWakesUponACall) {
    constexpr auto kWait = std::chrono::milliseconds(50'000);
    const auto start = std::chrono::steady_clock::now();
    std::thread poller([this] {
        Client client(server_.port());
        EXPECT_EQ(parsed(client.get("/control/calls?after=0&wait_ms=50000"))->getArray("calls")->size(), 1U);
        client.post("/api/v1/clients", kConnect);
    });
    client_.post("/api/v1/clients", kConnect);
    EXPECT_EQ(parsed(client_.get("/control/calls?after=1&wait_ms=50000"))->getArray("calls")->size(), 1U);
    poller.join();
    EXPECT_LT(std::chrono::steady_clock::now() - start, kWait);
}

TEST_F(MockServerTest, DeleteForgetsCallsAndKeepsCounting) {
    client_.post("/api/v1/clients", kConnect);
    EXPECT_EQ(client_.send("DELETE", "/control/calls").body, R"({"removed":1})");
    client_.post("/api/v1/clients", kConnect);
    const auto calls = parsed(client_.get("/control/calls"))->getArray("calls");
    ASSERT_EQ(calls->size(), 1U);
    EXPECT_EQ(calls->getObject(0)->getValue<int>("order"), 2);
}

TEST_F(MockServerTest, ThePageIsServed) {
    const Response page = client_.get("/");
    EXPECT_EQ(page.status, 200);
    EXPECT_THAT(page.contentType, HasSubstr("text/html"));
    EXPECT_THAT(page.body, HasSubstr("/control/calls"));
    EXPECT_THAT(page.body, ::testing::Not(HasSubstr("innerHTML")));
    EXPECT_THAT(page.body, ::testing::Not(HasSubstr("://"))) << "nothing from elsewhere";
    EXPECT_EQ(client_.post("/", "").status, 405);
}

TEST_F(MockServerTest, StopMayBeCalledTwice) {
    server_.stop();
    server_.stop();
    EXPECT_THROW(Poco::Net::StreamSocket(Poco::Net::SocketAddress("127.0.0.1", server_.port())),
                 Poco::Net::ConnectionRefusedException);
}

TEST_F(MockServerTest, AStopEndsLongPollsAndIdleConnections) {
    std::promise<void> connected;
    std::thread poller([&] {
        Client client(server_.port());
        client.get("/control/rules");
        connected.set_value();
        try {
            client.get("/control/calls?wait_ms=60000");
        } catch (const Poco::Exception&) { // whether an empty list still gets out is the server's to choose
        }
    });
    connected.get_future().wait();
    for (int i = 0; i < 50; ++i) client_.get("/control/rules");
    const auto start = std::chrono::steady_clock::now();
    server_.stop();
    poller.join();
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30));
}

TEST_F(MockServerTest, APortInUseIsAnError) {
    const base::SystemClock clock;
    EXPECT_THROW(MockServer({.host = "127.0.0.1", .port = server_.port(), .threads = 2, .quiet = true}, clock, -1),
                 Poco::Exception);
}

} // namespace
} // namespace hookcast::mock
