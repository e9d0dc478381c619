#include "control/ClusterPages.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace hookcast::control {

namespace {

/// The parameters of SRS's query.
constexpr std::array kSrsQuery = {"ip", "vhost", "app", "stream"};

Poco::Dynamic::Var orNull(const std::string& text) {
    return text.empty() ? Poco::Dynamic::Var() : Poco::Dynamic::Var(text);
}

Json jsonOf(const ClusterView::Node& node) {
    Json json = orderedJson();
    json.set("name", node.name);
    json.set("alive", node.isAlive);
    json.set("address", orNull(node.address));
    json.set("heard_ms_ago", node.heardMsAgo);
    json.set("captures", node.captures);
    json.set("input_kbps", node.inputKbps);
    json.set("max_captures", node.maxCaptures);
    json.set("max_input_kbps", node.maxInputKbps);
    return json;
}

Json jsonOf(const ClusterView::Capture& capture) {
    Json json = orderedJson();
    json.set("stream", capture.stream);
    json.set("node", orNull(capture.node));
    json.set("fence", capture.fence);
    return json;
}

Json jsonOf(const ClusterView::Stream& stream) {
    Json json = orderedJson();
    json.set("stream", stream.stream);
    json.set("node", orNull(stream.node));
    json.set("fence", stream.fence);
    json.set("state", stream.state);
    json.set("since_ms", stream.sinceUnixMs);
    return json;
}

Json jsonOf(const ClusterView::Pull& pull) {
    Json json = orderedJson();
    json.set("stream", pull.stream);
    json.set("node", orNull(pull.node));
    json.set("address", orNull(pull.address));
    json.set("state", pull.state);
    json.set("for_ms", pull.sinceMs);
    json.set("recv_bytes", pull.bytes);
    return json;
}

template <typename T>
Poco::JSON::Array arrayOf(const Listed<T>& list) {
    Poco::JSON::Array array;
    for (const T& item : list.items) array.add(jsonOf(item));
    return array;
}

Json dataOf(const ApiQuery& query) {
    Json asked = orderedJson();
    for (const char* name : kSrsQuery) asked.set(name, query.parameter(name));
    Json data = orderedJson();
    data.set("query", asked);
    data.set("origin", Poco::Dynamic::Var());
    return data;
}

} // namespace

Json clusterJson(const ClusterView& view) {
    Json redis = orderedJson();
    redis.set("up", view.isRedisUp);
    redis.set("for_ms", view.redisSinceMs);
    Json lease = orderedJson();
    lease.set("ms", view.leaseMs);
    lease.set("ends_in_ms", view.leaseEndsInMs);
    Json totals = orderedJson();
    totals.set("nodes", view.nodes.total);
    totals.set("captures", view.captures.total);
    totals.set("streams", view.streams.total);
    totals.set("pulls", view.pulls.total);
    Json json = orderedJson();
    json.set("name", view.cluster);
    json.set("node", view.node);
    json.set("redis", redis);
    json.set("lease", lease);
    json.set("totals", totals);
    json.set("nodes", arrayOf(view.nodes));
    json.set("captures", arrayOf(view.captures));
    json.set("streams", arrayOf(view.streams));
    json.set("pulls", arrayOf(view.pulls));
    return json;
}

ApiAnswer ClusterPages::clusters(const ApiQuery& query, const Census& /*census*/) const {
    Json data = dataOf(query);
    const auto isAsked = [&query](const char* name) { return query.parameters.contains(name); };
    if (std::ranges::any_of(kSrsQuery, isAsked)) return ApiAnswer::data(data);
    if (context_.cluster == nullptr) {
        data.set("cluster", Poco::Dynamic::Var());
        return ApiAnswer::data(data);
    }
    Slice slice = query.slice();
    slice.count = std::min(slice.count, ClusterDesk::kMostListed);
    return ApiAnswer::after([desk = context_.cluster, slice, data](ApiAnswer::OnAnswer onAnswer) {
        desk->view(slice, [data, onAnswer = std::move(onAnswer)](ClusterView view) {
            onAnswer([data, view = std::move(view)] {
                Json whole = data;
                whole.set("cluster", clusterJson(view));
                return ApiAnswer::data(whole);
            });
        });
    });
}

void writeCluster(const ClusterFigures& figures, MetricsText& metrics) {
    const auto gauge = [&metrics](const char* name, const char* help, std::uint64_t value) {
        metrics.single(name, "gauge", help, value);
    };
    gauge("cluster_redis_up", "Whether Redis has answered last; 1: yes.", figures.isRedisUp ? 1 : 0);
    gauge("cluster_nodes", "Nodes of the cluster that are alive.", figures.nodes);
    gauge("cluster_captures", "Captures that this node has.", figures.captures);
    gauge("cluster_names", "Names of streams that this node has.", figures.names);
    gauge("cluster_streams", "Streams that all nodes publish.", figures.streams);
    gauge("cluster_pulls", "Streams that this node fetches from others.", figures.pulls);
    metrics.single("cluster_exchanges_total", "counter", "Conversations with Redis.", figures.exchanges);
    metrics.single("cluster_failures_total", "counter", "Those that failed.", figures.failures);
}

} // namespace hookcast::control
