// The input is a recording: FLV, or MP4 where it does not begin as FLV does. Whatever can be cut out of it is.
#include "media/FlvStreamReader.h"
#include "vod/MediaIndex.h"
#include "vod/TsSegment.h"

#include <Poco/TemporaryFile.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace {

using namespace hookcast;

constexpr std::size_t kMostBytes = 1024 * 1024;
constexpr std::size_t kMostParts = 16;

void check(bool condition) {
    if (!condition) std::abort();
}

/// A folder that goes with the program.
class Folder {
  public:
    Folder() { std::filesystem::create_directories(path); }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    const std::string path = Poco::TemporaryFile::tempName();
};

const std::string& folder() {
    static const Folder folder;
    return folder.path;
}

void write(const std::string& path, base::ByteSpan bytes) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    check(file >= 0);
    check(::write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    ::close(file);
}

/// Pictures and sounds.
std::size_t mediaOf(const vod::MediaFrames& frames) {
    std::size_t count = 0;
    for (const media::Frame& frame : frames)
        if (frame.role == media::FrameRole::Media || frame.role == media::FrameRole::Keyframe) ++count;
    return count;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const base::ByteSpan bytes(data, size);
    const bool isFlv = size >= 3 && media::beginsFlv(bytes);
    const std::string name = isFlv ? "a.flv" : "a.mp4";
    write(folder() + "/" + name, bytes);
    const auto opened = files::ServedFile::open(folder(), name);
    if (!opened) return 0;
    const files::ServedFile& file = opened.value();
    const vod::MediaReader& reader = vod::readerFor(name);
    const auto length = reader.length(file);
    check(!length || length.value().durationMs >= 0);
    const auto made = reader.index(file);
    if (!made) return 0;
    const vod::MediaIndex& index = made.value();
    check(!index.points.empty() && index.points.front().timeMs == 0);
    for (std::size_t i = 1; i < index.points.size(); ++i) check(index.points[i].timeMs > index.points[i - 1].timeMs);
    const std::size_t parts = std::min(index.points.size(), kMostParts);
    std::size_t count = 0;
    bool isRead = true;
    for (std::size_t i = 0; i < parts; ++i) {
        auto part = reader.read(file, index, i, i + 1, kMostBytes);
        isRead = isRead && part.ok();
        if (!part) continue;
        count += mediaOf(part.value());
        check(vod::makeTsSegment(part.take(), index.points[i].timeMs).size() % 188 == 0);
    }
    const auto whole = reader.read(file, index, 0, parts, kMostBytes);
    if (isFlv && isRead && whole) check(mediaOf(whole.value()) == count);
    return 0;
}
