#pragma once

#include "base/Bytes.h"
#include "hub/WireFormat.h"
#include "media/MetadataTracks.h"

#include <memory>
#include <string_view>

namespace hookcast::live {

/// A stream as FLV tags (FLV 10.1, annex E). The file's header comes before them, once per player: flvFileHeader().
/// Any thread.
class FlvFormat final : public hub::WireFormat {
  public:
    /// What is of no kind in `tracks` is left out, with its configuration and with what metadata say of it.
    explicit FlvFormat(const media::Tracks& tracks = {}) : tracks_(tracks) {}

    std::string_view name() const override;
    std::unique_ptr<hub::WireEncoder> makeEncoder() const override;

  private:
    media::Tracks tracks_;
};

/// The first 13 bytes of an FLV file that holds `tracks` (E.2 and E.3).
base::Bytes flvFileHeader(const media::Tracks& tracks);

} // namespace hookcast::live
