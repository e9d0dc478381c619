// ffmpeg and curl through TLS.
#include "support/ChildProcess.h"
#include "support/Configs.h"
#include "support/FfmpegRun.h"
#include "support/FrameHashes.h"
#include "support/HookDirectives.h"
#include "support/HttpHookcast.h"
#include "support/MockBackend.h"
#include "support/TestMedia.h"
#include "support/TlsHookcast.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class RealClients : public testing::Test {
  protected:
    std::string rtmps(const std::string& path) const {
        return fmt::format("rtmps://localhost:{}/{}", hookcast_.rtmpsPort(), path);
    }
    std::string rtsps(const std::string& path) const {
        return fmt::format("rtsps://localhost:{}/{}", hookcast_.rtspsPort(), path);
    }
    std::string https(const std::string& path) const {
        return fmt::format("https://localhost:{}/{}", hookcast_.httpsPort(), path);
    }

    /// What an ffmpeg that plays `url` sees of the clip that another one publishes to `target`, again and again.
    PacketHashes packetsThrough(const std::vector<std::string>& publishing, const std::string& target,
                                const std::vector<std::string>& playing, const std::string& url) {
        std::vector<std::string> source = {"-re", "-stream_loop", "-1", "-i", h264AacClip(), "-c", "copy"};
        source.insert(source.end(), publishing.begin(), publishing.end());
        source.push_back(target);
        const FfmpegRun publisher(source);
        backend_.waitForCall("on_publish");
        const TempFolder folder;
        const FrameHashFiles files(folder);
        std::vector<std::string> arguments = playing;
        arguments.insert(arguments.end(), {"-i", url});
        for (const std::string& argument : files.outputArguments()) arguments.push_back(argument);
        const FfmpegRun player(arguments);
        files.waitFor(kPackets);
        return files.read();
    }

    /// They are some of the clip's, in its order, which begins anew when it is over.
    static void expectThoseOfTheClip(const std::vector<PacketHash>& seen) {
        const std::vector<PacketHash> sent = hashesOfFile(h264AacClip()).video;
        ASSERT_GT(seen.size(), kPackets / 4);
        const auto isFirst = [&seen](const PacketHash& packet) { return packet.hash == seen.front().hash; };
        const auto first = std::ranges::find_if(sent, isFirst);
        ASSERT_NE(first, sent.end());
        std::size_t at = static_cast<std::size_t>(first - sent.begin());
        for (const PacketHash& packet : seen) EXPECT_EQ(packet.hash, sent[at++ % sent.size()].hash);
    }

    static constexpr std::size_t kPackets = 120;

    MockBackend backend_;
    TlsHookcast hookcast_{defaultVhost(hooksTo(backend_) + kAllMounts)};
};

TEST_F(RealClients, PublishAndPlayByRtmps) {
    expectThoseOfTheClip(packetsThrough({"-f", "flv"}, rtmps("live/cam"), {}, rtmps("live/cam")).video);
    EXPECT_THAT(backend_.waitForCall("on_connect").text("tcUrl"), StartsWith("rtmps://localhost"));
}

TEST_F(RealClients, PublishByRtmpsAndPlayOverHttps) {
    expectThoseOfTheClip(packetsThrough({"-f", "flv"}, rtmps("live/cam"), {}, https("live/cam.flv")).video);
    EXPECT_THAT(backend_.waitForCall("on_play").text("tcUrl"), StartsWith("https://localhost"));
}

TEST_F(RealClients, PublishAndPlayByRtsps) {
    const std::vector<std::string> overTcp = {"-rtsp_transport", "tcp"};
    const PacketHashes seen =
        packetsThrough({"-f", "rtsp", "-rtsp_transport", "tcp"}, rtsps("live/cam"), overTcp, rtsps("live/cam"));
    EXPECT_GT(seen.video.size(), kPackets / 4);
    EXPECT_THAT(backend_.waitForCall("on_play").text("tcUrl"), StartsWith("rtsps://localhost"));
}

/// With the versions and ciphers that curl is told, or none.
TEST_F(RealClients, AskTheControlInterface) {
    const auto ask = [this](const std::vector<std::string>& more) {
        std::vector<std::string> words = {"curl", "-sS", "--cacert", hookcast_.authorityFile()};
        words.insert(words.end(), more.begin(), more.end());
        words.push_back(fmt::format("https://localhost:{}/api/v1/versions", hookcast_.apiHttpsPort()));
        ChildProcess curl({words, {}, {}});
        curl.waitForExit();
        return curl.output().text() + curl.errors().text();
    };
    EXPECT_THAT(ask({}), HasSubstr(R"("code":0)"));
    EXPECT_THAT(ask({"--tlsv1.2", "--tls-max", "1.2"}), HasSubstr(R"("code":0)"));
    EXPECT_THAT(ask({"--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0"}), HasSubstr("curl: "));
    EXPECT_THAT(ask({"--tls-max", "1.2", "--ciphers", "AES128-SHA"}), HasSubstr("curl: ")) << "not forward secret";
}

} // namespace
} // namespace hookcast::integration
