#include "unit/net/TlsStreamBench.h"

#include <gmock/gmock.h>

#include <array>
#include <memory>
#include <string>
#include <utility>

namespace hookcast::net {
namespace {

using Status = Stream::Status;

class TlsStreamTest : public TlsStreamBench {};

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

TEST_F(TlsStreamTest, HandsOutNothingOfARecordThatWasChanged) {
    shakeHands();
    client_->write("secret");
    std::string record = client_->toSend();
    record.back() = static_cast<char>(record.back() ^ 1);
    wire_.in = record;
    EXPECT_EQ(readAll(), Status::Failed);
    EXPECT_EQ(read_, "");
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

} // namespace
} // namespace hookcast::net
