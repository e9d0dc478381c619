// Clients of the field are asked who they are: FFmpeg and GStreamer, publishing and playing.
#include "rtsp/PasswordBackend.h"
#include "support/ChildProcess.h"
#include "support/Configs.h"
#include "support/FfmpegRun.h"
#include "support/GstLaunch.h"
#include "support/HookcastServer.h"
#include "support/TestMedia.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <tuple>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;
using testing::Not;
using Words = std::vector<std::string>;

constexpr const char* kPublisher = "ann:secret";

/// A client that runs until it is told to end, or refused.
class RealClient {
  public:
    virtual ~RealClient() = default;
    virtual std::string waitForRefusal() = 0; ///< what it says of it
};

class Ffmpeg final : public RealClient {
  public:
    explicit Ffmpeg(const Words& arguments) : run_(arguments) {}

    std::string waitForRefusal() override {
        EXPECT_NE(run_.waitForExit(), 0);
        return run_.messages();
    }

  private:
    FfmpegRun run_;
};

class GstLaunch final : public RealClient {
  public:
    explicit GstLaunch(const Words& pipeline) : process_(gstLaunch(pipeline)) {}

    std::string waitForRefusal() override {
        EXPECT_NE(process_.waitForExit().code, 0);
        return process_.errors().text() + process_.output().text();
    }

  private:
    ChildProcess process_;
};

enum class Program { Ffmpeg, GStreamer };

std::unique_ptr<RealClient> publisher(Program program, const std::string& url) {
    if (program == Program::Ffmpeg)
        return std::make_unique<Ffmpeg>(Words{"-re", "-stream_loop", "-1", "-i", h264AacClip(), "-c", "copy", "-f",
                                              "rtsp", "-rtsp_transport", "tcp", url});
    return std::make_unique<GstLaunch>(gstPublisher({"location=" + url, "protocols=tcp"}, h264AacClip()));
}

std::unique_ptr<RealClient> player(Program program, const std::string& url) {
    if (program == Program::Ffmpeg)
        return std::make_unique<Ffmpeg>(Words{"-rtsp_transport", "tcp", "-i", url, "-f", "null", "-"});
    return std::make_unique<GstLaunch>(
        Words{"rtspsrc", "location=" + url, "protocols=tcp", "!", "fakesink", "sync=false"});
}

class RealRtspClients : public testing::TestWithParam<std::tuple<Program, std::string>> {
  protected:
    Program program() const { return std::get<0>(GetParam()); }

    /// As it is written into a URL.
    std::string url(const std::string& login, const std::string& path = "live/show?token=x") const {
        return fmt::format("rtsp://{}127.0.0.1:{}/{}", login.empty() ? "" : login + "@", server_.rtspPort(), path);
    }

    void expectPlays(const std::string& login) {
        const auto source = publisher(Program::Ffmpeg, url(kPublisher));
        server_.waitForLog("publishes __defaultVhost__/live/show");
        const auto client = player(program(), url(login));
        server_.waitForLog("plays __defaultVhost__/live/show");
    }

    PasswordBackend backend_;
    HookcastServer server_{defaultVhost("publish { firstpkt_timeout 600000; normal_timeout 600000; }\nrtsp_auth " +
                                        std::get<1>(GetParam()) + ";\n" + backend_.hooks())};
};

TEST_P(RealRtspClients, PublishWithThePassword) {
    const auto client = publisher(program(), url(kPublisher));
    server_.waitForLog("publishes __defaultVhost__/live/show");
    EXPECT_THAT(backend_.waitFor("yes on_publish ann"), Not(HasSubstr("no ")));
}

TEST_P(RealRtspClients, PlayWithThePassword) {
    expectPlays("ann:secret");
    EXPECT_THAT(backend_.waitFor("yes on_play ann"), Not(HasSubstr("no ")));
}

TEST_P(RealRtspClients, DoNotPublishWithAnother) {
    EXPECT_THAT(publisher(program(), url("ann:wrong"))->waitForRefusal(), HasSubstr("uthorized"));
    EXPECT_THAT(backend_.waitFor("no on_connect ann"), Not(HasSubstr("yes")));
}

TEST_P(RealRtspClients, DoNotPlayWithAnother) {
    const auto source = publisher(Program::Ffmpeg, url(kPublisher));
    server_.waitForLog("publishes __defaultVhost__/live/show");
    EXPECT_THAT(player(program(), url("ann:wrong"))->waitForRefusal(), HasSubstr("uthorized"));
    backend_.waitFor("no on_connect ann");
    EXPECT_THAT(backend_.heard(), Not(HasSubstr("on_play")));
}

TEST_P(RealRtspClients, DoNothingWithoutOne) {
    EXPECT_THAT(publisher(program(), url(""))->waitForRefusal(), HasSubstr("uthorized"));
    EXPECT_THAT(player(program(), url(""))->waitForRefusal(), HasSubstr("uthorized"));
    EXPECT_EQ(backend_.heard(), "");
}

INSTANTIATE_TEST_SUITE_P(Auth, RealRtspClients,
                         testing::Combine(testing::Values(Program::Ffmpeg, Program::GStreamer),
                                          testing::Values("basic", "digest", "digest basic", "basic digest",
                                                          "digest-sha-256 digest basic")),
                         [](const auto& test) {
                             std::string name = std::get<0>(test.param) == Program::Ffmpeg ? "Ffmpeg" : "GStreamer";
                             for (const char c : "_" + std::get<1>(test.param))
                                 name += c == ' ' ? '_' : c == '-' ? 'x' : c;
                             return name;
                         });

/// What a URL cannot hold stands in it percent-encoded, and is decoded by the client.
TEST(RealRtspClient, SaysAnUnusualPasswordByBasic) {
    const PasswordBackend backend;
    HookcastServer server(defaultVhost("rtsp_auth basic;\n" + backend.hooks()));
    const Ffmpeg client({"-i",
                         fmt::format("rtsp://Gr%C3%BC%C3%9Fe%2C%20%22x%22:a%3Ab%40c%2Fd%25e%20f%3F%E2%82%AC@"
                                     "127.0.0.1:{}/live/show",
                                     server.rtspPort()),
                         "-f", "null", "-"});
    backend.waitFor("yes on_connect Gr\xC3\xBC\xC3\x9F");
}

/// Of a camera that asks, which is another server here.
TEST(RealRtspClient, ACaptureSaysThePasswordOfItsUrl) {
    for (const char* auth : {"basic", "digest"}) {
        const PasswordBackend backend;
        const HookcastServer camera(defaultVhost(fmt::format("rtsp_auth {};\n{}", auth, backend.hooks())));
        const Ffmpeg publisher({"-re", "-stream_loop", "-1", "-i", h264AacClip(), "-c", "copy", "-f", "rtsp",
                                "-rtsp_transport", "tcp",
                                fmt::format("rtsp://ann:secret@127.0.0.1:{}/live/show", camera.rtspPort())});
        camera.waitForLog("publishes __defaultVhost__/live/show");
        const HookcastServer server(defaultVhost(fmt::format(
            "capture cam {{ source rtsp://ann:secret@127.0.0.1:{}/live/show; transport tcp; }}\n", camera.rtspPort())));
        server.waitForLog("publishes __defaultVhost__/live/cam-primary");
        EXPECT_THAT(server.log().text(), Not(HasSubstr("secret"))) << auth;
        const HookcastServer wrong(defaultVhost(fmt::format(
            "capture cam {{ source rtsp://ann:wrong@127.0.0.1:{}/live/show; transport tcp; }}\n", camera.rtspPort())));
        wrong.waitForLog("nauthorized");
    }
}

} // namespace
} // namespace hookcast::integration
