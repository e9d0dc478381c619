#include "control/KickPages.h"

#include "config/Config.h"
#include "control/StreamPages.h"
#include "net/EndReasons.h"
#include "visits/StreamKick.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::control {

namespace {

constexpr const char* kPlay = "play";
constexpr const char* kPublish = "publish";

} // namespace

ApiAnswer KickPages::kickClient(const ApiQuery& query) const {
    const visits::AdmittedClientPtr client = context_.services.clients.find(query.id);
    if (client == nullptr) return ApiAnswer::failed(ApiAnswer::kClientNotFound);
    const hooks::ClientInfo& info = *client->opening.client;
    context_.services.admission.policies().forget({.vhost = info.place->vhost, .stream = {}, .ips = {info.ip()}});
    visits::ClientBook::kick(client, net::kKicked);
    return {};
}

ApiAnswer KickPages::kickStream(const ApiQuery& query) const {
    const std::optional<hooks::StreamKey> key = meantBy(query);
    if (!key) return ApiAnswer::failed(ApiAnswer::kStreamNotFound);
    const std::string type = query.parameter("type");
    const bool isHere = !context_.services.streams.streamId(*key).empty();
    const std::uint64_t kicked = isHere ? kickHere(*key, type) : 0;
    if (context_.cluster == nullptr || type == kPlay) return answerOfKick(kicked, isHere, {});
    return ApiAnswer::after([desk = context_.cluster, key = *key, kicked, isHere](ApiAnswer::OnAnswer onAnswer) {
        desk->kick(key, [kicked, isHere, onAnswer = std::move(onAnswer)](const RemoteKick& elsewhere) {
            onAnswer([=] { return answerOfKick(kicked, isHere, elsewhere); });
        });
    });
}

std::optional<hooks::StreamKey> KickPages::meantBy(const ApiQuery& query) const {
    if (query.id.empty()) {
        const auto path = hooks::readStreamPath(query.parameter("stream"));
        if (!path || path.value().app.empty() || path.value().stream.empty()) return std::nullopt;
        return hooks::StreamKey{vhostNamed(*context_.services.config.get(), query.parameter("vhost")), path.value().app,
                                path.value().stream};
    }
    const std::vector<hub::StreamRegistry::View> all = context_.services.streams.views();
    const auto stream = std::ranges::find(all, query.id, &hub::StreamRegistry::View::id);
    return stream == all.end() ? std::nullopt : std::optional(stream->key);
}

std::uint64_t KickPages::kickHere(const hooks::StreamKey& key, const std::string& type) const {
    using hooks::HookAction;
    std::optional<HookAction> only;
    if (!type.empty() && type != kPlay && type != kPublish) return 0;
    if (!type.empty()) only = type == kPublish ? HookAction::Publish : HookAction::Play;
    // Before they can come back.
    const auto meant = visits::beginKick(context_.services.admission, context_.services.clients, key, only);
    for (const visits::AdmittedClientPtr& client : meant) visits::ClientBook::kick(client, net::kKicked);
    return meant.size();
}

ApiAnswer answerOfKick(std::uint64_t kicked, bool isHere, const RemoteKick& elsewhere) {
    using Outcome = RemoteKick::Outcome;
    if (elsewhere.outcome == Outcome::NotElsewhere && !isHere) return ApiAnswer::failed(ApiAnswer::kStreamNotFound);
    ApiAnswer answer;
    if (elsewhere.outcome == Outcome::Silent) answer.code = ApiAnswer::kNodeSilent;
    if (elsewhere.outcome == Outcome::Busy) answer.code = ApiAnswer::kNodeBusy;
    answer.fields.set("kicked", kicked);
    if (elsewhere.outcome != Outcome::NotElsewhere) answer.fields.set("node", elsewhere.node);
    return answer;
}

} // namespace hookcast::control
