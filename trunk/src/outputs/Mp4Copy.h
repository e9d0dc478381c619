#pragma once

#include "outputs/DiskFile.h"

#include <cstdint>
#include <string>

namespace hookcast::outputs {

/// Copies the packets of the fragmented MP4 file `from` into a plain, seekable one, `to`, which is replaced, and tells
/// its size. Leaves no `to` when it fails. Blocks for as long as the disk needs to copy the file.
DiskError copyMp4(const std::string& from, const std::string& to, std::uint64_t& sizeBytes);

} // namespace hookcast::outputs
