#include "support/FrameHashes.h"

#include "support/FfmpegRun.h"
#include "support/FolderWatch.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>
#include <ostream>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace hookcast::integration {

namespace {

constexpr const char* kVideoFile = "video.framehash";
constexpr const char* kAudioFile = "audio.framehash";

/// `stream, dts, pts, duration, size, hash`, and side data behind a further comma, such as the codec configuration that
/// a publisher has sent anew. The times are as the input counts them.
PacketHash readLine(const std::string& line) {
    std::istringstream fields(line);
    int stream = 0;
    std::int64_t duration = 0;
    PacketHash packet;
    char comma = 0;
    fields >> stream >> comma >> packet.dtsMs >> comma >> packet.ptsMs >> comma >> duration >> comma >>
        packet.sizeBytes >> comma >> packet.hash;
    if (!fields) throw std::runtime_error("not a line of framehash: " + line);
    // What may follow is side data: a decoder's configuration that came again.
    packet.hash.resize(std::min(packet.hash.find(','), packet.hash.size()));
    packet.hash.resize(std::min(packet.hash.size(), packet.hash.find(',')));
    return packet;
}

/// `#tb 0: 1/1000`: what the file's times count.
std::optional<double> readMsPerTick(const std::string& line) {
    double numerator = 0;
    double denominator = 0;
    if (std::sscanf(line.c_str(), "#tb 0: %lf/%lf", &numerator, &denominator) != 2) return std::nullopt;
    return 1000 * numerator / denominator;
}

std::vector<PacketHash> readPackets(const std::string& path) {
    const std::string content = readFile(path);
    std::istringstream whole(content.substr(0, content.rfind('\n') + 1));
    std::vector<PacketHash> packets;
    double msPerTick = 1;
    for (std::string line; std::getline(whole, line);) {
        msPerTick = readMsPerTick(line).value_or(msPerTick);
        if (line.empty() || line.starts_with('#')) continue;
        PacketHash packet = readLine(line);
        packet.dtsMs = std::llround(static_cast<double>(packet.dtsMs) * msPerTick);
        packet.ptsMs = std::llround(static_cast<double>(packet.ptsMs) * msPerTick);
        packets.push_back(packet);
    }
    return packets;
}

void shift(std::vector<PacketHash>& packets, std::int64_t byMs) {
    for (PacketHash& packet : packets) {
        packet.dtsMs += byMs;
        packet.ptsMs += byMs;
    }
}

} // namespace

std::ostream& operator<<(std::ostream& out, const PacketHash& packet) {
    return out << fmt::format("{}/{} ms, {} bytes, {:.8}", packet.dtsMs, packet.ptsMs, packet.sizeBytes, packet.hash);
}

std::vector<std::string> FrameHashFiles::outputArguments() const {
    std::vector<std::string> arguments;
    for (const auto& [stream, file] : {std::pair("0:v:0", kVideoFile), std::pair("0:a:0", kAudioFile)}) {
        arguments.insert(arguments.end(), {"-map", stream, "-c", "copy"});
        const std::string& filters = file == kVideoFile ? filters_.video : filters_.audio;
        if (!filters.empty()) arguments.insert(arguments.end(), {"-bsf", filters});
        arguments.insert(arguments.end(), {"-flush_packets", "1", "-f", "framehash", "-y", folder_.file(file)});
    }
    return arguments;
}

PacketHashes FrameHashFiles::read() const {
    PacketHashes hashes{readPackets(folder_.file(kVideoFile)), readPackets(folder_.file(kAudioFile))};
    if (hashes.video.empty()) return hashes;
    // ffmpeg moves what it writes to begin at 0, wherever the player came in.
    const std::int64_t firstMs = hashes.video.front().dtsMs;
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

PacketHashes hashesOfFile(const std::string& mediaFile, const PacketFilters& filters) {
    const TempFolder folder;
    const FrameHashFiles files(folder, filters);
    std::vector<std::string> arguments = {"-i", mediaFile};
    const std::vector<std::string> output = files.outputArguments();
    arguments.insert(arguments.end(), output.begin(), output.end());
    runFfmpeg(arguments);
    return files.read();
}

} // namespace hookcast::integration
