#pragma once

#include "base/Bytes.h"
#include "net/Loop.h"
#include "net/Stream.h"
#include "net/Timer.h"
#include "net/TlsContext.h"
#include "net/Watch.h"

#include <Poco/Net/StreamSocket.h>

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace hookcast::net {

/// A non-blocking TCP connection on a loop. Loop thread only, the constructor included.
///
/// Output takes one of two roads: send() copies small replies into a bounded buffer; writeSome() hands the kernel
/// bytes that live elsewhere (a stream's log) and copies nothing. They must not be mixed while pendingBytes() > 0.
///
/// Bytes go through a Stream, which is plain until encrypt(); one that is not says itself what it waits for. What is
/// counted are the bytes above it.
class TcpConnection final : private Rhythms::Member {
  public:
    /// What the owner learns. Each is called on the loop, and never from within a call into the connection.
    /// The owner may close() in any of them but must outlive them: it dies by a post().
    class Handler {
      public:
        virtual ~Handler() = default;
        /// The bytes are valid during the call.
        virtual void onData(base::ByteSpan bytes) = 0;
        /// The kernel takes bytes again and pendingBytes() is 0.
        virtual void onWritable() = 0;
        /// The peer is gone, or an error ended the connection; called at most once, and not after close().
        virtual void onDisconnected(const std::string& reason) = 0;
        /// In place of it, where one of these calls has thrown.
        virtual void onFailure(const std::string& reason) { onDisconnected(reason); }
    };

    /// `socket` must be connected. `sendLimitBytes` bounds what send() may hold.
    TcpConnection(Loop& loop, const Poco::Net::StreamSocket& socket, Handler& handler, std::size_t sendLimitBytes);

    /// The same, with bytes that go through `stream`, which is over `socket` and closes it.
    TcpConnection(Loop& loop, const Poco::Net::StreamSocket& socket, std::unique_ptr<Stream> stream, Handler& handler,
                  std::size_t sendLimitBytes);
    ~TcpConnection() override;
    TcpConnection(const TcpConnection&) = delete;
    TcpConnection& operator=(const TcpConnection&) = delete;

    /// Begins to read. Throws std::exception when the system cannot watch the socket.
    void start();

    /// From here on its bytes go through TLS, of which `begun` has come in already. Nothing has been sent yet. Throws
    /// std::exception when there is no memory for it.
    void encrypt(std::shared_ptr<const TlsContext> tls, base::ByteSpan begun);

    bool isEncrypted() const { return isEncrypted_; }

    /// Whether anything can be sent: not during a handshake.
    bool isReady() const { return stream_->isReady(); }

    /// Stops or resumes reading: the kernel's window closes on a peer whose data cannot be taken now. A reset is
    /// noticed all the same.
    void pauseReading();
    void resumeReading();

    /// Reads what has come in once per `periodMs`, or as soon as 64 KiB wait, rather than packet by packet: what a
    /// message costs is mostly waking up for it. 0: packet by packet, as at first.
    void gatherReads(std::int64_t periodMs);

    /// Queues a copy of `bytes` behind what is pending. False when the limit would be exceeded: nothing was queued,
    /// and the owner should give the connection up.
    [[nodiscard]] bool send(base::ByteSpan bytes);

    /// Hands `ranges` to the kernel and returns how many bytes it took. Fewer than offered: onWritable() follows.
    /// 0 also after an error, which onDisconnected() tells.
    std::size_t writeSome(std::span<const iovec> ranges);

    /// Ends the connection now.
    void close();

    /// Ends it without memory: onDisconnected() comes from the loop.
    void cut() noexcept;

    /// Sends what is pending, says goodbye (FIN), discards what still comes in so that the last reply is not lost to
    /// a reset, and closes when the peer does or after `lingerMs`. onDisconnected() follows then.
    void closeAfterSending(std::int64_t lingerMs);

    bool isOpen() const { return open_; }
    bool isClosing() const { return closing_; }
    std::size_t pendingBytes() const { return pending_.size() - pendingSent_; }
    std::uint64_t receivedBytes() const { return receivedBytes_; }

    /// Of what was received, `sizeBytes` were not the client's: receivedBytes() leaves them out.
    void discountReceived(std::size_t sizeBytes) { receivedBytes_ -= sizeBytes; }

    std::uint64_t sentBytes() const { return sentBytes_; }
    const std::string& peerIp() const { return peerIp_; }

    /// What the peer has connected to, `ip:port` or `[ipv6]:port`; empty when that cannot be told.
    std::string localAddress() const;

    std::uint16_t peerPort() const { return peerPort_; }
    void setNoDelay(bool on);
    Loop& loop() const { return loop_; }

  private:
    void onEvent(Watch::Event event);
    void readLastAndFail();
    void readOnce();
    void deliver(base::ByteSpan bytes);
    void setReadThreshold(int sizeBytes);
    void onBeat() override;
    void flushPending();
    void shutdownWhenSent();
    bool isForReading(Watch::Event event) const;
    bool isForWriting(Watch::Event event) const;
    void setWriting(bool on);
    void readOn();
    void heedNeeds();
    void fail(const std::string& reason);
    void unregister();
    template <typename F>
    void guarded(F&& body);

    // given
    Loop& loop_;
    Handler& handler_;
    std::size_t sendLimitBytes_;
    // owned
    std::unique_ptr<Stream> stream_;
    Watch watch_;
    base::Bytes pending_;
    Timer failTimer_;
    Timer lingerTimer_;
    Timer readOnTimer_; ///< for what the stream holds
    // state
    int fd_;
    std::string peerIp_;
    std::uint16_t peerPort_ = 0;
    std::size_t pendingSent_ = 0;
    std::uint64_t receivedBytes_ = 0;
    std::uint64_t sentBytes_ = 0;
    std::int64_t gatherPeriodMs_ = 0;
    bool open_ = true;
    bool reading_ = false;
    bool writing_ = false; ///< something waits for being written
    bool closing_ = false;
    bool shutdownSent_ = false;
    bool isEncrypted_ = false;
};

} // namespace hookcast::net
