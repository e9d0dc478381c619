#include "rtmp/StreamRequest.h"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace hookcast::rtmp {

base::Result<hub::StreamTarget> readStreamRequest(const Command& command, const visits::Place& place) {
    const std::string_view named = command.argument(1).asString();
    base::Result<hub::StreamTarget> target =
        place.pull == nullptr
            ? hub::parseStreamTarget(named, place.app)
            : hub::StreamTarget{std::string(named), place.app, std::string(named), std::string(), std::string()};
    if (!target) return target;
    if (target.value().stream.empty()) return base::Error{"the stream has no name"};
    return target;
}

bool isAskedFor(const hooks::HookEvent& opening, const hub::StreamTarget& target) {
    return target.app == opening.client->place->app && target.stream == opening.stream().askedName();
}

visits::Wish wishFor(const hub::StreamTarget& target, const visits::Place& place) {
    visits::Wish wish;
    wish.app = target.app;
    wish.stream = target.stream;
    wish.param = target.param;
    wish.url = hub::urlOfStream(place.tcUrl, target);
    wish.mayBeRenamed = true;
    return wish;
}

hub::StreamTarget meantByPlayer(hub::StreamTarget target, std::string_view vhost, const hub::StreamRegistry& streams) {
    const auto isPublished = [&](const hub::StreamTarget& candidate) {
        return streams.headers({std::string(vhost), candidate.app, candidate.stream}) != nullptr;
    };
    if (isPublished(target)) return target;
    hub::StreamTarget candidate = target;
    for (std::string& name : hub::namesBehind(target.stream)) {
        candidate.stream = std::move(name);
        if (isPublished(candidate)) return candidate;
    }
    return target;
}

std::string shownStream(const Command& command, std::string_view vhost, const visits::Place& place) {
    const base::Result<hub::StreamTarget> target = readStreamRequest(command, place);
    if (!target) return {};
    const hub::StreamTarget& named = target.value();
    const std::string_view itsVhost = named.vhost.empty() ? vhost : named.vhost;
    return fmt::format("{}/{}/{}", itsVhost, named.app, named.stream);
}

const char* denialCode(config::StreamUse use) {
    return use == config::StreamUse::Publish ? "NetStream.Publish.Denied" : "NetStream.Play.Failed";
}

hooks::HookAction actionOf(config::StreamUse use) {
    return use == config::StreamUse::Publish ? hooks::HookAction::Publish : hooks::HookAction::Play;
}

} // namespace hookcast::rtmp
