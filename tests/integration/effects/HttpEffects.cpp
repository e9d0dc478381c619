// A vhost's paths of http_server: vhost.http_remux, vhost.http_static.
#include "effects/Effect.h"

#include "support/FlvTags.h"
#include "support/HttpClient.h"
#include "support/HttpHookcast.h"
#include "support/Sessions.h"
#include "support/TempFolder.h"
#include "support/TestFrames.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstddef>
#include <cstdint>
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

/// What the header of an FLV player announces, and which kinds of tags (FLV 10.1, E.4.1) come first, of a publisher
/// that has sent a picture and, where `withSound`, a sound.
struct Announced {
    int flags;
    bool sound; ///< is among the first three tags
};

Announced announcedBy(std::string_view remux, bool withSound) {
    const HttpHookcast hookcast(vhostWith(fmt::format("http_remux {{ enabled on; {} }}", remux)));
    const auto publisher = startPublisher(hookcast.rtmpPort(), "show");
    publisher->send(avcConfig(0));
    publisher->send(avcKeyframe(0));
    if (withSound) publisher->send(aacFrame(10));
    publisher->send(avcInterFrame(20));
    publisher->sync();
    HttpClient player(hookcast.httpPort());
    EXPECT_EQ(player.get("/live/show.flv").status, 200);
    Announced announced{player.receiveBytes(kFlvHeaderBytes).at(4), false};
    for (int i = 0; i < 3; ++i) {
        constexpr std::size_t kTagHeaderBytes = 11;
        const std::string header = player.receiveBytes(kTagHeaderBytes);
        announced.sound = announced.sound || header[0] == 8;
        const auto byteAt = [&header](std::size_t at) { return std::size_t{static_cast<std::uint8_t>(header[at])}; };
        player.receiveBytes((byteAt(1) << 16U) + (byteAt(2) << 8U) + byteAt(3) + 4);
        if (i == 1 && !withSound) break;
    }
    return announced;
}

void guessHasAv() {
    EXPECT_EQ(announcedBy("", true).flags, 5);
    EXPECT_EQ(announcedBy("guess_av_wait 0;", false).flags, 1) << "there is no sound";
    EXPECT_EQ(announcedBy("guess_has_av off;", false).flags, 5) << "it is not looked at";
}

void hasAudio() {
    EXPECT_EQ(announcedBy("guess_has_av off; has_audio off;", true).flags, 1);
    EXPECT_EQ(announcedBy("guess_has_av off; has_audio on;", true).flags, 5);
}

void hasVideo() {
    EXPECT_EQ(announcedBy("guess_has_av off; drop_if_not_match off; has_video off;", true).flags, 4);
    EXPECT_EQ(announcedBy("guess_has_av off; drop_if_not_match off; has_video on;", true).flags, 5);
}

void dropIfNotMatch() {
    EXPECT_TRUE(announcedBy("guess_has_av off; has_audio off; drop_if_not_match off;", true).sound);
    const HttpHookcast hookcast(vhostWith("http_remux { enabled on; guess_has_av off; has_audio off; }"));
    const auto publisher = startPublisher(hookcast.rtmpPort(), "show");
    publisher->send(avcConfig(0));
    publisher->send(avcKeyframe(0));
    publisher->send(aacFrame(10));
    publisher->sync();
    HttpClient player(hookcast.httpPort());
    player.get("/live/show.flv");
    publisher->send(avcInterFrame(20));
    publisher->tcp().reset();
    for (const auto& message : readFlv(player.receiveToEnd())) EXPECT_NE(static_cast<int>(message.type), 8);
}

/// A second of silence is not enough for a patient one.
void guessAvWait() {
    const HttpHookcast hookcast(vhostWith("http_remux { enabled on; guess_av_wait 60; }"));
    const auto publisher = startPublisher(hookcast.rtmpPort(), "show");
    publisher->send(avcConfig(0));
    publisher->send(avcKeyframe(0));
    publisher->sync();
    HttpClient player(hookcast.httpPort());
    EXPECT_EQ(player.get("/live/show.flv").status, 200);
    publisher->send(aacFrame(1500));
    EXPECT_EQ(player.receiveBytes(kFlvHeaderBytes).at(4), 5) << "it has waited for the sound";
    EXPECT_EQ(announcedBy("guess_av_wait 0;", false).flags, 1) << "and this one has not";
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
        {"vhost.http_remux.guess_has_av", guessHasAv},
        {"vhost.http_remux.guess_av_wait", guessAvWait},
        {"vhost.http_remux.has_audio", hasAudio},
        {"vhost.http_remux.has_video", hasVideo},
        {"vhost.http_remux.drop_if_not_match", dropIfNotMatch},
        {"vhost.http_static.enabled", [] { staticEnabled("http_static"); }},
        {"vhost.http", [] { staticEnabled("http"); }},
        {"vhost.http_static.mount", staticMount},
        {"vhost.http_static.dir", [] { staticEnabled("http_static"); }},
    };
}

} // namespace hookcast::integration
