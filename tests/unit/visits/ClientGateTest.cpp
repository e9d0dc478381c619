#include "visits/ClientGate.h"

#include "unit/support/HookGate.h"
#include "unit/support/MockSpool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::visits {
namespace {

using config::Protocol;
using config::StreamUse;
using hooks::HookAction;
using hooks::Ticket;
using support::HookGate;
using Urls = std::vector<std::string>;

constexpr const char* kIp = "192.0.2.1";

std::vector<config::AddressRule> rule(StreamUse use, const char* network) {
    return {{use, base::IpNetwork::parse(network).take()}};
}

class ClientGateTest : public ::testing::Test {
  protected:
    ClientGateTest() {
        for (const char* url : {"http://a/connect", "http://a/publish", "http://a/play", "http://a/close"})
            hooks_.transport.answerAlways(url, support::yes());
        vhost_->name = "a";
        vhost_->hooks.enabled = true;
        vhost_->hooks.onConnect = {"http://a/connect"};
        vhost_->hooks.onPublish = {"http://a/publish"};
        vhost_->hooks.onPlay = {"http://a/play"};
        vhost_->security.enabled = true;
        make({1, "rtmp-1", Protocol::Rtmp, kIp});
    }
    ~ClientGateTest() override {
        hooks_.runner.run([this] { gate_.reset(); });
    }

    void make(const Caller& caller) {
        hooks_.runner.run(
            [&] { gate_ = std::make_unique<ClientGate>(hooks_.admission, hooks_.log, hooks_.runner.loop(), caller); });
    }

    /// `yes`, or why not.
    std::string connect(std::optional<StreamUse> use = {}, const std::string& pageUrl = "",
                        const std::string& stream = "") {
        Place place;
        place.app = "live";
        place.stream = stream;
        place.use = use;
        place.pageUrl = pageUrl;
        hooks_.runner.run([&] {
            gate_->connect(vhost_, place, [this](const base::Result<void>& result) {
                verdict_ = result ? "yes" : result.error().message;
                said_.happen();
            });
            EXPECT_EQ(verdict_, "") << "it comes later";
        });
        return verdict();
    }

    std::string ask(HookAction action, const std::string& stream = "cam", const std::string& app = "") {
        Wish wish;
        wish.app = app;
        wish.stream = stream;
        hooks_.runner.run([&] {
            gate_->ask(action, wish, "", [this](base::Result<Ticket> result) {
                verdict_ = result ? "yes" : result.error().message;
                said_.happen();
            });
        });
        return verdict();
    }

    /// What a client of RTMP does before it asks, where owesConnect().
    std::string nameStream(HookAction action, const std::string& stream, std::uint64_t sent = 0,
                           const std::string& app = "") {
        Wish wish;
        wish.app = app;
        wish.stream = stream;
        wish.param = "?key=" + stream;
        hooks_.runner.run([&] {
            gate_->nameStream(action, wish, sent, 0, [this](const base::Result<void>& result) {
                verdict_ = result ? "yes" : result.error().message;
                said_.happen();
            });
        });
        return verdict();
    }

    void close(std::uint64_t sent) {
        hooks_.runner.run([&] { gate_->close("left", sent, 0); });
        hooks_.runner.settle();
    }

    bool owes(const std::string& stream = "cam") {
        Wish wish;
        wish.stream = stream;
        return hooks_.runner.run([&] { return gate_->owesConnect(wish); });
    }

    void beSrs4() {
        vhost_->security.enabled = false;
        vhost_->hooks.dialect = config::HookDialectName::Srs4;
        vhost_->hooks.onClose = {"http://a/close"};
    }

    std::string verdict() {
        EXPECT_TRUE(said_.wait(++asked_));
        return hooks_.runner.run([this] { return std::exchange(verdict_, ""); });
    }

    HookGate hooks_;
    std::shared_ptr<config::VhostConfig> vhost_ = std::make_shared<config::VhostConfig>();
    std::unique_ptr<ClientGate> gate_;
    std::string verdict_;
    support::LoopEvent said_{hooks_.runner};
    std::size_t asked_ = 0;
};

TEST_F(ClientGateTest, DeniesAKnownUseBeforeAnybodyIsAsked) {
    vhost_->security.allow = rule(StreamUse::Play, "all");
    EXPECT_EQ(connect(StreamUse::Publish), "refused by security: 192.0.2.1 may not publish");
    EXPECT_EQ(hooks_.transport.urls(), Urls{});
    EXPECT_FALSE(gate_->connected());
}

TEST_F(ClientGateTest, LetsInWhoMayDoOneOfBothAndDeniesTheOther) {
    vhost_->security.allow = rule(StreamUse::Play, kIp);
    EXPECT_EQ(connect(), "yes");
    EXPECT_EQ(ask(HookAction::Publish), "refused by security: 192.0.2.1 may not publish");
    EXPECT_EQ(ask(HookAction::Play), "yes");
    EXPECT_EQ(hooks_.transport.urls(), (Urls{"http://a/connect", "http://a/play"}));
}

TEST_F(ClientGateTest, DeniesWhoMayDoNeither) {
    EXPECT_EQ(connect(), "refused by security: 192.0.2.1 may not publish, refused by security: 192.0.2.1 may not play");
    EXPECT_EQ(hooks_.transport.urls(), Urls{});
}

TEST_F(ClientGateTest, ReferIsForThoseWhoNamePages) {
    vhost_->security.enabled = false;
    vhost_->refer = {true, {"example.com"}, {}, {}};
    EXPECT_EQ(connect(StreamUse::Play, "http://example.org/"),
              "refused by refer: the page's host example.org may not play");
    EXPECT_EQ(connect(StreamUse::Play, "http://example.com/"), "yes");
    make({2, "http-2", Protocol::HttpFlv, kIp});
    EXPECT_NE(connect(StreamUse::Play), "yes");
    for (const Protocol protocol : {Protocol::Rtsp, Protocol::Srt}) {
        make({3, "x-3", protocol, kIp});
        EXPECT_EQ(connect(StreamUse::Play), "yes") << config::nameOf(protocol);
    }
}

TEST_F(ClientGateTest, TheRulesAreNotForTheServersOwnClients) {
    vhost_->refer = {true, {"example.com"}, {}, {}};
    make({1, "capture-1", Protocol::Rtmp, "127.0.0.1", true});
    EXPECT_EQ(connect(StreamUse::Publish), "yes");
    EXPECT_EQ(ask(HookAction::Publish), "yes");
}

TEST_F(ClientGateTest, AsksNobodyAboutANameThatWouldBeSeenAsAnother) {
    vhost_->security.enabled = false;
    EXPECT_EQ(connect(), "yes");
    EXPECT_EQ(ask(HookAction::Publish, "cam\xff"), "the name is not UTF-8");
    EXPECT_EQ(ask(HookAction::Play, "cam", "li\nve"), "a control character in the name");
    EXPECT_EQ(ask(HookAction::Play, ""), "the stream has no name");
    EXPECT_EQ(hooks_.transport.urls(), Urls{"http://a/connect"});
}

TEST_F(ClientGateTest, ATicketNamesTheStreamThatWasAskedAbout) {
    vhost_->security.enabled = false;
    EXPECT_EQ(connect(), "yes");
    std::string named;
    hooks_.runner.run([&] {
        Wish wish;
        wish.app = "live/room";
        wish.stream = "cam";
        gate_->ask(HookAction::Play, wish, "", [&](base::Result<Ticket> result) {
            named = result.value().key().text();
            said_.happen();
        });
    });
    verdict();
    EXPECT_EQ(named, "a/live/room/cam");
}

TEST_F(ClientGateTest, WhatManyClientsHaveAlikeIsThereOnce) {
    vhost_->security.enabled = false;
    const auto playing = [this](std::uint64_t number, const std::string& ofConnection, const std::string& ofStream) {
        make({number, "http-1", Protocol::HttpFlv, kIp});
        std::shared_ptr<const hooks::HookEvent> event;
        hooks_.runner.run([&] {
            Place place;
            place.app = "live";
            place.url = "http://h/live/cam.flv" + ofConnection;
            place.tcUrl = "http://h/live";
            place.param = ofConnection;
            place.stream = "cam";
            gate_->connect(vhost_, place, [&](const base::Result<void>&) {
                const Wish wish{"", "cam", ofStream, "http://h/live/cam.flv" + ofStream};
                gate_->ask(HookAction::Play, wish, "vid-1", [&](base::Result<Ticket> result) {
                    event = result.value().sharedEvent();
                    verdict_ = "yes";
                    said_.happen();
                });
            });
        });
        verdict();
        return event;
    };
    const auto one = playing(1, "?token=1", "?token=1");
    const auto other = playing(2, "?token=2", "?token=2");
    EXPECT_NE(one->client, other->client);
    EXPECT_EQ(one->client->place, other->client->place);
    EXPECT_EQ(one->sharedStream(), other->sharedStream()) << "what is the connection's own stands there";
    EXPECT_EQ(one->stream().paramOf(*one->client), "?token=1");
    EXPECT_EQ(one->stream().urlOf(*one->client), "http://h/live/cam.flv?token=1");
    EXPECT_EQ(other->stream().paramOf(*other->client), "?token=2");
    const auto third = playing(3, "?token=3", "?of=stream");
    EXPECT_EQ(third->client->place, one->client->place);
    EXPECT_EQ(third->stream().paramOf(*third->client), "?of=stream");
    EXPECT_EQ(third->stream().urlOf(*third->client), "http://h/live/cam.flv?of=stream");
    EXPECT_EQ(third->client->param, "?token=3");
}

TEST_F(ClientGateTest, AnotherVhostHasItsOwnRules) {
    vhost_->security.enabled = false;
    EXPECT_EQ(connect(), "yes");
    auto other = std::make_shared<config::VhostConfig>(*vhost_);
    other->security = {true, rule(StreamUse::Play, "all"), {}};
    hooks_.runner.run([&] {
        gate_->close("moved", 0, 0);
        gate_->moveTo(other, StreamUse::Publish, [this](const base::Result<void>& result) {
            verdict_ = result ? "yes" : result.error().message;
            said_.happen();
        });
    });
    EXPECT_EQ(verdict(), "refused by security: 192.0.2.1 may not publish");
    EXPECT_EQ(hooks_.transport.urls(), Urls{"http://a/connect"});
}

TEST_F(ClientGateTest, ABackendThatWantsTheStreamIsAskedWhenItIsNamed) {
    beSrs4();
    EXPECT_EQ(connect(), "yes");
    EXPECT_EQ(hooks_.transport.urls(), Urls{});
    EXPECT_TRUE(owes());
    EXPECT_EQ(nameStream(HookAction::Publish, "cam", 0, "live/room"), "yes");
    EXPECT_EQ(ask(HookAction::Publish, "cam"), "yes");
    EXPECT_EQ(hooks_.transport.urls(), (Urls{"http://a/connect", "http://a/publish"}));
    const std::string body = hooks_.transport.requests()[0].body;
    EXPECT_NE(body.find(R"("stream":"cam","param":"?key=cam")"), std::string::npos) << body;
    EXPECT_NE(body.find("room\""), std::string::npos) << body;
    close(10);
    EXPECT_EQ(hooks_.transport.urls().back(), "http://a/close");
    EXPECT_EQ(hooks_.transport.urls().size(), 3U);
}

TEST_F(ClientGateTest, EachStreamIsAConnectionOfItsOwnToThem) {
    beSrs4();
    EXPECT_EQ(connect(), "yes");
    EXPECT_EQ(nameStream(HookAction::Publish, "one", 5), "yes");
    EXPECT_EQ(nameStream(HookAction::Publish, "two", 30), "yes");
    close(100);
    EXPECT_EQ(hooks_.transport.urls(),
              (Urls{"http://a/connect", "http://a/close", "http://a/connect", "http://a/close"}));
    const auto requests = hooks_.transport.requests();
    EXPECT_NE(requests[1].body.find(R"("send_bytes":30,)"), std::string::npos) << requests[1].body;
    EXPECT_NE(requests[3].body.find(R"("send_bytes":70,)"), std::string::npos) << "the rest: " << requests[3].body;
}

/// For a server that is killed: the next one tells their ends.
TEST_F(ClientGateTest, HowFarEachOfThemHasComeIsKept) {
    testing::NiceMock<support::MockSpool> spool;
    std::map<hooks::SpoolNumber, std::uint64_t> noted;
    hooks::SpoolNumber last = 0;
    ON_CALL(spool, open).WillByDefault([&] { return ++last; });
    ON_CALL(spool, note).WillByDefault([&](hooks::SpoolNumber number, const hooks::Progress& progress) {
        noted[number] = progress.sentBytes;
    });
    const config::CurrentConfig config(std::make_shared<const config::Config>());
    hooks_.admission.keepIn(spool, hooks_.runner.loop(), config);
    beSrs4();
    ASSERT_EQ(connect(), "yes");
    ASSERT_EQ(nameStream(HookAction::Play, "one", 100), "yes");
    ASSERT_EQ(nameStream(HookAction::Play, "two", 300), "yes");
    hooks_.runner.run([&] { gate_->note(1000, 0); });
    EXPECT_EQ(noted[last], 700U) << "without the first stream's";
    close(1000);
    hooks_.runner.run([this] { gate_.reset(); });
    hooks_.runner.settle();
}

TEST_F(ClientGateTest, ABackendThatRefusesTheNamedStreamHearsOfNoEnd) {
    beSrs4();
    hooks_.transport.answerAlways("http://a/connect", support::no());
    EXPECT_EQ(connect(), "yes");
    EXPECT_EQ(nameStream(HookAction::Play, "cam"), "refused by hook");
    close(10);
    EXPECT_EQ(hooks_.transport.urls(), Urls{"http://a/connect"});
}

TEST_F(ClientGateTest, NobodyIsAskedAboutANamedStreamThatTheRulesDeny) {
    beSrs4();
    vhost_->security = {true, rule(StreamUse::Play, kIp), {}};
    EXPECT_EQ(connect(), "yes");
    EXPECT_EQ(nameStream(HookAction::Publish, "cam"), "refused by security: 192.0.2.1 may not publish");
    EXPECT_EQ(nameStream(HookAction::Play, "li\nve"), "a control character in the name");
    EXPECT_EQ(hooks_.transport.urls(), Urls{});
}

/// Over RTSP the first request names a stream, and a later one may name another.
TEST_F(ClientGateTest, WhoHasNamedAStreamWithTheConnectionIsAskedOfAnotherOne) {
    beSrs4();
    make({2, "rtsp-2", Protocol::Rtsp, kIp});
    EXPECT_EQ(connect({}, "", "cam"), "yes");
    EXPECT_FALSE(owes("cam"));
    EXPECT_TRUE(owes("other"));
    EXPECT_EQ(nameStream(HookAction::Play, "other"), "yes");
    close(10);
    EXPECT_EQ(hooks_.transport.urls(),
              (Urls{"http://a/connect", "http://a/connect", "http://a/close", "http://a/close"}));
    make({3, "http-3", Protocol::HttpFlv, kIp});
    EXPECT_EQ(connect({}, "", "cam"), "yes");
    EXPECT_FALSE(owes("other")) << "nobody hears of connections over HTTP";
}

TEST_F(ClientGateTest, NothingIsOwedWhereNobodyWantsTheStream) {
    vhost_->security.enabled = false;
    EXPECT_FALSE(owes()) << "not connected";
    EXPECT_EQ(connect(), "yes");
    EXPECT_FALSE(owes()) << "asked at once";
    beSrs4();
    EXPECT_TRUE(owes());
    vhost_->hooks.onConnect.clear();
    EXPECT_TRUE(owes()) << "on_close is to be told";
    vhost_->hooks.onClose.clear();
    EXPECT_FALSE(owes());
    beSrs4();
    vhost_->hooks.enabled = false;
    EXPECT_FALSE(owes());
}

TEST_F(ClientGateTest, ADenialDoesNotReachWhoHasLeft) {
    const auto connectIn = [this] {
        gate_->connect(vhost_, {}, [this](const base::Result<void>&) { said_.happen(); });
    };
    hooks_.runner.run([&] {
        connectIn();
        gate_->close("left", 0, 0);
    });
    hooks_.runner.run([&] {
        connectIn();
        gate_.reset();
    });
    hooks_.runner.settle();
    EXPECT_EQ(said_.times(), 0U);
}

} // namespace
} // namespace hookcast::visits
