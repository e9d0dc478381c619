#pragma once

#include "base/Result.h"
#include "rtmp/Message.h"

#include <vector>

namespace hookcast::rtmp {

/// The messages inside an aggregate message (RTMP 1.0, section 7.1.6). The first gets the timestamp of the aggregate
/// and the others keep their distance to it; all get its message stream and its chunk stream. Back pointers are
/// skipped, not believed; the last one may be missing. An aggregate inside an aggregate is an error.
base::Result<std::vector<Message>> splitAggregate(const Message& aggregate);

} // namespace hookcast::rtmp
