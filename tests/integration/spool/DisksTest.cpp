// Disks that fail the spool: full, closed, damaged, a newer server's, flooded. Clients come in as ever, and whoever is
// owed something is told of it.
#include "support/ApiClient.h"
#include "support/Configs.h"
#include "support/FreePort.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/PrometheusText.h"
#include "support/Sessions.h"
#include "support/TempFolder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;

class Disks : public testing::Test {
  protected:
    std::unique_ptr<HookcastServer> serverAt(const std::string& path, const std::vector<std::string>& prefix = {},
                                             std::string_view more = "") {
        const std::string config =
            fmt::format("spool {{ path {}; retry 1; {} }}\nlimits {{ connection_rate 100000; }}\n"
                        "http_api {{ enabled on; listen 127.0.0.1:{}; }}\n",
                        path, more, apiPort_.number());
        return std::make_unique<HookcastServer>(config + webhookTo(events_, "events service:emergency;") +
                                                    defaultVhost(hooksTo(backend_)),
                                                std::map<std::string, std::string>{}, ServerPlace{"127.0.0.1", prefix});
    }

    void comeAndGo(const HookcastServer& server, std::size_t times) {
        for (std::size_t i = 0; i < times; ++i) startPlayer(server.port(), "show").reset();
    }

    /// While the backend is away somebody leaves; it is told when it is back.
    void expectWorks(const HookcastServer& server) {
        const std::size_t later = server.log().count("verdict=later");
        auto player = startPlayer(server.port(), "mine");
        backend_.kill();
        player.reset();
        server.waitForLog("verdict=later", later + 1);
        backend_.restart();
        waitForStop("mine");
    }

    void waitForStop(const std::string& stream) {
        backend_.waitFor("on_stop of " + stream, [&](const HookCalls& calls) {
            return std::ranges::any_of(withAction(calls, "on_stop"), [&](const HookCall& call) {
                return call.text("stream") == stream && call.answerStatus == 200;
            });
        });
    }

    std::string emergency() const {
        return events_.waitForEvents("service:emergency").front().data()->getValue<std::string>("what");
    }

    TempFolder folder_;
    FreePort apiPort_;
    MockBackend backend_;
    MockBackend events_;
};

TEST_F(Disks, AFileThatMayNotGrowIsAnEmergencyAndNoEnd) {
    // Enough for the journal's files, and not for many events.
    const auto server = serverAt(folder_.path().string(), {"prlimit", "--fsize=2200000"});
    backend_.addRule(R"({"match":{"action":"on_stop"},"reply":{"status":503}})");
    while (server->log().count("in memory only") == 0) comeAndGo(*server, 50);
    EXPECT_EQ(emergency(), "spool");
    const std::size_t played = withAction(backend_.calls(), "on_play").size();
    backend_.removeRules();
    backend_.waitForCall("on_close", played);
}

TEST_F(Disks, WithoutRoomForItsFilesItIsInMemory) {
    const auto server = serverAt(folder_.path().string(), {"prlimit", "--fsize=100000"});
    EXPECT_THAT(server->waitForLog("in memory only"), HasSubstr("[error][spool]"));
    EXPECT_EQ(emergency(), "spool");
    expectWorks(*server);
}

TEST_F(Disks, ADiskThatFillsUpIsAnEmergencyAndEventsAreToldAllTheSame) {
    if (::geteuid() != 0) GTEST_SKIP() << "it takes root to make a small file system";
    const std::string disk = folder_.path().string();
    const std::string mount = fmt::format("mount -t tmpfs -o size=4608k tmpfs {} && exec \"$@\"", disk);
    const auto server = serverAt(disk, {"unshare", "-m", "sh", "-c", mount, "sh"});
    backend_.addRule(R"({"match":{"action":"on_stop"},"reply":{"status":503}})");
    for (int i = 0; i < 100 && server->log().count("in memory only") == 0; ++i) comeAndGo(*server, 10);
    server->waitForLog("in memory only");
    EXPECT_EQ(emergency(), "spool");
    const std::size_t stopped = withAction(backend_.calls(), "on_play").size();
    backend_.removeRules();
    backend_.waitForCall("on_close", stopped);
}

TEST_F(Disks, AFolderThatCannotBeMadeIsAnEmergency) {
    const std::string file = folder_.write("file", "");
    const auto server = serverAt(file + "/spool");
    server->waitForLog("in memory only");
    EXPECT_EQ(emergency(), "spool");
    expectWorks(*server);
}

class SpoiledSpool : public Disks {
  protected:
    /// A server has been here, and something is owed.
    void begin() {
        backend_.addRule(R"({"match":{"action":"on_stop"},"reply":{"status":503}})");
        const auto server = serverAt(folder_.path().string());
        comeAndGo(*server, 3);
        server->waitForLog("verdict=later");
        server->stop();
        for (const auto& file : std::filesystem::directory_iterator(folder_.path()))
            if (file.path().extension() == ".db") database_ = file.path();
        ASSERT_FALSE(database_.empty());
    }

    void overwrite(std::streamoff at, const std::string& bytes) {
        std::fstream file(database_, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(at);
        file << bytes;
    }

    std::filesystem::path database_;
};

TEST_F(SpoiledSpool, ADamagedDatabaseIsPutAsideAndANewOneBegins) {
    begin();
    overwrite(0, std::string(4096, 'x'));
    const auto server = serverAt(folder_.path().string());
    EXPECT_THAT(server->waitForLog("put aside as"), HasSubstr("a new one begins"));
    backend_.removeRules();
    expectWorks(*server);
}

TEST_F(SpoiledSpool, DamageThatShowsLaterEndsNobody) {
    begin();
    const auto size = static_cast<std::streamoff>(std::filesystem::file_size(database_));
    overwrite(size / 2, std::string(static_cast<std::size_t>(size - size / 2), '\xff'));
    const auto server = serverAt(folder_.path().string());
    backend_.removeRules();
    comeAndGo(*server, 3);
    expectWorks(*server);
}

TEST_F(SpoiledSpool, ANewerServersIsLeftAsItIs) {
    begin();
    constexpr std::streamoff kUserVersion = 60; // SQLite's file format, section 1.3
    overwrite(kUserVersion, std::string("\0\0\0\x63", 4));
    const auto server = serverAt(folder_.path().string());
    EXPECT_THAT(server->waitForLog("in memory only"), HasSubstr("was written by a newer server, and is left as it is"));
    EXPECT_EQ(emergency(), "spool");
    backend_.removeRules();
    expectWorks(*server);
}

TEST_F(Disks, AFloodPushesTheOldestOut) {
    backend_.addRule(R"({"match":{"action":"on_stop"},"reply":{"status":503}})");
    const auto server = serverAt(folder_.path().string(), {}, "size 1m;");
    const ApiClient api(apiPort_.number());
    while (server->log().count("events that were owed are lost") == 0) comeAndGo(*server, 50);
    EXPECT_GT(PrometheusText(api.ask("GET", "/metrics").body).value("hookcast_spool_dropped_total"), 0);
    EXPECT_EQ(emergency(), "spool");
    comeAndGo(*server, 200);
    EXPECT_EQ(server->log().count("events that were owed are lost"), 1U);
    backend_.removeRules();
    startPlayer(server->port(), "last").reset();
    waitForStop("last");
}

} // namespace
} // namespace hookcast::integration
