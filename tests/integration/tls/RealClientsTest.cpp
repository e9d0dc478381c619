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

using testing::EndsWith;
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

    /// What curl says to `url` with these arguments: its output, and behind it the version and the status that it has
    /// seen.
    std::string curl(const std::vector<std::string>& arguments, const std::string& url) const {
        std::vector<std::string> words = {
            "curl", "-sS", "--cacert", hookcast_.authorityFile(), "-w", " HTTP/%{http_version} %{http_code}"};
        words.insert(words.end(), arguments.begin(), arguments.end());
        words.push_back(url);
        ChildProcess curl({words, {}, {}});
        curl.waitForExit();
        std::string output = curl.output().text();
        if (output.ends_with('\n')) output.pop_back(); // of the last line, as it was read
        return output + curl.errors().text();
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
    const std::string url = fmt::format("https://localhost:{}/api/v1/versions", hookcast_.apiHttpsPort());
    const auto ask = [&](const std::vector<std::string>& arguments) { return curl(arguments, url); };
    EXPECT_THAT(ask({}), HasSubstr(R"("code":0)"));
    EXPECT_THAT(ask({"--tlsv1.2", "--tls-max", "1.2"}), HasSubstr(R"("code":0)"));
    EXPECT_THAT(ask({"--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0"}), HasSubstr("curl: "));
    EXPECT_THAT(ask({"--tls-max", "1.2", "--ciphers", "AES128-SHA"}), HasSubstr("curl: ")) << "not forward secret";
}

TEST_F(RealClients, SpeakTheNewestHttpThatTheyKnow) {
    const std::string api = fmt::format("https://localhost:{}/api/v1/versions", hookcast_.apiHttpsPort());
    EXPECT_THAT(curl({"--http2"}, api), EndsWith(" HTTP/2 200"));
    EXPECT_THAT(curl({"--http1.1"}, api), EndsWith(" HTTP/1.1 200"));
    EXPECT_THAT(curl({"--http2-prior-knowledge"}, fmt::format("http://localhost:{}/", hookcast_.httpPort())),
                EndsWith(" HTTP/2 404"));
    std::string contents;
    for (int i = 0; i < 500'000; ++i) contents += std::to_string(i);
    hookcast_.write("numbers.txt", contents);
    EXPECT_EQ(curl({"--http2"}, https("numbers.txt")), contents + " HTTP/2 200");
    EXPECT_EQ(curl({"--http2", "-r", "10-19"}, https("numbers.txt")), contents.substr(10, 10) + " HTTP/2 206");
    EXPECT_THAT(curl({"--http2", "-I"}, https("numbers.txt")),
                HasSubstr(fmt::format("content-length: {}\r\n", contents.size())));
}

/// Many on one connection, of which none waits for another's end.
TEST_F(RealClients, AskForManyThingsAtOnceByHttp2) {
    constexpr int kFiles = 200;
    std::vector<std::string> arguments = {"--http2", "--no-progress-meter", "--parallel", "--parallel-max", "100"};
    for (int i = 0; i < kFiles; ++i) {
        hookcast_.write(fmt::format("{}.txt", i), std::string(1000 + static_cast<std::size_t>(i), 'x'));
        arguments.insert(arguments.end(), {https(fmt::format("{}.txt", i)), "-o", "/dev/null"});
    }
    arguments.insert(arguments.end(), {"-o", "/dev/null"});
    const std::string seen = curl(arguments, https("0.txt"));
    std::string wanted;
    for (int i = 0; i <= kFiles; ++i) wanted += " HTTP/2 200";
    EXPECT_EQ(seen, wanted);
}

TEST_F(RealClients, PlayLiveMediaByHttp2) {
    const FfmpegRun publisher({"-re", "-i", h264AacClip(), "-c", "copy", "-f", "flv", rtmps("live/cam")});
    backend_.waitForCall("on_publish");
    const TempFolder folder;
    EXPECT_THAT(curl({"--http2", "-o", folder.file("seen.flv")}, https("live/cam.flv")), EndsWith(" HTTP/2 200"));
    expectThoseOfTheClip(hashesOfFile(folder.file("seen.flv")).video);
    EXPECT_THAT(backend_.waitForCall("on_play").text("tcUrl"), StartsWith("https://localhost"));
    EXPECT_GT(backend_.waitForCall("on_stop").number("send_bytes"), 0);
}

TEST_F(RealClients, AreRefusedByHttp2AsByAnyOther) {
    backend_.addRule(R"({"match":{"action":"on_play"},"reply":{"status":200,"body":"1"}})");
    const FfmpegRun publisher(
        {"-re", "-stream_loop", "-1", "-i", h264AacClip(), "-c", "copy", "-f", "flv", rtmps("live/cam")});
    backend_.waitForCall("on_publish");
    EXPECT_THAT(curl({"--http2"}, https("live/cam.flv")), EndsWith(" HTTP/2 403"));
    EXPECT_THAT(curl({"--http2"}, https("live/cam.ts")), EndsWith(" HTTP/2 403"));
}

} // namespace
} // namespace hookcast::integration
