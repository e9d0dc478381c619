#pragma once

#include "config/VhostConfig.h"
#include "media/PacketConverter.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::inputs {

/// What is read, and how patiently.
struct SourceOptions {
    std::string url; ///< with one of the schemes of config::kCaptureSchemes, or a file's path
    std::int64_t timeoutMs = 0;
    std::int64_t stallMs = 0;
    std::size_t queueBytes = 0; ///< frames that are handed out and not taken: then reading waits
    config::RtspTransport transport = config::RtspTransport::Auto;
    config::TrackChoice tracks;
};

/// Reads a stream from elsewhere, from its creation on, until the source ends or this dies: the seam at which tests
/// replace the network. Its death may take as long as the source needs to notice, a fifth of a second: not on a loop.
class SourceReader {
  public:
    /// Called on a thread of the reader's.
    struct Output {
        std::function<void(std::vector<media::ConvertedFrame>)> onFrames;
        std::function<void(std::string reason)> onEnd;   ///< once, last; not when the reader dies first
        std::function<void(std::string what)> onLeftOut; ///< a track that frames cannot carry
        std::function<void(std::string what)> onJump;    ///< the source's clock has jumped; the first time only
    };

    virtual ~SourceReader() = default;

    /// Any thread, not blocking: ends as soon as it can, and calls nothing more from then on, but for what is on its
    /// way.
    virtual void stop() = 0;

    /// Any thread: so much of what was handed out has been taken.
    virtual void taken(std::size_t bytes) = 0;
};

using MakeSourceReader = std::function<std::unique_ptr<SourceReader>(const SourceOptions&, SourceReader::Output)>;

} // namespace hookcast::inputs
