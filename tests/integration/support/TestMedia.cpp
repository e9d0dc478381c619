#include "support/TestMedia.h"

#include "support/Descriptor.h"
#include "support/FfmpegRun.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <stdexcept>
#include <vector>

namespace hookcast::integration {

namespace {

using Arguments = std::vector<std::string>;

const Arguments kH264 = {"-c:v", "libx264", "-preset", "veryfast", "-bf", "2", "-g", "25", "-pix_fmt", "yuv420p"};
const Arguments kG711Rate = {"-ar", "8000", "-ac", "1"};

/// `extension` names the container.
std::string makeOnce(const std::string& name, const std::string& extension, const Arguments& video,
                     const Arguments& audio) {
    const std::filesystem::path folder = TEST_MEDIA_FOLDER;
    Arguments arguments = {"-y",
                           "-f",
                           "lavfi",
                           "-i",
                           "testsrc2=size=320x180:rate=25",
                           "-f",
                           "lavfi",
                           "-i",
                           "sine=frequency=440:sample_rate=44100",
                           "-t",
                           "4"};
    arguments.insert(arguments.end(), video.begin(), video.end());
    arguments.insert(arguments.end(), audio.begin(), audio.end());
    // A change of the recipe is a new file.
    std::size_t recipe = 0;
    for (const std::string& argument : arguments) recipe = recipe * 31 + std::hash<std::string>()(argument);
    const std::filesystem::path file = folder / fmt::format("{}-{:016x}.{}", name, recipe, extension);
    const std::filesystem::path unfinished = folder / ("unfinished." + extension);

    std::filesystem::create_directories(folder);
    const Descriptor lock(::open((folder / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (!lock.valid() || ::flock(lock.get(), LOCK_EX) != 0) throw std::runtime_error("cannot lock " + folder.string());
    if (std::filesystem::exists(file)) return file;
    arguments.push_back(unfinished);
    runFfmpeg(arguments);
    std::filesystem::rename(unfinished, file);
    return file;
}

} // namespace

std::string h264AacClip() {
    return makeOnce("h264-aac", "flv", kH264, {"-c:a", "aac", "-b:a", "64k"});
}

std::string h264AacTsClip() {
    return makeOnce("h264-aac", "ts", kH264, {"-c:a", "aac", "-b:a", "64k"});
}

std::string twoProgramsClip() {
    Arguments video = {"-map", "0:v", "-map", "1:a", "-map", "1:a", "-map", "0:v", "-map", "1:a"};
    video.insert(video.end(), kH264.begin(), kH264.end());
    return makeOnce("two-programs", "ts", video,
                    {"-c:a", "aac", "-b:a", "64k", "-ar:a:0", "44100", "-ar:a:1", "22050", "-ar:a:2", "32000",
                     "-program", "program_num=7:st=0:st=1:st=2", "-program", "program_num=8:st=3:st=4"});
}

std::string h264Mp3Clip() {
    return makeOnce("h264-mp3", "flv", kH264, {"-c:a", "libmp3lame", "-b:a", "64k"});
}

std::string h264PcmaClip() {
    Arguments audio = {"-c:a", "pcm_alaw"};
    audio.insert(audio.end(), kG711Rate.begin(), kG711Rate.end());
    return makeOnce("h264-pcma", "flv", kH264, audio);
}

std::string h264PcmuClip() {
    Arguments audio = {"-c:a", "pcm_mulaw"};
    audio.insert(audio.end(), kG711Rate.begin(), kG711Rate.end());
    return makeOnce("h264-pcmu", "flv", kH264, audio);
}

std::string h264OpusClip() {
    return makeOnce("h264-opus", "mkv", kH264, {"-c:a", "libopus", "-ac", "2", "-b:a", "64k"});
}

std::string hevcAacClip() {
    return makeOnce("hevc-aac", "mp4",
                    {"-c:v", "libx265", "-preset", "veryfast", "-x265-params", "bframes=2:keyint=25:log-level=error",
                     "-pix_fmt", "yuv420p"},
                    {"-c:a", "aac", "-b:a", "64k"});
}

std::string mpeg4AacClip() {
    return makeOnce("mpeg4-aac", "mp4", {"-c:v", "mpeg4", "-g", "25", "-b:v", "500k"}, {"-c:a", "aac", "-b:a", "64k"});
}

std::string vp8OpusClip() {
    return makeOnce("vp8-opus", "mkv", {"-c:v", "libvpx", "-g", "25", "-b:v", "500k", "-deadline", "realtime"},
                    {"-c:a", "libopus", "-ac", "2", "-b:a", "64k"});
}

std::string hevcOpusClip() {
    return makeOnce("hevc-opus", "mp4",
                    {"-c:v", "libx265", "-preset", "veryfast", "-x265-params", "bframes=2:keyint=25:log-level=error",
                     "-pix_fmt", "yuv420p"},
                    {"-c:a", "libopus", "-b:a", "64k"});
}

std::string h264Ac3Clip() {
    return makeOnce("h264-ac3", "mp4", kH264, {"-c:a", "ac3", "-b:a", "96k"});
}

} // namespace hookcast::integration
