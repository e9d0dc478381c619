#pragma once

#include "base/Bytes.h"
#include "hub/WireFormat.h"

#include <memory>
#include <string_view>

namespace hookcast::live {

/// A stream as FLV tags (FLV 10.1, annex E). The file's header comes before them, once per player: flvFileHeader().
/// Any thread.
class FlvFormat final : public hub::WireFormat {
  public:
    std::string_view name() const override { return "flv"; }
    std::unique_ptr<hub::WireEncoder> makeEncoder() const override;
};

/// The first 13 bytes of an FLV file (E.2 and E.3). It announces what the stream is known to hold; both sound and
/// picture while nothing is known.
base::Bytes flvFileHeader(const hub::StreamHeaders& headers);

} // namespace hookcast::live
