#include "config/DirectiveTable.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>

namespace hookcast::config {
namespace {

template <typename Visit>
void forEachRow(Visit visit) {
    for (const Section* section : allSections())
        for (const DirectiveRow& row : section->rows) visit(*section, row);
}

const DirectiveRow* rowAt(std::string_view path) {
    const std::size_t dot = path.rfind('.');
    const Section* section = findSection(dot == std::string_view::npos ? "" : path.substr(0, dot));
    return section == nullptr ? nullptr : findRow(*section, path.substr(dot == std::string_view::npos ? 0 : dot + 1));
}

TEST(DirectiveTableTest, everyContextAndEveryNameInItIsThereOnce) {
    std::set<std::string> contexts;
    std::set<std::string> paths;
    for (const Section* section : allSections())
        EXPECT_TRUE(contexts.insert(std::string(section->context)).second) << section->context;
    forEachRow([&](const Section& section, const DirectiveRow& row) {
        EXPECT_TRUE(paths.insert(pathOf(section, row.name)).second) << pathOf(section, row.name);
    });
    EXPECT_GT(paths.size(), 400U);
}

TEST(DirectiveTableTest, everySectionBelongsToABlock) {
    for (const Section* section : allSections()) {
        if (section->context.empty()) continue;
        const bool free = section->context.starts_with("vhost.transcode.engine.");
        const DirectiveRow* row = rowAt(section->context);
        ASSERT_NE(row, nullptr) << section->context;
        EXPECT_EQ(row->type, ValueType::Block) << section->context;
        EXPECT_TRUE(free || !section->rows.empty() || section->names == Section::Names::Free) << section->context;
    }
}

TEST(DirectiveTableTest, everyRowSaysWhatItIsForInOneLine) {
    forEachRow([](const Section& section, const DirectiveRow& row) {
        EXPECT_FALSE(row.doc.empty()) << pathOf(section, row.name);
        EXPECT_EQ(row.doc.find('\n'), std::string_view::npos) << pathOf(section, row.name);
        EXPECT_LE(row.doc.size(), 110U) << pathOf(section, row.name);
        EXPECT_LE(row.minArgs, row.maxArgs) << pathOf(section, row.name);
    });
}

TEST(DirectiveTableTest, whatWorksHasAFieldOrAnotherReasonToWork) {
    forEachRow([](const Section& section, const DirectiveRow& row) {
        const std::string path = pathOf(section, row.name);
        const bool hasField = !std::holds_alternative<std::monostate>(row.field);
        if (row.status != Status::Works) {
            EXPECT_FALSE(hasField) << path;
            return;
        }
        const bool structural = row.type == ValueType::Block || row.type == ValueType::Include;
        // Lines that all count are read by whoever reads their block.
        EXPECT_EQ(hasField, !structural && row.movedTo.empty() && (!row.repeatable || row.isList())) << path;
        EXPECT_TRUE(!hasField || !row.defaultValue.empty() || !row.example.empty()) << path;
        if (row.type == ValueType::Block) {
            EXPECT_NE(childSection(section, row), nullptr) << path;
        }
    });
}

TEST(DirectiveTableTest, oldSpellingsLeadToARowOfTheSameKind) {
    forEachRow([](const Section& section, const DirectiveRow& row) {
        if (row.movedTo.empty()) return;
        const DirectiveRow* target = rowAt(row.movedTo);
        ASSERT_NE(target, nullptr) << pathOf(section, row.name);
        EXPECT_EQ(target->status, Status::Works) << row.movedTo;
        EXPECT_EQ(target->type, row.type) << row.movedTo;
        EXPECT_EQ(target->defaultValue, row.defaultValue) << row.movedTo;
        EXPECT_EQ(target->unit, row.unit) << row.movedTo;
    });
}

TEST(DirectiveTableTest, numbersThatWorkHaveBoundsThatHoldTheDefault) {
    forEachRow([](const Section& section, const DirectiveRow& row) {
        const bool number = row.type == ValueType::Integer || row.type == ValueType::Decimal;
        if (!number || std::holds_alternative<std::monostate>(row.field)) return;
        const double byDefault = std::stod(std::string(row.defaultValue));
        EXPECT_LE(row.min, byDefault) << pathOf(section, row.name);
        EXPECT_GE(row.max, byDefault) << pathOf(section, row.name);
        const bool isWide = std::holds_alternative<MemberOf<std::int64_t>>(row.field);
        EXPECT_GE(row.min, isWide ? -1 : 0) << pathOf(section, row.name);
        const bool fits = isWide || row.max <= std::numeric_limits<std::uint32_t>::max();
        EXPECT_TRUE(fits) << pathOf(section, row.name);
    });
}

TEST(DirectiveTableTest, variablesFollowTheirRuleAndItsExceptions) {
    const auto keys = [](std::string_view context, std::string_view name) {
        const Section* section = findSection(context);
        return variablesOf(*section, *findRow(*section, name));
    };
    using Keys = std::vector<std::string>;
    EXPECT_EQ(keys("", "listen"), Keys{"SRS_LISTEN"});
    EXPECT_EQ(keys("rtmp", "listen"), Keys{});
    EXPECT_EQ(keys("vhost", "chunk_size"), Keys{"SRS_VHOST_CHUNK_SIZE"});
    EXPECT_EQ(keys("", "srs_log_tank"), (Keys{"SRS_SRS_LOG_TANK", "SRS_LOG_TANK"}));
    EXPECT_EQ(keys("vhost.hls", "hls_fragment"), Keys{"SRS_VHOST_HLS_HLS_FRAGMENT"});
    EXPECT_EQ(keys("vhost.srt", "srt_to_rtmp"), (Keys{"SRS_VHOST_SRT_SRT_TO_RTMP", "SRS_VHOST_SRT_TO_RTMP"}));
    EXPECT_EQ(keys("vhost", "enabled"), Keys{});
    EXPECT_EQ(keys("vhost", "gop_cache"), Keys{});
    EXPECT_EQ(keys("vhost.security", "enabled"), Keys{});
}

/// Keys that SRS 5 to 8 read, without the six words that all share: a sample of every area.
TEST(DirectiveTableTest, knowsTheVariablesOfEveryArea) {
    std::set<std::string> known;
    forEachRow([&](const Section& section, const DirectiveRow& row) {
        for (std::string& key : variablesOf(section, row)) known.insert(std::move(key));
    });
    std::istringstream keys(
        "ASPROCESS AUTO_RELOAD_FOR_DOCKER CIRCUIT_BREAKER_DYING_PULSE DAEMON DISABLE_DAEMON_FOR_DOCKER EMPTY_IP_OK "
        "EXPORTER_LABEL FF_LOG_DIR FIRST_WAIT_FOR_QLV FORCE_GRACE_QUIT GRACE_FINAL_WAIT HEARTBEAT_DEVICE_ID "
        "HEARTBEAT_AUTH_TOKEN HTTP_API_AUTH_PASSWORD HTTP_API_HTTPS_CERT HTTP_API_RAW_API_ALLOW_RELOAD "
        "HTTP_SERVER_HTTPS_LISTEN INOTIFY_AUTO_RELOAD LISTEN LOG_FILE LOG_LEVEL LOG_LEVEL_V2 LOG_TANK "
        "MAX_CONNECTIONS PID PITHY_PRINT_MS QUERY_LATEST_VERSION RTC_SERVER_BLACK_HOLE_ADDR RTC_SERVER_TCP_LISTEN "
        "RTMPS_KEY RTSP_SERVER_LISTEN SERVER_ID SRS_LOG_FILE SRT_SERVER_PASSPHRASE TCMALLOC_RELEASE_RATE "
        "TENCENTCLOUD_APM_TEAM TENCENTCLOUD_CLS_TOPIC_ID THREADS_INTERVAL UTC_TIME VHOST_DASH_DASH_DISPOSE "
        "VHOST_DVR_DVR_PLAN VHOST_FORWARD_BACKEND VHOST_HDS_HDS_PATH VHOST_HLS_HLS_KEYS VHOST_HTTP_HOOKS_ON_DVR "
        "VHOST_HTTP_HOOKS_ON_PLAY VHOST_HTTP_REMUX_GUESS_HAS_AV VHOST_HTTP_STATIC_DIR VHOST_IN_ACK_SIZE "
        "VHOST_MIN_LATENCY VHOST_PLAY_MW_MSGS VHOST_PUBLISH_KICKOFF_FOR_IDLE VHOST_RTC_PLI_FOR_RTMP "
        "VHOST_RTSP_RTMP_TO_RTSP VHOST_SRT_ENABLED VHOST_TCP_NODELAY WORK_DIR");
    for (std::string key; keys >> key;) EXPECT_TRUE(known.contains("SRS_" + key)) << key;
}

TEST(DirectiveTableTest, aListsRowsAreForItsOwnBlocks) {
    Config config;
    VhostConfig vhost;
    NotifyConfig notify;
    const Scope outside{config, vhost};
    EXPECT_THROW(outside.its<NotifyConfig>(), std::logic_error);
    const Scope inside = outside.in(ItemPointer(notify));
    EXPECT_EQ(&inside.its<NotifyConfig>(), &notify);
    EXPECT_THROW(inside.its<CaptureConfig>(), std::logic_error);
}

TEST(DirectiveTableTest, everyListHasRowsForItsBlocks) {
    std::string lists;
    for (const Section* section : allSections()) {
        for (const DirectiveRow& row : section->rows) {
            if (!row.isBlockList()) continue;
            lists += pathOf(*section, row.name) + " ";
            EXPECT_TRUE(row.repeatable && row.type == ValueType::Block) << row.name;
            EXPECT_NE(childSection(*section, row), nullptr) << row.name;
        }
    }
    EXPECT_EQ(lists, "webhook vhost.http_notify vhost.capture vhost.ingest vhost.ingest.engine ");
}

TEST(DirectiveTableTest, countsSingleLetterChanges) {
    EXPECT_EQ(editDistance("", ""), 0U);
    EXPECT_EQ(editDistance("abc", ""), 3U);
    EXPECT_EQ(editDistance("", "abc"), 3U);
    EXPECT_EQ(editDistance("listen", "lisen"), 1U);
    EXPECT_EQ(editDistance("listen", "listne"), 1U) << "two neighbours swapped";
    EXPECT_EQ(editDistance("kitten", "sitting"), 3U);
}

TEST(DirectiveTableTest, suggestsTheNearestNameOrThePlaceItBelongs) {
    const Section& root = *findSection("");
    const Section& play = *findSection("vhost.play");
    EXPECT_EQ(suggestionFor(root, "lisen"), "did you mean 'listen'?");
    EXPECT_EQ(suggestionFor(play, "gop_cahce"), "did you mean 'gop_cache'?");
    EXPECT_EQ(suggestionFor(root, "gop_cache"), "it belongs in vhost.play");
    EXPECT_EQ(suggestionFor(play, "listen"), "it belongs at the top level");
    EXPECT_EQ(suggestionFor(root, "worker_processes"), "the nearest known name is 'asprocess'");
    EXPECT_EQ(suggestionFor(root, "\xE4\xB8\xAD"), "") << "nothing in common with any name";
    EXPECT_EQ(suggestionFor(root, std::string(100000, 'x')), "");
}

} // namespace
} // namespace hookcast::config
