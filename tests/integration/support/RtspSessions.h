#pragma once

#include "base/Bytes.h"
#include "rtp/AccessUnit.h"
#include "rtp/Depacketizer.h"
#include "rtp/Packetizer.h"
#include "support/Deadline.h"
#include "support/RtspClient.h"
#include "support/UdpPortPair.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::integration {

/// How RTP travels.
enum class RtpWay { Tcp, Udp };

/// `rtsp://127.0.0.1:PORT/` and `path`.
std::string rtspUrl(std::uint16_t port, std::string_view path);

/// What a publisher of H.264 announces: one track at `streamid=0`, with its parameter sets.
std::string avcSdp();

/// A picture of one NAL unit without a picture in it: noise behind a header, different for each `seed`.
base::Bytes avcPicture(bool keyframe, std::size_t sizeBytes, unsigned seed);

/// avcPicture()s as RTP.
class AvcPackets {
  public:
    AvcPackets();

    /// The packets of one picture, without interleaved headers.
    std::vector<base::Bytes> of(bool keyframe, std::int64_t ptsMs, std::size_t sizeBytes, unsigned seed);

    /// Sequence numbers go on so many further than they would, or further back.
    void jump(int packets) { jump_ = static_cast<std::uint16_t>(jump_ + packets); }

  private:
    std::unique_ptr<rtp::Packetizer> packetizer_;
    std::uint16_t jump_ = 0;
};

/// A publisher of H.264 that has announced its stream, set up its track and recorded.
class RtspPublisher {
  public:
    /// Throws std::runtime_error when the server refuses. `path` is behind the server's address.
    explicit RtspPublisher(std::uint16_t port, std::string_view path = "live/show", RtpWay way = RtpWay::Tcp);

    /// Sends avcPicture(...) as RTP.
    void send(bool keyframe, std::int64_t ptsMs, std::size_t sizeBytes = 500, unsigned seed = 0);

    /// The same, as packets that are not sent.
    AvcPackets& packets() { return packets_; }
    void sendPacket(base::ByteSpan packet);

    /// Asks something and waits for the answer: over TCP the server has then dealt with all that was sent before.
    void sync() { client_.require("GET_PARAMETER", url_); }

    RtspClient& client() { return client_; }
    const std::string& url() const { return url_; }

  private:
    std::string url_;
    RtspClient client_;
    std::optional<UdpPortPair> udp_;
    AvcPackets packets_;
};

/// A player that has asked for the description, set up all tracks and begun to play.
class RtspPlayer {
  public:
    /// Throws std::runtime_error when the server refuses.
    explicit RtspPlayer(std::uint16_t port, std::string_view path = "live/show", RtpWay way = RtpWay::Tcp,
                        int receiveBufferBytes = 0);

    struct Picture {
        std::uint32_t rtpTimestamp = 0;
        bool keyframe = false;
        base::Bytes unit; ///< the last one: the picture behind its parameter sets
    };

    /// The next video access unit; nothing when the server closes the connection, or, over UDP, when the deadline
    /// passes first.
    std::optional<Picture> receivePicture(const Deadline& deadline = Deadline());
    Picture expectPicture(const Deadline& deadline = Deadline());

    RtspClient& client() { return client_; }
    const std::string& url() const { return url_; }
    const std::vector<UdpPortPair>& udp() const { return udp_; }
    const rtsp::RtspResponse& playAnswer() const { return playAnswer_; }
    std::uint64_t lostPackets() const { return depacketizer_->counters().lostPackets; }

  private:
    void setUp(std::size_t track, RtpWay way);
    std::optional<base::Bytes> receivePacket(const Deadline& deadline);

    std::string url_;
    RtspClient client_;
    std::vector<UdpPortPair> udp_; ///< per track
    std::unique_ptr<rtp::Depacketizer> depacketizer_;
    rtsp::RtspResponse playAnswer_;
    std::vector<Picture> pictures_; ///< that one packet completed beside the one returned
};

} // namespace hookcast::integration
