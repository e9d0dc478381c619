#pragma once

#include "hub/WireFormat.h"

#include <memory>
#include <string>
#include <string_view>

namespace hookcast::live {

/// Another format over WebSocket: each of its entries, and its preamble, is one unmasked binary frame. Any thread.
class WebSocketFormat final : public hub::WireFormat {
  public:
    /// `inner` outlives this.
    explicit WebSocketFormat(const hub::WireFormat& inner) : inner_(inner), name_(std::string(inner.name()) + "-ws") {}

    std::string_view name() const override { return name_; }
    std::unique_ptr<hub::WireEncoder> makeEncoder() const override;

  private:
    const hub::WireFormat& inner_;
    std::string name_;
};

} // namespace hookcast::live
