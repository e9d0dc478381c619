#pragma once

#include "support/Deadline.h"
#include "support/TempFolder.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hookcast::integration {

/// One packet, as ffmpeg's framehash writes it down; times are rounded to milliseconds.
struct PacketHash {
    std::optional<std::int64_t> dtsMs; ///< none: ffmpeg does not know
    std::optional<std::int64_t> ptsMs;
    std::size_t sizeBytes = 0;
    std::string hash;

    bool operator==(const PacketHash&) const = default;
};

/// The packets of one video and one audio stream, each in order. Times count from the first video packet's dts.
struct PacketHashes {
    std::vector<PacketHash> video;
    std::vector<PacketHash> audio;

    std::size_t count() const { return video.size() + audio.size(); }
    bool operator==(const PacketHashes&) const = default;
};

/// The files that ffmpeg writes the packets of an input to as it receives them: one for each stream, as a common one
/// would hold packets of one stream back until the other catches up.
class FrameHashFiles {
  public:
    /// `folder` outlives this.
    explicit FrameHashFiles(const TempFolder& folder) : folder_(folder) {}

    /// The arguments behind the input. `videoFilter`: a bitstream filter that video goes through, where two forms of
    /// the same have to be compared.
    std::vector<std::string> outputArguments(const std::string& videoFilter = "") const;

    /// The same behind two inputs, one with video and one with AAC in ADTS.
    std::vector<std::string> outputArgumentsOfTwo(const std::string& videoFilter) const;

    /// What is there by now; a line that is not whole is left out.
    PacketHashes read() const;

    /// Waits until there are `count` packets. Throws std::runtime_error, with the number reached, when they do not come
    /// in time.
    void waitFor(std::size_t count, const Deadline& deadline = Deadline()) const;

  private:
    void write(const char* stream, const std::string& filter, const char* file,
               std::vector<std::string>& arguments) const;

    const TempFolder& folder_;
};

/// The packets of a media file.
PacketHashes hashesOfFile(const std::string& mediaFile, const std::string& videoFilter = "");

/// Those of a file with video and one with AAC in ADTS, both without times.
PacketHashes hashesOfFiles(const std::string& videoFile, const std::string& audioFile,
                           const std::string& videoFilter = "");

} // namespace hookcast::integration
