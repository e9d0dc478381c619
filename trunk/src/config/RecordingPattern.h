#pragma once

#include "base/TimeZone.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::config {

/// What is added to a dvr_path that is a folder, as it ends neither in .flv nor in .mp4.
std::string wholeRecordingPath(std::string_view dvrPath);

/// A vhost's dvr_path, or the like, read backwards: whether a file could be a recording of the vhost, and of which
/// stream. Where a folder really is, is looked up when a file is asked about, so match() waits for the disk; the rest
/// is pure.
class RecordingPattern {
  public:
    /// Who was recorded: the app is what stands before the last slash of both names.
    struct Stream {
        std::string app;
        std::string name;

        bool operator==(const Stream&) const = default;
    };

    /// A file that could be a recording; without a stream where the path does not tell which one, or could tell two.
    struct Match {
        std::optional<Stream> stream;
        /// When it was begun, where the path tells that: by [timestamp], or by year to second.
        std::optional<std::int64_t> beganUnixMs{};

        bool operator==(const Match&) const = default;
    };

    /// `dvrPath` is relative to the working folder of this program; `zone`: of the times in it.
    RecordingPattern(std::string_view dvrPath, const std::string& vhost, base::TimeZone zone = base::TimeZone::Local);

    /// The same of files that are no recordings: `pattern` is whole, may have [seq] and [duration], and no number is
    /// added to a name that is taken.
    static RecordingPattern ofFile(std::string_view pattern, const std::string& vhost);

    /// `path` is a file's real one. Nothing when no recording of the vhost is called so. The numbers that a recording
    /// gets whose name is taken are known.
    std::optional<Match> match(std::string_view path) const;

    /// The folder below which all recordings are, as far as it is the same for all; absolute, ends with a slash.
    const std::string& folder() const { return folder_; }

    /// Of the file's name: `.flv` or `.mp4`; of other files what is the same for all, which may be nothing.
    const std::string& ending() const { return parts_.back().text; }

    /// Whether its recordings tell their streams.
    bool namesStreams() const;

    bool operator==(const RecordingPattern&) const = default;

  private:
    struct Part {
        enum class Kind { Text, App, Stream, Timestamp, Sequence, Duration, Digits, Number };

        Kind kind = Kind::Text;
        std::string text{};     ///< of Text
        std::size_t digits = 0; ///< of Digits
        std::size_t time = 0;   ///< likewise: which part of the time

        bool operator==(const Part&) const = default;
    };
    class Search;
    enum class Numbers { Added, Never }; ///< to names that are taken

    RecordingPattern(std::string_view whole, const std::string& vhost, base::TimeZone zone, Numbers numbers);

    std::string folder_;
    std::vector<Part> parts_; ///< of what is behind the folder
    base::TimeZone zone_;
};

/// `path` with the links in its folders followed, as far as they are there; absolute, without `.` and `..`. Waits for
/// the disk.
std::string realPathOf(const std::string& path);

} // namespace hookcast::config
