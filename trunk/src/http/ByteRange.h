#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace hookcast::http {

/// What of a file an answer holds.
struct ByteRange {
    std::uint64_t first = 0;
    std::uint64_t sizeBytes = 0;
    bool isPart = false;          ///< the client asked for it; else it is the whole
    bool isUnsatisfiable = false; ///< the client asked for nothing that is there
};

/// Reads the Range field of a request for a file of `fileBytes` (RFC 9110, 14.2): one range of bytes. Several of them,
/// another unit and what cannot be read mean the whole file, as the RFC allows.
ByteRange readRange(std::string_view field, std::uint64_t fileBytes);

} // namespace hookcast::http
