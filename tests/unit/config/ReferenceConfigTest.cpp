#include "config/ReferenceConfig.h"

#include "config/DirectiveTable.h"
#include "config/Dump.h"
#include "unit/config/Support.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

namespace hookcast::config {
namespace {

using test::load;
using test::messages;

TEST(ReferenceConfigTest, fullConfIsWhatTheTableSays) {
    std::ifstream file(HOOKCAST_SOURCE_DIR "/conf/full.conf", std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    EXPECT_TRUE(text == referenceConfig())
        << "conf/full.conf is made from the directive table: hookcast --reference > conf/full.conf";
}

TEST(ReferenceConfigTest, itLoadsWithoutAFindingToTheDefaults) {
    const LoadOutcome outcome = load(referenceConfig());
    ASSERT_NE(outcome.config, nullptr) << messages(outcome);
    EXPECT_EQ(messages(outcome), "");
    const LoadOutcome defaults = load("listen 1935; vhost __defaultVhost__ { }");
    EXPECT_TRUE(test::sameConfig(*outcome.config, *defaults.config))
        << "a default in the table is not that of Config:\n"
        << dump(*outcome.config) << dump(*defaults.config);
}

TEST(ReferenceConfigTest, everyDirectiveThatWorksIsInItWithItsPurpose) {
    const std::string text = referenceConfig();
    for (const Section* section : allSections())
        for (const DirectiveRow& row : section->rows) {
            const std::string path = pathOf(*section, row.name);
            if (row.status != Status::Works || section->context == "rtmp" || path == "rtmp") continue;
            EXPECT_NE(text.find(std::string(row.name) + " "), std::string::npos) << path;
            EXPECT_TRUE(!row.movedTo.empty() || text.find("# " + std::string(row.doc) + "\n") != std::string::npos)
                << path;
            for (const std::string& key : variablesOf(*section, row))
                EXPECT_NE(text.find(key), std::string::npos) << path;
        }
    EXPECT_NE(text.find("\nrtmp {\n"), std::string::npos);
}

TEST(ReferenceConfigTest, theExamplesInItsCommentsLoadToo) {
    std::istringstream lines(referenceConfig());
    std::string text;
    for (std::string line; std::getline(lines, line);) {
        const std::size_t hash = line.find("# ");
        const bool example =
            hash != std::string::npos && line.ends_with(';') && line.find("include") == std::string::npos;
        text += (example ? line.substr(hash + 2) : line) + "\n";
    }
    const LoadOutcome outcome = load(text);
    ASSERT_NE(outcome.config, nullptr) << messages(outcome);
    EXPECT_EQ(outcome.config->serverId, "vid-1");
    EXPECT_EQ(test::defaultVhost(outcome)->hooks.onStop.size(), 1U);
    ASSERT_EQ(test::defaultVhost(outcome)->notifies.size(), 1U);
    EXPECT_EQ(test::defaultVhost(outcome)->notifies[0].onDone.size(), 1U);
}

TEST(ReferenceConfigTest, theShippedSamplesLoadWithoutAFinding) {
    for (const char* name :
         {"hookcast", "full", "realtime", "https.hooks", "vhosts", "notify", "http.flv.live", "hls", "ll-hls", "rtsp",
          "srt", "dvr", "capture", "cluster", "cluster/a", "cluster/b", "cluster/c", "cluster/camera"}) {
        const std::string path = std::string(HOOKCAST_SOURCE_DIR "/conf/") + name + ".conf";
        const LoadOutcome outcome = ConfigLoader().loadFile(path, {});
        EXPECT_NE(outcome.config, nullptr) << path;
        EXPECT_EQ(messages(outcome), "");
    }
}

} // namespace
} // namespace hookcast::config
