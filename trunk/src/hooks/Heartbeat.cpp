#include "hooks/Heartbeat.h"

#include "base/JsonWriter.h"
#include "base/Log.h"
#include "config/Addresses.h"
#include "hooks/HookEvent.h"
#include "net/LocalAddresses.h"

#include <Poco/Exception.h>
#include <fmt/format.h>

#include <unistd.h>

#include <string_view>
#include <utility>
#include <vector>

namespace hookcast::hooks {

namespace {

using config::Protocol;

constexpr const char* kWho = "heartbeat";
constexpr std::int64_t kLogIntervalMs = 60'000;

void writeAddresses(base::JsonWriter& json, std::string_view name,
                    const std::vector<config::ListenAddress>& addresses) {
    json.key(name).beginArray();
    for (const config::ListenAddress& address : addresses) json.value(config::listenText(address));
    json.endArray();
}

void writePorts(base::JsonWriter& json, const config::Config& config) {
    const auto write = [&json](Protocol protocol, const std::vector<config::ListenAddress>& addresses) {
        writeAddresses(json, config::traitsOf(protocol).logName, addresses);
    };
    write(Protocol::Rtmp, config.rtmpListen);
    if (config.http.enabled) write(Protocol::HttpFlv, config.http.listen);
    if (config.apiServer.enabled) writeAddresses(json, "api", config.apiServer.listen);
    if (config.srt.enabled) write(Protocol::Srt, config.srt.listen);
    if (config.rtsp.enabled) write(Protocol::Rtsp, config.rtsp.listen);
}

/// Empty where the system does not tell.
std::string reportedAddress(std::uint32_t index) {
    try {
        const std::vector<std::string> addresses = net::localAddresses();
        return addresses[index % addresses.size()];
    } catch (const Poco::Exception&) {
        return {};
    }
}

} // namespace

Heartbeat::Heartbeat(const config::CurrentConfig& config, HookTransport& transport, net::Loop& loop,
                     const SrsJsonDialect& identity, Summaries summaries)
    : config_(config), transport_(transport), loop_(loop), identity_(identity), summaries_(std::move(summaries)),
      timer_(loop), failureGate_(kLogIntervalMs) {}

void Heartbeat::apply() {
    loop_.post([weak = weak_from_this()] {
        const auto self = weak.lock();
        if (self == nullptr) return;
        const config::HeartbeatConfig wanted = self->config_.get()->heartbeat;
        if (wanted == self->running_) return;
        self->running_ = wanted;
        self->timer_.cancel();
        self->beat();
    });
}

void Heartbeat::stop() {
    loop_.runAndWait([this] {
        running_.enabled = false;
        timer_.cancel();
    });
}

void Heartbeat::beat() {
    loop_.assertCurrent();
    if (!running_.enabled) return;
    timer_.runAfter(running_.intervalMs, [this] { beat(); });
    if (std::exchange(busy_, true)) return;
    const std::shared_ptr<const config::Config> config = config_.get();
    if (!config->heartbeat.summaries) {
        send(*config, {});
        return;
    }
    summaries_([weak = weak_from_this(), &loop = loop_, config](std::string summaries) {
        loop.post([weak, config, summaries = std::move(summaries)] {
            if (const auto self = weak.lock()) self->send(*config, summaries);
        });
    });
}

void Heartbeat::send(const config::Config& config, const std::string& summaries) {
    loop_.assertCurrent();
    if (!running_.enabled) {
        busy_ = false;
        return;
    }
    HookRequest request;
    request.url = config.heartbeat.url;
    request.contentType = SrsJsonDialect::kContentType;
    request.body = body(config, summaries);
    request.timeoutMs = config.heartbeat.calls.timeoutMs;
    request.kind = CallKind::Tells;
    request.id = newEventId();
    auto terms = std::make_shared<config::CallTerms>(config.heartbeat.calls);
    if (config.heartbeat.authenticates)
        terms->headers.emplace_back("Authorization", "Bearer " + config.heartbeat.token);
    request.terms = std::move(terms);
    transport_.call(std::move(request), [weak = weak_from_this(), &loop = loop_,
                                         shownUrl = base::withoutSecrets(config.heartbeat.url)](HookResponse response) {
        loop.post([weak, shownUrl, response = std::move(response)] {
            if (const auto self = weak.lock()) self->onResponse(shownUrl, response);
        });
    });
}

std::string Heartbeat::body(const config::Config& config, const std::string& summaries) const {
    base::JsonWriter json;
    json.beginObject();
    json.member("device_id", config.heartbeat.deviceId);
    json.member("ip", reportedAddress(config.stats.network));
    json.member("server", identity_.serverId());
    json.member("service", identity_.serviceId());
    json.member("pid", std::to_string(::getpid()));
    if (config.heartbeat.summaries) json.key("summaries").raw(summaries);
    if (config.heartbeat.ports) writePorts(json, config);
    json.endObject();
    return json.take();
}

void Heartbeat::onResponse(const std::string& shownUrl, const HookResponse& response) {
    loop_.assertCurrent();
    busy_ = false;
    if (response.outcome == HookResponse::Outcome::Stopped) return;
    const bool answered = response.outcome == HookResponse::Outcome::Answered;
    if (answered && response.status >= 200 && response.status < 300) {
        if (std::exchange(failed_, false)) loop_.log().trace(kWho, "{}: is heard again", shownUrl);
        return;
    }
    failed_ = true;
    if (const auto count = failureGate_.admit(loop_.clock().monotonicMs()))
        loop_.log().warn(kWho, "{}: not heard ({} times): {}", shownUrl, *count,
                         answered ? fmt::format("status {}", response.status) : response.error);
}

} // namespace hookcast::hooks
