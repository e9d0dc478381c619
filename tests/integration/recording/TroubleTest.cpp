// Disks that fail, servers that are killed, names that lead elsewhere: the live stream goes on.
#include "support/Bystanders.h"
#include "support/Configs.h"
#include "support/Deadline.h"
#include "support/FfmpegRun.h"
#include "support/Recordings.h"
#include "support/Sessions.h"
#include "support/TestFrames.h"
#include "support/TestMedia.h"

#include <sys/resource.h>

#include <gmock/gmock.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

namespace hookcast::integration {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kPatient = "publish { firstpkt_timeout 600000; normal_timeout 600000; }\n";

/// As a full disk does: nothing is written beyond so many bytes of a file.
void limitFiles(const HookcastServer& server, rlim_t bytes) {
    const rlimit limit{bytes, RLIM_INFINITY};
    ASSERT_EQ(::prlimit(server.pid(), RLIMIT_FSIZE, &limit, nullptr), 0);
}

/// A publisher of one picture after another.
class Pictures {
  public:
    explicit Pictures(const HookcastServer& server) : publisher_(startPublisher(server.port(), "show")) {
        publisher_->send(avcConfig(0));
        publisher_->send(metadata(320, 180));
    }

    /// A second of the stream: a keyframe and what follows it.
    void sendGroup() {
        publisher_->send(avcKeyframe(timeMs_, 20'000));
        for (int i = 1; i < 25; ++i) publisher_->send(avcInterFrame(timeMs_ + 40 * i, 1000));
        timeMs_ += 1000;
        publisher_->sync();
    }

  private:
    std::unique_ptr<RtmpClient> publisher_;
    std::uint32_t timeMs_ = 0;
};

TEST(RecordingTrouble, AFullDiskIsToldOnceAndRecordingGoesOnWhenThereIsRoom) {
    const TempFolder folder;
    MockBackend backend;
    HookcastServer server(webhookTo(backend) + defaultVhost(kPatient + dvr(folder.file("[stream].flv"))));
    Bystanders bystanders(server);
    Pictures pictures(server);
    pictures.sendGroup();
    pictures.sendGroup();
    limitFiles(server, 100'000);
    const Deadline failing;
    while (named(backend.events(), "service:emergency").empty()) {
        ASSERT_FALSE(failing.passed());
        pictures.sendGroup();
    }
    bystanders.expectToGoOn();
    const SentEvent failed = named(backend.waitForEvents("stream:dvr"), "stream:dvr").front();
    EXPECT_EQ(failed.data()->getObject("error")->getValue<int>("no"), EFBIG);
    EXPECT_FALSE(failed.data()->getObject("error")->getValue<std::string>("msg").empty());

    limitFiles(server, RLIM_INFINITY);
    const Deadline deadline;
    while (server.log().count("is recorded again") == 0) {
        ASSERT_FALSE(deadline.passed());
        pictures.sendGroup();
    }
    bystanders.expectToGoOn();
    server.stop();
    EXPECT_THAT(named(backend.events(), "service:emergency"), SizeIs(1));
    EXPECT_EQ(server.log().count("is not recorded"), 1U);
    for (const std::string& file : filesIn(folder)) EXPECT_EQ(std::filesystem::path(file).extension(), ".flv") << file;
}

TEST(RecordingTrouble, APathThatCannotBeIsToldAndTheStreamGoesOn) {
    const TempFolder folder;
    folder.write("place", "no folder");
    MockBackend backend;
    HookcastServer server(webhookTo(backend) + defaultVhost(kPatient + dvr(folder.file("place/[stream].flv"))));
    Bystanders bystanders(server);
    Pictures pictures(server);
    pictures.sendGroup();
    pictures.sendGroup();
    const SentEvent emergency = named(backend.waitForEvents("service:emergency"), "service:emergency").front();
    EXPECT_EQ(emergency.data()->getValue<std::string>("what"), "recorder");
    bystanders.expectToGoOn();
}

TEST(RecordingTrouble, NamesThatLeadElsewhereAreNoneOfAStream) {
    const TempFolder folder;
    HookcastServer server(defaultVhost(kPatient + dvr(folder.file("inner/[stream].flv"))));
    for (const std::string name : {"../evil", "..", "a/../../evil"})
        EXPECT_EQ(connectClient(server.port())->publish(name).level, "error") << name;
    server.stop();
    EXPECT_THAT(filesIn(folder), IsEmpty());
}

class Killed : public testing::TestWithParam<std::string> {};

TEST_P(Killed, LeavesWhatCanBePlayed) {
    const TempFolder folder;
    HookcastServer server(defaultVhost(dvr(folder.file("show" + GetParam()))));
    FfmpegRun publisher({"-re", "-i", h264AacClip(), "-c", "copy", "-f", "flv", server.url("live/show")});
    const std::string file = folder.file("show" + GetParam() + ".tmp");
    const Deadline deadline;
    // More than a group of pictures of this clip.
    while (!std::filesystem::exists(file) || std::filesystem::file_size(file) < 60'000) {
        ASSERT_FALSE(deadline.passed());
        std::this_thread::yield();
    }
    server.signal(SIGKILL);
    publisher.waitForExit();
    const PacketHashes recorded = hashesOfFile(file);
    EXPECT_GE(recorded.video.size(), 25U);
    EXPECT_TRUE(isBeginningOf(recorded, hashesOfFile(h264AacClip())));
}

INSTANTIATE_TEST_SUITE_P(Recording, Killed, testing::Values(".flv", ".mp4"),
                         [](const auto& test) { return test.param.substr(1); });

} // namespace
} // namespace hookcast::integration
