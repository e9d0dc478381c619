#pragma once

#include "base/Bytes.h"

#include <cstdint>
#include <optional>

namespace hookcast::load {

/// A data message that carries the publisher's monotonic clock through the server, in the stream. It means something
/// only to a player on the same machine.
base::Bytes writeClock(std::int64_t monotonicUs);

/// The clock in a data message; nothing when it is another message.
std::optional<std::int64_t> readClock(base::ByteSpan payload);

} // namespace hookcast::load
