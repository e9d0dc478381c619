#include "hls/SegmentTeller.h"

#include "base/IpAddress.h"
#include "base/PercentEncoding.h"
#include "hub/NameVariables.h"

#include <utility>

namespace hookcast::hls {

namespace {

constexpr std::int64_t kLeftOutLogMs = 10'000;
constexpr std::int64_t kUsPerMs = 1000;
/// RFC 3986, 3.4, and what is encoded already.
constexpr std::string_view kKeptInQuery = "!$&'()*+,;=:@/?%";

bool isWhole(std::string_view url) {
    return url.starts_with("http://") || url.starts_with("https://");
}

} // namespace

std::string prefixOf(const config::HlsConfig& hls) {
    if (hls.entryPrefix.empty() || hls.entryPrefix.ends_with('/')) return hls.entryPrefix;
    return hls.entryPrefix + "/";
}

std::string pathBelow(const std::string& folder, const std::string& name) {
    return folder.ends_with('/') ? folder + name : folder + "/" + name;
}

std::string playlistNameOf(const config::HlsConfig& hls, const hooks::StreamKey& key) {
    std::string name = hub::replaceVariables(hls.playlistFile, hub::variablesOf(key, 0, base::TimeZone::Local));
    while (name.starts_with('/') || name.starts_with("./")) name.erase(0, name.find('/') + 1);
    return name;
}

std::string notifyUrl(std::string_view pattern, const NotifyFields& fields) {
    if (isWhole(fields.tsUrl)) return std::string(fields.tsUrl);
    return hub::replaceVariables(pattern, {{"[server_id]", base::percentEncoded(fields.serverId)},
                                           {"[service_id]", base::percentEncoded(fields.serviceId)},
                                           {"[app]", base::percentEncoded(fields.app, "/")},
                                           {"[stream]", base::percentEncoded(fields.stream, "/")},
                                           {"[param]", base::percentEncoded(fields.param, kKeptInQuery)},
                                           {"[ts_url]", std::string(fields.tsUrl)}});
}

SegmentTeller::SegmentTeller(TellerContext& context, net::Loop& loop, hub::PublishedStreamPtr stream)
    : context_(context), loop_(loop), stream_(std::move(stream)),
      lane_(context.admission.openLane(loop, stream_->vhost, stream_->opening.client->logName())),
      leftOutGate_(kLeftOutLogMs) {}

void SegmentTeller::tell(const Segment& segment, bool isWritten) {
    loop_.assertCurrent();
    const config::VhostConfig& vhost = *stream_->vhost;
    if (!vhost.hooks.enabled || !vhost.hls.enabled) return;
    if (!vhost.hooks.onHlsNotify.empty()) notify(segment);
    if (vhost.hooks.onHls.empty()) return;
    if (lane_->waiting() >= kMostWaiting) {
        ++context_.hooksLeftOut;
        if (const auto count = leftOutGate_.admit(loop_.clock().monotonicMs()))
            context_.log.error(stream_->opening.client->logName(),
                               "{} segments of {} are not told: the backends are behind", *count,
                               base::printable(stream_->key.text()));
        return;
    }
    hooks::HlsSegment told;
    told.durationMs = segment.durationUs / kUsPerMs;
    told.cwd = context_.workingDirectory;
    told.url = prefixOf(vhost.hls) + segment.name;
    told.m3u8Url = playlistNameOf(vhost.hls, stream_->key);
    if (isWritten) {
        told.file = pathBelow(vhost.hls.path, segment.name);
        told.m3u8 = pathBelow(vhost.hls.path, told.m3u8Url);
    }
    told.seqNo = segment.sequence;
    context_.admission.tell(lane_, hooks::segmentOf(stream_->opening, std::move(told)));
}

void SegmentTeller::notify(const Segment& segment) {
    if (notifies_ >= kMostNotifies) {
        ++context_.notifiesFailed;
        return;
    }
    const config::VhostConfig& vhost = *stream_->vhost;
    const std::string tsUrl = prefixOf(vhost.hls) + base::percentEncoded(segment.name, "/");
    const hooks::HookEvent& opening = stream_->opening;
    hooks::HookRequest request;
    request.url =
        notifyUrl(vhost.hooks.onHlsNotify, {context_.ids.serverId(), context_.ids.serviceId(), stream_->key.app,
                                            stream_->key.stream, opening.stream().paramOf(*opening.client), tsUrl});
    request.method = config::HttpMethod::Get;
    request.timeoutMs = kNotifyTimeoutMs;
    request.mostAnswerBytes = vhost.hls.notifyBytes;
    request.kind = hooks::CallKind::Tells;
    request.share = base::IpAddress::siteOf(opening.client->ip());
    // What the backends are shown of us is for them alone.
    if (!isWhole(tsUrl)) request.terms = {stream_->vhost, &vhost.hooks.calls};
    ++notifies_;
    context_.transport.call(std::move(request), [self = shared_from_this()](const hooks::HookResponse& answer) mutable {
        using Outcome = hooks::HookResponse::Outcome;
        if (answer.outcome != Outcome::Answered && answer.outcome != Outcome::TooLarge) ++self->context_.notifiesFailed;
        self->context_.log.verbose(self->stream_->opening.client->logName(), "on_hls_notify: status {} {}",
                                   answer.status, answer.error);
        net::Loop& loop = self->loop_;
        loop.post([self = std::move(self)] { --self->notifies_; });
    });
}

} // namespace hookcast::hls
