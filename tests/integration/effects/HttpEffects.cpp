// A vhost's paths of http_server: vhost.http_remux, vhost.http_static.
#include "effects/Effect.h"

#include "support/HttpClient.h"
#include "support/HttpHookcast.h"
#include "support/Sessions.h"
#include "support/TempFolder.h"
#include "support/TestFrames.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>
#include <string_view>

namespace hookcast::integration {
namespace {

std::string vhostWith(std::string_view content) {
    return fmt::format("vhost __defaultVhost__ {{ {} }}\n", content);
}

/// What the path of a stream that is being published answers.
int statusOfStream(std::string_view remux, std::string_view path) {
    const HttpHookcast hookcast(vhostWith(fmt::format("http_remux {{ {} }}", remux)));
    const auto publisher = startPublisher(hookcast.rtmpPort(), "show");
    publisher->send(avcKeyframe(0));
    publisher->sync();
    return HttpClient(hookcast.httpPort()).get(path).status;
}

void remuxEnabled() {
    EXPECT_EQ(statusOfStream("enabled on;", "/live/show.flv"), 200);
    EXPECT_EQ(statusOfStream("enabled off;", "/live/show.flv"), 404);
}

void remuxMount() {
    constexpr const char* kElsewhere = "enabled on; mount [vhost]/else/[app]-[stream].flv;";
    EXPECT_EQ(statusOfStream(kElsewhere, "/else/live-show.flv"), 200);
    EXPECT_EQ(statusOfStream(kElsewhere, "/live/show.flv"), 404);
}

/// What a player that comes before its publisher gets.
void waitStream() {
    const HttpHookcast impatient(vhostWith("http_remux { enabled on; } play { wait_stream 0; }"));
    EXPECT_EQ(HttpClient(impatient.httpPort()).get("/live/show.flv").status, 404);
    const HttpHookcast patient(vhostWith("http_remux { enabled on; } play { wait_stream 600; }"));
    HttpClient player(patient.httpPort());
    player.send("GET", "/live/show.flv");
    const auto publisher = startPublisher(patient.rtmpPort(), "show");
    publisher->send(avcKeyframe(0));
    EXPECT_EQ(player.receive().status, 200);
}

/// What a file `a.txt` in a folder of its own is at `path`.
std::string fileWith(const TempFolder& folder, std::string_view content, std::string_view path) {
    folder.write("a.txt", "its contents");
    const HttpHookcast hookcast(vhostWith(content));
    const HttpAnswer answer = HttpClient(hookcast.httpPort()).get(path);
    return answer.status == 200 ? answer.body : std::to_string(answer.status);
}

void staticEnabled(std::string_view block) {
    const TempFolder folder;
    const auto with = [&](std::string_view enabled) {
        return fileWith(folder, fmt::format("{} {{ enabled {}; dir {}; }}", block, enabled, folder.path().string()),
                        "/a.txt");
    };
    EXPECT_EQ(with("on"), "its contents");
    EXPECT_EQ(with("off"), "404");
}

void staticMount() {
    const TempFolder folder;
    const std::string content =
        fmt::format("http_static {{ enabled on; mount [vhost]/files; dir {}; }}", folder.path().string());
    EXPECT_EQ(fileWith(folder, content, "/files/a.txt"), "its contents");
    EXPECT_EQ(fileWith(folder, content, "/a.txt"), "404");
}

} // namespace

Effects httpEffects() {
    return {
        {"vhost.http_remux.enabled", remuxEnabled},
        {"vhost.play.wait_stream", waitStream},
        {"vhost.http_remux.mount", remuxMount},
        {"vhost.http_static.enabled", [] { staticEnabled("http_static"); }},
        {"vhost.http", [] { staticEnabled("http"); }},
        {"vhost.http_static.mount", staticMount},
        {"vhost.http_static.dir", [] { staticEnabled("http_static"); }},
    };
}

} // namespace hookcast::integration
