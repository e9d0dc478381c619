#pragma once

#include "base/Bytes.h"

#include <cstddef>

namespace hookcast::outputs {

/// onMetaData of a file (FLV 10.1, E.5), and where in it the two numbers are that are known at the file's end.
struct FlvMetadata {
    base::Bytes body;
    std::size_t durationOffset = 0; ///< of the eight bytes of a number: seconds
    std::size_t fileSizeOffset = 0; ///< likewise: bytes
};

/// What the publisher's onMetaData says, with `duration` and `filesize`: in their places, or added. `published` may be
/// empty; what cannot be read is left out.
FlvMetadata makeFlvMetadata(base::ByteSpan published);

} // namespace hookcast::outputs
