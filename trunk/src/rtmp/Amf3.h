#pragma once

#include "base/ByteReader.h"
#include "base/Result.h"
#include "rtmp/Amf.h"

#include <cstdint>
#include <string>
#include <vector>

namespace hookcast::rtmp {

/// Reads one AMF3 value (AMF 3 specification, section 3) with reference tables of its own. References to strings and
/// traits are followed; references to whole objects, externalizable objects, vectors and dictionaries are refused: no
/// RTMP client sends them.
class Amf3Reader {
  public:
    /// The value read may use depths from `depth` to `maxDepth`. Both references must outlive this.
    Amf3Reader(base::ByteReader& reader, AmfBudget& budget, std::uint32_t depth, std::uint32_t maxDepth);

    base::Result<Amf> read() { return value(depth_); }

  private:
    /// The shape of an object (section 3.12).
    struct Traits {
        std::string className;
        bool dynamic = false;
        std::vector<std::string> names;
    };

    base::Result<Amf> value(std::uint32_t depth);
    base::Result<Amf> object(std::uint32_t depth);
    base::Result<Amf> array(std::uint32_t depth);
    base::Result<Amf> date();
    base::Result<std::uint32_t> inlineHeader();
    base::Result<std::string> inlineBytes();
    base::Result<std::string> string();
    base::Result<std::string> name();
    base::Result<std::uint32_t> u29();
    base::Result<std::size_t> traits(std::uint32_t header);
    base::Result<void> namedValues(std::vector<Amf::Property>& properties, std::uint32_t depth);
    base::Result<void> spendBytes(std::size_t size);

    // given
    base::ByteReader& reader_;
    AmfBudget& budget_;
    std::uint32_t depth_;
    std::uint32_t maxDepth_;

    // state
    std::vector<std::string> strings_;
    std::vector<Traits> traits_;
};

/// One value. Values nested deeper than `maxDepth` or kMaxAmfDepth are an error.
base::Result<Amf> readAmf3(base::ByteReader& reader, std::uint32_t maxDepth);

} // namespace hookcast::rtmp
