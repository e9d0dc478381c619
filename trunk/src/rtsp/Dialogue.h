#pragma once

#include "base/Result.h"
#include "config/Config.h"
#include "hub/Playback.h"
#include "hub/StreamName.h"
#include "hub/StreamRegistry.h"
#include "net/Loop.h"
#include "net/SessionPort.h"
#include "rtsp/RtspMessage.h"
#include "rtsp/ServerContext.h"
#include "visits/Visit.h"
#include "visits/Visitor.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hookcast::rtsp {

/// What publishing and playing have in common: the stream that the client means, the RTSP session, the visit, and how
/// requests are answered. Loop thread of its session only.
class Dialogue final : private visits::PortVisitor {
  public:
    Dialogue(ServerContext& context, std::shared_ptr<const config::Config> config, net::Loop& loop,
             net::SessionPort& port, const visits::Caller& caller);

    // The stream.

    /// A stream's URL, without the control attribute of a track, as this server reads it.
    base::Result<hub::StreamUrl> parse(std::string_view base) const;

    /// Takes the stream out of a request's URL. When it cannot be used, or not by this client for this, the request is
    /// answered and the result is false.
    bool adoptTarget(const RtspRequest& request, config::StreamUse use);
    const hub::StreamUrl& target() const { return *target_; }
    bool hasTarget() const { return target_.has_value(); }
    /// The stream that its ticket permits, or will as far as is known.
    hooks::StreamKey key() const { return visit_.permittedKey().value_or(visit_.keyOf(wish())); }

    /// To publish or play the target.
    visits::Wish wish() const;

    /// Whether a request is about the target or a track of it: what it opens is what the backends were asked about. If
    /// it names another stream, it is answered.
    bool isAboutTarget(const RtspRequest& request);

    /// Whether a URL without the control attribute of a track names the target. Its query may be missing or written
    /// anew, as clients do: what is opened is asked about with that of the target.
    bool isTarget(std::string_view base) const;

    /// The same of what stands before the control attribute of a track.
    bool isBaseOfTracks(std::string_view base) const;

    /// Where the control attributes of its tracks are relative to: its URL as the client wrote it, with a slash.
    std::string contentBase() const;

    // The RTSP session, from the first SETUP to TEARDOWN.

    bool hasSession() const { return !sessionId_.empty(); }
    const std::string& sessionId() const { return sessionId_; }
    void openSession();
    void closeSession();

    // Answers.

    /// With CSeq, Server and Session.
    RtspResponse answer(const RtspRequest& request, int status) const;
    void reply(const RtspResponse& response);
    void reply(const RtspRequest& request, int status) { reply(answer(request, status)); }

    /// Answers and ends the session; `why` is logged and told to the backends. `stream`: see Visit::tellRefusal().
    void refuse(const RtspRequest& request, int status, const hooks::Fault& why, const std::string& stream = {}) {
        refuse(request, answer(request, status), why, stream);
    }
    void refuse(const RtspRequest& request, const RtspResponse& response, const hooks::Fault& why,
                const std::string& stream = {});

    /// Logs why the client cannot have something, the first time: it may ask again and again.
    void warnOnce(const std::string& reason);

    /// From now on replies find their place between two frames of the playback, or are sent as they are.
    void replyBetweenFrames(bool on) { repliesBetweenFrames_ = on; }

    /// No further request is delivered until goOn().
    void wait();
    void goOn();
    bool isWaiting() const { return waiting_; }
    void doneWaiting() { waiting_ = false; }

    /// The visit has not let the client in, or not to its target: answers, and ends the session. `what` is refused.
    void refuseVisit(const RtspRequest& request, const std::string& what, const visits::Refusal& refusal) {
        refuseVisit(answer(request, kForbidden), what, refusal);
    }
    void refuseVisit(const RtspResponse& response, const std::string& what, const visits::Refusal& refusal);

    // What it stands on.

    ServerContext& context() { return context_; }
    const config::Config& config() const { return *config_; }

    /// To be called when the client connects; what is asked later is judged by the same configuration.
    void takeNewestConfig() { config_ = context_.config.get(); }

    const config::VhostConfig& vhost() const { return *visit_.vhost(); }
    net::Loop& loop() { return loop_; }
    using visits::PortVisitor::port;

    /// What goes over UDP while something is published or played; nothing from countUdp({}) on.
    using UdpTraffic = std::function<net::SessionPort::Traffic()>;
    void countUdp(UdpTraffic traffic) { udpTraffic_ = std::move(traffic); }

    visits::Visit& visit() { return visit_; }
    const visits::Visit& visit() const { return visit_; }
    const std::string& logName() const { return visit_.logName(); }
    const std::string& clientIp() const { return visit_.client().ip(); }

    /// Whether the connection goes through TLS.
    bool isEncrypted() const { return isEncrypted_; }

  private:
    // visits::Visitor
    net::SessionPort::Traffic traffic() const override; ///< of the connection, and over UDP
    void suspend() override { wait(); }

    base::Result<hub::StreamUrl> parseInTarget(std::string_view base) const;
    bool isInItsVhost(const hub::StreamUrl& url) const;
    bool refusesPlace(const RtspRequest& request, const hub::StreamUrl& url);

    // given
    ServerContext& context_;
    std::shared_ptr<const config::Config> config_;
    net::Loop& loop_;
    bool isEncrypted_;
    UdpTraffic udpTraffic_;
    // owned
    visits::Visit visit_;
    // state
    bool repliesBetweenFrames_ = false;
    std::optional<hub::StreamUrl> target_;
    std::string sessionId_;
    bool waiting_ = false;
    bool warned_ = false;
};

} // namespace hookcast::rtsp
