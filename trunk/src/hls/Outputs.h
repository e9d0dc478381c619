#pragma once

#include "base/WorkerThread.h"
#include "config/CurrentConfig.h"
#include "hls/Output.h"
#include "hls/SegmentOutputs.h"
#include "hls/SegmentTeller.h"
#include "hooks/Admission.h"
#include "hooks/ServerEvent.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

namespace hookcast::hls {

/// What is made of segments beside serving them, of all streams: files, by one thread, and what backends are told. Any
/// thread; outlives every publication.
///
/// Teardown, when no publication is left and the loops still run: stop(), before hooks are waited for.
class Outputs final : public SegmentOutputs {
  public:
    /// All others outlive this.
    Outputs(hooks::Admission& admission, hooks::HookTransport& transport, const hooks::JsonDialect& ids,
            hooks::EventSink& events, std::shared_ptr<FileOwners> owners, base::Log& log,
            const config::CurrentConfig& config);

    // SegmentOutputs
    bool begin(const StreamPtr& stream, const hub::PublishedStreamPtr& published, hub::Publication& publication,
               OnReady onReady) override;
    void end(const hooks::StreamKey& key) override;

    /// Waits until everything is written and told. False when `timeoutMs` passed first. Not on a loop.
    bool stop(std::int64_t timeoutMs) { return context_.open.waitForNone(timeoutMs); }

    /// For the disk, or to be told.
    std::size_t segmentsWaiting() const { return context_.open.count(); }

    // Counted since the start.
    std::uint64_t segmentsLeftOut() const { return context_.segmentsLeftOut; }
    std::uint64_t hooksLeftOut() const { return teller_.hooksLeftOut; }
    std::uint64_t notifiesFailed() const { return teller_.notifiesFailed; }

  private:
    std::shared_ptr<Output> findOrCreate(const StreamPtr& stream);

    // owned; the thread ends first
    TellerContext teller_;
    OutputContext context_;
    base::WorkerThread disk_;
    // state
    std::mutex mutex_; ///< guards what is below
    std::map<hooks::StreamKey, std::shared_ptr<Output>> outputs_;
};

} // namespace hookcast::hls
