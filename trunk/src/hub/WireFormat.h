#pragma once

#include "base/Bytes.h"
#include "config/Config.h"
#include "hub/StreamHeaders.h"
#include "media/Frame.h"

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace hookcast::hub {

class WireLog;

/// Serializes one stream's frames in one format. Lives on the publisher's loop.
class WireEncoder {
  public:
    virtual ~WireEncoder() = default;

    /// Called once, before anything else: what the stream consisted of when the first frame to come was written.
    /// Changes come as frames.
    virtual void begin(const StreamHeaders& /*headers*/) {}

    /// Appends `frame` to `log` as one entry's bytes; the caller ends the entry. Formats that keep tracks apart end one
    /// for each track in it themselves, that of track 0 first. A frame that the format cannot carry appends nothing.
    virtual void append(const media::Frame& frame, WireLog& log) = 0;

    /// The bytes that a player gets before it starts at a frame with the time `dtsMs`: the one appended last.
    virtual base::Bytes preamble(const StreamHeaders& headers, std::int64_t dtsMs) = 0;

    /// Whether the preamble differs from frame to frame, and not only when the headers change.
    virtual bool hasPreamblePerFrame() const { return false; }

    /// Whether the metadata is in the preamble. It then depends on nothing but what preamble() is given.
    virtual bool carriesMetadata() const { return false; }

    /// Whether it writes what is of other tracks than 0 (Frame::isExtra); else it is not given any of that.
    virtual bool carriesMoreTracks() const { return false; }

    /// False for sound alone: a player may then start at each of its frames.
    virtual bool carriesVideo() const { return true; }

    /// Whether a player can go on with what the encoder of the stream's next publication writes, without being told
    /// anew what the stream consists of.
    virtual bool canBeContinued() const { return true; }
};

/// A way to write a stream on the wire: RTMP chunks, FLV tags, ... Every player of a format gets identical bytes.
/// One object per format and configuration, alive as long as the server; any thread.
class WireFormat {
  public:
    virtual ~WireFormat() = default;

    /// Tells formats of one stream apart, configuration included.
    virtual std::string_view name() const = 0;

    virtual std::unique_ptr<WireEncoder> makeEncoder() const = 0;
};

} // namespace hookcast::hub
