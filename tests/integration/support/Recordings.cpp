#include "support/Recordings.h"

#include "support/FfmpegRun.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace hookcast::integration {

namespace {

bool beginsWith(const std::vector<PacketHash>& whole, const std::vector<PacketHash>& part) {
    return !part.empty() && part.size() <= whole.size() &&
           std::ranges::equal(part, std::span(whole).first(part.size()), {}, &PacketHash::hash, &PacketHash::hash);
}

} // namespace

std::string dvr(const std::string& path, std::string_view more) {
    return fmt::format("dvr {{ enabled on; dvr_path {}; {} }}\n", path, more);
}

std::string dvrHooks(const MockBackend& backend) {
    return fmt::format("http_hooks {{ enabled on; on_dvr {}; }}\n", backend.url("/api/v1/dvrs"));
}

void push(const std::string& clip, const HookcastServer& server, const std::string& stream) {
    runFfmpeg({"-i", clip, "-c", "copy", "-f", "flv", server.url("live/" + stream)});
}

std::vector<std::string> filesIn(const TempFolder& folder) {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path()))
        if (entry.is_regular_file()) files.push_back(entry.path().string());
    std::ranges::sort(files);
    return files;
}

bool isBeginningOf(const PacketHashes& part, const PacketHashes& whole) {
    return beginsWith(whole.video, part.video) && beginsWith(whole.audio, part.audio);
}

} // namespace hookcast::integration
