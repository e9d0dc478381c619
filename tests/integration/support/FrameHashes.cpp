#include "support/FrameHashes.h"

#include "support/FfmpegRun.h"
#include "support/FolderWatch.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <ostream>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace hookcast::integration {

namespace {

constexpr const char* kVideoFile = "video.framehash";
constexpr const char* kAudioFile = "audio.framehash";

/// What a hash file counts in: `#tb 0: 1/90000`.
struct TimeBase {
    std::int64_t numerator = 1;
    std::int64_t denominator = 1000;

    std::optional<std::int64_t> toMs(std::int64_t time) const {
        if (time == std::numeric_limits<std::int64_t>::min()) return std::nullopt;
        const std::int64_t scaled = time * numerator * 2000 + (time >= 0 ? denominator : -denominator);
        return scaled / (2 * denominator);
    }
};

TimeBase readTimeBase(const std::string& line) {
    std::istringstream fields(line.substr(line.find(':') + 1));
    TimeBase base;
    char slash = 0;
    fields >> base.numerator >> slash >> base.denominator;
    return base;
}

/// `stream, dts, pts, duration, size, hash`, and side data behind a further comma, such as the codec configuration that
/// a publisher has sent anew.
PacketHash readLine(const std::string& line, const TimeBase& base) {
    std::istringstream fields(line);
    int stream = 0;
    std::int64_t duration = 0;
    PacketHash packet;
    char comma = 0;
    std::int64_t dts = 0;
    std::int64_t pts = 0;
    fields >> stream >> comma >> dts >> comma >> pts >> comma >> duration >> comma >> packet.sizeBytes >> comma >>
        packet.hash;
    if (!fields) throw std::runtime_error("not a line of framehash: " + line);
    packet.hash.resize(std::min(packet.hash.find(','), packet.hash.size()));
    packet.dtsMs = base.toMs(dts);
    packet.ptsMs = base.toMs(pts);
    return packet;
}

std::vector<PacketHash> readPackets(const std::string& path) {
    const std::string content = readFile(path);
    std::istringstream whole(content.substr(0, content.rfind('\n') + 1));
    std::vector<PacketHash> packets;
    TimeBase base;
    for (std::string line; std::getline(whole, line);) {
        if (line.starts_with("#tb ")) base = readTimeBase(line);
        if (!line.empty() && !line.starts_with('#')) packets.push_back(readLine(line, base));
    }
    return packets;
}

void shift(std::vector<PacketHash>& packets, std::int64_t byMs) {
    for (PacketHash& packet : packets) {
        if (packet.dtsMs) *packet.dtsMs += byMs;
        if (packet.ptsMs) *packet.ptsMs += byMs;
    }
}

} // namespace

std::ostream& operator<<(std::ostream& out, const PacketHash& packet) {
    return out << fmt::format("{}/{} ms, {} bytes, {:.8}", packet.dtsMs.value_or(-1), packet.ptsMs.value_or(-1),
                              packet.sizeBytes, packet.hash);
}

std::vector<std::string> FrameHashFiles::outputArguments() const {
    std::vector<std::string> arguments;
    write("0:v:0", filters_.video, kVideoFile, arguments);
    write("0:a:0", filters_.audio, kAudioFile, arguments);
    return arguments;
}

std::vector<std::string> FrameHashFiles::outputArgumentsOfTwo() const {
    std::vector<std::string> arguments;
    write("0:v:0", filters_.video, kVideoFile, arguments);
    write("1:a:0", filters_.audio, kAudioFile, arguments);
    return arguments;
}

void FrameHashFiles::write(const char* stream, const std::string& filter, const char* file,
                           std::vector<std::string>& arguments) const {
    arguments.insert(arguments.end(), {"-map", stream});
    if (!filter.empty()) arguments.insert(arguments.end(), {"-bsf", filter});
    arguments.insert(arguments.end(),
                     {"-c", "copy", "-flush_packets", "1", "-f", "framehash", "-y", folder_.file(file)});
}

PacketHashes FrameHashFiles::read() const {
    PacketHashes hashes{readPackets(folder_.file(kVideoFile)), readPackets(folder_.file(kAudioFile))};
    if (hashes.video.empty()) return hashes;
    // ffmpeg moves what it writes to begin at 0, wherever the player came in.
    const std::int64_t firstMs = hashes.video.front().dtsMs.value_or(0);
    shift(hashes.video, -firstMs);
    shift(hashes.audio, -firstMs);
    return hashes;
}

void FrameHashFiles::waitFor(std::size_t count, const Deadline& deadline) const {
    const FolderWatch watch(folder_.path());
    for (;;) {
        const std::size_t reached = read().count();
        if (reached >= count) return;
        if (!watch.waitForChange(deadline))
            throw std::runtime_error(fmt::format("{} of {} packets came in time", reached, count));
    }
}

namespace {

PacketHashes hashesOf(std::vector<std::string> inputs, const std::vector<std::string>& output,
                      const FrameHashFiles& files) {
    inputs.insert(inputs.end(), output.begin(), output.end());
    runFfmpeg(inputs);
    return files.read();
}

} // namespace

PacketHashes hashesOfFile(const std::string& mediaFile, const PacketFilters& filters) {
    const TempFolder folder;
    const FrameHashFiles files(folder, filters);
    return hashesOf({"-i", mediaFile}, files.outputArguments(), files);
}

std::vector<PacketHash> hashesOfStream(const std::string& mediaFile, const std::string& stream,
                                       const std::string& filter) {
    const TempFolder folder;
    const std::string file = folder.file("stream.framehash");
    std::vector<std::string> arguments = {"-i", mediaFile, "-map", stream};
    if (!filter.empty()) arguments.insert(arguments.end(), {"-bsf", filter});
    arguments.insert(arguments.end(), {"-c", "copy", "-f", "framehash", file});
    runFfmpeg(arguments);
    std::vector<PacketHash> packets = readPackets(file);
    if (!packets.empty()) shift(packets, -packets.front().dtsMs.value_or(0));
    return packets;
}

PacketHashes hashesOfFiles(const std::string& videoFile, const std::string& audioFile, const PacketFilters& filters) {
    const TempFolder folder;
    const FrameHashFiles files(folder, filters);
    return hashesOf({"-i", videoFile, "-i", audioFile}, files.outputArgumentsOfTwo(), files);
}

} // namespace hookcast::integration
