#include "srt/Entrance.h"

#include "unit/hub/RegistryBench.h"

#include <gtest/gtest.h>
#include <srt/access_control.h>

#include <memory>
#include <string>
#include <variant>

namespace hookcast::srt {
namespace {

class EntranceTest : public ::testing::Test {
  protected:
    EntranceTest() {
        add("__defaultVhost__", true, true);
        add("rtmp.only", true, false);
        add("closed", false, true);
    }

    void add(const std::string& name, bool enabled, bool srt) {
        auto vhost = std::make_shared<config::VhostConfig>();
        vhost->name = name;
        vhost->enabled = enabled;
        vhost->srtEnabled = srt;
        config_->vhosts.push_back(vhost);
    }

    std::variant<Caller, Refusal> judge(const std::string& streamId) const {
        return Entrance(current_, streams_).judge(streamId, "192.0.2.1");
    }
    int refusalOf(const std::string& streamId) const {
        const auto judged = judge(streamId);
        const auto* const refusal = std::get_if<Refusal>(&judged);
        return refusal == nullptr ? 0 : refusal->code;
    }

    std::shared_ptr<config::Config> config_ = std::make_shared<config::Config>();
    config::CurrentConfig current_{config_};
    hub::StreamRegistry streams_{1024, 1024};
};

TEST_F(EntranceTest, LetsInWhoAsksForAStreamOfAVhostWithSrt) {
    const auto judged = judge("#!::h=any.name,r=live/a?x=1,m=publish");
    const auto& caller = std::get<Caller>(judged);
    EXPECT_EQ(caller.vhost->name, "__defaultVhost__");
    EXPECT_EQ(caller.key(), (hooks::StreamKey{"__defaultVhost__", "live", "a"}));
    EXPECT_EQ(caller.id.param, "?x=1");
}

TEST_F(EntranceTest, SaysWhyItRefuses) {
    EXPECT_EQ(refusalOf("#!::x"), SRT_REJX_BAD_REQUEST);
    EXPECT_EQ(refusalOf("#!::r=live/a,t=file"), SRT_REJX_NOTSUP_MEDIA);
    EXPECT_EQ(refusalOf("#!::r=live/a,m=bidirectional"), SRT_REJX_BAD_MODE);
    EXPECT_EQ(refusalOf("#!::h=closed,r=live/a"), SRT_REJX_FORBIDDEN);
    EXPECT_EQ(refusalOf("#!::h=rtmp.only,r=live/a"), SRT_REJX_FORBIDDEN);
    config_->vhosts.erase(config_->vhosts.begin());
    EXPECT_EQ(refusalOf("#!::r=live/a"), SRT_REJX_HOSTNOTFOUND);
}

TEST_F(EntranceTest, ATakenNameIsRefusedToPublishersOnly) {
    support::HookGate gate;
    {
        const auto asked = streams_.reserve({"__defaultVhost__", "live", "a"});
        EXPECT_EQ(refusalOf("#!::r=live/a,m=publish"), 0) << "the one who is asked about may be refused";
    }
    const hub::TestPublisher publisher(gate, streams_, {"__defaultVhost__", "live", "a"});
    EXPECT_EQ(refusalOf("#!::r=live/a,m=publish"), SRT_REJX_CONFLICT);
    EXPECT_EQ(refusalOf("#!::r=live/a,m=request"), 0);
    EXPECT_EQ(refusalOf("#!::r=live/b,m=publish"), 0);
}

TEST_F(EntranceTest, DeniesWhatTheVhostsRulesDeny) {
    auto vhost = std::make_shared<config::VhostConfig>(*config_->vhosts.front());
    vhost->security = {true, {}, {{config::StreamUse::Publish, base::IpNetwork::parse("192.0.2.0/24").take()}}};
    config_->vhosts.front() = vhost;
    const auto reserved = streams_.reserve({"__defaultVhost__", "live", "a"});
    EXPECT_EQ(refusalOf("#!::r=live/a,m=publish"), SRT_REJX_FORBIDDEN) << "and not that the name is taken";
    EXPECT_EQ(refusalOf("#!::r=live/a,m=request"), 0);
}

TEST_F(EntranceTest, TheDefaultsAreTheServers) {
    config_->srt.defaultStreamId = "studio/x";
    config_->srt.publishesByDefault = true;
    const auto judged = judge("");
    EXPECT_EQ(std::get<Caller>(judged).key().text(), "__defaultVhost__/studio/x");
    EXPECT_EQ(std::get<Caller>(judged).id.mode, Mode::Publish);
}

} // namespace
} // namespace hookcast::srt
