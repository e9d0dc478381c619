#pragma once

#include "base/WorkerThread.h"
#include "config/Config.h"
#include "hub/Playback.h"
#include "hub/StreamRegistry.h"
#include "media/TsDemuxer.h"
#include "net/ConnectionBudget.h"
#include "net/Deadline.h"
#include "net/GuardedTimer.h"
#include "net/Loop.h"
#include "net/TcpSession.h"
#include "srt/Entrance.h"
#include "srt/PayloadCutter.h"
#include "srt/Reactor.h"
#include "srt/SendAllowance.h"
#include "srt/ServerContext.h"
#include "srt/Socket.h"
#include "visits/Visit.h"
#include "visits/Visitor.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::srt {

/// One accepted SRT connection: the backends are asked about connecting and then about publishing or playing, as the
/// stream id says; then MPEG-TS flows, one way. Loop thread only.
///
/// What can be refused without the backends was refused before, with a reject code (see Server). Here the connection
/// is accepted already, and a refusal is its end: SRT has no other way to say no after the handshake.
///
/// It ends exactly once, by end(), kick() or when the peer leaves: its visit first, then the socket; then the owner
/// lets go of it.
///
/// SRT holds packets back for the latency that both sides agreed on, and forgets them when the connection ends. So a
/// publisher that leaves is heard out, and what the demuxer still holds is published too; and a player whose stream has
/// ended is closed when it has had the time to take all.
class Session final : public hub::Subscriber,
                      public Reactor::Watcher,
                      private visits::Visitor,
                      public std::enable_shared_from_this<Session> {
  public:
    /// Called once, on the loop, when the session has ended; it is destroyed later, by a post().
    using OnGone = std::function<void(Session&)>;

    struct Peer {
        Address address;
        Address local; ///< where it has called
        Caller caller;
    };

    /// `endings`: where its demuxer ends, as that takes a while.
    Session(ServerContext& context, std::shared_ptr<const config::Config> config, net::Loop& loop, Reactor& reactor,
            base::WorkerThread& endings, Socket socket, Peer peer, OnGone onGone);
    ~Session() override;

    /// Where it counts, until its death. Before start().
    void occupy(net::ConnectionPlace place) { place_ = std::move(place); }

    void start();

    /// Ends the session from outside: shutdown, a kick.
    void kick(const std::string& reason) { finish(reason, Ending::Ordered); }

    /// See net::TcpSession.
    void endOn(const net::TcpSession::IsGone& isGone, const std::string& reason) {
        if (isGone(vhostName())) kick(reason);
    }

    const std::string& vhostName() const { return vhost().name; }

    // Reactor::Watcher
    void onEvents(const Reactor::Events& events) override;

    // hub::Subscriber
    std::size_t write(std::span<const iovec> ranges) override;
    void onStalled(const std::string& reason) override;
    void onEnded() override;

  private:
    using DemuxerPtr = std::unique_ptr<media::TsDemuxer, base::DiesOn<media::TsDemuxer>>;

    // visits::Visitor
    net::SessionPort::Traffic traffic() const override { return {sentBytes_, receivedBytes_}; }
    void endLater(const std::string& reason) override;
    void endAfterFailure(const std::exception& why) noexcept override;
    void onEvicted(const std::string& reason) override { finish(reason, Ending::Ordered); }
    void setAdmitted(bool isAdmitted) override { place_.setAdmitted(isAdmitted); }
    void expect(std::int64_t withinMs, const char* otherwise) override { deadline_.expect(withinMs, otherwise); }
    void expectNothing() override { deadline_.expectNothing(); }

    visits::Place place() const;
    visits::Wish wish() const;
    void onConnected();
    void acceptPublish();
    void acceptPlay();
    void play();
    DemuxerPtr makeDemuxer();
    void post(const std::function<void(Session&)>& task);
    void read();
    void readLater();
    bool feed(base::ByteSpan bytes);
    std::size_t sendRoom();
    void resume();
    void onFrames(std::vector<media::ConvertedFrame> frames);
    void onDemuxed(const base::Result<void>& ended);
    template <typename F>
    void guarded(F&& body);
    void onBroken();
    void drain();
    /// How the session ends, for the log: as it should, by order of the server, or by a fault of the client, which is a
    /// line of its own only where it is not repeated.
    enum class Ending : std::uint8_t { Expected, Ordered, Refused, Fault };

    void finish(const std::string& reason, Ending ending);
    void tellClosed(const std::string& reason, Ending ending);
    void leave();
    bool publishes() const { return peer_.caller.id.mode == Mode::Publish; }
    const std::string& logName() const { return visit_.logName(); }
    const config::VhostConfig& vhost() const { return *peer_.caller.vhost; }

    // given
    ServerContext& context_;
    std::shared_ptr<const config::Config> config_;
    net::Loop& loop_;
    Reactor& reactor_;
    Peer peer_;
    OnGone onGone_;
    // owned
    net::ConnectionPlace place_;
    Socket socket_; ///< the reactor's from the end on
    PayloadCutter cutter_;
    SendAllowance allowance_;
    DemuxerPtr demuxer_; ///< of a publisher
    net::Deadline deadline_;
    net::GuardedTimer readTimer_; ///< a publisher's next read
    net::GuardedTimer playTimer_; ///< a player's beginning, and its end after its publisher's
    net::GuardedTimer sendTimer_; ///< a player's next payloads, beyond what may wait
    visits::Visit visit_;
    // state
    std::int64_t startedAtMs_;
    std::int64_t heardAtMs_ = 0; ///< a publisher's newest message
    std::uint64_t sentBytes_ = 0;
    std::uint64_t sentPackets_ = 0;
    std::uint64_t receivedBytes_ = 0;
    std::int64_t receiveLatencyMs_;
    std::int64_t peerLatencyMs_;
    std::int64_t drainUntilMs_ = 0; ///< the publisher has left and is heard out until then; 0: it is there
    bool hasLeft_ = false;          ///< the last thing of all
    bool ended_ = false;
};

} // namespace hookcast::srt
