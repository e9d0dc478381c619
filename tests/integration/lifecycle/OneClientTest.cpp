// One client's life, in a log that has nothing of the others: log_client.
#include "support/ApiClient.h"
#include "support/Configs.h"
#include "support/FreePort.h"
#include "support/HookcastServer.h"
#include "support/HttpClient.h"
#include "support/HttpHookcast.h"
#include "support/MockBackend.h"
#include "support/OwnServer.h"
#include "support/RtmpClient.h"
#include "support/Sessions.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::_;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

/// What the log has of `who`, without the times.
std::vector<std::string> linesOf(const LineLog& log, std::string_view who) {
    std::vector<std::string> lines;
    for (const std::string& line : log.lines())
        if (const std::size_t at = line.find(fmt::format("][{}] ", who)); at != std::string::npos)
            lines.push_back(line.substr(line.find("][") + 2));
    return lines;
}

std::unique_ptr<RtmpClient> publisherFrom(const char* address, std::uint16_t port, std::string_view stream) {
    auto client = std::make_unique<RtmpClient>(port, 0, address);
    client->shakeHands();
    client->connect(requestFor(port, "live"));
    client->createStream();
    EXPECT_EQ(client->publish(stream).level, "status");
    return client;
}

TEST(OneClient, ItsWholeLifeIsLoggedWhateverTheLevel) {
    MockBackend backend;
    const OwnServer server({{"srs_log_level", "none"}, {"log_client", "127.0.0.2"}}, defaultVhost(hooksTo(backend)));
    server.waitForListener();
    auto other = publisherFrom("127.0.0.1", server.port(), "other");
    auto meant = publisherFrom("127.0.0.2", server.port(), "show");
    meant->tcp().close();
    const LineLog& log = server.process().output();
    ASSERT_TRUE(log.waitFor("hook on_close stream=", 2)) << "asked, and answered";
    const auto asked = [&backend](const char* hook, const char* path) {
        return fmt::format("hook {} url={} asked", hook, backend.url(path));
    };
    const std::string who = log.lines().front().substr(log.lines().front().find("[rtmp-"));
    const std::vector<std::string> lines = linesOf(log, who.substr(1, who.find(']') - 1));
    EXPECT_THAT(lines, ElementsAre(HasSubstr("accepted from 127.0.0.2:"), HasSubstr("hook on_connect"),
                                   HasSubstr("verdict=admitted"), HasSubstr("connected from 127.0.0.2"),
                                   HasSubstr("hook on_publish"), HasSubstr("hook on_publish"),
                                   HasSubstr("publishes __defaultVhost__/live/show"), _, _, _, _, _));
    EXPECT_THAT(lines, Contains(HasSubstr(asked("on_publish stream=__defaultVhost__/live/show", "/api/v1/streams"))));
    EXPECT_THAT(lines, Contains(HasSubstr("hook on_unpublish")).Times(2));
    EXPECT_THAT(lines, Contains(HasSubstr("closed: ")).Times(1));
    EXPECT_EQ(log.lines().size(), lines.size()) << log.text();
}

TEST(OneClient, AReloadTracesWhoIsThereAlready) {
    MockBackend backend;
    FreePort port;
    const std::string vhost = fmt::format("http_api {{ enabled on; listen 127.0.0.1:{}; }}\n{}", port.number(),
                                          defaultVhost("publish { firstpkt_timeout 600000; }\n" + hooksTo(backend)));
    HookcastServer server(vhost);
    auto first = startPublisher(server.port(), "first");
    auto second = startPublisher(server.port(), "second");
    const ApiClient api(port.number());
    const auto client = api.get("/api/v1/clients/2")->getObject("client");
    const std::string id = client->getObject("live")->getValue<std::string>("client_id");
    EXPECT_EQ(server.log().count("[verbose]"), 0U);
    std::size_t times = 0;
    for (const std::string& word : {id, std::string("2"), std::string("rtmp-2"), std::string("127.0.0.0/8")}) {
        server.reload(fmt::format("log_client {};\n{}", word, vhost));
        second->sendCommand("deleteStream", 0, {rtmp::Amf::null(), rtmp::Amf::number(1)});
        server.waitForLog("[verbose][rtmp-2] hook on_unpublish", ++times);
        second->createStream();
        EXPECT_EQ(second->publish("second").level, "status");
    }
    server.reload(vhost);
    const std::size_t before = server.log().count("[verbose]");
    second->sendCommand("deleteStream", 0, {rtmp::Amf::null(), rtmp::Amf::number(1)});
    backend.waitForCall("on_unpublish", 5);
    first->sync();
    EXPECT_EQ(server.log().count("[verbose]"), before);
    EXPECT_EQ(server.log().count("[verbose][rtmp-1]"), 0U);
}

TEST(OneClient, WhatItWaitsForIsInTheLog) {
    HttpHookcast hookcast("log_client 127.0.0.1;\n" + defaultVhost(kAllMounts));
    HttpClient player(hookcast.httpPort());
    player.send("GET", "/live/show.flv");
    EXPECT_THAT(hookcast.server().waitForLog("waits: "),
                HasSubstr("waits: stream of __defaultVhost__/live/show, up to 10000 ms"));
    player.tcp().reset();
    hookcast.server().waitForLog("closed: ");
}

TEST(OneClient, AWordThatNamesNobodyIsAnError) {
    HookcastServer server(defaultVhost());
    EXPECT_THAT(server.reload("log_client 192.0.2;\n" + defaultVhost()), HasSubstr("not reloaded"));
    server.waitForLog("'log_client': '192.0.2': ");
}

} // namespace
} // namespace hookcast::integration
