#pragma once

#include "config/Config.h"
#include "config/Directive.h"
#include "config/DirectiveTable.h"
#include "config/Finding.h"

#include <functional>

namespace hookcast::config {

/// Reads a vhost's capture and ingest blocks, which may stand there several times, into its typed config; what is
/// wrong is an error finding.
class InputBuilder {
  public:
    /// Fills what a scope points to from a block; see ConfigBuilder.
    using Fill = std::function<void(const Scope&, const Section&, const Directive&)>;

    /// Both outlive the builder.
    InputBuilder(Findings& findings, Fill fill);

    void addAll(const Scope& scope, const Directive& vhost);

  private:
    void addCapture(Scope scope, const Directive& directive);
    void addIngest(Scope scope, const Directive& directive);
    void addEngine(Scope scope, const Directive& directive);

    // given
    Findings& findings_;
    Fill fill_;
};

/// The schemes that captures understand, for messages.
inline constexpr const char* kCaptureSchemes = "rtsp, rtmp, http, https, srt or file";

/// Whether a capture can have this source: a URL with one of those schemes, or a file's path.
bool isCaptureSource(const std::string& source);

} // namespace hookcast::config
