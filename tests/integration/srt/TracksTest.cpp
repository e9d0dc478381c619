// Publishers whose transport stream has more than a stream can have: one picture and one sound.
#include "support/Configs.h"
#include "support/FfmpegRun.h"
#include "support/HookcastServer.h"
#include "support/SrtPort.h"
#include "support/TestMedia.h"

#include <gmock/gmock.h>

#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;

class SrtTracks : public testing::Test {
  protected:
    void publish(const std::string& clip) {
        publisher_.emplace(std::vector<std::string>{"-re", "-stream_loop", "-1", "-i", clip, "-map", "0", "-c", "copy",
                                                    "-f", "mpegts", "-program", "program_num=7:st=0:st=1:st=2",
                                                    "-program", "program_num=8:st=3:st=4", port_.publishUrl("show")});
        server_.waitForLog("publishes __defaultVhost__/live/show");
    }

    SrtPort port_;
    HookcastServer server_{port_.server() + defaultVhost("srt { enabled on; }")};
    std::optional<FfmpegRun> publisher_;
};

TEST_F(SrtTracks, OfOneKindAreTheFirstOfTheFirstProgramme) {
    publish(twoProgramsClip());
    EXPECT_EQ(soundRates(server_.url("live/show")), "44100");
    EXPECT_THAT(server_.waitForLog("leaves out"), HasSubstr("1 other programme, 1 other sound track"));

    // Packets of one track follow each other, as far apart as its frames last.
    std::istringstream times(runFfprobe({"-select_streams", "a", "-show_entries", "packet=pts_time", "-of", "csv=p=0",
                                         "-read_intervals", "%+#60", server_.url("live/show")}));
    std::vector<double> seconds;
    for (std::string line; std::getline(times, line) && !line.empty();) seconds.push_back(std::stod(line));
    ASSERT_GE(seconds.size(), 60U);
    for (std::size_t i = 1; i < seconds.size(); ++i) EXPECT_GT(seconds[i], seconds[i - 1]);
    const double frameSeconds = 1024.0 / 44100;
    EXPECT_NEAR((seconds.back() - seconds.front()) / static_cast<double>(seconds.size() - 1), frameSeconds,
                frameSeconds / 5);
    server_.stop();
    EXPECT_EQ(server_.log().count("leaves out"), 1U);
}

} // namespace
} // namespace hookcast::integration
