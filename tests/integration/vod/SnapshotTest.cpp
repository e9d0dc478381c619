// Pictures of streams, by the control interface.
#include "support/ApiClient.h"
#include "support/FfmpegRun.h"
#include "support/FreePort.h"
#include "support/Protocol.h"
#include "support/Sessions.h"
#include "support/TempFolder.h"
#include "support/TestFrames.h"
#include "support/TestMedia.h"

#include <Poco/JSON/Array.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;

class Snapshot : public testing::Test {
  protected:
    /// Once the stream is there.
    std::string pathOfPicture() const {
        const auto answer =
            api_.waitFor("/api/v1/streams", [](const auto& json) { return json->getArray("streams")->size() == 1; });
        return "/api/v1/streams/" + answer->getArray("streams")->getObject(0)->template getValue<std::string>("id") +
               "/snapshot.jpg";
    }

    /// Asks until there is one.
    std::string picture() const {
        const std::string path = pathOfPicture();
        const Deadline deadline;
        HttpAnswer answer = api_.ask("GET", path);
        while (answer.status == 404 && !deadline.passed()) answer = api_.ask("GET", path);
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.field("content-type"), "image/jpeg");
        return folder_.write("picture.jpg", answer.body);
    }

    static std::string facts(const std::string& file) {
        return runFfprobe({"-show_entries", "stream=codec_name,width,height", "-of", "csv=p=0", file});
    }

    TempFolder folder_;
    FreePort port_;
    ProtocolServer server_{"", fmt::format("http_api {{ enabled on; listen 127.0.0.1:{}; }}\n", port_.number())};
    ApiClient api_{port_.number()};
};

TEST_F(Snapshot, IsAPictureOfAnH264Stream) {
    const FfmpegRun publisher({"-re", "-stream_loop", "-1", "-i", h264AacClip(), "-c", "copy", "-f", "flv",
                               server_.server().url("live/show")});
    EXPECT_EQ(facts(picture()), "mjpeg,320,180\n");
}

TEST_F(Snapshot, IsAPictureOfAnHevcStream) {
    const FfmpegRun publisher({"-re", "-stream_loop", "-1", "-i", hevcOpusClip(), "-c", "copy", "-f", "rtsp",
                               "-rtsp_transport", "tcp", server_.server().rtspUrl("live/show")});
    EXPECT_EQ(facts(picture()), "mjpeg,320,180\n");
}

/// Of 10 bits, 4:2:2: JPEG has neither the range nor the depth.
TEST_F(Snapshot, HasTheStreamsColours) {
    const FfmpegRun publisher({"-re", "-f", "lavfi", "-i", "color=c=0xC83250:size=176x144:rate=25", "-pix_fmt",
                               "yuv422p10le", "-c:v", "libx264", "-g", "5", "-f", "flv",
                               server_.server().url("live/show")});
    const std::string raw = folder_.file("picture.rgb");
    runFfmpeg({"-i", picture(), "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", raw});
    const std::string pixels = readFile(raw);
    ASSERT_EQ(pixels.size(), 176U * 144 * 3);
    const auto at = [&](std::size_t place) { return static_cast<int>(static_cast<unsigned char>(pixels[place])); };
    constexpr std::size_t kMiddle = (72 * 176 + 88) * 3;
    EXPECT_NEAR(at(kMiddle), 0xC8, 6);
    EXPECT_NEAR(at(kMiddle + 1), 0x32, 6);
    EXPECT_NEAR(at(kMiddle + 2), 0x50, 6);
}

TEST_F(Snapshot, IsNotThereWithoutAPicture) {
    EXPECT_EQ(api_.ask("GET", "/api/v1/streams/none/snapshot.jpg").status, 404);
    EXPECT_EQ(api_.ask("GET", "/api/v1/streams//snapshot.jpg").status, 404);
    EXPECT_EQ(api_.ask("GET", "/api/v1/streams/a/b/snapshot.jpg").status, 404);
    const auto publisher = startPublisher(server_.server().port(), "show");
    const std::string path = pathOfPicture();
    EXPECT_EQ(api_.ask("GET", path).status, 404) << "nothing has come yet";
    EXPECT_EQ(api_.ask("DELETE", path).status, 405);
    publisher->send(aacConfig(0));
    publisher->send(aacFrame(10));
    publisher->sync();
    EXPECT_EQ(api_.ask("GET", path).status, 404) << "sound alone";
}

TEST_F(Snapshot, OfABrokenKeyframeIsAnErrorAndALine) {
    const auto publisher = startPublisher(server_.server().port(), "show");
    publisher->send(avcConfig(0));
    publisher->send(avcKeyframe(0));
    publisher->sync();
    const std::string path = pathOfPicture();
    const HttpAnswer answer = api_.ask("GET", path);
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(answer.body, "the stream's picture cannot be decoded");
    EXPECT_THAT(server_.server().waitForLog("no picture of"), HasSubstr("'__defaultVhost__/live/show'"));
    publisher->send(avcKeyframe(40));
    publisher->sync();
}

} // namespace
} // namespace hookcast::integration
