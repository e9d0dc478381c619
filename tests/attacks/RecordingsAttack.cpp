// Recordings that are served are behind the gate, as their streams are.
#include "support/ApiClient.h"
#include "support/Configs.h"
#include "support/FreePort.h"
#include "support/HttpClient.h"
#include "support/HttpHookcast.h"
#include "support/Ledger.h"
#include "support/MockBackend.h"
#include "support/Recordings.h"
#include "support/Sessions.h"
#include "support/TempFolder.h"
#include "support/TestFrames.h"

#include <Poco/JSON/Array.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::attacks {
namespace {

using namespace integration; // NOLINT(google-build-using-namespace): these are its tests from outside
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

namespace fs = std::filesystem;

constexpr const char* kBytes = "the bytes of a recording";
constexpr const char* kNo = R"({"match":{"action":"on_play"},"reply":{"body":"1"}})";

/// A server that records into the folder it serves, as SRS does unless told otherwise, and a recording in it.
class RecordingsAttack : public testing::Test {
  protected:
    RecordingsAttack() {
        fs::create_directories(folder_.path() / "html" / "live");
        folder_.write("html/live/cam.1700000000000.flv", kBytes);
        folder_.write("html/public.txt", "public");
        start();
    }

    void start(const std::string& more = "", const std::string& file = "[app]/[stream].[timestamp].flv") {
        http_ = std::make_unique<HttpHookcast>(
            fmt::format("http_api {{ enabled on; listen 127.0.0.1:{}; }}\n", apiPort_.number()) +
                defaultVhost(kAllMounts + dvr(folder_.file("html/" + file)) + hooksTo(backend_) + more),
            "dir " + folder_.file("html") + ";");
    }

    HttpAnswer ask(const std::string& path, const std::string& method = "GET", const std::string& fields = "") {
        HttpClient client(http_->httpPort());
        client.send(method, path, fields);
        return client.receive(method == "HEAD");
    }

    std::size_t asked(const std::string& action) { return withAction(backend_.calls(), action).size(); }

    /// All that began has ended, once.
    void expectBooksBalance() {
        http_->server().stop();
        expectBalance(backend_.calls());
    }

    TempFolder folder_;
    MockBackend backend_;
    FreePort apiPort_;
    std::unique_ptr<HttpHookcast> http_;
};

TEST_F(RecordingsAttack, WhoMayNotPlayGetsNoRecording) {
    backend_.addRule(kNo);
    fs::create_directory_symlink("live", folder_.path() / "html" / "alias");
    fs::create_symlink("live/cam.1700000000000.flv", folder_.path() / "html" / "alias.bin");
    for (const char* path :
         {"/live/cam.1700000000000.flv", "//live//cam.1700000000000.flv", "/%6Cive/cam%2e1700000000000.fl%76",
          "/live/cam.1700000000000.flv?token=x", "/alias/cam.1700000000000.flv", "/alias.bin"}) {
        const std::size_t before = asked("on_play");
        for (const char* method : {"GET", "HEAD"}) {
            const HttpAnswer answer = ask(path, method, "Range: bytes=0-3\r\n");
            EXPECT_EQ(answer.status, 403) << method << ' ' << path;
            EXPECT_THAT(answer.body, Not(HasSubstr("the"))) << path;
            EXPECT_EQ(answer.fields.count("etag"), 0U) << path;
        }
        EXPECT_EQ(asked("on_play"), before + 2) << path;
    }
    for (const HookCall& call : withAction(backend_.calls(), "on_play")) {
        EXPECT_EQ(call.text("app"), "live");
        EXPECT_EQ(call.text("stream"), "cam");
    }
    for (const char* path : {"/live/../live/cam.1700000000000.flv", "/live%2fcam.1700000000000.flv",
                             "/live/%2e/cam.1700000000000.flv", "/live/cam.1700000000000.flv/"})
        EXPECT_THAT(ask(path).status, testing::AnyOf(400, 404)) << path;
    expectBooksBalance();
}

TEST_F(RecordingsAttack, ARefusalTellsNobodyWhatThereIs) {
    backend_.addRule(kNo);
    for (const char* method : {"GET", "HEAD"}) {
        const HttpAnswer there = ask("/live/cam.1700000000000.flv", method);
        const HttpAnswer missing = ask("/live/cam.1700000000001.flv", method);
        EXPECT_EQ(there.status, 403);
        EXPECT_EQ(missing.status, 403);
        EXPECT_EQ(there.body, missing.body);
    }
    backend_.removeRules();
    EXPECT_EQ(ask("/live/cam.1700000000001.flv").status, 404) << "who may play may know";
    expectBooksBalance();
}

TEST_F(RecordingsAttack, WhoMayPlayGetsItAndTheBackendHearsOfItsEnd) {
    HttpClient client(http_->httpPort());
    const std::string path = "/live/cam.1700000000000.flv?token=x";
    EXPECT_EQ(client.get(path, "Referer: http://page/\r\n").body, kBytes);
    const HookCall closed = backend_.waitForCall("on_close");
    EXPECT_GE(closed.number("send_bytes"), static_cast<std::int64_t>(std::string(kBytes).size()));
    EXPECT_EQ(client.get(path, "Range: bytes=4-8\r\n").body, "bytes");
    backend_.waitForCall("on_close", 2);
    client.send("HEAD", path);
    EXPECT_EQ(client.receive(true).status, 200);
    backend_.waitForCall("on_close", 3);
    const HookCalls calls = backend_.calls();
    EXPECT_THAT(actionsOf(calls), ElementsAre("on_connect", "on_play", "on_stop", "on_close", "on_connect", "on_play",
                                              "on_stop", "on_close", "on_connect", "on_play", "on_stop", "on_close"));
    EXPECT_EQ(calls[0].text("pageUrl"), "http://page/");
    EXPECT_EQ(calls[1].text("param"), "?token=x");
    EXPECT_EQ(calls[1].text("stream_url"), "/live/cam");
    EXPECT_NE(calls[0].number("client_id"), calls[4].number("client_id")) << "one connection, and a client each";
    expectBooksBalance();
    EXPECT_EQ(http_->server().log().count("token"), 0U);
}

TEST_F(RecordingsAttack, ARunningRecordingIsNotThere) {
    const auto publisher = startPublisher(http_->rtmpPort(), "show");
    publisher->send(avcConfig(0));
    std::string name;
    const Deadline deadline;
    for (unsigned i = 0; name.empty() && !deadline.passed(); ++i) {
        publisher->send(avcKeyframe(i * 40, 5000, i));
        publisher->sync();
        for (const auto& file : fs::directory_iterator(folder_.path() / "html" / "live"))
            if (file.path().extension() == ".tmp") name = file.path().filename().string();
    }
    ASSERT_NE(name, "");
    const std::size_t asked = this->asked("on_connect");
    for (const char* method : {"GET", "HEAD"}) {
        const HttpAnswer there = ask("/live/" + name, method);
        const HttpAnswer missing = ask("/live/none.1700000000000.flv.tmp", method);
        EXPECT_EQ(there.status, 404);
        EXPECT_EQ(missing.status, 404);
        EXPECT_EQ(there.body, missing.body);
        EXPECT_EQ(ask("/live/" + name.substr(0, name.size() - 4) + "%2Etm%70", method).status, 404);
    }
    EXPECT_EQ(this->asked("on_connect"), asked) << "nobody is asked about what nobody gets";
}

TEST_F(RecordingsAttack, WhatIsHiddenIsNotThere) {
    fs::create_directories(folder_.path() / "html" / ".git");
    folder_.write("html/.git/config", "hidden");
    folder_.write("html/.htpasswd", "hidden");
    for (const char* path : {"/.htpasswd", "/%2ehtpasswd", "/.git", "/.git/", "/.git/config", "/%2Egit/config"})
        EXPECT_EQ(ask(path).status, 404) << path;
}

TEST_F(RecordingsAttack, WhatIsPublicAsksNobody) {
    backend_.addRule(R"({"reply":{"body":"1"}})");
    EXPECT_EQ(ask("/public.txt").body, "public");
    EXPECT_THAT(backend_.calls(), IsEmpty());
}

TEST_F(RecordingsAttack, TheVhostsOwnRulesHoldForRecordings) {
    http_.reset();
    start("security { enabled on; deny play all; }");
    EXPECT_EQ(ask("/live/cam.1700000000000.flv").status, 403);
    http_.reset();
    start("refer { enabled on; all good.com; }");
    EXPECT_EQ(ask("/live/cam.1700000000000.flv", "GET", "Referer: http://bad.com/\r\n").status, 403);
    EXPECT_THAT(backend_.calls(), IsEmpty());
    EXPECT_EQ(ask("/live/cam.1700000000000.flv", "GET", "Referer: http://good.com/\r\n").body, kBytes);
}

TEST_F(RecordingsAttack, NobodyGetsWhatNobodyCanBeAskedAbout) {
    http_.reset();
    folder_.write("html/cam.flv", kBytes);
    start("", "[stream].flv");
    for (const char* path : {"/cam.flv", "/none.flv"}) {
        const HttpAnswer answer = ask(path);
        EXPECT_EQ(answer.status, 403) << path;
        EXPECT_THAT(answer.body, Not(HasSubstr("the"))) << path;
    }
    http_->server().waitForLog("dvr_path does not tell of which stream");
    EXPECT_THAT(backend_.calls(), IsEmpty());
}

TEST_F(RecordingsAttack, RecordingsStayBehindTheGateWhenTheirPathChanges) {
    backend_.addRule(kNo);
    const std::string reloaded =
        http_->server().reload(fmt::format("http_api {{ enabled on; listen 127.0.0.1:{}; }}\n", apiPort_.number()) +
                               fmt::format("http_server {{ enabled on; listen 127.0.0.1:{}; dir {}; }}\n",
                                           http_->httpPort(), folder_.file("html")) +
                               defaultVhost(dvr(folder_.file("elsewhere/[app]/[stream].flv")) + hooksTo(backend_)));
    EXPECT_EQ(ask("/live/cam.1700000000000.flv").status, 403) << reloaded;
}

TEST_F(RecordingsAttack, WhoGetsOneIsListedAndCanBeKicked) {
    const std::string large(30'000'000, 'x');
    folder_.write("html/live/cam.1700000000002.flv", large);
    HttpClient client(http_->httpPort(), 4096);
    client.send("GET", "/live/cam.1700000000002.flv");
    EXPECT_EQ(client.receiveBytes(12), "HTTP/1.1 200");
    const ApiClient api(apiPort_.number());
    const auto listed = api.get("/api/v1/clients")->getArray("clients");
    ASSERT_EQ(listed->size(), 1U);
    EXPECT_EQ(listed->getObject(0)->getValue<bool>("publish"), false);
    const auto id = listed->getObject(0)->getValue<std::string>("id");
    api.json("DELETE", "/api/v1/clients/" + id);
    backend_.waitForCall("on_close");
    EXPECT_LT(client.receiveToEnd().size(), large.size());
    EXPECT_THAT(actionsOf(backend_.calls()), ElementsAre("on_connect", "on_play", "on_stop", "on_close"));
}

TEST_F(RecordingsAttack, WhoLeavesWhileBeingAskedAboutLeavesNothingOpen) {
    backend_.addRule(R"({"match":{"action":"on_play"},"reply":{"delay_ms":300}})");
    constexpr std::size_t kClients = 20;
    for (std::size_t i = 0; i < kClients; ++i) {
        HttpClient client(http_->httpPort());
        client.send("GET", "/live/cam.1700000000000.flv");
        backend_.waitForCall("on_play", i + 1);
        client.tcp().reset();
    }
    backend_.waitForCall("on_close", kClients);
    expectBooksBalance();
}

} // namespace
} // namespace hookcast::attacks
