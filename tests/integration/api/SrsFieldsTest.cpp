// What SRS's console and SRS 7.0.128 have in the HTTP API.
#include "support/ApiClient.h"
#include "support/Configs.h"
#include "support/FreePort.h"
#include "support/HttpClient.h"
#include "support/HttpHookcast.h"
#include "support/Sessions.h"
#include "support/TestFrames.h"

#include <Poco/JSON/Array.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using Json = ApiClient::Json;

class SrsFields : public testing::Test {
  protected:
    Json first(const std::string& name) const { return api_.get("/api/v1/" + name)->getArray(name)->getObject(0); }

    FreePort port_;
    ApiClient api_{port_.number()};
    HttpHookcast hookcast_{
        fmt::format("http_api {{ enabled on; listen 127.0.0.1:{}; }}\n{}", port_.number(), defaultVhost(kAllMounts))};
};

TEST_F(SrsFields, ListsTellHowManyThereAre) {
    std::vector<std::unique_ptr<RtmpClient>> players;
    for (int i = 0; i < 12; ++i) players.push_back(startPlayer(hookcast_.rtmpPort(), "show" + std::to_string(i)));
    for (const char* name : {"streams", "clients"}) {
        const Json page = api_.get(fmt::format("/api/v1/{}?start=3&count=2", name));
        EXPECT_EQ(page->getValue<int>("total"), 12) << name;
        EXPECT_EQ(page->getArray(name)->size(), 2U) << name;
        EXPECT_EQ(api_.get(fmt::format("/api/v1/{}?count=0", name))->getArray(name)->size(), 1U) << "as 7.0.128";
        EXPECT_EQ(api_.get(fmt::format("/api/v1/{}?count=0&start=12", name))->getArray(name)->size(), 0U);
    }
}

TEST_F(SrsFields, FramesOfSoundAndPicture) {
    const auto publisher = startPublisher(hookcast_.rtmpPort(), "show");
    publisher->send(avcConfig(0));
    publisher->send(aacConfig(0));
    for (std::uint32_t i = 0; i < 5; ++i) publisher->send(avcKeyframe(i * 40));
    for (std::uint32_t i = 0; i < 7; ++i) publisher->send(aacFrame(i * 23));
    publisher->sync();
    const Json stream = first("streams");
    EXPECT_EQ(stream->getValue<int>("video_frames"), 5);
    EXPECT_EQ(stream->getValue<int>("audio_frames"), 7);
    EXPECT_EQ(stream->getValue<int>("frames"), 5);
}

TEST_F(SrsFields, ThePlayersProgram) {
    RtmpClient client(hookcast_.rtmpPort());
    client.shakeHands();
    ConnectRequest request = requestFor(hookcast_.rtmpPort(), "live");
    request.swfUrl = "http://h/player.swf?token=hidden";
    ASSERT_EQ(client.connect(request).level, "status");
    EXPECT_THAT(api_.get("/api/v1/clients/1")->getObject("client")->getValue<std::string>("swfUrl"),
                testing::StartsWith("http://h/player.swf"));
    client.createStream();
    ASSERT_EQ(client.play("show").level, "status");
    const std::string shown = first("clients")->getValue<std::string>("swfUrl");
    EXPECT_THAT(shown, testing::StartsWith("http://h/player.swf"));
    EXPECT_THAT(shown, testing::Not(testing::HasSubstr("hidden")));
}

TEST_F(SrsFields, APlayerOverHttpIsCalledByItsPath) {
    for (const char* ending : {".flv", ".ts", ".aac"}) {
        HttpClient player(hookcast_.httpPort());
        player.send("GET", fmt::format("/live/show{}?token=x.mp3", ending));
        const Json answer =
            api_.waitFor("/api/v1/clients", [](const Json& json) { return json->getArray("clients")->size() == 1; });
        const Json client = answer->getArray("clients")->getObject(0);
        EXPECT_EQ(client->getValue<std::string>("name"), std::string("show") + ending);
        EXPECT_EQ(client->getValue<std::string>("url"), "/live/show");
        player.tcp().reset();
        api_.waitFor("/api/v1/clients", [](const Json& json) { return json->getArray("clients")->size() == 0; });
    }
    const auto player = startPlayer(hookcast_.rtmpPort(), "show");
    EXPECT_EQ(first("clients")->getValue<std::string>("name"), "show");
}

TEST_F(SrsFields, TheMachinesNetwork) {
    const Json before = api_.get("/api/v1/summaries")->getObject("data")->getObject("system");
    for (const char* name : {"net_recv_bytes", "net_send_bytes", "net_recvi_bytes", "net_sendi_bytes", "conn_sys",
                             "conn_sys_et", "conn_sys_tw", "conn_sys_udp"})
        EXPECT_TRUE(before->get(name).isInteger()) << name;
    EXPECT_GT(before->getValue<std::int64_t>("net_recvi_bytes"), 0) << "by loopback, the question itself";
    EXPECT_GE(before->getValue<int>("conn_sys"), before->getValue<int>("conn_sys_tw"));
    EXPECT_GE(before->getValue<int>("conn_sys_et"), 2) << "both ends of this connection";
}

TEST_F(SrsFields, WhatTheProgramIs) {
    const Json data = api_.get("/api/v1/features")->getObject("data");
    for (const char* name : {"options", "options2", "build", "build2"})
        EXPECT_NE(data->getValue<std::string>(name), "") << name;
    EXPECT_THAT(data->getValue<std::string>("build"),
                testing::MatchesRegex("20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}"));
    const Json features = data->getObject("features");
    for (const char* name : {"api", "httpd", "stat", "complex_send", "tcp_nodelay", "mr", "callback", "dvr", "hls"})
        EXPECT_TRUE(features->getValue<bool>(name)) << name;
    for (const char* name : {"ssl", "hds", "caster", "so_sendbuf", "transcode"})
        EXPECT_FALSE(features->getValue<bool>(name)) << name;
    EXPECT_EQ(api_.get("/api/v1/raw?rpc=raw")->getObject("http_api")->getValue<std::string>("listen"),
              fmt::format("127.0.0.1:{}", port_.number()));
}

TEST_F(SrsFields, WhatWasSentStaysInTheSumsWhenClientsLeave) {
    const auto publisher = startPublisher(hookcast_.rtmpPort(), "show");
    publisher->send(avcConfig(0));
    publisher->send(avcKeyframe(0, 50'000));
    publisher->sync();
    const auto received = [](const Json& json) {
        return json->getObject("data")->getObject("system")->getValue<std::int64_t>("srs_recv_bytes");
    };
    EXPECT_GT(received(api_.get("/api/v1/summaries")), 50'000);
    publisher->tcp().reset();
    api_.waitFor("/api/v1/clients", [](const Json& json) { return json->getArray("clients")->size() == 0; });
    EXPECT_GT(received(api_.get("/api/v1/summaries")), 50'000);
}

} // namespace
} // namespace hookcast::integration
