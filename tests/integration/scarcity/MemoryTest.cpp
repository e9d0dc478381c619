// A machine that has no memory for something large: whoever has sent it is sent away, and nobody else.
#include "media/NalUnits.h"
#include "media/TsMuxer.h"
#include "rtp/Sdp.h"
#include "support/Bystanders.h"
#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/RtspSessions.h"
#include "support/Sessions.h"
#include "support/SrtClient.h"
#include "support/SrtPort.h"
#include "support/TempFolder.h"
#include "support/TestFrames.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::SizeIs;

constexpr std::size_t kLargeBytes = 400'000;

/// Pictures without a picture in them, as MPEG-TS.
class TsPictures {
  public:
    TsPictures() {
        const auto sdp = rtp::parseSdp(avcSdp());
        const auto record = sdp.value().media.front().avcConfig().writeRecord();
        mux(media::FrameRole::CodecConfig, 0, record.value());
    }

    base::Bytes next(std::size_t sizeBytes) {
        base::Bytes picture;
        const base::Bytes unit = avcPicture(true, sizeBytes, number_++);
        media::appendLengthPrefixed(std::vector<base::ByteSpan>{unit}, picture);
        return mux(media::FrameRole::Keyframe, 1, picture);
    }

  private:
    base::Bytes mux(media::FrameRole role, std::uint8_t packetType, base::ByteSpan payload) {
        media::Frame frame;
        frame.kind = media::FrameKind::Video;
        frame.role = role;
        frame.dtsMs = 40 * number_;
        frame.body = {0x17, packetType, 0, 0, 0}; // FLV: H.264, composed when it is decoded
        frame.body.insert(frame.body.end(), payload.begin(), payload.end());
        const auto packets = muxer_.write(frame);
        return {packets.begin(), packets.end()};
    }

    media::TsMuxer muxer_;
    unsigned number_ = 0;
};

class NoMemoryLeft : public testing::Test {
  protected:
    void refuse() const { folder_.write("refuse", ""); }
    void allow() const { std::filesystem::remove(folder_.file("refuse")); }

    /// One line about who is sent away; the others go on, and the next one is served.
    void expectOneEnd() {
        server_.waitForLog("std::bad_alloc");
        bystanders_.expectToGoOn();
        EXPECT_THAT(server_.closedLines("[warn]", 1), SizeIs(1));
        EXPECT_EQ(server_.log().count("std::bad_alloc"), 1U) << "said once";
        allow();
        const auto publisher = startPublisher(server_.port(), "show");
        publisher->send(avcKeyframe(0, 2 * kLargeBytes));
        publisher->sync();
        server_.stop();
    }

    TempFolder folder_;
    SrtPort srtPort_;
    MockBackend backend_;
    HookcastServer server_{srtPort_.server() + defaultVhost("srt { enabled on; } publish { firstpkt_timeout 600000; "
                                                            "normal_timeout 600000; }" +
                                                            hooksTo(backend_)),
                           {{"LD_PRELOAD", REFUSED_MEMORY_LIBRARY},
                            {"HOOKCAST_TEST_LARGE", std::to_string(kLargeBytes)},
                            {"HOOKCAST_TEST_NO_MEMORY", folder_.file("refuse")}}};
    Bystanders bystanders_{server_};
};

TEST_F(NoMemoryLeft, ForAMessageOfRtmp) {
    const auto publisher = startPublisher(server_.port(), "show");
    publisher->setChunkSize(65536);
    publisher->send(avcKeyframe(0));
    publisher->sync();
    refuse();
    try {
        publisher->send(avcKeyframe(40, 2 * kLargeBytes));
        publisher->expectClosed();
    } catch (const std::runtime_error&) { // it is closed before all has left
    }
    backend_.waitForCall("on_unpublish");
    expectOneEnd();
}

TEST_F(NoMemoryLeft, ForAPictureOfRtsp) {
    RtspPublisher publisher(server_.rtspPort());
    publisher.send(true, 0);
    publisher.sync();
    refuse();
    try {
        publisher.send(true, 40, 2 * kLargeBytes);
        publisher.client().expectClosed();
    } catch (const std::runtime_error&) { // it is closed before all has left
    }
    backend_.waitForCall("on_unpublish");
    expectOneEnd();
}

TEST_F(NoMemoryLeft, ForAPictureOfRtspOverUdp) {
    RtspPublisher publisher(server_.rtspPort(), "live/show", RtpWay::Udp);
    publisher.send(true, 0);
    publisher.sync();
    refuse();
    for (unsigned i = 1; i < 4; ++i) publisher.send(true, 40 * i, 2 * kLargeBytes);
    publisher.client().expectClosed();
    backend_.waitForCall("on_unpublish");
    expectOneEnd();
}

TEST_F(NoMemoryLeft, ForAPictureOfSrt) {
    const SrtClient publisher(srtPort_.number(), "#!::r=live/show,m=publish");
    TsPictures pictures;
    for (int i = 0; i < 5; ++i) publisher.send(pictures.next(500));
    backend_.waitForCall("on_publish");
    refuse();
    for (int i = 0; i < 2; ++i) publisher.send(pictures.next(2 * kLargeBytes));
    publisher.expectClosed();
    backend_.waitForCall("on_unpublish");
    expectOneEnd();
}

} // namespace
} // namespace hookcast::integration
