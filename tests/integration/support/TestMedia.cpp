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

const std::vector<std::string> kH264 = {"-c:v", "libx264", "-preset", "veryfast", "-bf", "2"};

/// `format`: of the file, and its ending.
std::string makeOnce(const std::string& name, const std::string& format, const std::vector<std::string>& video,
                     const std::vector<std::string>& audio) {
    const std::filesystem::path folder = TEST_MEDIA_FOLDER;
    std::vector<std::string> arguments = {"-y",
                                          "-f",
                                          "lavfi",
                                          "-i",
                                          "testsrc2=size=320x180:rate=25",
                                          "-f",
                                          "lavfi",
                                          "-i",
                                          "sine=frequency=440:sample_rate=44100",
                                          "-t",
                                          "4",
                                          "-g",
                                          "25",
                                          "-pix_fmt",
                                          "yuv420p"};
    arguments.insert(arguments.end(), video.begin(), video.end());
    arguments.insert(arguments.end(), audio.begin(), audio.end());
    // A change of the recipe is a new file.
    std::size_t recipe = 0;
    for (const std::string& argument : arguments) recipe = recipe * 31 + std::hash<std::string>()(argument);
    const std::filesystem::path file = folder / fmt::format("{}-{:016x}.{}", name, recipe, format);
    const std::filesystem::path unfinished = file.string() + ".part";

    std::filesystem::create_directories(folder);
    const Descriptor lock(::open((folder / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (!lock.valid() || ::flock(lock.get(), LOCK_EX) != 0) throw std::runtime_error("cannot lock " + folder.string());
    if (std::filesystem::exists(file)) return file;
    arguments.insert(arguments.end(), {"-f", format, unfinished});
    runFfmpeg(arguments);
    std::filesystem::rename(unfinished, file);
    return file;
}

} // namespace

std::string h264AacClip() {
    return makeOnce("h264-aac", "flv", kH264, {"-c:a", "aac", "-b:a", "64k"});
}

std::string h264Mp3Clip() {
    return makeOnce("h264-mp3", "flv", kH264, {"-c:a", "libmp3lame", "-b:a", "64k"});
}

std::string hevcOpusClip() {
    const std::vector<std::string> hevc = {"-c:v",     "libx265",      "-preset",
                                           "veryfast", "-x265-params", "bframes=2:keyint=25:log-level=none"};
    return makeOnce("hevc-opus", "mp4", hevc, {"-c:a", "libopus", "-b:a", "64k"});
}

std::string h264Ac3Clip() {
    return makeOnce("h264-ac3", "mp4", kH264, {"-c:a", "ac3", "-b:a", "96k"});
}

} // namespace hookcast::integration
