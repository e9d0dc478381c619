#include "support/ProtocolClient.h"

#include "support/Applicant.h"
#include "support/HttpClient.h"
#include "support/RtmpClient.h"
#include "support/RtspSessions.h"
#include "support/Sessions.h"
#include "support/SrtClient.h"
#include "support/TempFolder.h"
#include "support/TestFrames.h"
#include "support/TestMedia.h"
#include "support/WebSocketClient.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <utility>
#include <vector>

namespace hookcast::integration {

namespace {

using rtmp::Amf;

constexpr const char* kMediaCame = "media came though the client was refused";

[[noreturn]] void failRefused(const std::string& how) {
    throw std::runtime_error("refused: " + how);
}

class RtmpParty final : public ProtocolClient {
  public:
    RtmpParty(std::uint16_t port, Wish wish) : port_(port), wish_(std::move(wish)), client_(port) {}

    void connect() override {
        client_.shakeHands();
        const ConnectRequest request = requestFor(port_, "live");
        connecting_ = client_.nextTransaction();
        client_.sendCommand("connect", connecting_,
                            {Amf::object({{"app", Amf::string(request.app)}, {"tcUrl", Amf::string(request.tcUrl)}})});
    }

    void ask() override {
        const Status connected = statusOf(client_.expectAnswer(connecting_));
        if (connected.level != "status") {
            refusal_ = connected.code;
            return;
        }
        client_.createStream();
        const std::string stream = wish_.path.substr(wish_.path.find('/') + 1);
        client_.sendCommand(publishes() ? "publish" : "play", client_.nextTransaction(),
                            {Amf::null(), Amf::string(stream), Amf::string("live")}, 1);
    }

    void expectAdmission() override {
        const std::string started = admissionCodeOf(publishes() ? "on_publish" : "on_play");
        for (std::string code = verdict(); code != started; code = verdict()) {
        }
    }

    std::string expectRefusal() override {
        while (!refusal_) {
            const Status status = client_.expectStatus();
            if (status.level == "error") refusal_ = status.code;
        }
        for (auto message = client_.receive(); message; message = client_.receive())
            if (message->type == rtmp::MessageType::Audio || message->type == rtmp::MessageType::Video)
                throw std::runtime_error(kMediaCame);
        return *refusal_;
    }

    void passMedia() override {
        if (publishes())
            client_.tcp().trySend(client_.chunked(avcKeyframe(0)));
        else
            client_.expectMedia(1);
    }

    void leave() override {
        client_.sendCommand("deleteStream", client_.nextTransaction(), {Amf::null(), Amf::number(1)});
        client_.tcp().finishSending();
        client_.expectClosed();
    }

    void kill() override { client_.tcp().reset(); }

  private:
    bool publishes() const { return wish_.role == Role::Publish; }

    std::string verdict() {
        if (refusal_) failRefused(*refusal_);
        Status status = client_.expectStatus();
        if (status.level == "error") failRefused(status.code);
        return status.code;
    }

    std::uint16_t port_;
    Wish wish_;
    RtmpClient client_;
    double connecting_ = 0;
    std::optional<std::string> refusal_;
};

class RtspParty final : public ProtocolClient {
  public:
    RtspParty(std::uint16_t port, RtpWay way, const Wish& wish)
        : url_(rtspUrl(port, wish.path)), publishes_(wish.role == Role::Publish), client_(port) {
        if (way == RtpWay::Udp) udp_.emplace();
    }

    void connect() override {
        pending_ = publishes_ ? client_.send("ANNOUNCE", url_, {{"Content-Type", "application/sdp"}}, avcSdp())
                              : client_.send("DESCRIBE", url_);
    }

    void ask() override {
        if (!isGranted()) return;
        const std::string track = url_ + (publishes_ ? "/streamid=0" : "/trackID=0");
        const std::string transport = udp_ ? udp_->transport() : "RTP/AVP/TCP;unicast;interleaved=0-1";
        const auto answer = client_.require("SETUP", track, {{"Transport", transport}});
        if (udp_) udp_->setServer(answer.headers.get("Transport"));
        pending_ = client_.send(publishes_ ? "RECORD" : "PLAY", url_);
    }

    void expectAdmission() override {
        if (!isGranted()) failRefused(std::to_string(status_));
    }

    std::string expectRefusal() override {
        if (isGranted()) throw std::runtime_error("it is admitted");
        // Over UDP nobody would tell that no more comes; the server has closed its ports with the connection.
        if (client_.receiveFrame() || (udp_ && udp_->receiveRtp(Deadline(std::chrono::milliseconds(0)))))
            throw std::runtime_error(kMediaCame);
        return std::to_string(status_);
    }

    void passMedia() override {
        // Without a session there are neither channels nor ports.
        if (client_.session().empty()) return;
        if (publishes_) {
            for (const base::Bytes& packet : packets_.of(true, 0, 500, 0)) sendPacket(packet);
        } else if (!udp_) {
            client_.expectFrame();
        } else if (!udp_->receiveRtp()) {
            throw std::runtime_error("no media came");
        }
    }

    void leave() override {
        client_.send("TEARDOWN", url_);
        client_.tcp().finishSending();
        client_.expectClosed();
    }

    void kill() override { client_.tcp().reset(); }

  private:
    /// Waits for the answer that is due.
    bool isGranted() {
        if (pending_ != 0) status_ = client_.expectAnswer(std::exchange(pending_, 0)).status;
        return status_ == 200;
    }

    void sendPacket(const base::Bytes& packet) {
        if (udp_) {
            udp_->sendRtp(packet);
            return;
        }
        base::Bytes frame = {'$', 0, static_cast<std::uint8_t>(packet.size() >> 8U),
                             static_cast<std::uint8_t>(packet.size())};
        frame.insert(frame.end(), packet.begin(), packet.end());
        client_.tcp().trySend(frame);
    }

    std::string url_;
    bool publishes_;
    RtspClient client_;
    std::optional<UdpPortPair> udp_;
    AvcPackets packets_;
    std::uint32_t pending_ = 0; ///< the CSeq of the request that waits for the backends
    int status_ = 0;
};

/// Over HTTP and WebSocket.
class HttpParty final : public ProtocolClient {
  public:
    HttpParty(std::uint16_t port, Protocol protocol, const Wish& wish)
        : webSocket_(protocol == Protocol::WebSocketFlv), client_(port) {
        const std::size_t query = std::min(wish.path.find('?'), wish.path.size());
        target_ = fmt::format("/{}.{}{}", wish.path.substr(0, query), protocol == Protocol::HttpTs ? "ts" : "flv",
                              wish.path.substr(query));
    }

    void connect() override { client_.send("GET", target_, webSocket_ ? kWebSocketHandshake : ""); }

    void expectAdmission() override {
        const int status = client_.receive().status;
        if (status != (webSocket_ ? 101 : 200)) failRefused(std::to_string(status));
    }

    std::string expectRefusal() override {
        const int status = client_.receive().status;
        if (!client_.receiveToEnd().empty()) throw std::runtime_error(kMediaCame);
        return std::to_string(status);
    }

    void passMedia() override { client_.receiveBytes(100); }

    void leave() override {
        if (webSocket_) {
            client_.sendRaw(std::string("\x88\x80mask", 6));
            client_.receiveToEnd();
        } else {
            client_.tcp().close();
        }
    }

    void kill() override { client_.tcp().reset(); }

  private:
    bool webSocket_;
    std::string target_;
    HttpClient client_;
};

class SrtParty final : public ProtocolClient {
  public:
    SrtParty(std::uint16_t port, const Wish& wish)
        : port_(port), publishes_(wish.role == Role::Publish),
          streamId_(fmt::format("#!::r={},m={}", wish.path, publishes_ ? "publish" : "request")) {}

    void connect() override {
        client_ = std::make_unique<SrtClient>(port_, streamId_);
        if (!client_->connected()) throw std::runtime_error(fmt::format("rejected: {}", client_->rejectReason()));
    }

    void expectAdmission() override {}

    std::string expectRefusal() override {
        if (client_->expectClosed() > 0) throw std::runtime_error(kMediaCame);
        return "closed";
    }

    void passMedia() override {
        if (publishes_)
            client_->send(base::asBytes(readFile(h264AacTsClip())));
        else
            client_->receive(1);
    }

    void leave() override { client_->close(); }

    /// libsrt does not let a socket go without a word.
    void kill() override { client_->close(); }

  private:
    std::uint16_t port_;
    bool publishes_;
    std::string streamId_;
    std::unique_ptr<SrtClient> client_;
};

} // namespace

std::ostream& operator<<(std::ostream& out, Role role) {
    return out << (role == Role::Publish ? "Publisher" : "Player");
}

std::vector<std::tuple<Protocol, Role>> allClients() {
    std::vector<std::tuple<Protocol, Role>> all;
    for (const Protocol protocol : kPublishProtocols) all.emplace_back(protocol, Role::Publish);
    for (const Protocol protocol : kPlayProtocols) all.emplace_back(protocol, Role::Play);
    return all;
}

std::unique_ptr<ProtocolClient> makeClient(const ProtocolServer& server, Protocol protocol, const Wish& wish) {
    const std::uint16_t port = server.port(protocol);
    if (protocol == Protocol::Rtmp) return std::make_unique<RtmpParty>(port, wish);
    if (protocol == Protocol::Srt) return std::make_unique<SrtParty>(port, wish);
    if (isHttp(protocol)) return std::make_unique<HttpParty>(port, protocol, wish);
    return std::make_unique<RtspParty>(port, protocol == Protocol::RtspTcp ? RtpWay::Tcp : RtpWay::Udp, wish);
}

std::string refusalOf(Protocol protocol, const std::string& opening) {
    if (protocol == Protocol::Rtmp) return refusalCodeOf(opening);
    return protocol == Protocol::Srt ? "closed" : "403";
}

} // namespace hookcast::integration
