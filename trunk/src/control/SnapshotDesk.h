#pragma once

#include "hooks/StreamKey.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace hookcast::control {

/// A stream's picture, as far as there is one.
struct Snapshot {
    enum class Outcome : std::uint8_t {
        Picture,
        None,   ///< there is no keyframe: sound alone, nothing published, or nothing has come yet
        Broken, ///< one has come, and cannot be decoded
    };

    Outcome outcome = Outcome::None;
    std::shared_ptr<const std::string> jpeg; ///< null where there is none
};

/// Whom the control interface asks for pictures of streams. Any thread.
class SnapshotDesk {
  public:
    using OnSnapshot = std::function<void(const Snapshot&)>;

    virtual ~SnapshotDesk() = default;

    /// `onSnapshot` is called once, on any thread, within the call or later.
    virtual void take(const hooks::StreamKey& key, OnSnapshot onSnapshot) = 0;
};

} // namespace hookcast::control
