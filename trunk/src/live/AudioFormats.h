#pragma once

#include "hub/WireFormat.h"

#include <memory>
#include <string_view>

namespace hookcast::live {

/// The sound of a stream as AAC in ADTS (ISO/IEC 14496-3, 1.A.3.2): each raw frame behind a header made of the stream's
/// AudioSpecificConfig. All else is left out. Any thread.
class AacFormat final : public hub::WireFormat {
  public:
    std::string_view name() const override { return "aac"; }
    std::unique_ptr<hub::WireEncoder> makeEncoder() const override;
};

/// The sound of a stream as MP3 frames; all else is left out. Any thread.
class Mp3Format final : public hub::WireFormat {
  public:
    std::string_view name() const override { return "mp3"; }
    std::unique_ptr<hub::WireEncoder> makeEncoder() const override;
};

} // namespace hookcast::live
