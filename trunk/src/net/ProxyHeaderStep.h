#pragma once

#include "net/Doorway.h"

#include <cstddef>

namespace hookcast::net {

/// A connection may begin with a PROXY header. One from a trusted proxy says who the client is; one from anybody else
/// is refused.
class ProxyHeaderStep final : public Doorway::Step {
  public:
    /// `isTrusted`: whether its sender may send one. No header is longer than `limitBytes`.
    ProxyHeaderStep(bool isTrusted, std::size_t limitBytes) : isTrusted_(isTrusted), limitBytes_(limitBytes) {}

    Verdict look(base::ByteSpan input) override;
    const char* lateness() const override;

  private:
    // given
    bool isTrusted_;
    std::size_t limitBytes_;
    // state
    bool hasBegun_ = false; ///< it is a header, and not whole yet
};

} // namespace hookcast::net
