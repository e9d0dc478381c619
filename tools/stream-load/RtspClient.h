#pragma once

#include "TcpStreamClient.h"

#include "net/Loop.h"
#include "net/Timer.h"
#include "rtp/Depacketizer.h"
#include "rtsp/RtspReader.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hookcast::load {

/// A player over RTSP with interleaved frames. It puts access units together for the first keyframe and for packets
/// that are missing; what the frames of other channels hold it does not look at. Loop thread only.
class RtspClient final : public TcpStreamClient {
  public:
    RtspClient(net::Loop& loop, const Poco::Net::SocketAddress& address, const Target& target, Listener& listener);
    ~RtspClient() override;

  private:
    /// A media section of the description, once it is known what to ask for.
    struct Track {
        std::string url;
        std::unique_ptr<rtp::Depacketizer> depacketizer; ///< of pictures only
        std::optional<std::uint16_t> channel;            ///< of its RTP, once it is set up
        std::uint64_t lostTold = 0;
    };

    // TcpStreamClient
    void onOpen() override;
    void read(base::ByteSpan bytes) override;

    void onAnswer(const rtsp::RtspResponse& answer);
    void takeDescription(const rtsp::RtspResponse& answer);
    void takeTransport(const rtsp::RtspResponse& answer);
    void setUpNext();
    void onFrame(const rtsp::InterleavedFrame& frame);
    void request(const char* method, const std::string& url, const char* field = nullptr,
                 const std::string& value = {});
    void keepAlive();

    // owned
    rtsp::RtspReader reader_;
    std::vector<Track> tracks_; ///< in the order of the description
    net::Timer keepAliveTimer_;
    // state
    std::string baseUrl_; ///< what the description's URLs are relative to
    std::string session_;
    std::uint32_t lastCseq_ = 0;
    std::size_t tracksSetUp_ = 0;
    bool isPlaying_ = false;
};

} // namespace hookcast::load
