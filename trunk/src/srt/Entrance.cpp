#include "srt/Entrance.h"

#include "base/Log.h"
#include "net/EndReasons.h"

#include <fmt/format.h>
#include <srt/access_control.h>

#include <utility>

namespace hookcast::srt {

std::variant<Caller, Refusal> Entrance::judge(std::string_view streamId, const std::string& ip) const {
    const std::shared_ptr<const config::Config> config = config_.get();
    const config::SrtServerConfig& server = config->srt;
    const Mode defaultMode = server.publishesByDefault ? Mode::Publish : Mode::Request;
    auto parsed = parseStreamId(streamId, {server.defaultStreamId, server.defaultApp, defaultMode});
    if (!parsed) return Refusal{SRT_REJX_BAD_REQUEST, parsed.error().message};
    Caller caller{parsed.take(), nullptr};
    const StreamId& id = caller.id;
    if (!id.isStream) return Refusal{SRT_REJX_NOTSUP_MEDIA, "stream id: only t=stream is served"};
    if (id.mode == Mode::Other) return Refusal{SRT_REJX_BAD_MODE, "stream id: m is neither publish nor request"};
    caller.vhost = config->findVhost(id.vhost);
    if (std::string fault = net::vhostFault(id.vhost, caller.vhost.get(), &config::VhostConfig::srtEnabled, "SRT");
        !fault.empty())
        return Refusal{caller.vhost == nullptr ? SRT_REJX_HOSTNOTFOUND : SRT_REJX_FORBIDDEN, std::move(fault),
                       hooks::RefusalReason::Vhost};
    if (std::string denied = caller.vhost->security.denial(caller.use(), ip); !denied.empty())
        return Refusal{SRT_REJX_FORBIDDEN, std::move(denied), hooks::RefusalReason::Rule};
    if (id.mode == Mode::Publish && streams_.isTaken(caller.key(), caller.vhost->publish.takeover))
        return Refusal{SRT_REJX_CONFLICT,
                       fmt::format("somebody publishes {} already", base::printable(caller.key().text())),
                       hooks::RefusalReason::Busy};
    return caller;
}

} // namespace hookcast::srt
