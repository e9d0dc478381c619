#pragma once

#include "config/ConfigLoader.h"
#include "config/Directive.h"
#include "config/Finding.h"

#include <string>
#include <string_view>

namespace hookcast::config {

/// Whether a configuration is XML: its first character that is no blank is `<`.
bool looksLikeXml(std::string_view text);

/// Reads the XML configurations of form notify's servers into the tree that a file in nginx style would give: an
/// http_notify block of the default vhost and a server for each protocol; in the foreground, logging to the console.
/// Two forms are known, which may be mixed:
/// - that of a media server: `<config>` holds `<rtsp>`, `<rtmp>`, `<srt>`, `<http_flv>`, and each of them its port and
///   an `<http_notify>`;
/// - that of an RTSP server: the same directly in `<config>`, which is about RTSP then.
/// Every other element is added to the outcome's `withoutEffect`, and to `findings` as a warning; each one, with
/// what it becomes, to its `read`.
///
/// False, and an error among the findings, when the text is no XML or no such configuration.
bool readXmlConfig(std::string_view text, const std::string& fileName, Directive& root, Findings& findings,
                   LoadOutcome& outcome);

} // namespace hookcast::config
