// Somebody who knows no password wants past rtsp_auth, or the password. The backend lets everybody in that it is asked
// about: whoever gets as far as that has got through.
#include "AttackSupport.h"
#include "support/Configs.h"
#include "support/Deadline.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/RtspSessions.h"

#include "base/Base64.h"
#include "base/Bytes.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::attacks {
namespace {

using namespace integration; // NOLINT(google-build-using-namespace): its vocabulary is that of these tests
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Le;
using testing::SizeIs;

constexpr const char* kTransport = "RTP/AVP/TCP;unicast;interleaved=0-1";

class RtspAuthAttack : public testing::Test {
  protected:
    static std::string configOf(const MockBackend& backend, const std::string& limits = "") {
        return withoutExemption("") + limits + defaultVhost("rtsp_auth digest;\n" + hooksTo(backend)) +
               vhost("open.example", hooksTo(backend));
    }

    std::string url(const std::string& path = "live/show") const { return server_.rtspUrl(path); }

    /// Not let in, and no backend has heard of it.
    void expectKeptOut(const std::string& authorization) {
        RtspClient client(server_.rtspPort());
        const rtsp::RtspResponse answer = client.request("DESCRIBE", url(), {{"Authorization", authorization}});
        EXPECT_EQ(answer.status, 401) << authorization.substr(0, 200);
        EXPECT_THAT(backend_.calls(), IsEmpty()) << authorization.substr(0, 200);
    }

    MockBackend backend_;
    HookcastServer server_{configOf(backend_)};
};

TEST_F(RtspAuthAttack, WhatIsNoAnswerLetsNobodyIn) {
    const std::string response(32, 'a');
    const std::string longResponse(64, 'a');
    const std::string basicPair = base::toBase64(base::asBytes(std::string_view("admin:admin")));
    for (const std::string& authorization :
         {std::string(), std::string("Basic"), "Basic " + basicPair, "basic\t" + basicPair, std::string("Digest"),
          std::string("Digest username=\"ann\""), std::string("Bearer " + basicPair), std::string(12'000, 'x'),
          "Digest " + std::string(12'000, ','), "Digest username=\"" + std::string(12'000, 'a') + "\"",
          std::string("Negotiate ") + basicPair, std::string("Digest username=\"ann\" realm=\"hookcast\"")})
        expectKeptOut(authorization);
    const auto digest = [&](std::string_view nonce, std::string_view more) {
        return fmt::format("Digest username=\"ann\", realm=\"hookcast\", uri=\"{}\", nonce=\"{}\"{}", url(), nonce,
                           more);
    };
    for (const std::string& more :
         {std::string(), std::string(", response=\"\""), fmt::format(", response=\"{}\"", response),
          fmt::format(", response=\"{}\", algorithm=MD5-sess", response),
          fmt::format(", response=\"{}\", algorithm=SHA-256", longResponse),
          fmt::format(", response=\"{}\", algorithm=none", response),
          fmt::format(", response=\"{}\", userhash=true", response),
          fmt::format(", response=\"{}\", qop=auth-int, nc=00000001, cnonce=\"x\"", response)})
        for (const std::string_view nonce : {"", "0", "00000000000000000000000000000000", "stale"})
            expectKeptOut(digest(nonce, more));
}

/// What a challenge of one connection is answered with, on another one; and that of the other, on the first.
TEST_F(RtspAuthAttack, AChallengeIsOfItsConnection) {
    const auto nonceOf = [](const rtsp::RtspResponse& challenged) {
        const std::string text(challenged.headers.get("WWW-Authenticate"));
        return text.substr(text.find("nonce=\"") + 7, 32);
    };
    const auto answerTo = [this](const std::string& nonce) {
        return fmt::format("Digest username=\"ann\", realm=\"hookcast\", uri=\"{}\", nonce=\"{}\", response=\"{}\"",
                           url(), nonce, std::string(32, 'a'));
    };
    RtspClient one(server_.rtspPort());
    RtspClient other(server_.rtspPort());
    const std::string nonceOfOne = nonceOf(one.request("DESCRIBE", url()));
    const std::string nonceOfOther = nonceOf(other.request("DESCRIBE", url()));
    EXPECT_NE(nonceOfOne, nonceOfOther);
    EXPECT_EQ(one.request("DESCRIBE", url(), {{"Authorization", answerTo(nonceOfOther)}}).status, 401);
    EXPECT_EQ(other.request("DESCRIBE", url(), {{"Authorization", answerTo(nonceOfOne)}}).status, 401);
    EXPECT_THAT(backend_.calls(), IsEmpty());
}

TEST_F(RtspAuthAttack, NoMethodLeadsPastIt) {
    for (const char* method : {"DESCRIBE", "ANNOUNCE", "SETUP", "RECORD", "PLAY", "PAUSE", "TEARDOWN"}) {
        RtspClient client(server_.rtspPort());
        client.useSession("guessedsession01");
        EXPECT_EQ(client.request(method, url(), {{"Transport", kTransport}}, avcSdp()).status, 401) << method;
    }
    for (const char* method : {"describe", "Announce", "REDIRECT", "GET"}) {
        RtspClient client(server_.rtspPort());
        EXPECT_EQ(client.request(method, url()).status, 501) << method;
    }
    RtspClient client(server_.rtspPort());
    client.require("OPTIONS", url());
    client.sendFrame(0, base::Bytes(100, 0x80));
    client.require("GET_PARAMETER", url());
    EXPECT_EQ(client.request("SETUP", url("live/show/trackID=0"), {{"Transport", kTransport}}).status, 401);
    EXPECT_THAT(backend_.calls(), IsEmpty());
}

/// A connection that was admitted to a vhost without passwords gets nothing of one with them.
TEST_F(RtspAuthAttack, AnotherVhostIsNoWayIn) {
    for (const char* method : {"DESCRIBE", "ANNOUNCE"}) {
        RtspClient client(server_.rtspPort());
        client.require("OPTIONS", url("live/show?vhost=open.example"));
        EXPECT_EQ(client.request(method, url(), {}, avcSdp()).status, 403) << method;
        client.expectClosed();
        for (const HookCall& call : backend_.calls()) EXPECT_EQ(call.text("vhost"), "open.example");
    }
}

/// One try is one connection, of which an address has so many a second.
TEST(RtspGuessing, IsBoundedByTheConnectionsOfAnAddress) {
    MockBackend backend;
    backend.addRule(R"({"match":{"action":"on_connect"},"reply":{"body":"1"}})");
    const HookcastServer server("limits { limit_exempt off; connection_rate 20; }\n" +
                                defaultVhost("rtsp_auth basic;\n" + hooksTo(backend)));
    const Deadline deadline;
    std::size_t tries = 0;
    while (server.log().count("(connection_rate)") == 0) {
        ASSERT_FALSE(deadline.passed());
        const std::string pair = fmt::format("ann:{}", tries);
        try {
            RtspClient client(server.rtspPort());
            EXPECT_EQ(
                client
                    .request("DESCRIBE", server.rtspUrl("live/show"),
                             {{"Authorization", "Basic " + base::toBase64(base::asBytes(std::string_view(pair)))}})
                    .status,
                401);
            client.expectClosed();
            ++tries;
        } catch (const std::runtime_error&) { // no place
        }
    }
    EXPECT_THAT(backend.calls(), SizeIs(tries)) << "whoever finds no place is not asked about";
}

TEST_F(RtspAuthAttack, AskingForChallengesEnds) {
    RtspClient client(server_.rtspPort());
    std::size_t challenges = 0;
    try {
        while (challenges < 100 && client.request("DESCRIBE", url()).status == 401) ++challenges;
    } catch (const std::runtime_error&) { // closed
    }
    EXPECT_THAT(challenges, Le(5U));
    EXPECT_THAT(server_.waitForLog("] refused: "), HasSubstr("cause=credentials"));
}

} // namespace
} // namespace hookcast::attacks
