#pragma once

#include "config/Config.h"
#include "config/DirectiveRow.h"
#include "config/Environment.h"
#include "config/FileSource.h"
#include "config/Finding.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::config {

/// A directive that was read and changes nothing: SRS knows it, this server does not do it yet.
struct UnusedDirective {
    SourceLocation where;
    std::string path; ///< the blocks it stands in, e.g. `vhost.hls`
};

/// What became of a directive of the file.
enum class Fate {
    Works,
    NoEffect, ///< SRS knows it, this server does not do it yet
    Refused,  ///< it is known, and an error as it stands here
    Unknown,
    Ignored, ///< another one of its name counts
};

/// A directive of the file, blocks included, or an element of XML or JSON; of what stands in a block without effect,
/// the block. What is off asks for nothing and is left out.
struct ReadDirective {
    SourceLocation where;
    std::string path;        ///< `vhost.play.gop_cache`, `config.rtsp.port`
    std::string writtenName; ///< what the file says, where that is an old spelling; else empty
    Fate fate = Fate::Works;
    std::string becomes; ///< what an element of XML or JSON is in a file in nginx style
};

/// Something to consider that is no fault.
struct Note {
    SourceLocation where;
    std::string message;

    std::string text() const; ///< `file:line:column: note: message`
};

/// What a load gave.
struct LoadOutcome {
    std::shared_ptr<const Config> config; ///< null when there is an error among the findings
    std::vector<Finding> findings;        ///< every warning and error, in the order of the file
    std::vector<Note> notes;              ///< for who comes from SRS
    std::vector<UnusedDirective> withoutEffect;
    std::vector<ReadDirective> read; ///< in the order of the file, as far as it could be read
};

/// Reads a configuration: text to directive tree, legacy names, environment, checks, typed Config. Never throws for
/// what a file or a variable says; every problem is a Finding, and as many as possible are found in one go.
///
/// Any thread; a load touches nothing but its arguments and the file source.
class ConfigLoader {
  public:
    explicit ConfigLoader(std::unique_ptr<const FileSource> files = std::make_unique<DiskFiles>());

    /// `path`: relative to the working directory. A file that begins with `<` is XML, one that begins with `{` JSON,
    /// every other one nginx style. A file that cannot be read is an error finding without a line.
    LoadOutcome loadFile(const std::string& path, const Environment& environment) const;

    /// `fileName` stands in the findings, and `include` looks beside it.
    LoadOutcome loadText(std::string_view text, const std::string& fileName, const Environment& environment) const;

    /// As with -e: no file; not a daemon, log to the console, `vhost __defaultVhost__`, and the variables.
    LoadOutcome loadEnvironmentOnly(const Environment& environment) const;

  private:
    std::unique_ptr<const FileSource> files_;
};

} // namespace hookcast::config
