#include "srt/Entrance.h"

#include "base/Log.h"
#include "net/EndReasons.h"

#include <fmt/format.h>
#include <srt/access_control.h>

#include <utility>

namespace hookcast::srt {

using hooks::RefusalCause;

std::variant<Caller, Refusal> Entrance::judge(std::string_view streamId, const std::string& ip) const {
    const std::shared_ptr<const config::Config> config = config_.get();
    const config::SrtServerConfig& server = config->srt;
    const Mode defaultMode = server.publishesByDefault ? Mode::Publish : Mode::Request;
    auto parsed = parseStreamId(streamId, {server.defaultStreamId, server.defaultApp, defaultMode});
    if (!parsed) return Refusal{SRT_REJX_BAD_REQUEST, {RefusalCause::Request, parsed.error().message}};
    Caller caller{parsed.take(), nullptr};
    const StreamId& id = caller.id;
    if (!id.isStream)
        return Refusal{SRT_REJX_NOTSUP_MEDIA, {RefusalCause::Request, "stream id: only t=stream is served"}};
    if (id.mode == Mode::Other)
        return Refusal{SRT_REJX_BAD_MODE, {RefusalCause::Request, "stream id: m is neither publish nor request"}};
    const auto refuse = [&caller, &id](int code, RefusalCause cause, std::string reason) {
        const std::string& vhost = caller.vhost == nullptr ? id.vhost : caller.vhost->name;
        return Refusal{code, {cause, std::move(reason)}, caller.use(), vhost + "/" + id.app + "/" + id.stream};
    };
    caller.vhost = config->findVhost(id.vhost);
    if (std::string fault = net::vhostFault(id.vhost, caller.vhost.get(), &config::VhostConfig::srtEnabled, "SRT");
        !fault.empty())
        return refuse(caller.vhost == nullptr ? SRT_REJX_HOSTNOTFOUND : SRT_REJX_FORBIDDEN, RefusalCause::Vhost,
                      std::move(fault));
    if (std::string denied = caller.vhost->security.denial(caller.use(), ip); !denied.empty())
        return refuse(SRT_REJX_FORBIDDEN, RefusalCause::Security, std::move(denied));
    if (id.mode == Mode::Publish && streams_.isTaken(caller.key(), caller.vhost->publish.takeover))
        return refuse(SRT_REJX_CONFLICT, RefusalCause::Busy,
                      fmt::format("somebody publishes {} already", base::printable(caller.key().text())));
    return caller;
}

} // namespace hookcast::srt
