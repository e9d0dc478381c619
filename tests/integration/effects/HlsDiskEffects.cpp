// What is made of segments beside serving them: those rows of vhost.hls, http_hooks and limits that say what is on the
// disk, how it is encrypted, and who is told.
#include "effects/Effect.h"

#include "support/FfmpegRun.h"
#include "support/HlsClient.h"
#include "support/HttpHookcast.h"
#include "support/MockBackend.h"
#include "support/TempFolder.h"
#include "support/TestMedia.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A stream `live/show` in segments of a second, which are files of a folder, and of which a backend is told.
class Filed {
  public:
    explicit Filed(const std::string& hls = "", const std::string& hooks = "", const std::string& before = "")
        : hookcast_(fmt::format("{} vhost __defaultVhost__ {{ hls {{ enabled on; hls_fragment 1; hls_path {}; {} }} "
                                "http_hooks {{ enabled on; on_hls {}; {} }} }}\n",
                                before, folder_.path().string(), hls, backend_.url("/api/v1/hls"), hooks)) {}

    /// So many clips of four seconds; returns when the backend has been told of all segments.
    void publish(int clips) {
        runFfmpeg({"-stream_loop", std::to_string(clips - 1), "-i", h264AacClip(), "-c", "copy", "-f", "flv",
                   hookcast_.rtmpUrl("live/show")});
        segments_ += 4 * static_cast<std::size_t>(clips);
        backend_.waitForCall("on_hls", segments_);
    }

    bool has(const std::string& name) const { return std::filesystem::exists(folder_.file(name)); }
    std::string playlist() const { return readFile(folder_.file("live/show.m3u8")); }
    std::vector<std::string> filesWith(const std::string& ending) const {
        std::vector<std::string> found;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path()))
            if (entry.path().string().ends_with(ending)) found.push_back(entry.path().string());
        return found;
    }
    MockBackend& backend() { return backend_; }
    const HttpHookcast& hookcast() const { return hookcast_; }
    const TempFolder& folder() const { return folder_; }

  private:
    TempFolder folder_;
    MockBackend backend_;
    HttpHookcast hookcast_;
    std::size_t segments_ = 0;
};

void path() {
    Filed show;
    show.publish(1);
    EXPECT_TRUE(show.has("live/show-0.ts"));
    EXPECT_THAT(show.playlist(), HasSubstr("show-3.ts"));
}

void cleanup() {
    const auto has = [](const char* hls) {
        Filed show(fmt::format("hls_window 1; {}", hls));
        show.publish(4);
        EXPECT_THAT(show.playlist(), Not(HasSubstr("show-0.ts")));
        return show.has("live/show-0.ts");
    };
    EXPECT_FALSE(has(""));
    EXPECT_TRUE(has("hls_cleanup off;"));
}

void dispose() {
    Filed show("hls_dispose 1;");
    show.publish(1);
    const Deadline deadline;
    while (!show.filesWith("").empty() && (show.has("live/show.m3u8") || show.has("live/show-0.ts")))
        ASSERT_FALSE(deadline.passed());
}

void keys() {
    Filed show("hls_keys on;");
    show.publish(1);
    EXPECT_THAT(show.playlist(), HasSubstr("#EXT-X-KEY:METHOD=AES-128,URI=\"show-0.key\",IV=0x"));
    EXPECT_EQ(readFile(show.folder().file("live/show-0.key")).size(), 16U);
    EXPECT_EQ(readFile(show.folder().file("live/show-0.ts")).size() % 16, 0U);
}

void segmentsPerKey() {
    Filed show("hls_keys on; hls_fragments_per_key 2;");
    show.publish(2);
    EXPECT_EQ(show.filesWith(".key").size(), 4U);
}

void keyFile() {
    Filed show("hls_keys on; hls_key_file secret/[stream]-[seq].bin;");
    show.publish(1);
    EXPECT_TRUE(show.has("secret/live/show-0.bin")) << "with what tells the stream";
}

void keyFilePath() {
    const TempFolder keys;
    Filed show(fmt::format("hls_keys on; hls_key_file_path {};", keys.path().string()));
    show.publish(1);
    EXPECT_FALSE(show.has("live/show-0.key"));
    EXPECT_EQ(readFile(keys.file("live/show-0.key")).size(), 16U);
}

void keyUrl() {
    Filed show("hls_keys on; hls_key_url https://keys.test/k?a=b;");
    show.publish(1);
    EXPECT_THAT(show.playlist(), HasSubstr("URI=\"https://keys.test/k/live/show-0.key?a=b\""));
}

void recover() {
    const TempFolder folder;
    const auto numberAfterRestart = [&folder](const char* hls) {
        MockBackend backend;
        const std::string config =
            fmt::format("vhost __defaultVhost__ {{ hls {{ enabled on; hls_fragment 1; hls_path {}; {} }} http_hooks {{ "
                        "enabled on; on_hls {}; }} }}\n",
                        folder.path().string(), hls, backend.url("/api/v1/hls"));
        std::int64_t number = -1;
        for (int life = 0; life < 2; ++life) {
            const HttpHookcast hookcast(config);
            const std::size_t before = withAction(backend.calls(), "on_hls").size();
            runFfmpeg({"-i", h264AacClip(), "-c", "copy", "-f", "flv", hookcast.rtmpUrl("live/show")});
            number = backend.waitForCall("on_hls", before + 1).number("seq_no");
            backend.waitForCall("on_hls", before + 4);
        }
        return number;
    };
    EXPECT_EQ(numberAfterRestart("hls_recover off;"), 0);
    EXPECT_GT(numberAfterRestart(""), 0);
}

void onHls() {
    Filed show("hls_entry_prefix http://cdn.test/x;");
    show.publish(1);
    const HookCall call = show.backend().waitForCall("on_hls");
    EXPECT_EQ(call.text("file"), show.folder().file("live/show-0.ts"));
    EXPECT_EQ(call.text("url"), "http://cdn.test/x/live/show-0.ts");
    EXPECT_EQ(call.text("stream"), "show");
    EXPECT_EQ(call.number("seq_no"), 0);
    EXPECT_GT(call.body->getValue<double>("duration"), 0.5);
}

/// The first GET that comes.
HookCall waitForGet(MockBackend& backend) {
    const auto isGet = [](const HookCall& call) { return call.method == "GET"; };
    const HookCalls& calls =
        backend.waitFor("a GET", [&](const HookCalls& all) { return std::ranges::any_of(all, isGet); });
    return *std::ranges::find_if(calls, isGet);
}

void onHlsNotify() {
    MockBackend cache;
    Filed show("", fmt::format("on_hls_notify {};", cache.url("/api/v1/hls/[app]/[stream]/[ts_url]?s=[service_id]")));
    show.publish(1);
    const HookCall call = waitForGet(cache);
    EXPECT_EQ(call.path, "/api/v1/hls/live/show/live/show-0.ts");
    EXPECT_THAT(call.query, HasSubstr("s="));
    EXPECT_THAT(call.query, Not(HasSubstr("service_id")));
}

/// A server that has said as much as it may, and goes on, is not listened to any further.
void notifyBytes() {
    MockBackend cache;
    cache.addRule(R"({"match":{"method":"GET"},"reply":{"status":200,"body":"0123456789"}})");
    const auto outcomeWith = [&](const char* hls) {
        Filed show(hls, fmt::format("on_hls_notify {};", cache.url("/api/v1/hls/[ts_url]")), "srs_log_level verbose;");
        show.publish(1);
        return show.hookcast().server().waitForLog("on_hls_notify: status 200");
    };
    EXPECT_THAT(outcomeWith("hls_nb_notify 5;"), HasSubstr("longer than 5 bytes"));
    EXPECT_THAT(outcomeWith(""), Not(HasSubstr("longer")));
}

void queue() {
    Filed show("", "", "limits { hls_queue 65536; }");
    runFfmpeg(
        {"-stream_loop", "20", "-i", h264AacClip(), "-c", "copy", "-f", "flv", show.hookcast().rtmpUrl("live/big")});
    show.hookcast().server().waitForLog("are not written: the disk is behind by hls_queue");
}

} // namespace

Effects hlsDiskEffects() {
    return {
        {"vhost.hls.hls_path", path},
        {"vhost.hls.hls_cleanup", cleanup},
        {"vhost.hls.hls_dispose", dispose},
        {"vhost.hls.hls_keys", keys},
        {"vhost.hls.hls_fragments_per_key", segmentsPerKey},
        {"vhost.hls.hls_key_file", keyFile},
        {"vhost.hls.hls_key_file_path", keyFilePath},
        {"vhost.hls.hls_key_url", keyUrl},
        {"vhost.hls.hls_recover", recover},
        {"vhost.hls.hls_nb_notify", notifyBytes},
        {"vhost.http_hooks.on_hls", onHls},
        {"vhost.http_hooks.on_hls_notify", onHlsNotify},
        {"limits.hls_queue", queue},
    };
}

} // namespace hookcast::integration
