#pragma once

#include "hub/StreamListener.h"
#include "hub/StreamRegistry.h"

#include <functional>

namespace hookcast::hub {

/// Ends publishers whom nobody watches, as publish.kickoff_for_idle says: without a player for so long, and not
/// recorded. What the server fetches by itself is left alone. Any thread; outlives every publication.
class IdleWatch final : public StreamListener {
  public:
    using IsRecorded = std::function<bool(const PublishedStream&)>;

    explicit IdleWatch(IsRecorded isRecorded) : isRecorded_(std::move(isRecorded)) {}

    void onPublish(const PublishedStreamPtr& stream, Publication& publication) override;

    /// Each watch ends with its publication.
    void onUnpublish(const PublishedStreamPtr& /*stream*/) override {}

  private:
    IsRecorded isRecorded_;
};

} // namespace hookcast::hub
