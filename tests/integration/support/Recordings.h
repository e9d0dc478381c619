#pragma once

#include "support/FrameHashes.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/TempFolder.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::integration {

/// A dvr block that is on, whose files are at `path`; `more` stands in it.
std::string dvr(const std::string& path, std::string_view more = "");

/// An http_hooks block that tells `backend` of recordings.
std::string dvrHooks(const MockBackend& backend);

/// Pushes a clip by RTMP to its end.
void push(const std::string& clip, const HookcastServer& server, const std::string& stream = "show");

/// All files below a folder, in order.
std::vector<std::string> filesIn(const TempFolder& folder);

/// Whether `part` is what `whole` begins with, byte by byte, with something of both kinds.
bool isBeginningOf(const PacketHashes& part, const PacketHashes& whole);

} // namespace hookcast::integration
