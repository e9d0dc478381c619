#include "hooks/HookTarget.h"

#include "unit/support/HookGate.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::hooks {
namespace {

using config::Protocol;
using Urls = std::vector<std::string>;

config::NotifyConfig notify(const std::string& host, std::vector<Protocol> protocols = {}) {
    config::NotifyConfig block;
    block.enabled = true;
    block.onConnect = {host + "/connect"};
    block.onPublish = {host + "/publish"};
    block.onPlay = {host + "/play"};
    block.onDone = {host + "/done"};
    block.protocols = std::move(protocols);
    return block;
}

class HookTargetTest : public ::testing::Test {
  protected:
    HookTargetTest() {
        vhost_.hooks.enabled = true;
        vhost_.hooks.onConnect = {"srs/connect"};
        vhost_.hooks.onClose = {"srs/close"};
        vhost_.hooks.onPublish = {"srs/publish1", "srs/publish2"};
        vhost_.hooks.onUnpublish = {"srs/unpublish1", "srs/unpublish2"};
        vhost_.hooks.onPlay = {"srs/play"};
        vhost_.hooks.onStop = {"srs/stop"};
    }

    static HookEvent event(HookAction action, Protocol protocol = Protocol::Rtmp) {
        HookEvent event = support::someEvent(action);
        auto client = std::make_shared<ClientInfo>(*event.client);
        support::changeIdentity(*client, [protocol](ClientIdentity& who) { who.protocol = protocol; });
        event.client = client;
        return event;
    }

    static Urls urlsOf(const HookTargets& targets) {
        Urls urls;
        for (const HookTarget& target : targets) urls.push_back(target.url);
        return urls;
    }

    std::shared_ptr<const config::VhostConfig> vhost() const {
        return std::make_shared<const config::VhostConfig>(vhost_);
    }

    Urls asked(HookAction action, Protocol protocol = Protocol::Rtmp) const {
        return urlsOf(openingTargets(context_, vhost(), event(action, protocol)));
    }
    Urls told(HookAction action, std::size_t accepted) const {
        return urlsOf(closingTargets(context_, vhost(), event(action), accepted));
    }
    Urls toldOfAll(HookAction action) const { return urlsOf(closingTargets(context_, vhost(), event(action))); }

    base::Log log_{base::LogLevel::None, ""};
    support::FakeTransport transport_;
    SrsJsonDialect srs_{"server", "service"};
    HookContext context_{transport_, srs_, {}, log_, {}, {}, {}, DialectAdvice(log_), Refusals(log_), {}};
    config::VhostConfig vhost_;
};

TEST_F(HookTargetTest, HttpHooksComeFirstThenTheNotifyBlocksInTheirOrder) {
    vhost_.notifies = {notify("a"), notify("b")};
    EXPECT_EQ(asked(HookAction::Connect), (Urls{"srs/connect", "a/connect", "b/connect"}));
    EXPECT_EQ(asked(HookAction::Publish), (Urls{"srs/publish1", "srs/publish2", "a/publish", "b/publish"}));
    EXPECT_EQ(asked(HookAction::Play), (Urls{"srs/play", "a/play", "b/play"}));
    EXPECT_EQ(toldOfAll(HookAction::Connect), (Urls{"srs/close"})) << "done is no event of connections";
    EXPECT_EQ(toldOfAll(HookAction::Publish), (Urls{"srs/unpublish1", "srs/unpublish2", "a/done", "b/done"}));
    EXPECT_EQ(toldOfAll(HookAction::Play), (Urls{"srs/stop", "a/done", "b/done"}));
}

TEST_F(HookTargetTest, ABlockIsForItsProtocolsOnly) {
    vhost_.hooks.enabled = false;
    vhost_.notifies = {notify("rtsp", {Protocol::Rtsp}), notify("web", {Protocol::HttpFlv, Protocol::Rtmp}),
                       notify("all")};
    EXPECT_EQ(asked(HookAction::Play, Protocol::Rtsp), (Urls{"rtsp/play", "all/play"}));
    EXPECT_EQ(asked(HookAction::Play, Protocol::Rtmp), (Urls{"web/play", "all/play"}));
    EXPECT_EQ(asked(HookAction::Play, Protocol::HttpFlv), (Urls{"web/play", "all/play"}));
    EXPECT_EQ(asked(HookAction::Play, Protocol::Srt), (Urls{"all/play"}));
    EXPECT_EQ(toldOfAll(HookAction::Play), (Urls{"web/done", "all/done"}));
}

TEST_F(HookTargetTest, UpdatesAreForEachBlockThatWantsThem) {
    const auto wanted = [this](Protocol protocol) {
        std::vector<std::pair<std::int64_t, Urls>> all;
        for (const UpdateTargets& block : updateTargets(context_, vhost(), event(HookAction::Play, protocol)))
            all.emplace_back(block.intervalMs, urlsOf(block.targets));
        return all;
    };
    using Wanted = std::vector<std::pair<std::int64_t, Urls>>;
    vhost_.notifies = {notify("a", {Protocol::Rtmp}), notify("b")};
    EXPECT_EQ(wanted(Protocol::Rtmp), Wanted{});
    vhost_.hooks.onUpdate = {"srs/update1", "srs/update2"};
    vhost_.notifies[0].onUpdate = {"a/update"};
    vhost_.notifies[0].updateIntervalMs = 5000;
    EXPECT_EQ(wanted(Protocol::Rtmp), (Wanted{{30'000, {"srs/update1", "srs/update2"}}, {5000, {"a/update"}}}));
    EXPECT_EQ(wanted(Protocol::Srt), (Wanted{{30'000, {"srs/update1", "srs/update2"}}}));
    vhost_.hooks.enabled = false;
    EXPECT_EQ(wanted(Protocol::Rtmp), (Wanted{{5000, {"a/update"}}}));
    vhost_.notifies[0].enabled = false;
    EXPECT_EQ(wanted(Protocol::Rtmp), Wanted{});
}

/// A connection as it stands: first without a stream, then with one.
HookEvent connecting(ConnectStep step, Protocol protocol = Protocol::Rtmp) {
    HookEvent event = support::someEvent(HookAction::Connect);
    auto client = std::make_shared<ClientInfo>(*event.client);
    support::changeIdentity(*client, [protocol](ClientIdentity& who) { who.protocol = protocol; });
    event.client = client;
    event.what = HookEvent::Connect{step};
    return event;
}

TEST_F(HookTargetTest, ABlockIsAskedOfAConnectionOnceAndWhenItsDialectWants) {
    vhost_.notifies = {notify("a")};
    const auto askedIn = [this](ConnectStep step) {
        return urlsOf(openingTargets(context_, vhost(), connecting(step)));
    };
    const auto toldOf = [this](ConnectStep step) {
        return urlsOf(closingTargets(context_, vhost(), connecting(step)));
    };
    EXPECT_EQ(askedIn(ConnectStep::Whole), (Urls{"srs/connect", "a/connect"}));
    EXPECT_EQ(askedIn(ConnectStep::Connection), (Urls{"srs/connect", "a/connect"}));
    EXPECT_EQ(askedIn(ConnectStep::Stream), Urls{});
    EXPECT_EQ(toldOf(ConnectStep::Connection), Urls{"srs/close"});
    EXPECT_EQ(toldOf(ConnectStep::Stream), Urls{});
    vhost_.hooks.dialect = config::HookDialectName::Srs4;
    EXPECT_EQ(askedIn(ConnectStep::Whole), (Urls{"srs/connect", "a/connect"}));
    EXPECT_EQ(askedIn(ConnectStep::Connection), Urls{"a/connect"});
    EXPECT_EQ(askedIn(ConnectStep::Stream), Urls{"srs/connect"});
    EXPECT_EQ(toldOf(ConnectStep::Connection), Urls{});
    EXPECT_EQ(toldOf(ConnectStep::Stream), Urls{"srs/close"});
}

TEST_F(HookTargetTest, ADialectMayLeaveOutTheConnectionsOfAProtocol) {
    const auto askedOver = [this](Protocol protocol) {
        return urlsOf(openingTargets(context_, vhost(), connecting(ConnectStep::Whole, protocol)));
    };
    EXPECT_EQ(askedOver(Protocol::HttpFlv), Urls{"srs/connect"});
    vhost_.hooks.dialect = config::HookDialectName::Srs4;
    EXPECT_EQ(askedOver(Protocol::HttpFlv), Urls{});
    EXPECT_EQ(urlsOf(closingTargets(context_, vhost(), connecting(ConnectStep::Whole, Protocol::HttpFlv))), Urls{});
    for (const Protocol protocol : {Protocol::Rtmp, Protocol::Rtsp, Protocol::Srt})
        EXPECT_EQ(askedOver(protocol), Urls{"srs/connect"});
    EXPECT_EQ(asked(HookAction::Play, Protocol::HttpFlv), Urls{"srs/play"});
}

TEST_F(HookTargetTest, TheDialectSaysWhatTheClientsIdIsUnlessTheBlockDoes) {
    using config::ClientIdForm;
    const auto sent = [this](config::HookDialectName dialect, ClientIdForm form) {
        vhost_.hooks.dialect = dialect;
        vhost_.hooks.clientIdForm = form;
        const HookTarget target = openingTargets(context_, vhost(), event(HookAction::Play)).at(0);
        EXPECT_EQ(target.dialect, &context_.dialectNamed(dialect));
        return target.clientIdForm;
    };
    EXPECT_EQ(sent(config::HookDialectName::Srs, ClientIdForm::Auto), ClientIdForm::Integer);
    EXPECT_EQ(sent(config::HookDialectName::Srs, ClientIdForm::String), ClientIdForm::String);
    EXPECT_EQ(sent(config::HookDialectName::Srs4, ClientIdForm::Auto), ClientIdForm::String);
    EXPECT_EQ(sent(config::HookDialectName::Srs4, ClientIdForm::Integer), ClientIdForm::Integer);
}

TEST_F(HookTargetTest, ADisabledBlockIsNotThere) {
    vhost_.notifies = {notify("a"), notify("b")};
    vhost_.notifies[0].enabled = false;
    vhost_.hooks.enabled = false;
    EXPECT_EQ(asked(HookAction::Connect), (Urls{"b/connect"}));
    EXPECT_EQ(toldOfAll(HookAction::Publish), (Urls{"b/done"}));
    vhost_.notifies.clear();
    EXPECT_EQ(asked(HookAction::Connect), Urls{});
    EXPECT_EQ(toldOfAll(HookAction::Connect), Urls{});
}

TEST_F(HookTargetTest, EachTargetIsSpokenToAsItsBlockSays) {
    vhost_.hooks.calls.timeoutMs = 1;
    vhost_.hooks.clientIdForm = config::ClientIdForm::String;
    vhost_.hooks.calls.caFile = "/srs.pem";
    vhost_.notifies = {notify("a")};
    vhost_.notifies[0].calls.timeoutMs = 2;
    vhost_.notifies[0].method = config::HttpMethod::Get;
    vhost_.notifies[0].calls.caFile = "/notify.pem";
    const HookTargets targets = openingTargets(context_, vhost(), event(HookAction::Play));
    ASSERT_EQ(targets.size(), 2U);
    EXPECT_EQ(targets[0].dialect, &srs_);
    EXPECT_EQ(targets[0].clientIdForm, config::ClientIdForm::String);
    EXPECT_EQ(targets[0].terms->timeoutMs, 1);
    EXPECT_EQ(targets[0].terms->caFile, "/srs.pem");
    EXPECT_EQ(targets[0].method, config::HttpMethod::Post);
    EXPECT_EQ(targets[1].dialect, &context_.notifyDialect);
    EXPECT_EQ(targets[1].terms->timeoutMs, 2);
    EXPECT_EQ(targets[1].terms->caFile, "/notify.pem");
    EXPECT_EQ(targets[1].method, config::HttpMethod::Get);
}

TEST_F(HookTargetTest, ThoseThatSaidYesHearOfTheEndWhoeverRefused) {
    vhost_.notifies = {notify("a"), notify("b")};
    EXPECT_EQ(told(HookAction::Publish, 1), (Urls{"srs/unpublish1"}));
    EXPECT_EQ(told(HookAction::Publish, 2), (Urls{"srs/unpublish1", "srs/unpublish2"})) << "a refused";
    EXPECT_EQ(told(HookAction::Publish, 3), (Urls{"srs/unpublish1", "srs/unpublish2", "a/done"})) << "b refused";
    EXPECT_EQ(told(HookAction::Publish, 4), toldOfAll(HookAction::Publish));
}

TEST_F(HookTargetTest, ABlockThatWasNotAskedHearsNothing) {
    vhost_.hooks.enabled = false;
    vhost_.notifies = {notify("a"), notify("b")};
    vhost_.notifies[1].onDone = {"b/done", "b/log", "b/bill"};
    EXPECT_EQ(told(HookAction::Play, 1), (Urls{"a/done"}));
}

TEST_F(HookTargetTest, ABlockWithoutAQuestionHearsOfEveryEnd) {
    vhost_.notifies = {notify("a"), notify("log")};
    vhost_.notifies[1].onPublish.clear();
    EXPECT_EQ(told(HookAction::Publish, 1), (Urls{"srs/unpublish1", "log/done"}));
    EXPECT_EQ(told(HookAction::Publish, 3), (Urls{"srs/unpublish1", "srs/unpublish2", "a/done", "log/done"}));
    EXPECT_EQ(toldOfAll(HookAction::Play), (Urls{"srs/stop", "a/done", "log/done"}));
}

TEST_F(HookTargetTest, WithinABlockADoneBelongsToItsUrl) {
    vhost_.hooks.enabled = false;
    vhost_.notifies = {notify("a")};
    vhost_.notifies[0].onPlay = {"a/1", "a/2"};
    vhost_.notifies[0].onDone = {"a/done1", "a/done2"};
    EXPECT_EQ(told(HookAction::Play, 1), (Urls{"a/done1"}));
    vhost_.notifies[0].onDone = {"a/done"};
    EXPECT_EQ(told(HookAction::Play, 1), (Urls{"a/done"}));
}

} // namespace
} // namespace hookcast::hooks
