#include "net/TlsStream.h"

#include "unit/net/TlsFixtures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookcast::net {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Status = Stream::Status;

/// Two queues of bytes in place of a socket, of which the one that leaves is as long as a test wants it.
struct Wire {
    std::string in;
    std::string out;
    std::size_t room = std::numeric_limits<std::size_t>::max(); ///< of `out`
    bool isPeerGone = false;
    bool isBroken = false;
    bool isEnded = false;
    bool isClosed = false;
};

class WireStream final : public Stream {
  public:
    explicit WireStream(Wire& wire) : wire_(wire) {}

    Result read(std::span<std::uint8_t> into) override {
        if (wire_.isBroken) return {Status::Failed};
        if (wire_.in.empty()) return {wire_.isPeerGone ? Status::Ended : Status::Blocked};
        const std::size_t size = std::min(into.size(), wire_.in.size());
        std::copy_n(wire_.in.begin(), size, into.begin());
        wire_.in.erase(0, size);
        return {Status::Done, size};
    }
    Result write(std::span<const iovec> ranges) override {
        std::size_t taken = 0;
        for (const iovec& range : ranges) {
            const std::size_t size = std::min(range.iov_len, wire_.room - std::min(wire_.room, wire_.out.size()));
            wire_.out.append(static_cast<const char*>(range.iov_base), size);
            taken += size;
            if (size < range.iov_len) return {Status::Blocked, taken};
        }
        return {Status::Done, taken};
    }
    Result shutdown() override {
        wire_.isEnded = true;
        return {Status::Done};
    }
    void close() override { wire_.isClosed = true; }
    Watch::Interest needs(Watch::Interest wanted) const override { return wanted; }
    bool holdsInput() const override { return false; }
    std::string failure() override { return "the wire is cut"; }

  private:
    Wire& wire_;
};

class TlsStreamTest : public testing::Test {
  protected:
    TlsStreamTest() { begin({}); }

    void begin(const TlsClientEnd::Terms& terms, std::vector<std::string> protocols = {}) {
        TlsContext::Terms ofServer;
        ofServer.files = files_;
        ofServer.named = {{"one.example", one_}, {"Two.Example", two_}};
        ofServer.protocols = std::move(protocols);
        auto loaded = TlsContext::load(ofServer);
        ASSERT_TRUE(loaded.ok()) << loaded.error().message;
        wire_ = Wire();
        figures_ = ofServer.figures;
        client_ = std::make_unique<TlsClientEnd>(terms);
        stream_ = std::make_unique<TlsStream>(std::make_unique<WireStream>(wire_), loaded.take(), base::ByteSpan());
    }

    /// Why handshakes have failed since the newest begin(), a name for each.
    std::vector<std::string_view> failures() const {
        std::vector<std::string_view> all;
        for (std::size_t i = 0; i < kTlsFailureNames.size(); ++i)
            all.insert(all.end(), figures_->failures(static_cast<TlsFailure>(i)), kTlsFailureNames[i]);
        return all;
    }

    /// Reads what there is; the status of the last read.
    Status readAll() {
        std::array<std::uint8_t, 5000> buffer{};
        for (;;) {
            const Stream::Result result = stream_->read(buffer);
            read_ += base::asText(std::span(buffer).first(result.sizeBytes));
            if (result.status != Status::Done) return result.status;
        }
    }

    Stream::Result write(const std::string& text) {
        const iovec range{const_cast<char*>(text.data()), text.size()};
        return stream_->write({&range, 1});
    }

    void carry() {
        wire_.in += client_->toSend();
        readAll();
        client_->receive(std::exchange(wire_.out, {}));
    }

    void shakeHands() {
        for (int i = 0; i < 3; ++i) carry();
    }

    CertificateFolder folder_;
    TlsContext::Files files_ = folder_.issue("server.example");
    TlsContext::Files one_ = folder_.issue("one.example");
    TlsContext::Files two_ = folder_.issue("two.example");
    Wire wire_;
    std::shared_ptr<TlsFigures> figures_; ///< of the newest begin()
    std::unique_ptr<TlsClientEnd> client_;
    std::unique_ptr<TlsStream> stream_;
    std::string read_;
};

TEST_F(TlsStreamTest, CarriesBytesBothWays) {
    shakeHands();
    ASSERT_TRUE(stream_->hasShakenHands());
    EXPECT_EQ(client_->version(), "TLSv1.3");
    EXPECT_TRUE(client_->isShown("server.example"));
    const std::string much(300'000, 'x');
    client_->write(much);
    carry();
    EXPECT_EQ(read_, much);
    EXPECT_EQ(write(much).sizeBytes, much.size());
    carry();
    EXPECT_EQ(client_->read(), much);
}

TEST_F(TlsStreamTest, SpeaksNothingOlderThanTls12) {
    begin({.mostVersion = TLS1_2_VERSION});
    shakeHands();
    EXPECT_EQ(client_->version(), "TLSv1.2");
    begin({.mostVersion = TLS1_1_VERSION});
    wire_.in += client_->toSend();
    EXPECT_EQ(readAll(), Status::Failed);
    EXPECT_THAT(stream_->failure(), HasSubstr("TLS: "));
    EXPECT_FALSE(wire_.out.empty()) << "the client is told why";
}

TEST_F(TlsStreamTest, ShowsTheCertificateOfTheNameThatIsMeant) {
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

TEST_F(TlsStreamTest, SettlesWhatIsSpokenWithin) {
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

TEST_F(TlsStreamTest, WhatIsNoTlsFails) {
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

TEST_F(TlsStreamTest, HandsOutNothingOfARecordThatWasChanged) {
    shakeHands();
    client_->write("secret");
    std::string record = client_->toSend();
    record.back() = static_cast<char>(record.back() ^ 1);
    wire_.in = record;
    EXPECT_EQ(readAll(), Status::Failed);
    EXPECT_EQ(read_, "");
}

TEST_F(TlsStreamTest, TakesWhatHasCome) {
    auto loaded = TlsContext::load({files_, {}, {}});
    const std::string begun = client_->toSend();
    stream_ = std::make_unique<TlsStream>(std::make_unique<WireStream>(wire_), loaded.take(), base::asBytes(begun));
    EXPECT_TRUE(stream_->holdsInput()) << "no event tells of it";
    shakeHands();
    EXPECT_TRUE(stream_->hasShakenHands());
    EXPECT_FALSE(stream_->holdsInput());
}

TEST_F(TlsStreamTest, TellsOfWhatItHoldsBack) {
    shakeHands();
    client_->write(std::string(9000, 'x'));
    wire_.in += client_->toSend();
    std::array<std::uint8_t, 4000> buffer{};
    for (const bool isMore : {true, true, false}) {
        EXPECT_EQ(stream_->read(buffer).status, Status::Done);
        EXPECT_EQ(stream_->holdsInput(), isMore);
    }
    EXPECT_EQ(stream_->read(buffer).status, Status::Blocked);
}

TEST_F(TlsStreamTest, TellsOfAnEndBehindBytes) {
    shakeHands();
    client_->write("last");
    client_->sayGoodbye();
    wire_.in += client_->toSend();
    std::array<std::uint8_t, 4000> buffer{};
    EXPECT_EQ(stream_->read(buffer).sizeBytes, 4U);
    EXPECT_TRUE(stream_->holdsInput());
    EXPECT_EQ(stream_->read(buffer).status, Status::Ended);
    EXPECT_FALSE(stream_->holdsInput());
}

TEST_F(TlsStreamTest, APeerThatVanishesHasEnded) {
    shakeHands();
    wire_.isPeerGone = true;
    EXPECT_EQ(readAll(), Status::Ended);
}

TEST_F(TlsStreamTest, WritesWaitForTheHandshake) {
    EXPECT_EQ(write("hello").sizeBytes, 0U);
    const Watch::Interest toWrite = stream_->needs({false, true});
    EXPECT_TRUE(toWrite.readable && !toWrite.writable) << "it is the client's turn";
    shakeHands();
    EXPECT_EQ(write("hello").sizeBytes, 5U);
    EXPECT_EQ(stream_->needs({false, true}), (Watch::Interest{false, true}));
    carry();
    EXPECT_EQ(client_->read(), "hello");
}

/// Every byte arrives once and in order, wherever the socket stops taking them, and however the ranges are cut.
TEST_F(TlsStreamTest, GoesOnWhereASocketIsFull) {
    std::string text;
    for (int i = 0; i < 20'000; ++i) text += std::to_string(i) + ' ';
    for (const std::size_t rangeBytes : {std::size_t{7}, std::size_t{1000}, std::size_t{16384}, std::size_t{50'000}}) {
        begin({});
        shakeHands();
        std::vector<iovec> ranges;
        for (std::size_t at = 0; at < text.size(); at += rangeBytes)
            ranges.push_back({text.data() + at, std::min(rangeBytes, text.size() - at)});
        std::size_t taken = 0;
        int turns = 0;
        for (Status status = Status::Blocked; status == Status::Blocked; ++turns) {
            wire_.room = 1234;
            std::vector<iovec> rest;
            std::size_t at = 0;
            for (const iovec& range : ranges) {
                const std::size_t skipped = std::min(range.iov_len, taken - std::min(taken, at));
                at += range.iov_len;
                if (skipped < range.iov_len)
                    rest.push_back({static_cast<char*>(range.iov_base) + skipped, range.iov_len - skipped});
            }
            const Stream::Result result = stream_->write(rest);
            taken += result.sizeBytes;
            status = result.status;
            client_->receive(std::exchange(wire_.out, {}));
        }
        EXPECT_EQ(taken, text.size());
        EXPECT_EQ(client_->read(), text) << "in ranges of " << rangeBytes;
        EXPECT_GT(turns, 50);
    }
}

TEST_F(TlsStreamTest, SaysGoodbyeOnceAllIsSent) {
    shakeHands();
    wire_.room = 3;
    EXPECT_EQ(write("goodbye").status, Status::Blocked);
    EXPECT_EQ(stream_->shutdown().status, Status::Blocked);
    EXPECT_FALSE(wire_.isEnded);
    client_->receive(std::exchange(wire_.out, {}));
    wire_.room = 5000;
    EXPECT_EQ(stream_->shutdown().status, Status::Done);
    EXPECT_TRUE(wire_.isEnded);
    client_->receive(std::exchange(wire_.out, {}));
    EXPECT_EQ(client_->read(), "goodbye");
    EXPECT_TRUE(client_->hasHeardGoodbye());
    stream_->close();
    EXPECT_TRUE(wire_.isClosed);
}

TEST_F(TlsStreamTest, CountsAConnectionWhileItIsOpen) {
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

TEST_F(TlsStreamTest, TellsWhyAHandshakeFails) {
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

TEST_F(TlsStreamTest, TellsWhoLeavesAHandshake) {
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
