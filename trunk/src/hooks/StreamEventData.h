#pragma once

#include "hooks/ServerEvent.h"

#include <cstdint>
#include <string>

namespace hookcast::hooks {

enum class StreamState : std::uint8_t {
    Inactive, ///< nothing comes in
    Active,
};

/// How a capture's connection to its source fares; all 0 for what is published.
struct Reconnects {
    std::int64_t attempt = 0; ///< since it was lost
    std::int64_t limit = 0;   ///< attempts in a row before it is given up
    std::int64_t total = 0;   ///< since the stream was created
};

/// What was measured of a stream's picture.
struct VideoFigures {
    std::int64_t bitrate = 0; ///< bits per second
    std::string codec;        ///< `H264`, `H265`, ...; empty while it is not known
    std::int64_t fps = 0;     ///< frames per second
};

inline constexpr const char* kPublishType = "publish";
inline constexpr const char* kCaptureType = "capture";

/// One stream at one moment, as the stream events tell it.
struct StreamEventData {
    std::string access = "public";
    std::string address; ///< IP of where it comes from
    std::string camera;  ///< the capture's name; for what is published the stream's
    bool dvr = false;    ///< it is recorded
    bool enable = true;
    std::string kind = "primary"; ///< or secondary
    Reconnects reconnects;
    std::string source; ///< URL, without secrets: see base::cutSecrets()
    StreamState state = StreamState::Inactive;
    std::int64_t stime = 0; ///< when it began; Unix time, seconds
    std::int64_t subscribers = 0;
    std::string type = kPublishType; ///< or kCaptureType
    std::string uid;                 ///< tells the server's streams apart
    VideoFigures video;
};

/// A piece of a recording without a gap.
struct DvrRange {
    std::int64_t from = 0; ///< Unix time, seconds
    std::int64_t to = 0;
    std::int64_t size = 0; ///< bytes
    std::string type = "regular";
};

struct DvrError {
    std::string msg;
    std::int64_t no = 0; ///< errno, or 0 when all is well
};

/// What stream:dvr tells: of `stream` only access, address, camera, source, state, stime, type and uid.
struct DvrEventData {
    StreamEventData stream;
    DvrRange range;
    DvrError error;
    std::int64_t atime = 0; ///< when the range was last written to; Unix time, seconds
    std::int64_t ctime = 0; ///< when the range was begun
};

/// stream:create, stream:state, stream:reconnect, stream:pulse or stream:delete.
ServerEvent streamEvent(config::EventName name, const StreamEventData& stream, std::int64_t pulseMs = 0);

/// stream:dvr
ServerEvent dvrEvent(const DvrEventData& dvr);

} // namespace hookcast::hooks
