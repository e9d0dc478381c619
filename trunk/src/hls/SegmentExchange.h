#pragma once

#include "config/Config.h"
#include "hls/Exchange.h"
#include "hls/Stream.h"
#include "hls/WindowWaits.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hookcast::hls {

/// A request for what has a name in a playlist: a segment or its part, an MP4 header, a key. What is to come next, the
/// hinted part above all, is waited for. Loop thread of its session only.
class SegmentExchange final : public Exchange, private WindowWaiter {
  public:
    struct Wanted {
        std::shared_ptr<const config::VhostConfig> vhost;
        std::string path;     ///< as files are named: without a slash in front
        std::string query;    ///< with its `?`
        std::string range;    ///< the field of that name
        bool mayWait = false; ///< it could be the name of what comes next
    };

    SegmentExchange(Context& context, Caller caller, Wanted wanted, http::HttpPort& port);
    ~SegmentExchange() override;

    // http::HttpActivity
    void close(const std::string& reason) override;
    std::string vhostName() const override { return wanted_.vhost->name; }

  private:
    // Exchange
    void proceed() override;
    void onLate() override;

    // WindowWaiter
    void onWindow(const WindowViewPtr& view) override;

    bool readPart();
    void look();
    void lookAtSegment(const Segment& segment, bool isOpen);
    void waitFor(const StreamPtr& stream);
    void sendSegment(const Segment& segment);
    void sendRange(std::vector<Slice> whole, const char* contentType);
    void sendFile(const Segment& segment);
    void notFound();
    void leaveWindow();

    // given
    Wanted wanted_;
    // state
    std::optional<std::uint64_t> part_;                                      ///< that is wanted; none: the whole
    StreamPtr stream_;                                                       ///< while it waits for its window
    std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true); ///< what comes back later looks here
    bool isReading_ = false;                                                 ///< a file
};

} // namespace hookcast::hls
