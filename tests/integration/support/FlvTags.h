#pragma once

#include "rtmp/Message.h"

#include <string>
#include <string_view>
#include <vector>

namespace hookcast::integration {

/// The tags of an FLV stream, header first, as the messages that RTMP would carry them in. A tag that is cut short is
/// left out. Throws std::runtime_error when it is no FLV.
std::vector<rtmp::Message> readFlv(std::string_view flv);

/// The bytes of an FLV file's header.
inline constexpr std::size_t kFlvHeaderBytes = 13;

} // namespace hookcast::integration
