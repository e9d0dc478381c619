// heartbeat, stats, and the bearer scheme of http_api.auth.
#include "effects/Effect.h"

#include "net/LocalAddresses.h"
#include "support/ApiClient.h"
#include "support/Configs.h"
#include "support/FreePort.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"

#include <Poco/JSON/Array.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace hookcast::integration {
namespace {

using Json = ApiClient::Json;

constexpr const char* kPath = "/api/v1/servers";

/// The first beats that a backend hears of a server with a heartbeat that is on and has `more`.
HookCalls beatsWith(std::string_view more, std::string_view config = "", std::size_t count = 1) {
    MockBackend backend;
    const HookcastServer server(fmt::format("heartbeat {{ enabled on; url {}; {} }}\n{}\n{}", backend.url(kPath), more,
                                            config, defaultVhost()));
    return backend.waitFor("beats", [count](const HookCalls& calls) { return calls.size() >= count; });
}

void enabled() {
    EXPECT_EQ(beatsWith("").front().path, kPath);
    MockBackend backend;
    HookcastServer server(fmt::format("heartbeat {{ url {}; }}\n{}", backend.url(kPath), defaultVhost()));
    server.stop();
    EXPECT_EQ(backend.calls().size(), 0U);
}

void interval() {
    MockBackend backend;
    const HookcastServer slow(
        fmt::format("heartbeat {{ enabled on; url {}; interval 600; }}\n{}", backend.url(kPath), defaultVhost()));
    backend.waitFor("a beat", [](const HookCalls& calls) { return !calls.empty(); });
    const HookCalls beats = beatsWith("interval 0.3;", "", 3);
    EXPECT_EQ(backend.calls().size(), 1U);
    // A server that does not wait would take next to nothing.
    EXPECT_GE(beats.back().monotonicMs - beats.front().monotonicMs, 400);
}

void url() {
    MockBackend backend;
    const HookcastServer server(
        fmt::format("heartbeat {{ enabled on; url {}; }}\n{}", backend.url("/api/v1/servers?of=me"), defaultVhost()));
    EXPECT_EQ(backend.waitFor("a beat", [](const HookCalls& calls) { return !calls.empty(); }).front().query, "of=me");
}

void deviceId() {
    EXPECT_EQ(beatsWith("device_id \"the studio\";").front().text("device_id"), "the studio");
}

void summaries() {
    const HookCall beat = beatsWith("summaries on;").front();
    EXPECT_TRUE(beat.body->getObject("summaries")->getObject("data")->has("system"));
    EXPECT_FALSE(beatsWith("").front().has("summaries"));
}

void ports() {
    MockBackend backend;
    const HookcastServer server(
        fmt::format("heartbeat {{ enabled on; url {}; ports on; }}\n{}", backend.url(kPath), defaultVhost()));
    const HookCall beat = backend.waitFor("a beat", [](const HookCalls& calls) { return !calls.empty(); }).front();
    EXPECT_EQ(beat.body->getArray("rtmp")->getElement<std::string>(0), fmt::format("127.0.0.1:{}", server.port()));
    EXPECT_TRUE(beat.has("rtsp"));
    EXPECT_FALSE(beat.has("srt"));
}

void bearer() {
    const auto authorization = [](std::string_view auth) {
        return beatsWith(fmt::format("auth {{ {} }}", auth)).front().headers["authorization"];
    };
    EXPECT_EQ(authorization("enabled on; type bearer; token a-token;"), "Bearer a-token");
    EXPECT_EQ(authorization("enabled off; type bearer; token a-token;"), "");
}

void network() {
    // Other tests make networks of their own meanwhile.
    std::vector<std::string> addresses = net::localAddresses();
    for (std::size_t i = 0; i < addresses.size() + 1; ++i) {
        std::string told;
        std::vector<std::string> before;
        do {
            before = std::exchange(addresses, {});
            told = beatsWith("", fmt::format("stats {{ network {}; }}", i)).front().text("ip");
            addresses = net::localAddresses();
        } while (addresses != before);
        EXPECT_EQ(told, addresses[i % addresses.size()]);
    }
}

/// A server whose control interface tells of the machine.
class Figures {
  public:
    explicit Figures(std::string_view stats)
        : server_(fmt::format("http_api {{ enabled on; listen 127.0.0.1:{}; }}\nstats {{ {} }}\n{}", port_.number(),
                              stats, defaultVhost())) {}

    double systemPercent() const { return get("system_proc_stats")->getValue<double>("percent"); }
    Json system() const { return get("summaries")->getObject("system"); }

    /// Returns when `condition` holds for the data of a page.
    void waitFor(std::string_view page, const std::function<bool(const Json&)>& condition) const {
        api_.waitFor(pathOf(page), [&condition](const Json& answer) { return condition(answer->getObject("data")); });
    }

  private:
    static std::string pathOf(std::string_view page) { return fmt::format("/api/v1/{}", page); }
    Json get(std::string_view page) const { return api_.get(pathOf(page))->getObject("data"); }

    FreePort port_;
    ApiClient api_{port_.number()};
    HookcastServer server_;
};

void statsEnabled() {
    const Figures off("enabled off;");
    const Figures on("");
    // It was started later, so whatever it has looked at, the other one could have looked at, too.
    on.waitFor("system_proc_stats", [](const Json& data) { return data->getValue<double>("percent") > 0; });
    EXPECT_EQ(off.systemPercent(), 0);
}

std::string allDisks() {
    std::ifstream file("/proc/diskstats");
    std::string names;
    std::string name;
    std::string number;
    for (std::string line; std::getline(file, line); names += " " + name)
        std::istringstream(line) >> number >> number >> name;
    return names;
}

/// Writes to the disk of the working folder, which is no file system in memory, as long as it lives.
class DiskWriter {
  public:
    DiskWriter() = default;
    ~DiskWriter() {
        ending_ = true;
        thread_.join();
        ::unlink(path_.c_str());
    }
    DiskWriter(const DiskWriter&) = delete;
    DiskWriter& operator=(const DiskWriter&) = delete;

  private:
    void run() {
        const std::string block(1 << 20, 'x');
        while (!ending_) {
            const int file = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
            if (::write(file, block.data(), block.size()) < 0) ending_ = true;
            ::fsync(file);
            ::close(file);
        }
    }

    std::string path_ = fmt::format("disk-writer-{}", ::getpid());
    std::atomic<bool> ending_{false};
    std::thread thread_{[this] { run(); }};
};

void statsDisk() {
    const std::string disks = allDisks();
    const DiskWriter writer;
    const Figures without("");
    const Figures with(disks.empty() ? "" : fmt::format("disk{};", disks));
    const auto isBusy = [](const Figures& figures) {
        return figures.system()->getValue<double>("disk_busy_percent") > 0;
    };
    with.waitFor("summaries",
                 [](const Json& data) { return data->getObject("system")->getValue<double>("disk_write_KBps") > 0; });
    EXPECT_TRUE(isBusy(with));
    EXPECT_FALSE(isBusy(without)) << "no disk is named";
}

void apiBearer() {
    const FreePort port;
    const HookcastServer server(fmt::format("http_api {{ enabled on; listen 127.0.0.1:{}; auth {{ enabled on; type "
                                            "bearer; token a-token; username a; password b; }} }}\n{}",
                                            port.number(), defaultVhost()));
    const auto statusWith = [&port](std::string_view authorization) {
        return ApiClient(port.number())
            .ask("GET", "/api/v1/versions", fmt::format("Authorization: {}\r\n", authorization))
            .status;
    };
    EXPECT_EQ(statusWith("Bearer a-token"), 200);
    EXPECT_EQ(statusWith("Bearer another"), 401);
    EXPECT_EQ(statusWith("Basic YTpi"), 401) << "a:b";
}

} // namespace

Effects heartbeatEffects() {
    return {{"heartbeat.enabled", enabled},     {"heartbeat.interval", interval},   {"heartbeat.url", url},
            {"heartbeat.device_id", deviceId},  {"heartbeat.summaries", summaries}, {"heartbeat.ports", ports},
            {"heartbeat.auth.enabled", bearer}, {"heartbeat.auth.type", bearer},    {"heartbeat.auth.token", bearer},
            {"stats.enabled", statsEnabled},    {"stats.network", network},         {"stats.disk", statsDisk},
            {"http_api.auth.type", apiBearer},  {"http_api.auth.token", apiBearer}};
}

} // namespace hookcast::integration
