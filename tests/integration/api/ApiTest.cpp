// The control interface of a server that runs, with real clients.
#include "support/ApiClient.h"
#include "support/FfmpegRun.h"
#include "support/FreePort.h"
#include "support/MockBackend.h"
#include "support/OpenApi.h"
#include "support/Protocol.h"
#include "support/Sessions.h"
#include "support/TestFrames.h"
#include "support/TestMedia.h"

#include <Poco/JSON/Array.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace hookcast::integration {
namespace {

using Json = ApiClient::Json;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kDocument = HOOKCAST_SOURCE_DIR "/trunk/doc/openapi.json";

class Api : public testing::Test {
  protected:
    /// `more` stands in http_api, `vhost` in the vhost, `config` before everything.
    void start(std::string_view more = "", std::string_view vhost = "", std::string_view config = "") {
        server_ = std::make_unique<ProtocolServer>(
            vhost, fmt::format("http_api {{ enabled on; listen 127.0.0.1:{}; {} }}\n{}", port_.number(), more, config));
    }

    HookcastServer& server() { return server_->server(); }

    /// What the list `name` of an endpoint holds.
    Poco::JSON::Array::Ptr list(const std::string& name, const std::string& query = "") const {
        return api_.get("/api/v1/" + name + query)->getArray(name);
    }

    std::string idOfType(const std::string& type) const {
        const Poco::JSON::Array::Ptr clients = list("clients", "?count=1000");
        for (unsigned i = 0; i < clients->size(); ++i)
            if (clients->getObject(i)->getValue<std::string>("type") == type)
                return clients->getObject(i)->getValue<std::string>("id");
        return {};
    }

    FreePort port_;
    ApiClient api_{port_.number()};
    std::unique_ptr<ProtocolServer> server_;
};

TEST_F(Api, AnswersAsItsDocumentSays) {
    MockBackend backend;
    start("", hooksTo(backend), webhookTo(backend));
    const auto publisher = startPublisher(server().port(), "show");
    publisher->send(avcConfig(0));
    const auto player = startPlayer(server().port(), "show");
    const OpenApi document(kDocument);
    for (const std::string& path : document.paths()) {
        if (!document.has(path, "get") || path == "/metrics" || path.ends_with(".jpg")) continue;
        const std::size_t place = path.find("/{id}");
        const std::string parent = path.substr(0, place);
        std::string target = path == "/api/v1/raw" ? path + "?rpc=raw" : parent;
        if (place != std::string::npos) {
            const auto all = list(parent.substr(std::string("/api/v1/").size()));
            ASSERT_GT(all->size(), 0U) << parent;
            target += "/" + all->getObject(0)->getValue<std::string>("id");
        }
        const Json answer = api_.get(target);
        EXPECT_EQ(answer->getValue<int>("code"), 0) << target;
        EXPECT_THAT(document.misfits(path, answer), IsEmpty()) << target;
    }
}

TEST_F(Api, ServesNothingThatIsNotInItsDocument) {
    start();
    const OpenApi document(kDocument);
    std::set<std::string> served;
    for (const std::string& name : api_.get("/api/v1")->getObject("urls")->getNames()) served.insert("/api/v1/" + name);
    std::set<std::string> documented;
    for (const std::string& path : document.paths())
        if (path.find('{') == std::string::npos && path != "/metrics") documented.insert(path);
    EXPECT_EQ(served, documented);
    for (const char* path : {"/", "/api", "/api/", "/api/v1/"}) EXPECT_EQ(api_.ask("GET", path).status, 200) << path;
}

TEST_F(Api, TellsWhatAStreamIs) {
    start();
    const FfmpegRun publisher({"-re", "-stream_loop", "-1", "-i", h264AacClip(), "-c", "copy", "-f", "flv",
                               server().url("live/show?token=secret")});
    const auto player = [&] {
        server().waitForLog("publishes __defaultVhost__/live/show");
        return startPlayer(server().port(), "show");
    }();
    const Json answer = api_.waitFor("/api/v1/streams", [](const Json& json) {
        const auto streams = json->getArray("streams");
        return streams->size() == 1 && streams->getObject(0)->getValue<int>("frames") > 10 &&
               !streams->getObject(0)->isNull("video") && !streams->getObject(0)->isNull("audio") &&
               streams->getObject(0)->getValue<int>("send_bytes") > 1000;
    });
    const Json stream = answer->getArray("streams")->getObject(0);
    EXPECT_EQ(stream->getValue<std::string>("name"), "show");
    EXPECT_EQ(stream->getValue<std::string>("app"), "live");
    EXPECT_EQ(stream->getValue<std::string>("url"), "/live/show");
    EXPECT_EQ(stream->getValue<int>("clients"), 2);
    EXPECT_EQ(stream->getObject("publish")->getValue<bool>("active"), true);
    const Json video = stream->getObject("video");
    EXPECT_EQ(video->getValue<std::string>("codec"), "H264");
    EXPECT_EQ(video->getValue<std::string>("profile"), "High");
    EXPECT_EQ(video->getValue<int>("width"), 320);
    EXPECT_EQ(video->getValue<int>("height"), 180);
    EXPECT_THAT(video->getValue<std::string>("level"), testing::MatchesRegex("[1-5](\\.[1-3])?"));
    const Json audio = stream->getObject("audio");
    EXPECT_EQ(audio->getValue<std::string>("codec"), "AAC");
    EXPECT_EQ(audio->getValue<int>("sample_rate"), 44100);
    EXPECT_EQ(audio->getValue<std::string>("profile"), "LC");
    const std::string everything = api_.ask("GET", "/api/v1/clients").body + api_.ask("GET", "/api/v1/streams").body;
    EXPECT_THAT(everything, testing::Not(HasSubstr("secret")));
    EXPECT_EQ(list("vhosts")->getObject(0)->getValue<int>("clients"), 2);
}

TEST_F(Api, CountsWhatGoesOverUdp) {
    start();
    const FfmpegRun publisher({"-re", "-stream_loop", "-1", "-i", h264AacClip(), "-c", "copy", "-f", "rtsp",
                               "-rtsp_transport", "udp", server_->publishUrl(Protocol::RtspUdp, "show")});
    server().waitForLog("publishes __defaultVhost__/live/show over UDP");
    const FfmpegRun player(
        {"-rtsp_transport", "udp", "-i", server_->playUrl(Protocol::RtspUdp, "show"), "-c", "copy", "-f", "null", "-"});
    api_.waitFor("/api/v1/clients", [](const Json& json) {
        const auto clients = json->getArray("clients");
        return clients->size() == 2 && clients->getObject(0)->getValue<int>("recv_bytes") > 20'000 &&
               clients->getObject(1)->getValue<int>("send_bytes") > 20'000;
    });
    EXPECT_NE(idOfType("rtsp-publish"), "");
    EXPECT_NE(idOfType("rtsp-play"), "");
}

TEST_F(Api, ListsClientsAPageAtATime) {
    start();
    std::vector<std::unique_ptr<RtmpClient>> players;
    for (int i = 0; i < 12; ++i) players.push_back(startPlayer(server().port(), "show"));
    EXPECT_EQ(list("clients")->size(), 10U);
    EXPECT_EQ(list("clients", "?start=10")->size(), 2U);
    EXPECT_EQ(list("clients", "?start=3&count=4")->size(), 4U);
    EXPECT_EQ(list("clients", "?count=1000")->size(), 12U);
    EXPECT_EQ(list("clients", "?start=12")->size(), 0U);
    EXPECT_EQ(list("clients", "?start=18446744073709551615&count=18446744073709551615")->size(), 0U);
    EXPECT_EQ(list("clients", "?start=-1&count=x")->size(), 10U) << "what is no number is not there";
    EXPECT_NE(list("clients")->getObject(0)->getValue<std::string>("id"),
              list("clients", "?start=1")->getObject(0)->getValue<std::string>("id"));
    players.clear();
    api_.waitFor("/api/v1/clients", [](const Json& json) { return json->getArray("clients")->size() == 0; });
}

TEST_F(Api, WhatDoesNotExistHasSrsCodes) {
    start();
    const auto code = [this](std::string_view method, const std::string& target) {
        return api_.json(method, target)->getValue<int>("code");
    };
    EXPECT_EQ(code("GET", "/api/v1/vhosts/none"), 2014);
    EXPECT_EQ(code("GET", "/api/v1/streams/none"), 2048);
    EXPECT_EQ(code("DELETE", "/api/v1/streams/none"), 2048);
    EXPECT_EQ(code("GET", "/api/v1/clients/99"), 2049);
    EXPECT_EQ(code("DELETE", "/api/v1/clients/99"), 2049);
    EXPECT_EQ(code("DELETE", "/api/v1/clients/18446744073709551616"), 2049);
    EXPECT_EQ(code("DELETE", "/api/v1/clients"), 2049);
    EXPECT_EQ(code("POST", "/api/v1/raw?rpc=reload"), 1061);
    EXPECT_EQ(api_.ask("GET", "/api/v1/nothing").status, 404);
    EXPECT_EQ(api_.ask("GET", "/api/v1/clients/1/2").status, 404);
    EXPECT_EQ(api_.ask("PUT", "/api/v1/clients").status, 405);
    EXPECT_EQ(api_.ask("DELETE", "/api/v1/versions").status, 405);
    EXPECT_EQ(api_.ask("POST", "/api/v1/").status, 405);
}

TEST_F(Api, AnswersOtherOriginsAndCallbacks) {
    start();
    const HttpAnswer answer = api_.ask("GET", "/api/v1/versions?callback=my.call_1");
    EXPECT_THAT(answer.body, testing::StartsWith("my.call_1({\"code\":0,"));
    EXPECT_EQ(answer.field("content-type"), "text/javascript");
    EXPECT_EQ(answer.field("access-control-allow-origin"), "*");
    EXPECT_EQ(api_.ask("GET", "/api/v1/versions?callback=alert(1)").status, 400);
    EXPECT_EQ(api_.ask("GET", "/api/v1/versions?callback=" + std::string(65, 'a')).status, 400);
    EXPECT_EQ(api_.ask("OPTIONS", "/api/v1/clients/1").field("access-control-allow-methods"), "GET, HEAD, OPTIONS");
    EXPECT_EQ(api_.ask("HEAD", "/api/v1/versions").status, 200);
}

TEST_F(Api, WantsANameAndAPasswordWhereItIsTold) {
    start("crossdomain off; auth { enabled on; username admin; password \"open sesame\"; }");
    const HttpAnswer refused = api_.ask("GET", "/api/v1/versions");
    EXPECT_EQ(refused.status, 401);
    EXPECT_THAT(refused.field("www-authenticate"), HasSubstr("Basic realm="));
    EXPECT_EQ(refused.field("access-control-allow-origin"), "");
    for (const char* path : {"/", "/metrics", "/api/v1/clients/1"})
        EXPECT_EQ(api_.ask("GET", path).status, 401) << path;
    const auto with = [this](const std::string& authorization) {
        return api_.ask("GET", "/api/v1/versions", "Authorization: " + authorization + "\r\n").status;
    };
    EXPECT_EQ(with("Basic YWRtaW46b3BlbiBzZXNhbWU="), 200);
    EXPECT_EQ(with("bAsIc YWRtaW46b3BlbiBzZXNhbWU="), 200) << "a scheme's name knows no case";
    EXPECT_EQ(with("BasicYWRtaW46b3BlbiBzZXNhbWU="), 401);
    EXPECT_EQ(with("Basic YWRtaW46b3BlbiBzZXNhbWVz"), 401);
    EXPECT_EQ(with("Basic ???"), 401);
    EXPECT_EQ(with("Basic "), 401);
    EXPECT_EQ(with("Bearer YWRtaW46b3BlbiBzZXNhbWU="), 401);
    EXPECT_THAT(server().log().text(), testing::Not(HasSubstr("sesame")));
}

TEST_F(Api, WantsATokenWhereItIsTold) {
    start("auth { enabled on; type bearer; token open-sesame; username admin; password secret; }");
    const HttpAnswer refused = api_.ask("GET", "/api/v1/versions");
    EXPECT_EQ(refused.status, 401);
    EXPECT_EQ(refused.field("www-authenticate"), "Bearer");
    const auto with = [this](const std::string& authorization) {
        return api_.ask("GET", "/api/v1/versions", "Authorization: " + authorization + "\r\n").status;
    };
    EXPECT_EQ(with("Bearer open-sesame"), 200);
    EXPECT_EQ(with("BEARER open-sesame"), 200);
    EXPECT_EQ(with("Bearer open-sesam"), 401);
    EXPECT_EQ(with("Bearer "), 401);
    EXPECT_EQ(with("Basic YWRtaW46c2VjcmV0"), 401) << "admin:secret";
    EXPECT_THAT(server().log().text(), testing::Not(HasSubstr("sesame")));
}

TEST_F(Api, SharesTheServerOfStreamsAtTheSameAddress) {
    const FreePort shared;
    const std::string address = fmt::format("127.0.0.1:{}", shared.number());
    HookcastServer server(
        fmt::format("http_api {{ enabled on; listen {0}; }}\nhttp_server {{ enabled on; listen {0}; }}\n"
                    "vhost __defaultVhost__ {{ http_remux {{ enabled on; }} play {{ wait_stream 0; }} }}\n",
                    address));
    const ApiClient api(shared.number());
    EXPECT_EQ(api.get("/api/v1/versions")->getValue<int>("code"), 0);
    EXPECT_EQ(api.ask("GET", "/live/none.flv").status, 404);
    EXPECT_THAT(
        server.reload(fmt::format("http_server {{ enabled on; listen {}; }}\nvhost __defaultVhost__ {{ }}\n", address)),
        testing::Not(HasSubstr("not reloaded")));
    EXPECT_EQ(api.ask("GET", "/api/v1/versions").status, 404) << "http_api is off now";
}

TEST_F(Api, ReloadsWhereItMay) {
    start("raw_api { enabled on; allow_reload on; }");
    EXPECT_EQ(
        api_.get("/api/v1/raw?rpc=raw")->getObject("http_api")->getObject("raw_api")->getValue<bool>("allow_reload"),
        true);
    EXPECT_EQ(api_.get("/api/v1/raw?rpc=reload-fetch")->getObject("data")->getValue<int>("state"), 0);
    EXPECT_EQ(api_.json("POST", "/api/v1/raw?rpc=reload")->getValue<int>("code"), 0);
    server().waitForLog("] reloaded");
    const Json last = api_.waitFor("/api/v1/raw?rpc=reload-fetch", [](const Json& json) {
        return json->getObject("data")->getValue<int>("state") == 90;
    });
    EXPECT_EQ(last->getObject("data")->getValue<int>("err"), 0);
    EXPECT_NE(last->getObject("data")->getValue<std::string>("rid"), "");
    EXPECT_EQ(api_.json("POST", "/api/v1/raw?rpc=update")->getValue<int>("code"), 1060);
    server().reload("nonsense {");
    EXPECT_NE(api_.get("/api/v1/raw?rpc=reload-fetch")->getObject("data")->getValue<int>("err"), 0);
}

TEST_F(Api, CountsWhatBackendsSay) {
    MockBackend backend;
    MockBackend office;
    backend.addRule(R"({"match":{"action":"on_play"},"reply":{"status":200,"body":"1"}})");
    start("", hooksTo(backend), webhookTo(office));
    EXPECT_THROW(startPlayer(server().port(), "show"), std::runtime_error);
    backend.waitForCall("on_close");
    const Json answer = api_.waitFor("/api/v1/hooks", [](const Json& json) {
        int calls = 0;
        const auto hooks = json->getArray("hooks");
        for (unsigned i = 0; i < hooks->size(); ++i) calls += hooks->getObject(i)->getValue<int>("calls");
        return calls == 3;
    });
    int refusals = 0;
    const auto hooks = answer->getArray("hooks");
    for (unsigned i = 0; i < hooks->size(); ++i) {
        const Json one = hooks->getObject(i);
        refusals += one->getValue<int>("refusals");
        EXPECT_EQ(one->getValue<int>("failures"), 0);
        EXPECT_EQ(one->getValue<int>("in_flight"), 0);
        EXPECT_GT(one->getObject("latency_ms")->getValue<double>("p99"), 0);
    }
    EXPECT_EQ(refusals, 1);
    api_.waitFor("/api/v1/webhooks",
                 [](const Json& json) { return json->getArray("webhooks")->getObject(0)->getValue<int>("sent") == 1; });
}

TEST_F(Api, ManyAskAtOnceWhileStreamsGoOn) {
    start();
    const auto publisher = startPublisher(server().port(), "show");
    const auto player = startPlayer(server().port(), "show");
    constexpr int kThreads = 8;
    constexpr int kQuestions = 125;
    std::vector<std::thread> askers;
    std::atomic<int> answered{0};
    for (int i = 0; i < kThreads; ++i)
        askers.emplace_back([&] {
            for (int j = 0; j < kQuestions; ++j)
                if (api_.ask("GET", "/api/v1/clients").status == 200) ++answered;
        });
    for (std::uint32_t i = 0; i < 100; ++i) {
        const rtmp::Message frame = avcKeyframe(i * 40, 500, i);
        publisher->send(frame);
        EXPECT_EQ(player->expectMedia(1).front().payload, frame.payload);
    }
    for (std::thread& asker : askers) asker.join();
    EXPECT_EQ(answered, kThreads * kQuestions);
}

} // namespace
} // namespace hookcast::integration
