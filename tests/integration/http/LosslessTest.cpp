#include "support/Configs.h"
#include "support/FfmpegRun.h"
#include "support/FrameHashes.h"
#include "support/HttpHookcast.h"
#include "support/TempFolder.h"
#include "support/TestMedia.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using Packets = std::vector<PacketHash>;

/// Pushes `clip` in real time and lets an ffmpeg play `path` meanwhile, until the publisher leaves: the answer ends
/// then, and so does the player. `output` are the player's arguments behind its input.
void pushAndPlay(const std::string& clip, const std::string& path, const std::vector<std::string>& output) {
    HttpHookcast hookcast(defaultVhost(kAllMounts));
    FfmpegRun publisher({"-re", "-i", clip, "-c", "copy", "-f", "flv", hookcast.rtmpUrl("live/clip")});
    hookcast.server().waitForLog("publishes __defaultVhost__/live/clip");
    std::vector<std::string> arguments = {"-i", hookcast.httpUrl(path)};
    arguments.insert(arguments.end(), output.begin(), output.end());
    FfmpegRun player(arguments);
    EXPECT_EQ(publisher.waitForExit(), 0) << publisher.messages();
    EXPECT_EQ(player.waitForExit(), 0) << player.messages();
    hookcast.server().waitForLog("closed: the publisher has left");
    hookcast.server().stop();
}

/// The end of `all` that is as long as `part`, with times from its first on.
Packets endOf(const Packets& all, std::size_t count, std::int64_t fromMs) {
    Packets end(all.end() - static_cast<std::ptrdiff_t>(std::min(count, all.size())), all.end());
    for (PacketHash& packet : end) {
        *packet.dtsMs -= fromMs;
        *packet.ptsMs -= fromMs;
    }
    return end;
}

/// From some keyframe on, everything has to have arrived, with the distances in time that it was sent with.
void expectTheRestOf(const PacketHashes& sent, const PacketHashes& received) {
    ASSERT_GT(received.video.size(), 20U);
    ASSERT_GT(received.audio.size(), 20U);
    ASSERT_LE(received.video.size(), sent.video.size());
    const std::int64_t fromMs = sent.video[sent.video.size() - received.video.size()].dtsMs.value();
    EXPECT_EQ(received.video, endOf(sent.video, received.video.size(), fromMs));
    EXPECT_EQ(received.audio, endOf(sent.audio, received.audio.size(), fromMs));
}

std::vector<std::string> hashesOf(const Packets& packets) {
    std::vector<std::string> hashes;
    for (const PacketHash& packet : packets) hashes.push_back(packet.hash);
    return hashes;
}

void expectTheRestOfSound(const Packets& sent, const Packets& received) {
    ASSERT_GT(received.size(), 20U);
    ASSERT_LE(received.size(), sent.size());
    EXPECT_EQ(hashesOf(received), hashesOf(endOf(sent, received.size(), 0)));
}

TEST(HttpLossless, EveryPacketOfH264AndAacArrivesAsFlv) {
    const TempFolder folder;
    const FrameHashFiles files(folder);
    pushAndPlay(h264AacClip(), "live/clip.flv", files.outputArguments());
    expectTheRestOf(hashesOfFile(h264AacClip()), files.read());
}

TEST(HttpLossless, EveryPacketOfH264AndMp3ArrivesAsFlv) {
    const TempFolder folder;
    const FrameHashFiles files(folder);
    pushAndPlay(h264Mp3Clip(), "live/clip.flv", files.outputArguments());
    expectTheRestOf(hashesOfFile(h264Mp3Clip()), files.read());
}

/// The sound of what is played, written down packet by packet.
std::vector<std::string> soundOnly(const std::string& file, const std::vector<std::string>& filter) {
    std::vector<std::string> arguments = {"-map", "0:a:0", "-c", "copy"};
    arguments.insert(arguments.end(), filter.begin(), filter.end());
    arguments.insert(arguments.end(), {"-f", "framehash", "-y", file});
    return arguments;
}

TEST(HttpLossless, EveryFrameOfAacArrivesInAdts) {
    const TempFolder folder;
    const FrameHashFiles files(folder);
    // What ADTS has put in front is taken off again.
    pushAndPlay(h264AacClip(), "live/clip.aac", soundOnly(folder.file("audio.framehash"), {"-bsf:a", "aac_adtstoasc"}));
    expectTheRestOfSound(hashesOfFile(h264AacClip()).audio, files.read().audio);
}

TEST(HttpLossless, EveryFrameOfMp3Arrives) {
    const TempFolder folder;
    const FrameHashFiles files(folder);
    pushAndPlay(h264Mp3Clip(), "live/clip.mp3", soundOnly(folder.file("audio.framehash"), {}));
    expectTheRestOfSound(hashesOfFile(h264Mp3Clip()).audio, files.read().audio);
}

TEST(HttpLossless, EveryFrameOfSoundArrivesInTs) {
    const TempFolder folder;
    const FrameHashFiles files(folder);
    pushAndPlay(h264AacClip(), "live/clip.ts", soundOnly(folder.file("audio.framehash"), {"-bsf:a", "aac_adtstoasc"}));
    expectTheRestOfSound(hashesOfFile(h264AacClip()).audio, files.read().audio);
}

} // namespace
} // namespace hookcast::integration
