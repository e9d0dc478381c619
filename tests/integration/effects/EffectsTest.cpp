// Every directive that works, by its effect: a server runs with it, and what it promises is seen from outside.
#include "config/DirectiveTable.h"
#include "effects/Effect.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::integration {
namespace {

Effects allEffects() {
    Effects all;
    for (const auto& effects :
         {serverEffects,    serverHttpEffects, heartbeatEffects, limitEffects, queueEffects,  vhostEffects,
          playEffects,      gateEffects,       backendEffects,   callEffects,  policyEffects, httpEffects,
          hlsViewerEffects, hlsSegmentEffects, hlsDiskEffects,   rtspEffects,  srtEffects,    outputEffects,
          inputEffects,     clusterEffects,    spoolEffects,     tlsEffects}) {
        const Effects some = effects();
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

class EffectsTest : public testing::TestWithParam<Effect> {};

TEST_P(EffectsTest, IsSeen) {
    GetParam().observe();
}

/// `vhost.play.atc` as `vhost__play__atc`.
std::string nameOf(const testing::TestParamInfo<Effect>& info) {
    std::string name;
    for (const char c : std::string_view(info.param.directive)) name += c == '.' ? "__" : std::string(1, c);
    return name;
}

INSTANTIATE_TEST_SUITE_P(Directive, EffectsTest, testing::ValuesIn(allEffects()), nameOf);

TEST(EffectsTable, HasEveryDirectiveThatWorks) {
    std::multiset<std::string> seen;
    for (const Effect& effect : allEffects()) seen.insert(effect.directive);
    std::multiset<std::string> working;
    for (const config::Section* section : config::allSections())
        for (const config::DirectiveRow& row : section->rows)
            // A block has no effect but that of its rows.
            if (row.status == config::Status::Works && (row.type != config::ValueType::Block || !row.movedTo.empty()))
                working.insert(config::pathOf(*section, row.name));
    std::vector<std::string> missing;
    std::ranges::set_difference(working, seen, std::back_inserter(missing));
    EXPECT_THAT(missing, testing::IsEmpty());
    std::vector<std::string> needless;
    std::ranges::set_difference(seen, working, std::back_inserter(needless));
    EXPECT_THAT(needless, testing::IsEmpty());
}

} // namespace
} // namespace hookcast::integration
