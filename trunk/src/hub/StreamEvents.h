#pragma once

#include "hooks/ServerEvent.h"
#include "hooks/StreamEventData.h"
#include "hub/StreamListener.h"
#include "hub/StreamReporter.h"

#include <functional>
#include <map>
#include <memory>
#include <mutex>

namespace hookcast::hub {

/// What the stream events tell of a publication, but for what changes while it lasts.
hooks::StreamEventData describe(const PublishedStream& stream);

/// The same of a capture that was created at `sinceUnixS` (Unix time, seconds).
hooks::StreamEventData describe(const config::CaptureConfig& capture, std::int64_t sinceUnixS);

/// Reports every publication to the webhooks, but for those of captures, which report themselves, and those that begin
/// while there are no webhooks. Any thread; outlives
/// every publication.
class StreamEvents final : public StreamListener {
  public:
    using IsRecorded = std::function<bool(const PublishedStream&)>;

    /// `isRecorded`: whether a recorder takes the stream; any thread. Without it none is.
    explicit StreamEvents(hooks::EventSink& events, IsRecorded isRecorded = {});

    void onPublish(const PublishedStreamPtr& stream, Publication& publication) override;
    void onUnpublish(const PublishedStreamPtr& stream) override;

  private:
    // given
    hooks::EventSink& events_;
    IsRecorded isRecorded_;
    // owned
    std::mutex mutex_; ///< guards the map; each reporter belongs to its publication's loop
    std::map<const PublishedStream*, std::shared_ptr<StreamReporter>> reporters_;
};

} // namespace hookcast::hub
