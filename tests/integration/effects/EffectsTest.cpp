// Every directive that works, by its effect: a server runs with it, and what it promises is seen from outside.
#include "config/DirectiveTable.h"
#include "effects/Effect.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>

namespace hookcast::integration {
namespace {

Effects allEffects() {
    Effects all;
    for (const Effects& some : {serverEffects(), heartbeatEffects(), limitEffects(), vhostEffects(), gateEffects(),
                                httpEffects(), rtspEffects(), srtEffects(), outputEffects(), inputEffects()})
        all.insert(all.end(), some.begin(), some.end());
    return all;
}

class EffectsTest : public testing::TestWithParam<Effect> {};

TEST_P(EffectsTest, IsSeen) {
    GetParam().observe();
}

std::string nameOf(const testing::TestParamInfo<Effect>& info) {
    std::string name = info.param.directive;
    std::ranges::replace_if(
        name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
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
    EXPECT_EQ(seen, working);
}

} // namespace
} // namespace hookcast::integration
