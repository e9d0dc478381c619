#include "config/DirectiveTable.h"
#include "config/RowMakers.h"

#include <array>

namespace hookcast::config {

namespace {

using namespace rows;
using Text = std::string;
using Number = std::uint32_t;

constexpr double kLeastLeaseS = 1;
constexpr double kMostLeaseS = 3600;
constexpr double kMaxNumber = std::numeric_limits<std::int32_t>::max();

constexpr std::array kCluster = {
    offSwitch("enabled", "Be a node of a cluster.")
        .in([](Scope s) -> bool& { return s.config.cluster.enabled; })
        .onlyAtStart(),
    text("url", "redis://127.0.0.1:6379", "redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE], or rediss for TLS.")
        .in([](Scope s) -> Text& { return s.config.cluster.url; })
        .onlyAtStart(),
    text("ca_file", "", "PEM bundle that rediss is verified by; empty: the system's.")
        .in([](Scope s) -> Text& { return s.config.cluster.caFile; })
        .shown("/etc/ssl/redis.pem")
        .onlyAtStart(),
    words("sentinel", "", "HOST:PORT of Redis Sentinels, which tell where the master is; url has the rest.")
        .in([](Scope s) -> std::vector<std::string>& { return s.config.cluster.sentinels; })
        .shown("10.0.0.1:26379 10.0.0.2:26379")
        .onlyAtStart(),
    text("master", "", "By which name the sentinels know it.")
        .in([](Scope s) -> Text& { return s.config.cluster.master; })
        .shown("mymaster")
        .onlyAtStart(),
    text("name", "hookcast", "Of the cluster; two of different names may share a Redis.")
        .in([](Scope s) -> Text& { return s.config.cluster.name; })
        .onlyAtStart(),
    text("node", "", "This node's name, as captures and webhooks name it; empty: the host's name.")
        .in([](Scope s) -> Text& { return s.config.cluster.node; })
        .shown("media-1")
        .onlyAtStart(),
    decimal("lease", "10", "s",
            "So long after a node was last heard of others take its captures; it has stopped them by then.")
        .within(kLeastLeaseS, kMostLeaseS)
        .in([](Scope s) -> std::int64_t& { return s.config.cluster.leaseMs; })
        .onlyAtStart(),
    integer("max_captures", "0", "captures", "This node takes no more of others' than makes so many; 0: any number.")
        .within(0, kMaxNumber)
        .in([](Scope s) -> Number& { return s.config.cluster.maxCaptures; })
        .onlyAtStart(),
    integer("max_input_kbps", "0", "kbit/s", "Nor more than brings in so much; 0: any rate.")
        .within(0, kMaxNumber)
        .in([](Scope s) -> Number& { return s.config.cluster.maxInputKbps; })
        .onlyAtStart(),
    text("cluster_secret", "", "The same on all nodes, by which they pull streams from each other; empty: they do not.")
        .in([](Scope s) -> Text& { return s.config.cluster.secret; })
        .shown("of-16-characters-or-more")
        .secret()
        .onlyAtStart(),
    text("address", "", "HOST[:PORT] of this node's RTMP, for the others; empty: the host's name, first listen port.")
        .in([](Scope s) -> Text& { return s.config.cluster.address; })
        .shown("10.0.0.7:1935")
        .onlyAtStart(),
    decimal("pull_idle", "10", "s", "So long after its last player has gone a stream is pulled no more.")
        .within(0, kMostLeaseS)
        .in([](Scope s) -> std::int64_t& { return s.config.cluster.pullIdleMs; })
        .onlyAtStart(),
    integer("max_pulls", "10000", "streams", "So many are pulled at one time; a further one is not, and logged.")
        .within(1, kMaxNumber)
        .in([](Scope s) -> Number& { return s.config.cluster.maxPulls; })
        .onlyAtStart(),
};

constexpr std::array kSections = {
    Section{.context = "cluster_redis", .rows = kCluster},
};

} // namespace

std::span<const Section> clusterSections() {
    return kSections;
}

} // namespace hookcast::config
