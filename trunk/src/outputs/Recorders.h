#pragma once

#include "base/WorkerThread.h"
#include "hooks/Admission.h"
#include "hooks/HookContext.h"
#include "hooks/ServerEvent.h"
#include "hub/StreamListener.h"
#include "hub/StreamRegistry.h"
#include "outputs/Recorder.h"

#include <cstddef>
#include <cstdint>

namespace hookcast::outputs {

/// Whether a stream is recorded: what the vhost's dvr block or the capture says of it, and whether its name can be one
/// of a file. Any thread.
bool isRecorded(const hub::PublishedStream& stream);

/// Makes a Recorder of each publication that is recorded. Two threads serve all of them: one takes the frames, one
/// makes files whole, so that a long file that is copied keeps no other recording waiting. Any thread; outlives every
/// publication.
///
/// Teardown, when no publication is left and the loops still run: stop(), before hooks and webhooks are waited for.
class Recorders final : public hub::StreamListener {
  public:
    /// `queueBytes`: see Recorder. All others outlive this.
    Recorders(hooks::Admission& admission, hooks::EventSink& events, base::Log& log, std::size_t queueBytes);

    void onPublish(const hub::PublishedStreamPtr& stream, hub::Publication& publication) override;

    /// Recorders learn by themselves that their stream has ended.
    void onUnpublish(const hub::PublishedStreamPtr& /*stream*/) override {}

    /// Waits until every recording is complete and told. False when `timeoutMs` passed first. Not on a loop.
    bool stop(std::int64_t timeoutMs) { return open_.waitForNone(timeoutMs); }

    std::size_t openRecordings() const { return open_.count(); }

    /// Frames that no recording has, because the disk was behind.
    std::uint64_t framesLeftOut() const { return context_.framesLeftOut; }

  private:
    // owned; what is posted to the first thread posts to the second
    base::WorkerThread finishing_;
    base::WorkerThread writing_;
    RecorderContext context_;
    // state
    hooks::OpenJobs open_;
};

} // namespace hookcast::outputs
