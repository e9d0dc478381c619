// One sample per directive that works: its value reaches Config from the file, from its variables, and survives a
// dump. The samples must cover the table.
#include "config/DirectiveTable.h"
#include "config/Dump.h"
#include "config/Words.h"
#include "unit/config/DirectiveSamples.h"
#include "unit/config/Support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace hookcast::config {
namespace {

/// What a vhost needs beside a directive of it.
std::string vhostNeeds(const std::string& path) {
    return path == "vhost.rtsp_auth" ? "http_hooks { enabled on; on_connect http://a/; }" : "";
}

/// `a.b.c` and a value as nested blocks; the vhost gets its name, and all that a file needs besides is there.
std::string fileWith(const std::string& path, const std::string& value) {
    std::string text;
    std::string tail;
    std::string rest = path;
    for (std::size_t dot = rest.find('.'); dot != std::string::npos; dot = rest.find('.')) {
        const std::string block = rest.substr(0, dot);
        text += block + (block == "vhost" ? " __defaultVhost__" : block == "capture" ? " camera-1" : "") + " {\n";
        tail += "}\n";
        rest = rest.substr(dot + 1);
    }
    text += rest + " " + value + ";\n";
    if (path.starts_with("webhook.") && path != "webhook.url") text += "url http://a/;\n";
    if (path.starts_with("vhost.capture.") && path != "vhost.capture.source") text += "source rtsp://h/s;\n";
    if (path == "vhost.ingest.enabled") text += "input { url ./a.flv; } engine { output rtmp://127.0.0.1/live/a; }\n";
    if (path == "http_api.auth.enabled") text += "username admin; password secret;\n";
    text += vhostNeeds(path) + tail;
    if (path == "webhook.via") text += "cluster_redis { enabled on; }\n";
    if (path != "listen") text += "listen 1935;\n";
    if (!path.starts_with("vhost.")) text += "vhost __defaultVhost__ { }\n";
    return text;
}

bool arrives(const Sample& sample, const LoadOutcome& outcome) {
    return outcome.config != nullptr && sample.arrived(*outcome.config, *test::defaultVhost(outcome));
}

class WorkingDirectivesTest : public ::testing::TestWithParam<Sample> {};

TEST_P(WorkingDirectivesTest, valueReachesConfigFromTheFile) {
    const Sample& sample = GetParam();
    const LoadOutcome outcome = test::load(fileWith(sample.path, sample.value));
    EXPECT_TRUE(arrives(sample, outcome)) << test::messages(outcome);
    EXPECT_FALSE(arrives(sample, test::load("listen 1935; vhost __defaultVhost__ { }"))) << "it is the default";
}

TEST_P(WorkingDirectivesTest, valueReachesConfigFromItsVariables) {
    const Sample& sample = GetParam();
    const std::size_t dot = sample.path.rfind('.');
    const Section* section = findSection(dot == std::string::npos ? "" : sample.path.substr(0, dot));
    ASSERT_NE(section, nullptr);
    const DirectiveRow* row = findRow(*section, sample.path.substr(dot == std::string::npos ? 0 : dot + 1));
    ASSERT_NE(row, nullptr);
    for (const std::string& key : variablesOf(*section, *row)) {
        const std::string other =
            written(row->defaultValue.empty() ? std::string(row->example) : std::string(row->defaultValue));
        const LoadOutcome outcome = test::load(fileWith(sample.path, other), {{key, sample.value}});
        EXPECT_TRUE(arrives(sample, outcome)) << key << " beats the file: " << test::messages(outcome);
        const std::string needed =
            sample.path == "http_api.auth.enabled" ? "http_api { auth { username admin; password secret; } }" : "";
        EXPECT_TRUE(arrives(
            sample, test::load("listen 1935; vhost __defaultVhost__ { " + vhostNeeds(sample.path) + " } " + needed,
                               {{key, sample.value}})))
            << key;
    }
}

TEST_P(WorkingDirectivesTest, valueSurvivesADump) {
    const Sample& sample = GetParam();
    const LoadOutcome outcome = test::load(fileWith(sample.path, sample.value));
    ASSERT_NE(outcome.config, nullptr) << test::messages(outcome);
    const LoadOutcome again = test::load(dump(outcome));
    EXPECT_TRUE(arrives(sample, again)) << dump(outcome) << test::messages(again);
}

INSTANTIATE_TEST_SUITE_P(Table, WorkingDirectivesTest, ::testing::ValuesIn(directiveSamples()), [](const auto& info) {
    std::string name = info.param.path;
    std::ranges::replace(name, '.', '_');
    return name;
});

TEST(WorkingDirectivesTableTest, thereIsASampleForEachRowWithAField) {
    std::set<std::string> sampled;
    for (const Sample& sample : directiveSamples()) sampled.insert(sample.path);
    for (const Section* section : allSections())
        for (const DirectiveRow& row : section->rows) {
            const bool hasField = !std::holds_alternative<std::monostate>(row.field);
            EXPECT_EQ(sampled.contains(pathOf(*section, row.name)), hasField) << pathOf(*section, row.name);
        }
}

// Does not compile when a limit is added: it needs a row in the table, then.
TEST(WorkingDirectivesTableTest, everyLimitHasARow) {
    const auto [handshake, proxyHeader, idle, admission, perAddress, unadmitted, rate, exempt, api, unadmittedSize,
                message, partial, chunkStreams, messageStreams, amf, url, commands, rtspHeader, rtspBody, rtspTracks,
                accessUnit, demux, headerTimeout, keepalive, header, body, webSocket, control, waiting, extraTracks,
                log, connections, queue, drain, lines, dvrQueue, hlsMemory, hlsQueue, hlsViewers, captureQueue, execs,
                dvrDrain] = LimitsConfig{};
    EXPECT_EQ(findSection("limits")->rows.size(), 42U);
    EXPECT_EQ(perAddress + unadmitted, 0U) << "shares of max_connections";
    EXPECT_EQ(exempt.size(), 2U);
    EXPECT_GT(rate + api + unadmittedSize, 0U);
    EXPECT_GT(admission + handshake + idle + headerTimeout + keepalive + drain + dvrDrain, 0);
    EXPECT_GT(message + partial + chunkStreams + messageStreams + amf + url + commands + demux + header + body +
                  webSocket + control + log + connections + queue + lines + dvrQueue + hlsMemory + hlsQueue +
                  hlsViewers + captureQueue + execs,
              0U);
    EXPECT_GT(rtspHeader + rtspBody + rtspTracks + waiting + extraTracks + accessUnit + proxyHeader, 0U);
}

} // namespace
} // namespace hookcast::config
