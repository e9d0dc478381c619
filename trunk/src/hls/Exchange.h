#pragma once

#include "hls/Context.h"
#include "hls/Segment.h"
#include "hls/ViewerPass.h"
#include "http/HttpHandler.h"
#include "net/GuardedTimer.h"

#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace hookcast::hls {

/// One request about a stream's segments: waits for the verdict about its viewer, then for what is asked for, and sends
/// it. What has been sent is his, to the byte. Loop thread of its session only.
class Exchange : public http::HttpActivity {
  public:
    /// All that a client hears that may not have what it asks for: whether there is any, and why, is not its business.
    static constexpr const char* kNotAllowed = "not allowed";

    /// Whose request it is.
    struct Caller {
        ViewerPassPtr pass;       ///< null: nobody is asked
        bool isForThis = false;   ///< he is a viewer for this request only
        bool isHead = false;      ///< it is HEAD
        std::int64_t timeoutMs{}; ///< of a client that takes nothing
    };

    ~Exchange() override;
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    // http::HttpActivity
    void start() override;
    void onWritable() override { pump(); }
    void close(const std::string& reason) override;

  protected:
    /// A piece of a body.
    struct Slice {
        BytesPtr bytes;
        std::size_t first = 0;
        std::size_t sizeBytes = 0;
    };

    Exchange(Context& context, Caller caller, http::HttpPort& port);

    /// He may have it. Once.
    virtual void proceed() = 0;

    /// Answers with it.
    void send(http::HttpResponse head, std::vector<Slice> body);
    void sendWhole(http::HttpResponse head, BytesPtr bytes);
    void sendText(http::HttpResponse head, const std::string& text);

    /// In words, with a status that is none of success.
    void fail(int status, const std::string& why);

    /// What is waited for comes within so long, or onLate() is called.
    void waitAtMost(std::int64_t withinMs);
    virtual void onLate() {}
    bool isWaiting() const { return timer_.isArmed(); }

    bool isAnswered() const { return isAnswered_; }
    Context& context() const { return context_; }
    http::HttpPort& port() const { return port_; }
    const ViewerPassPtr& pass() const { return caller_.pass; }

    /// `step` is done on the loop, by itself: what it throws ends the session.
    template <typename Step>
    void guarded(Step step) {
        try {
            step();
        } catch (const std::exception& e) {
            port_.session().endAfterFailure(e);
        }
    }

  private:
    /// What his pass knows of this.
    struct Link final : ViewerPass::Watcher {
        explicit Link(Exchange& itsOwner) : owner(itsOwner) {}
        void onPassChange() override { owner.onPassChange(); }

        Exchange& owner;
    };

    static constexpr std::size_t kMostRanges = 64;
    using Ranges = std::array<iovec, kMostRanges>;

    void onPassChange();
    void deny();
    void pump();
    std::span<const iovec> nextRanges(Ranges& ranges) const;
    bool advance(std::span<const iovec> offered, std::size_t taken);
    void count();
    void finish();
    void leave();

    // given
    Context& context_;
    Caller caller_;
    http::HttpPort& port_;
    // owned
    std::shared_ptr<Link> link_;
    net::GuardedTimer timer_;
    std::vector<Slice> body_;
    // state
    std::size_t at_ = 0;         ///< the slice that is being sent
    std::uint64_t countedBytes_; ///< of the connection
    bool hasEntered_ = false;    ///< the pass knows of it
    bool hasProceeded_ = false;
    bool isSending_ = false;
    bool isAnswered_ = false;
    bool hasLeft_ = false;
};

} // namespace hookcast::hls
