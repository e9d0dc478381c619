#pragma once

#include "support/Deadline.h"
#include "support/TempFolder.h"

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <utility>
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

/// For the messages of a failed test.
std::ostream& operator<<(std::ostream& out, const PacketHash& packet);

/// The packets of one video and one audio stream, each in order. Times count from the first video packet's dts.
struct PacketHashes {
    std::vector<PacketHash> video;
    std::vector<PacketHash> audio;

    std::size_t count() const { return video.size() + audio.size(); }
    bool operator==(const PacketHashes&) const = default;
};

/// ffmpeg's bitstream filters that packets go through first, so that those of inputs that write them differently can be
/// compared.
struct PacketFilters {
    std::string video;
    std::string audio;
};

/// The files that ffmpeg writes the packets of an input to as it receives them: one for each stream, as a common one
/// would hold packets of one stream back until the other catches up.
class FrameHashFiles {
  public:
    /// `folder` outlives this.
    explicit FrameHashFiles(const TempFolder& folder, PacketFilters filters = {})
        : folder_(folder), filters_(std::move(filters)) {}

    /// The arguments behind the input.
    std::vector<std::string> outputArguments() const;

    /// The same behind two inputs, one with video and one with audio.
    std::vector<std::string> outputArgumentsOfTwo() const;

    /// What is there by now; a line that is not whole is left out.
    PacketHashes read() const;

    /// Waits until there are `count` packets. Throws std::runtime_error, with the number reached, when they do not come
    /// in time.
    void waitFor(std::size_t count, const Deadline& deadline = Deadline()) const;

  private:
    void write(const char* stream, const std::string& filter, const char* file,
               std::vector<std::string>& arguments) const;

    const TempFolder& folder_;
    PacketFilters filters_;
};

/// The packets of a media file.
PacketHashes hashesOfFile(const std::string& mediaFile, const PacketFilters& filters = {});

/// The packets of one stream of a media file, as ffmpeg names it (`0:v:0`), counted from its first one's dts.
std::vector<PacketHash> hashesOfStream(const std::string& mediaFile, const std::string& stream,
                                       const std::string& filter = "");

/// Those of a file with video and one with audio, both without times.
PacketHashes hashesOfFiles(const std::string& videoFile, const std::string& audioFile, const PacketFilters& filters);

} // namespace hookcast::integration
