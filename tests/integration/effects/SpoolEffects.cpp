// spool: what is kept for backends that are away.
#include "effects/Effect.h"

#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/Sessions.h"
#include "support/TempFolder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <csignal>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::integration {
namespace {

/// Only there are files needed.
constexpr const char* kVhost = "vhost __defaultVhost__ { http_hooks { enabled on; on_close http://127.0.0.1:9/; } }";

/// Whether a player of a server that is killed is told to have left by the next one.
bool isToldAfterAKill(std::string_view directives) {
    MockBackend backend;
    const TempFolder folder;
    const std::string config =
        fmt::format("spool {{ path {}; {} }}\n{}", folder.path().string(), directives, defaultVhost(hooksTo(backend)));
    {
        HookcastServer server(config);
        const auto player = startPlayer(server.port(), "show");
        server.signal(SIGKILL);
    }
    HookcastServer server(config);
    // Somebody else comes and goes: behind what is owed, or after nothing.
    startPlayer(server.port(), "another").reset();
    const bool isKept = std::filesystem::exists(folder.path() / "hookcast.db");
    if (isKept)
        backend.waitFor("both", [](const HookCalls& calls) { return withAction(calls, "on_close").size() == 2; });
    else
        backend.waitForCall("on_close");
    server.stop();
    return withAction(backend.calls(), "on_close").size() == 2;
}

void enabled() {
    EXPECT_TRUE(isToldAfterAKill(""));
    EXPECT_FALSE(isToldAfterAKill("enabled off;"));
}

void path() {
    HookcastServer server(fmt::format("spool {{ path elsewhere; }}\n{}", kVhost));
    EXPECT_TRUE(std::filesystem::exists(server.folder().path() / "elsewhere/hookcast.db"));
    EXPECT_FALSE(std::filesystem::exists(server.folder().path() / "objs/spool/hookcast.db"));
    server.stop();
}

/// Of a server whose backend goes away while a few players are there, who leave then.
void losesWhatIsOwed(std::string_view directive, const std::string& stream, std::size_t players) {
    MockBackend backend;
    HookcastServer server(fmt::format("spool {{ {} }}\nlimits {{ hook_drain 0; connection_rate 100000; }}\n{}",
                                      directive, defaultVhost(hooksTo(backend))));
    std::vector<std::unique_ptr<RtmpClient>> clients;
    for (std::size_t i = 0; i < players; ++i) clients.push_back(startPlayer(server.port(), stream));
    backend.stop();
    clients.clear();
    server.waitForLog("they are older than spool.keep, or do not fit into spool.size");
    server.stop();
}

void size() {
    constexpr std::size_t kParameterBytes = 7000;
    constexpr std::size_t kPlayers = 100;
    losesWhatIsOwed("size 1m;", "show?x=" + std::string(kParameterBytes, 'x'), kPlayers);
}

void keep() {
    losesWhatIsOwed("keep 1s;", "show", 1);
}

/// Nine attempts take seconds; by default they take minutes.
void retry() {
    MockBackend backend;
    backend.addRule(R"({"match":{"action":"on_stop"},"reply":{"status":503}})");
    HookcastServer server("spool { retry 1; }\nlimits { hook_drain 0; }\n" + defaultVhost(hooksTo(backend)));
    startPlayer(server.port(), "show").reset();
    backend.waitForCall("on_stop", 9);
    server.stop();
}

} // namespace

Effects spoolEffects() {
    return {{"spool.enabled", enabled},
            {"spool.path", path},
            {"spool.size", size},
            {"spool.keep", keep},
            {"spool.retry", retry}};
}

} // namespace hookcast::integration
