#pragma once

#include "config/ConfigLoader.h"
#include "config/Directive.h"
#include "config/Finding.h"

#include <string>
#include <string_view>

namespace hookcast::config {

/// Whether a configuration is JSON: its first character that is no blank is `{`.
bool looksLikeJson(std::string_view text);

/// Reads a media server's server.json into the tree that a file in nginx style would give: `cluster.webhook` and
/// `cluster.events` as a webhook block; `cluster.redis` as a block cluster_redis, whose directives it has by their
/// names; one vhost for every name, RTMP at its usual port; in the foreground, logging to the console. Every other
/// value is added to the outcome's `withoutEffect`, and to `findings` as a warning; each one, with what it becomes, to
/// its `read`.
///
/// False, and an error among the findings, when the text is no JSON or no object.
bool readJsonConfig(std::string_view text, const std::string& fileName, Directive& root, Findings& findings,
                    LoadOutcome& outcome);

} // namespace hookcast::config
