#include "control/StreamPages.h"

#include "media/TrackFacts.h"

#include <Poco/Checksum.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

namespace hookcast::control {

namespace {

hooks::StreamKey keyOf(const visits::ClientFigures& client) {
    return client.opening().key();
}

/// Of bytes per second.
Json kbps(double received, double sent) {
    const auto kilobits = [](double bytes) { return std::llround(bytes * 8 / 1000); };
    Json json = orderedJson();
    json.set("recv_30s", kilobits(received));
    json.set("send_30s", kilobits(sent));
    return json;
}

/// What clients that meet a condition do together, seen from the server.
struct Sum {
    std::uint64_t clients = 0;
    std::uint64_t sentBytes = 0;
    std::uint64_t receivedBytes = 0;
    double sentPerSecond = 0;
    double receivedPerSecond = 0;

    template <typename Condition>
    static Sum of(const Census& census, const Condition& condition) {
        Sum sum;
        for (const visits::ClientFigures& client : census) {
            if (!condition(client)) continue;
            ++sum.clients;
            sum.sentBytes += client.sentBytes;
            sum.receivedBytes += client.receivedBytes;
            sum.sentPerSecond += client.sentPerSecond;
            sum.receivedPerSecond += client.receivedPerSecond;
        }
        return sum;
    }
};

/// What SRS calls the stream of one who plays over HTTP: with the ending of the URL that was asked for.
std::string playedName(const std::string& stream, std::string_view url, config::Protocol protocol) {
    if (config::traitsOf(protocol).ending.empty()) return stream;
    const std::string_view path = url.substr(0, url.find_first_of("?#"));
    for (const std::string_view ending : {".flv", ".ts", ".aac", ".mp3", ".m3u8"})
        if (path.ends_with(ending)) return stream + std::string(ending);
    return stream;
}

/// SRS's words, and ours in the same manner where it has none.
std::string typeOf(const visits::ClientFigures& client) {
    const config::ProtocolTraits& protocol = config::traitsOf(client.opening().client->protocol());
    return std::string(client.publishes() ? protocol.publishType : protocol.playType);
}

Poco::Dynamic::Var videoJson(const hub::StreamHeaders* headers) {
    const auto facts =
        headers == nullptr || headers->videoConfig == nullptr ? std::nullopt : media::videoFacts(*headers->videoConfig);
    if (!facts) return {};
    Json json = orderedJson();
    json.set("codec", std::string(media::nameOf(facts->codec)));
    json.set("profile", facts->profile);
    json.set("level", facts->level);
    json.set("width", facts->width);
    json.set("height", facts->height);
    return json;
}

Poco::Dynamic::Var audioJson(const hub::StreamHeaders* headers) {
    const media::FramePtr frame = headers == nullptr                ? nullptr
                                  : headers->audioConfig != nullptr ? headers->audioConfig
                                                                    : headers->audioSample;
    const auto facts = frame == nullptr ? std::nullopt : media::audioFacts(*frame);
    if (!facts) return {};
    Json json = orderedJson();
    json.set("codec", std::string(media::nameOf(facts->codec)));
    json.set("sample_rate", facts->sampleRate);
    json.set("channel", facts->channels);
    json.set("profile", facts->profile);
    return json;
}

/// Of one who plays: how it keeps up.
Poco::Dynamic::Var playerJson(const std::optional<hub::Playback::Standing>& player) {
    if (!player) return {};
    Json json = orderedJson();
    json.set("lag_ms", player->lagMs);
    json.set("lag_bytes", player->lagBytes);
    json.set("jumps", player->jumps);
    json.set("blocked_ms", player->blockedMs);
    json.set("paused", player->isPaused);
    return json;
}

/// What goes on with one client.
Json liveJson(const visits::ClientState& client) {
    using visits::WaitsFor;
    const visits::Waiting& waiting = client.waiting;
    const bool isVerdict = waiting.what == WaitsFor::Verdict;
    const bool isStream = waiting.what == WaitsFor::Stream;
    const auto orNull = [](bool isThere, const Poco::Dynamic::Var& value) {
        return isThere ? value : Poco::Dynamic::Var();
    };
    Json waits = orderedJson();
    waits.set("for", std::string(nameOf(waiting.what)));
    waits.set("hook", orNull(isVerdict, std::string(hooks::nameOf(waiting.hook))));
    waits.set("stream", orNull(isStream, client.awaitedStream));
    waits.set("since_ms", client.nowMs - waiting.sinceMs);
    waits.set("deadline_ms", orNull(waiting.untilMs != 0, std::max<std::int64_t>(0, waiting.untilMs - client.nowMs)));
    waits.set("otherwise", std::string(waiting.otherwise));
    Json json = orderedJson();
    json.set("log_name", client.caller.logName);
    json.set("client_id", client.id);
    json.set("protocol", std::string(config::traitsOf(client.caller.protocol).name));
    // Behind a name it has blank or comma in front.
    json.set("how", client.how.substr(std::min(client.how.find_first_not_of(" ,"), client.how.size())));
    json.set("age_ms", client.nowMs - client.arrivedAtMs);
    json.set("connected", client.isConnected);
    json.set("admitted", client.opening.has_value());
    json.set("suspended", client.isSuspended);
    json.set("waits", waits);
    json.set("send_bytes", client.traffic.sentBytes);
    json.set("recv_bytes", client.traffic.receivedBytes);
    json.set("player", playerJson(client.player));
    return json;
}

} // namespace

std::string vhostId(const std::string& name) {
    Poco::Checksum checksum(Poco::Checksum::TYPE_CRC32);
    checksum.update(name);
    return fmt::format("vid-{:08x}", checksum.checksum());
}

std::string vhostNamed(const config::Config& config, const std::string& text) {
    if (text.empty()) return std::string(config::kDefaultVhost);
    const auto isMeant = [&text](const auto& vhost) { return vhostId(vhost->name) == text; };
    const auto found = std::ranges::find_if(config.vhosts, isMeant);
    return found == config.vhosts.end() ? text : (*found)->name;
}

ApiAnswer StreamPages::vhosts(const ApiQuery& query, const Census& census) const {
    const auto config = context_.services.config.get();
    ApiAnswer answer;
    Poco::JSON::Array list;
    for (const auto& vhost : config->vhosts) {
        if (query.id.empty()) {
            list.add(vhostJson(*vhost, census));
        } else if (query.id == vhostId(vhost->name) || query.id == vhost->name) {
            answer.fields.set("vhost", vhostJson(*vhost, census));
            return answer;
        }
    }
    if (!query.id.empty()) return ApiAnswer::failed(ApiAnswer::kVhostNotFound);
    answer.fields.set("vhosts", list);
    return answer;
}

ApiAnswer StreamPages::streams(const ApiQuery& query, const Census& census) const {
    const std::vector<hub::StreamRegistry::View> all = context_.services.streams.views();
    ApiAnswer answer;
    if (query.id.empty()) {
        Poco::JSON::Array list;
        for (const auto& stream : query.slice().of(all)) list.add(streamJson(stream, census));
        answer.fields.set("streams", list);
        answer.fields.set("total", all.size());
        return answer;
    }
    const auto found = std::ranges::find(all, query.id, &hub::StreamRegistry::View::id);
    if (found == all.end()) return ApiAnswer::failed(ApiAnswer::kStreamNotFound);
    answer.fields.set("stream", streamJson(*found, census));
    return answer;
}

ApiAnswer StreamPages::clients(const ApiQuery& query, const Census& census) const {
    ApiAnswer answer;
    if (query.id.empty()) {
        Poco::JSON::Array list;
        for (const visits::ClientFigures& client : query.slice().of(census.clients)) list.add(clientJson(client));
        answer.fields.set("clients", list);
        answer.fields.set("total", census.size());
        return answer;
    }
    const visits::AdmittedClientPtr meant = context_.services.clients.find(query.id);
    const auto isIt = [&meant](const visits::ClientFigures& client) {
        return meant != nullptr && client.opening().client->number() == meant->opening.client->number();
    };
    const auto found = std::ranges::find_if(census, isIt);
    if (found == census.end() && !census.meant) return ApiAnswer::failed(ApiAnswer::kClientNotFound);
    Json client = found == census.end() ? newcomerJson(*census.meant) : clientJson(*found);
    client.set("live", census.meant ? Poco::Dynamic::Var(liveJson(*census.meant)) : Poco::Dynamic::Var());
    answer.fields.set("client", client);
    return answer;
}

Json StreamPages::vhostJson(const config::VhostConfig& vhost, const Census& census) const {
    const Sum sum =
        Sum::of(census, [&vhost](const auto& client) { return client.opening().client->place->vhost == vhost.name; });
    std::uint64_t streams = 0;
    std::uint64_t sentBefore = 0;
    std::uint64_t received = 0;
    for (const auto& stream : context_.services.streams.views()) {
        if (stream.key.vhost != vhost.name) continue;
        ++streams;
        sentBefore += stream.figures->sentBytes;
        received += stream.figures->bytes;
    }
    Json hls = orderedJson();
    hls.set("enabled", vhost.hls.enabled);
    if (vhost.hls.enabled) hls.set("fragment", static_cast<double>(vhost.hls.fragmentMs) / 1000);
    Json json = orderedJson();
    json.set("id", vhostId(vhost.name));
    json.set("name", vhost.name);
    json.set("enabled", vhost.enabled);
    json.set("clients", sum.clients);
    json.set("streams", streams);
    json.set("send_bytes", sum.sentBytes + sentBefore);
    json.set("recv_bytes", received);
    json.set("kbps", kbps(sum.receivedPerSecond, sum.sentPerSecond));
    json.set("hls", hls);
    return json;
}

Json StreamPages::streamJson(const hub::StreamRegistry::View& stream, const Census& census) const {
    const Sum sum = Sum::of(census, [&stream](const auto& client) { return keyOf(client) == stream.key; });
    Json publish = orderedJson();
    publish.set("active", stream.published != nullptr);
    if (stream.published != nullptr) publish.set("cid", std::to_string(stream.published->opening.client->number()));
    Json json = orderedJson();
    json.set("id", stream.id);
    json.set("name", stream.key.stream);
    json.set("vhost", vhostId(stream.key.vhost));
    json.set("app", stream.key.app);
    json.set("tcUrl", stream.published == nullptr ? std::string()
                                                  : base::cutSecrets(stream.published->opening.client->place->tcUrl));
    json.set("url", fmt::format("/{}/{}", stream.key.app, stream.key.stream));
    json.set("live_ms", context_.clock.unixMs());
    json.set("clients", sum.clients);
    json.set("frames", stream.figures->videoFrames.load());
    json.set("audio_frames", stream.figures->audioFrames.load());
    json.set("video_frames", stream.figures->videoFrames.load());
    json.set("send_bytes", sum.sentBytes + stream.figures->sentBytes.load());
    json.set("recv_bytes", stream.figures->bytes.load());
    json.set("kbps", kbps(sum.receivedPerSecond, sum.sentPerSecond));
    json.set("publish", publish);
    json.set("video", videoJson(stream.headers.get()));
    json.set("audio", audioJson(stream.headers.get()));
    return json;
}

Json StreamPages::clientJson(const visits::ClientFigures& client) const {
    const hooks::ClientInfo& info = *client.opening().client;
    Json json = orderedJson();
    json.set("id", std::to_string(info.number()));
    json.set("vhost", vhostId(info.place->vhost));
    json.set("stream", context_.services.streams.streamId(keyOf(client)));
    json.set("ip", info.ip());
    json.set("pageUrl", base::cutSecrets(info.place->pageUrl));
    json.set("swfUrl", base::cutSecrets(info.place->swfUrl));
    json.set("tcUrl", base::cutSecrets(info.place->tcUrl));
    json.set("url", fmt::format("/{}/{}", info.place->app, client.opening().stream().name));
    json.set("name",
             playedName(client.opening().stream().name, client.opening().stream().urlOf(info), info.protocol()));
    json.set("type", typeOf(client));
    if (!info.place->node.empty()) json.set("node", info.place->node);
    json.set("publish", client.publishes());
    json.set("alive", static_cast<double>(client.aliveMs) / 1000);
    json.set("send_bytes", client.sentBytes);
    json.set("recv_bytes", client.receivedBytes);
    json.set("kbps", kbps(client.receivedPerSecond, client.sentPerSecond));
    return json;
}

/// Who is here and neither publishes nor plays: what is not known yet is empty.
Json StreamPages::newcomerJson(const visits::ClientState& client) {
    const config::ProtocolTraits& protocol = config::traitsOf(client.caller.protocol);
    Json json = orderedJson();
    json.set("id", std::to_string(client.caller.number));
    json.set("vhost", client.vhost.empty() ? std::string() : vhostId(client.vhost));
    json.set("stream", "");
    json.set("ip", client.caller.ip);
    json.set("pageUrl", base::cutSecrets(client.place.pageUrl));
    json.set("swfUrl", base::cutSecrets(client.place.swfUrl));
    json.set("tcUrl", base::cutSecrets(client.place.tcUrl));
    json.set("url", fmt::format("/{}/{}", client.place.app, client.place.stream));
    json.set("name", playedName(client.place.stream, client.place.url, client.caller.protocol));
    json.set("type", std::string(protocol.name));
    json.set("publish", false);
    json.set("alive", static_cast<double>(client.nowMs - client.arrivedAtMs) / 1000);
    json.set("send_bytes", client.traffic.sentBytes);
    json.set("recv_bytes", client.traffic.receivedBytes);
    json.set("kbps", kbps(0, 0));
    return json;
}

} // namespace hookcast::control
