// The beginning of a TlsStream, and what its figures tell of it.
#include "unit/net/TlsStreamBench.h"

#include <gmock/gmock.h>

#include <array>
#include <memory>
#include <string>
#include <utility>

namespace hookcast::net {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Status = Stream::Status;

class TlsHandshakeTest : public TlsStreamBench {};

TEST_F(TlsHandshakeTest, SpeaksNothingOlderThanTls12) {
    begin({.mostVersion = TLS1_2_VERSION});
    shakeHands();
    EXPECT_EQ(client_->version(), "TLSv1.2");
    begin({.mostVersion = TLS1_1_VERSION});
    wire_.in += client_->toSend();
    EXPECT_EQ(readAll(), Status::Failed);
    EXPECT_THAT(stream_->failure(), HasSubstr("TLS: "));
    EXPECT_FALSE(wire_.out.empty()) << "the client is told why";
}

TEST_F(TlsHandshakeTest, ShowsTheCertificateOfTheNameThatIsMeant) {
    for (const auto& [named, shown] :
         std::vector<std::pair<std::string, std::string>>{{"one.example", "one.example"},
                                                          {"ONE.example", "one.example"},
                                                          {"two.example", "two.example"},
                                                          {"three.example", "server.example"},
                                                          {"", "server.example"}}) {
        begin({.host = named});
        shakeHands();
        EXPECT_TRUE(client_->isShown(shown)) << named;
    }
}

TEST_F(TlsHandshakeTest, SettlesWhatIsSpokenWithin) {
    begin({.host = "one.example", .protocols = "\x02h2\x08http/1.1"}, {"http/1.1"});
    shakeHands();
    EXPECT_EQ(client_->protocol(), "http/1.1");
    begin({.host = "one.example", .protocols = "\x08http/1.1\x02h2"}, {"h2", "http/1.1"});
    shakeHands();
    EXPECT_EQ(client_->protocol(), "h2") << "as the server prefers it";
    begin({}, {"http/1.1"});
    shakeHands();
    EXPECT_EQ(client_->protocol(), "") << "who offers nothing is not asked";
    for (const char* host : {"", "one.example"}) {
        begin({.host = host, .protocols = "\x04rtmp"}, {"http/1.1"});
        wire_.in += client_->toSend();
        EXPECT_EQ(readAll(), Status::Failed) << host;
        EXPECT_EQ(stream_->failure(), "TLS: no application protocol");
    }
}

TEST_F(TlsHandshakeTest, WhatIsNoTlsFails) {
    for (const std::string& text : {std::string("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), std::string(3000, '\x03'),
                                    std::string("\x16\x03\x01\xff\xff") + std::string(70'000, 'x')}) {
        begin({});
        wire_.in = text;
        EXPECT_EQ(readAll(), Status::Failed);
        EXPECT_THAT(stream_->failure(), HasSubstr("TLS: "));
        EXPECT_EQ(write("x").status, Status::Failed);
    }
    EXPECT_EQ(read_, "");
}

TEST_F(TlsHandshakeTest, TakesWhatHasCome) {
    auto loaded = TlsContext::load({files_, {}, {}});
    const std::string begun = client_->toSend();
    stream_ = std::make_unique<TlsStream>(std::make_unique<WireStream>(wire_), loaded.take(), base::asBytes(begun));
    EXPECT_TRUE(stream_->holdsInput()) << "no event tells of it";
    shakeHands();
    EXPECT_TRUE(stream_->hasShakenHands());
    EXPECT_FALSE(stream_->holdsInput());
}

/// Byte by byte, which is what begins with nothing more.
TEST_F(TlsHandshakeTest, BeginsOnceTheFirstRecordIsWhole) {
    const std::string hello = client_->toSend();
    for (const char byte : hello) {
        EXPECT_EQ(wire_.out, "");
        wire_.in = byte;
        EXPECT_EQ(readAll(), Status::Blocked);
        EXPECT_FALSE(stream_->holdsInput());
    }
    EXPECT_NE(wire_.out, "") << "the answer";
    client_->receive(std::exchange(wire_.out, {}));
    shakeHands();
    EXPECT_TRUE(stream_->hasShakenHands());
    EXPECT_EQ(figures_->handshakes(), 1U);
}

/// In words or in bytes: it is not waited for what would follow a record.
TEST_F(TlsHandshakeTest, DoesNotWaitForMoreOfWhatIsNoRecord) {
    for (const std::string& text : {std::string("GET /"), std::string("\x16\x03\x01\xff\xff"), std::string(5, '\0')}) {
        begin({});
        wire_.in = text.substr(0, 4);
        EXPECT_EQ(readAll(), Status::Blocked);
        wire_.in = text.substr(4);
        EXPECT_EQ(readAll(), Status::Failed) << text;
    }
}

TEST_F(TlsHandshakeTest, WhoLeavesInHisFirstRecordHasLeft) {
    for (const bool isReset : {false, true}) {
        begin({});
        wire_.in = client_->toSend().substr(0, 100);
        EXPECT_EQ(readAll(), Status::Blocked);
        EXPECT_EQ(write("x").status, Status::Blocked);
        EXPECT_TRUE(stream_->needs({false, true}).readable);
        wire_.isBroken = isReset;
        wire_.isPeerGone = true;
        EXPECT_EQ(readAll(), isReset ? Status::Failed : Status::Ended);
        EXPECT_EQ(stream_->shutdown().status, Status::Done);
        stream_->close();
        EXPECT_THAT(failures(), ElementsAre("left")) << isReset;
    }
}

TEST_F(TlsHandshakeTest, CountsAConnectionWhileItIsOpen) {
    carry();
    EXPECT_EQ(figures_->handshakes(), 0U) << "it is the client's turn";
    shakeHands();
    EXPECT_EQ(figures_->handshakes(), 1U);
    EXPECT_EQ(figures_->open(), 1U);
    wire_.in = "no record";
    EXPECT_EQ(readAll(), Status::Failed);
    EXPECT_EQ(figures_->open(), 1U) << "until it is closed";
    stream_->close();
    EXPECT_EQ(figures_->open(), 0U);
    stream_.reset();
    EXPECT_EQ(figures_->open(), 0U) << "once";
    EXPECT_EQ(figures_->handshakes(), 1U);
    EXPECT_THAT(failures(), IsEmpty()) << "the handshake was none";
}

TEST_F(TlsHandshakeTest, TellsWhyAHandshakeFails) {
    begin({.mostVersion = TLS1_1_VERSION});
    carry();
    EXPECT_THAT(failures(), ElementsAre("unsupported"));
    begin({.protocols = "\x04rtmp"}, {"http/1.1"});
    carry();
    EXPECT_THAT(failures(), ElementsAre("unsupported")) << "nothing that is spoken within";
    begin({.mostVersion = TLS1_2_VERSION});
    carry();
    wire_.in = std::string("\x15\x03\x03\x00\x02\x02\x30", 7); // fatal: unknown_ca
    readAll();
    EXPECT_THAT(failures(), ElementsAre("alert"));
    for (const std::string& text : {std::string("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), "\x03" + std::string(1536, '\0'),
                                    std::string("OPTIONS rtsp://a/ RTSP/1.0\r\nCSeq: 1\r\n\r\n")}) {
        begin({});
        wire_.in = text;
        readAll();
        EXPECT_THAT(failures(), ElementsAre("not_tls")) << text;
    }
    stream_.reset();
    EXPECT_THAT(failures(), ElementsAre("not_tls")) << "one failure each";
    EXPECT_EQ(figures_->handshakes() + figures_->open(), 0U);
}

TEST_F(TlsHandshakeTest, TellsWhoLeavesAHandshake) {
    for (const bool isReset : {false, true}) {
        begin({});
        carry();
        wire_.isBroken = isReset;
        wire_.isPeerGone = true;
        readAll();
        stream_->close();
        EXPECT_THAT(failures(), ElementsAre("left")) << isReset;
    }
    begin({});
    carry();
    EXPECT_FALSE(stream_->isReady());
    stream_->close();
    EXPECT_THAT(failures(), ElementsAre("timeout")) << "the server has";
}

} // namespace
} // namespace hookcast::net
