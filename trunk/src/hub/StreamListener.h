#pragma once

#include "config/Config.h"
#include "hooks/HookEvent.h"
#include "hooks/StreamKey.h"
#include "hub/Reservation.h"
#include "media/Frame.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace hookcast::hub {

class Publication;

/// What a stream does, counted while it runs. Any thread.
struct StreamFigures {
    std::atomic<std::uint64_t> videoFrames{0};
    std::atomic<std::uint64_t> audioFrames{0};
    std::atomic<std::uint64_t> bytes{0};     ///< of all frames' bodies
    std::atomic<std::uint64_t> sentBytes{0}; ///< to players that have left
    std::atomic<std::int64_t> players{0};
    std::atomic<std::int64_t> heardAtMs{0}; ///< of the newest frame, or the publication's beginning; the loops' clock
};

/// Who fetches a stream; nobody, where a client publishes it.
struct FetchedBy {
    std::shared_ptr<const config::CaptureConfig> capture;
    std::int64_t sinceUnixS = 0; ///< when the capture began, which is before this publication
    std::string node;            ///< the server that it is pulled from; empty: it is published on this one

    bool isCapture() const { return capture != nullptr; }

    bool isPull() const { return !node.empty(); }

    Claimant claimant() const {
        if (isPull()) return Claimant::Pull;
        return isCapture() ? Claimant::Capture : Claimant::Publisher;
    }
};

/// One publication, as those learn of it who do not play it. Immutable but for the figures; any thread.
struct PublishedStream {
    hooks::StreamKey key;
    std::string streamId;
    hooks::HookEvent opening; ///< who publishes it, from where, by which protocol
    std::shared_ptr<const config::VhostConfig> vhost;
    FetchedBy fetchedBy;
    std::optional<bool> dvr{}; ///< whether it is recorded, where a backend says so
    std::int64_t sinceUnixMs = 0;
    std::shared_ptr<StreamFigures> figures; ///< of the stream: they go on with its next publication
};

using PublishedStreamPtr = std::shared_ptr<const PublishedStream>;

/// Takes a stream's frames as they are published: recorders and all else that is no player. On the publisher's loop;
/// it must not block and should hand the frames on to where they are worked on.
class FrameSink {
  public:
    virtual ~FrameSink() = default;

    /// The newest headers come first, then every frame.
    virtual void onFrame(const media::FramePtr& frame) = 0;

    /// No more frames come. Called once, unless the sink was removed before.
    virtual void onEnd() = 0;
};

/// Learns of publications. Its methods are called on the publisher's loop.
class StreamListener {
  public:
    virtual ~StreamListener() = default;

    /// `publication` lives until onUnpublish() has returned; sinks may be added to it now or later, on its loop.
    virtual void onPublish(const PublishedStreamPtr& stream, Publication& publication) = 0;

    virtual void onUnpublish(const PublishedStreamPtr& stream) = 0;

    /// Whether it learns of streams that are pulled from another server, too. What is told of a stream, and done with
    /// it, is a matter of the server on which it is published.
    virtual bool hearsOfPulls() const { return false; }
};

} // namespace hookcast::hub
