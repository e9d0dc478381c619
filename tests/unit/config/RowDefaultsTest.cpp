// What a row says is the default is what the server does without the directive: for all rows, in whatever block.
#include "config/DirectiveTable.h"
#include "config/ValueReader.h"
#include "config/ValueText.h"
#include "unit/config/Support.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <functional>
#include <set>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

namespace hookcast::config {
namespace {

using Texts = std::vector<std::string>;

/// A row with its section, and the structs that it reads into as they are without any directive.
struct Place {
    const Section& section;
    const DirectiveRow& row;
    Scope scope;

    std::string path() const { return pathOf(section, row.name); }
};

using Look = std::function<void(const Place&)>;

bool hasValue(const DirectiveRow& row) {
    // A choice without a default is a second name of another row's value.
    const bool isAlias = !row.movedTo.empty() || (row.type == ValueType::Choice && row.defaultValue.empty());
    return row.status == Status::Works && !isAlias && !std::holds_alternative<std::monostate>(row.field);
}

/// `look` at all rows with a value below `section`, those of lists' blocks included.
void walk(const Section& section, const Scope& scope, const Look& look) {
    for (const DirectiveRow& row : section.rows) {
        if (hasValue(row)) look({section, row, scope});
        const Section* contents = row.name == "vhost" || !row.movedTo.empty() ? nullptr : childSection(section, row);
        if (contents == nullptr || row.status != Status::Works) continue;
        if (!row.isBlockList()) {
            walk(*contents, scope, look);
            continue;
        }
        row.list.add(
            scope, "", false, [&](const Scope& ofItem) { walk(*contents, ofItem, look); },
            [](const Scope&) { return false; });
    }
}

void walkAll(const Config& given, const Look& look) {
    Config config = given;
    VhostConfig vhost;
    walk(*findSection(""), {config, vhost}, look);
    walk(*findSection("vhost"), {config, vhost}, look);
}

/// What a dump shows of the value, and what it would show if the row's default stood in the file.
struct Shown {
    Texts effective;
    Texts stated;
};

Shown shownOf(const Place& place) {
    Shown shown;
    shown.effective = valueTexts(place.row, place.scope);
    if (place.row.defaultValue.empty()) return shown;
    Directive directive;
    directive.name = place.row.name;
    std::istringstream words{std::string(place.row.defaultValue)};
    for (std::string word; words >> word;) directive.args.push_back(word);
    Findings findings;
    ValueReader(findings).read(place.row, directive, place.scope);
    EXPECT_TRUE(findings.take().empty()) << place.path();
    shown.stated = valueTexts(place.row, place.scope);
    return shown;
}

TEST(RowDefaultsTest, areWhatTheServerDoesWithoutTheDirective) {
    std::set<std::string> seen;
    walkAll(Config(), [&seen](const Place& place) {
        seen.insert(place.path());
        // Without addresses a server has none until it is enabled: below.
        if (place.row.type == ValueType::Listen) return;
        const Shown shown = shownOf(place);
        EXPECT_EQ(shown.effective, shown.stated) << place.path();
    });
    for (const char* path :
         {"listen", "limits.url_size", "rtsp_server.session_timeout", "srt_server.latency", "http_server.dir",
          "http_api.auth.enabled", "heartbeat.interval", "stats.network", "webhook.queue", "vhost.play.gop_cache",
          "vhost.http_notify.on_connect", "vhost.ingest.input.type"})
        EXPECT_TRUE(seen.contains(path)) << path;
}

TEST(RowDefaultsTest, theAddressesOfAServerThatIsEnabledAreThoseOfItsRow) {
    const LoadOutcome outcome =
        test::load("rtsp_server { enabled on; rtsps { enabled on; } } srt_server { enabled on; }\n"
                   "rtmps { enabled on; } http_server { enabled on; https { enabled on; } }\n"
                   "http_api { enabled on; https { enabled on; } }\nvhost __defaultVhost__ { }\n");
    ASSERT_NE(outcome.config, nullptr) << test::messages(outcome);
    std::size_t rows = 0;
    walkAll(*outcome.config, [&rows](const Place& place) {
        if (place.row.type != ValueType::Listen) return;
        ++rows;
        const Shown shown = shownOf(place);
        EXPECT_EQ(shown.effective, shown.stated) << place.path();
        EXPECT_FALSE(shown.effective.empty()) << place.path();
    });
    EXPECT_EQ(rows, 9U);
}

} // namespace
} // namespace hookcast::config
