#pragma once

#include "http/Http2Figures.h"
#include "http/HttpHandler.h"
#include "http/OtherVersion.h"
#include "http/ServerContext.h"
#include "http2/Frames.h"
#include "http2/Stream.h"
#include "net/Deadline.h"
#include "net/GuardedTimer.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace hookcast::http2 {

/// A connection that speaks HTTP/2: what its session runs instead of requests one after another. Its streams share the
/// way out: each frame goes to the connection as soon as that takes it, and nothing is queued up behind. Loop thread of
/// its session only.
class Connection final : public http::HttpActivity, private Carrier {
  public:
    /// What is in `line`, `context` and `figures` outlive it.
    Connection(http::ServerContext& context, http::Http2Figures& figures, const http::HttpLine& line);
    ~Connection() override;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // http::HttpActivity
    void start() override;
    bool takesInput() const override { return true; }
    void onInput(base::ByteSpan bytes) override;
    void onWritable() override;
    void close(const std::string& reason) override;
    bool endOn(const net::TcpSession::IsGone& isGone, const std::string& reason) override;

  private:
    using Streams = std::map<std::int32_t, std::shared_ptr<Stream>>;

    // Carrier
    Frames& frames() override { return frames_; }
    void flush() override;
    const http::HttpLine& line() const override { return line_; }
    void onFreed() override { settleLater(); }

    bool hasRoom() const { return !isBlocked_ && !isClosed_; }
    void read(base::ByteSpan bytes);
    void count();
    void expel(const std::string& why);
    void endIfOver();
    bool isAbused();
    void takeNew();
    void beginThose();
    bool hasFirst() const;
    void wake();
    void settleLater();
    void settle();
    void heedIdleness();
    void onIdle(const char* reason);
    template <typename Step>
    static void guarded(Stream& stream, Step step);

    // given
    http::ServerContext& context_;
    http::Http2Figures& figures_;
    const http::HttpLine line_;
    const std::size_t mostQueued_; ///< frames that the client has not read
    const std::size_t sendBytes_;  ///< that go to the connection at once
    // owned
    Frames frames_;
    Streams streams_; ///< by id; those that are over go in settle() only
    net::Deadline idle_;
    net::GuardedTimer retryTimer_; ///< for those who wait for a place that another connection leaves
    // state
    double resetsLeft_ = Frames::kResetsAtOnce; ///< that the client may cause now
    std::int64_t resetsAtMs_;                   ///< when that was so
    std::int32_t lastWoken_ = 0;
    bool isBlocked_ = false; ///< until onWritable()
    bool isFlushing_ = false;
    bool isSettling_ = false; ///< by a post
    bool isClosed_ = false;
};

} // namespace hookcast::http2
