#pragma once

#include "base/ByteReader.h"
#include "base/Bytes.h"
#include "base/Result.h"
#include "rtmp/Amf.h"

#include <cstdint>

namespace hookcast::rtmp {

/// Reads the values of one message (AMF 0 specification, section 2), which share one budget. The avmplus marker
/// switches to AMF3 for one value. References, movie clips and record sets are refused: no RTMP client sends them.
class Amf0Reader {
  public:
    /// A plain value has depth 1, a property of an object depth 2. `reader` must outlive this.
    Amf0Reader(base::ByteReader& reader, std::uint32_t maxDepth);

    /// The next value. After an error the position in the reader means nothing.
    base::Result<Amf> read();

    /// Whether the byte is the marker of a value that read() knows.
    static bool isValueMarker(std::uint8_t byte);

  private:
    base::Result<Amf> value(std::uint32_t depth);
    base::Result<Amf> simpleValue(std::uint8_t marker);
    base::Result<Amf> strictArray(std::uint32_t depth);
    base::Result<std::vector<Amf::Property>> properties(std::uint32_t depth);

    // given
    base::ByteReader& reader_;
    std::uint32_t maxDepth_;

    // state
    AmfBudget budget_;
};

/// One value. Values nested deeper than `maxDepth` or kMaxAmfDepth are an error.
base::Result<Amf> readAmf0(base::ByteReader& reader, std::uint32_t maxDepth);

/// Appends a value. A property whose name is longer than the 65,535 bytes that AMF0 can express is left out.
void writeAmf0(base::Bytes& out, const Amf& value);

} // namespace hookcast::rtmp
