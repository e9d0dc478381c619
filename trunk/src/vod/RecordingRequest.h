#pragma once

#include "http/HttpHandler.h"
#include "net/SessionPort.h"
#include "vod/Recordings.h"

#include <sys/uio.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace hookcast::vod {

/// One request for a playlist or a segment: the viewer is looked up or the gate asked, then the other thread makes the
/// answer, then it is sent as the connection takes it. Loop thread of its session only.
class RecordingRequest final : public http::HttpActivity {
  public:
    struct Wanted {
        Viewer::Wanted viewer;
        TimeRange range;
        std::optional<SegmentName> segment; ///< nothing: the playlist
        std::string pass;                   ///< what the URL of a segment has
        bool isHead = false;
        std::int64_t timeoutMs = 0; ///< a client that takes nothing for so long is closed
    };

    /// `recordings` outlives it.
    RecordingRequest(Recordings& recordings, Wanted wanted, http::HttpPort& port);
    ~RecordingRequest() override { leave(); }
    RecordingRequest(const RecordingRequest&) = delete;
    RecordingRequest& operator=(const RecordingRequest&) = delete;

    // http::HttpActivity
    void start() override;
    void onWritable() override { pump(); }
    void close(const std::string& reason) override;
    std::string vhostName() const override { return wanted_.viewer.vhost->name; }

  private:
    void askFor(const std::string& viewerId);
    void refuse(int status, const std::string& reason, bool isTold);
    void make(const std::string& viewerId);
    void answer(Recordings::Answer answer);
    void pump();
    iovec rest() const;
    void account();
    void leave();

    // given
    Recordings& recordings_;
    Wanted wanted_;
    http::HttpPort& port_;
    // owned
    std::shared_ptr<ViewerTraffic> viewer_; ///< from the yes on
    SegmentStore::SegmentPtr segment_;
    std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true); ///< what comes back later looks here
    // state
    net::SessionPort::Traffic counted_{}; ///< of the connection, as the viewer has it
    std::size_t sent_ = 0;
};

} // namespace hookcast::vod
