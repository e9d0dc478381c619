#pragma once

#include "base/WorkerThread.h"
#include "control/RecordingsDesk.h"
#include "http/HttpHandler.h"
#include "visits/Services.h"
#include "vod/RecordingScan.h"
#include "vod/SegmentStore.h"
#include "vod/ViewerPass.h"
#include "vod/Viewers.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace hookcast::vod {

/// Recordings as they are played over HTTP: `/APP/STREAM/recording.m3u8?from=&to=` is what is recorded of a stream, as
/// HLS VOD (RFC 8216), and its segments are beside it. Whoever asks for a playlist is asked about like a player of the
/// stream; the segments' URLs have his pass, and nobody gets one without. And what the control interface tells of
/// recordings.
///
/// The disk is read on two threads: one finds out what there is, which may take long, and one makes segments of what is
/// known. Any thread; outlives the sessions, and the loops outlive it.
///
/// Teardown: stop(), when no session is left and the loops still run.
class Recordings final : public http::HttpHandler, public control::RecordingsDesk {
  public:
    /// All of it outlives it. `budget`: for viewers.
    Recordings(visits::Services& services, net::ConnectionBudget& budget, const base::Clock& clock);

    /// What there is, and who may have it, is as `config` says from now on; viewers stay.
    void apply(const std::shared_ptr<const config::Config>& config);

    /// See Viewers.
    void endSessions(const std::function<bool(const std::string& vhost)>& isGone, const std::string& reason) {
        viewers_.endSessions(isGone, reason);
    }
    void stop(const std::string& reason) { viewers_.stop(reason); }

    const Viewers& viewers() const { return viewers_; }

    /// Of the segments that are being sent.
    std::size_t segmentBytes() const { return segments_.sizeBytes(); }

    /// For which there was no room.
    std::uint64_t segmentsRefused() const { return segmentsRefused_; }

    // http::HttpHandler
    std::optional<std::string> handle(const http::HttpRequest& request, const http::RequestTarget& target,
                                      http::HttpPort& port) override;

    // control::RecordingsDesk
    void list(Wish wish, OnRanges onRanges) override;

  private:
    friend class RecordingRequest;

    /// What a request comes to: a status, and text or a segment.
    struct Answer {
        int status = 0;
        std::string text;
        SegmentStore::SegmentPtr segment{};
        std::int64_t longestMs = 0; ///< of the segments
    };

    std::shared_ptr<const RecordingPlaces> places() const;
    Answer playlist(const std::shared_ptr<const RecordingPlaces>& places, const hooks::StreamKey& key,
                    const TimeRange& range, const std::string& segmentQuery);
    base::Result<IndexedFile> findFile(const std::shared_ptr<const RecordingPlaces>& places,
                                       const hooks::StreamKey& key, const std::string& fileId);
    Answer segment(const IndexedFile& file, const TimeRange& range, const SegmentName& name);
    void makeSegment(const hooks::StreamKey& key, const TimeRange& range, const SegmentName& name,
                     const std::function<void(Answer)>& give);
    void makePlaylist(const hooks::StreamKey& key, const TimeRange& range, const std::string& segmentQuery,
                      const std::function<void(Answer)>& give);
    template <typename Make>
    static void giveWhat(Make make, const std::function<void(Answer)>& give);

    // given
    visits::Services& services_;
    // owned
    ViewerPasses passes_;
    Viewers viewers_;
    IndexCache cache_;
    RecordingScan scan_;    ///< the first of the threads'
    SegmentStore segments_; ///< the second one's
    // state
    mutable std::mutex mutex_; ///< guards the pointer
    std::shared_ptr<const RecordingPlaces> places_;
    std::atomic<std::uint64_t> segmentsRefused_{0};
    // owned; last, as what they run uses all of the above
    base::WorkerThread cutting_;
    base::WorkerThread scanning_; ///< posts to the other one
};

} // namespace hookcast::vod
