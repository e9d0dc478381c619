// vhost.dvr and vhost.exec.
#include "effects/Effect.h"

#include "support/FlvTags.h"
#include "support/HookcastServer.h"
#include "support/Recordings.h"
#include "support/Sessions.h"
#include "support/TempFolder.h"
#include "support/TestFrames.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::IsEmpty;

/// What a publisher of live/show leaves behind: three seconds that begin at 50 s and have a single keyframe, where not
/// each half of a second has one.
void publish(const HookcastServer& server, bool manyKeyframes) {
    const auto publisher = startPublisher(server.port(), "show");
    publisher->send(avcConfig(50'000));
    for (unsigned timeMs = 50'000; timeMs <= 53'000; timeMs += 100)
        publisher->send(timeMs == 50'000 || (manyKeyframes && timeMs % 500 == 0) ? avcKeyframe(timeMs)
                                                                                 : avcInterFrame(timeMs));
    publisher->sync();
}

/// The recordings of that, in a folder of its own.
std::vector<std::string> recordedWith(const TempFolder& folder, std::string_view directives,
                                      bool manyKeyframes = true) {
    HookcastServer server(fmt::format("vhost __defaultVhost__ {{ dvr {{ {} dvr_path {}; }} }}\n", directives,
                                      folder.file("[stream]-[timestamp].flv")));
    publish(server, manyKeyframes);
    server.stop();
    return filesIn(folder);
}

std::size_t countWith(std::string_view directives, bool manyKeyframes = true) {
    const TempFolder folder;
    return recordedWith(folder, directives, manyKeyframes).size();
}

void dvrEnabled() {
    EXPECT_EQ(countWith("enabled on;"), 1U);
    EXPECT_EQ(countWith("enabled off;"), 0U);
}

void dvrApply() {
    EXPECT_EQ(countWith("enabled on; dvr_apply live/other;"), 0U);
    EXPECT_EQ(countWith("enabled on; dvr_apply live/other live/show;"), 1U);
}

void dvrPlan() {
    EXPECT_GT(countWith("enabled on; dvr_plan segment; dvr_duration 1;"), 1U);
    EXPECT_EQ(countWith("enabled on; dvr_plan session; dvr_duration 1;"), 1U);
}

void dvrDuration() {
    EXPECT_GT(countWith("enabled on; dvr_plan segment; dvr_duration 1;"), 1U);
    EXPECT_EQ(countWith("enabled on; dvr_plan segment;"), 1U);
}

void dvrWaitKeyframe() {
    EXPECT_GT(countWith("enabled on; dvr_plan segment; dvr_duration 1; dvr_wait_keyframe off;", false), 1U);
    EXPECT_EQ(countWith("enabled on; dvr_plan segment; dvr_duration 1;", false), 1U);
}

void dvrPath() {
    const TempFolder folder;
    HookcastServer server(
        fmt::format("vhost __defaultVhost__ {{ {} }}\n", dvr(folder.file("of-[app]/the-[stream].flv"))));
    publish(server, true);
    server.stop();
    EXPECT_TRUE(std::filesystem::exists(folder.file("of-live/the-show.flv")));
}

void dvrTimeJitter() {
    const auto lastTimeWith = [](std::string_view directive) {
        const TempFolder folder;
        const auto files = recordedWith(folder, fmt::format("enabled on; {}", directive));
        return readFlv(readFile(files.at(0))).back().timestampMs;
    };
    EXPECT_EQ(lastTimeWith("time_jitter off;"), 53'000U);
    EXPECT_EQ(lastTimeWith(""), 3000U);
}

std::string execOf(const TempFolder& folder, std::string_view enabled) {
    return fmt::format("vhost __defaultVhost__ {{ exec {{ enabled {}; publish touch {}; }} }}\n", enabled,
                       folder.file("[stream]-is-on"));
}

void execPublish() {
    const TempFolder folder;
    const HookcastServer server(execOf(folder, "on"));
    const auto publisher = startPublisher(server.port(), "show");
    server.waitForLog("__defaultVhost__/live/show: touch ended: code 0");
    EXPECT_TRUE(std::filesystem::exists(folder.file("show-is-on")));
}

void execEnabled() {
    execPublish();
    const TempFolder folder;
    HookcastServer server(execOf(folder, "off"));
    publish(server, false);
    server.stop();
    EXPECT_THAT(filesIn(folder), IsEmpty());
}

} // namespace

Effects outputEffects() {
    return {
        {"vhost.dvr.enabled", dvrEnabled},        {"vhost.dvr.dvr_apply", dvrApply},
        {"vhost.dvr.dvr_plan", dvrPlan},          {"vhost.dvr.dvr_path", dvrPath},
        {"vhost.dvr.dvr_duration", dvrDuration},  {"vhost.dvr.dvr_wait_keyframe", dvrWaitKeyframe},
        {"vhost.dvr.time_jitter", dvrTimeJitter}, {"vhost.exec.enabled", execEnabled},
        {"vhost.exec.publish", execPublish},
    };
}

} // namespace hookcast::integration
