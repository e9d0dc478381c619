#pragma once

#include "hls/DiskStream.h"
#include "hls/Stream.h"
#include "hub/StreamListener.h"
#include "hub/StreamRegistry.h"

#include <functional>
#include <memory>

namespace hookcast::hls {

/// What is made of streams' segments beside serving them: the seam between who makes segments and disk and backends.
/// On the publisher's loop.
class SegmentOutputs {
  public:
    /// Null: there is nothing of before the start, or it cannot be gone on with.
    using OnReady = std::function<void(const std::shared_ptr<const RecoveredStream>&)>;

    virtual ~SegmentOutputs() = default;

    /// A publication begins whose segments go into the window of `stream`. False: segments may be made at once, and
    /// `onReady` is not called. True: what is on the disk of before the start is being looked at; `onReady` is called
    /// on this loop, later, when that is known.
    virtual bool begin(const StreamPtr& stream, const hub::PublishedStreamPtr& published, hub::Publication& publication,
                       OnReady onReady) = 0;

    /// It has ended.
    virtual void end(const hooks::StreamKey& key) = 0;
};

} // namespace hookcast::hls
