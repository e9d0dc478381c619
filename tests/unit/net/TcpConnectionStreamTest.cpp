#include "net/PlainStream.h"
#include "net/TcpConnection.h"
#include "unit/net/ConnectionOwner.h"
#include "unit/net/TurnCounter.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace hookcast::net {
namespace {

/// Plain, but for what a test makes of it: what a stream that changes bytes may do, one oddity at a time.
class OddStream : public Stream {
  public:
    explicit OddStream(const Poco::Net::StreamSocket& socket) : plain_(socket) {}

    Result read(std::span<std::uint8_t> into) override { return plain_.read(into); }
    Result write(std::span<const iovec> ranges) override { return plain_.write(ranges); }
    Result shutdown() override { return plain_.shutdown(); }
    void close() override { plain_.close(); }
    Watch::Interest needs(Watch::Interest wanted) const override { return wanted; }
    bool holdsInput() const override { return false; }
    std::string failure() override { return plain_.failure(); }

  protected:
    Result writeText(const std::string& text) {
        const iovec range{const_cast<char*>(text.data()), text.size()};
        return plain_.write({&range, 1});
    }

    PlainStream plain_;
};

/// Takes in all that has come, and gives it out byte by byte.
class HoldsInput final : public OddStream {
  public:
    using OddStream::OddStream;

    Result read(std::span<std::uint8_t> into) override {
        if (held_.empty()) {
            const Result result = plain_.read(into);
            if (result.sizeBytes == 0) return result;
            held_.assign(into.begin(), into.begin() + static_cast<std::ptrdiff_t>(result.sizeBytes));
        }
        into[0] = static_cast<std::uint8_t>(held_.front());
        held_.erase(0, 1);
        return {Status::Done, 1};
    }
    bool holdsInput() const override { return !held_.empty(); }

  private:
    std::string held_;
};

/// Writes nothing until it has read a first byte, which is nobody's.
class ReadsToWrite final : public OddStream {
  public:
    using OddStream::OddStream;

    Result write(std::span<const iovec> ranges) override {
        std::uint8_t byte = 0;
        if (!isOpen_) isOpen_ = plain_.read({&byte, 1}).status == Status::Done;
        return isOpen_ ? plain_.write(ranges) : Result{Status::Blocked};
    }
    Watch::Interest needs(Watch::Interest wanted) const override {
        if (isOpen_) return wanted;
        return {wanted.readable || wanted.writable, false};
    }

  private:
    bool isOpen_ = false;
};

/// Reads nothing until it has written something, which nobody has asked for.
class WritesToRead final : public OddStream {
  public:
    using OddStream::OddStream;

    Result read(std::span<std::uint8_t> into) override {
        if (state_ == State::Closed) {
            state_ = State::Asking;
            return {Status::Blocked};
        }
        if (state_ == State::Asking) {
            writeText("hello ");
            state_ = State::Open;
        }
        return plain_.read(into);
    }
    Watch::Interest needs(Watch::Interest wanted) const override {
        if (state_ != State::Asking) return wanted;
        return {false, wanted.readable || wanted.writable};
    }

  private:
    enum class State { Closed, Asking, Open };

    State state_ = State::Closed;
};

/// Takes over what it is to write, and sends it at the next call.
class HoldsOutput final : public OddStream {
  public:
    using OddStream::OddStream;

    Result write(std::span<const iovec> ranges) override {
        std::string text;
        for (const iovec& range : ranges) text.append(static_cast<const char*>(range.iov_base), range.iov_len);
        if (!text.empty()) {
            held_ += text;
            return {Status::Blocked, text.size()};
        }
        writeText(std::exchange(held_, {}));
        return {Status::Done};
    }
    Result shutdown() override {
        if (!std::exchange(isAsked_, true)) return {Status::Blocked};
        writeText(std::exchange(held_, {}) + ", and goodbye");
        return plain_.shutdown();
    }

  private:
    std::string held_;
    bool isAsked_ = false;
};

/// Is no good.
class Fails final : public OddStream {
  public:
    using OddStream::OddStream;

    Result read(std::span<std::uint8_t> /*into*/) override { return {Status::Failed}; }
    Result write(std::span<const iovec> /*ranges*/) override { return {Status::Failed}; }
    std::string failure() override { return "no good"; }
};

template <typename T>
std::unique_ptr<Stream> make(const Poco::Net::StreamSocket& socket) {
    return std::make_unique<T>(socket);
}

class TcpConnectionStreamTest : public ::testing::Test {
  protected:
    AskedClock clock_;
    support::LoopRunner runner_{clock_};
};

TEST_F(TcpConnectionStreamTest, WhatNoDescriptorShowsIsReadAllTheSame) {
    ConnectionOwner owner(runner_, 1000, make<HoldsInput>);
    owner.peer().send("hello");
    ASSERT_TRUE(owner.data.wait(5));
    EXPECT_EQ(owner.received, "hello");
    EXPECT_TRUE(isAtRest(runner_, clock_));
    owner.with([](TcpConnection& connection) { EXPECT_EQ(connection.receivedBytes(), 5U); });
}

TEST_F(TcpConnectionStreamTest, WhatNoDescriptorShowsWaitsWhileReadingIsPaused) {
    ConnectionOwner owner(runner_, 1000, make<HoldsInput>);
    support::LoopEvent first(runner_);
    runner_.run([&] {
        owner.whenData = [&] {
            if (owner.received != "h") return;
            owner.connection().pauseReading();
            first.happen();
        };
    });
    owner.peer().send("hello");
    ASSERT_TRUE(first.wait());
    EXPECT_TRUE(isAtRest(runner_, clock_));
    EXPECT_EQ(owner.data.times(), 1U);
    owner.with([](TcpConnection& connection) { connection.resumeReading(); });
    ASSERT_TRUE(owner.data.wait(5));
    EXPECT_EQ(owner.received, "hello");
}

TEST_F(TcpConnectionStreamTest, WritesWhenItHasReadWhatItsStreamNeeds) {
    ConnectionOwner owner(runner_, 1000, make<ReadsToWrite>);
    owner.with([](TcpConnection& connection) { connection.pauseReading(); });
    ASSERT_TRUE(owner.send("at last"));
    EXPECT_TRUE(isAtRest(runner_, clock_)) << "that it could write is of no interest";
    owner.with([](TcpConnection& connection) { EXPECT_EQ(connection.pendingBytes(), 7U); });
    owner.peer().send("k");
    EXPECT_EQ(owner.peer().receive(7), "at last");
    ASSERT_TRUE(owner.writable.wait());
    EXPECT_TRUE(isAtRest(runner_, clock_));
    EXPECT_EQ(owner.received, "");
}

TEST_F(TcpConnectionStreamTest, ReadsWhenItHasWrittenWhatItsStreamNeeds) {
    ConnectionOwner owner(runner_, 1000, make<WritesToRead>);
    owner.peer().send("x");
    EXPECT_EQ(owner.peer().receive(6), "hello ");
    ASSERT_TRUE(owner.data.wait());
    EXPECT_EQ(owner.received, "x");
    EXPECT_TRUE(isAtRest(runner_, clock_));
}

TEST_F(TcpConnectionStreamTest, WhatItsStreamHasTakenOverIsSent) {
    ConnectionOwner owner(runner_, 1000, make<HoldsOutput>);
    ASSERT_TRUE(owner.send("hello"));
    owner.with([](TcpConnection& connection) { EXPECT_EQ(connection.pendingBytes(), 0U); });
    EXPECT_EQ(owner.peer().receive(5), "hello");
    ASSERT_TRUE(owner.writable.wait());
    owner.with([](TcpConnection& connection) { EXPECT_EQ(connection.sentBytes(), 5U); });
    EXPECT_TRUE(isAtRest(runner_, clock_));
}

TEST_F(TcpConnectionStreamTest, ItsStreamHasTheLastWord) {
    ConnectionOwner owner(runner_, 1000, make<HoldsOutput>);
    owner.with([](TcpConnection& connection) {
        ASSERT_TRUE(connection.send(base::asBytes("hello")));
        connection.closeAfterSending(60'000);
    });
    EXPECT_EQ(owner.peer().receiveToEnd(), "hello, and goodbye");
    owner.peer().close();
    ASSERT_TRUE(owner.disconnected.wait());
    EXPECT_EQ(owner.reasons, std::vector<std::string>{"closed"});
}

TEST_F(TcpConnectionStreamTest, ItsStreamSaysWhyItEnds) {
    ConnectionOwner reading(runner_, 1000, make<Fails>);
    reading.peer().send("x");
    ASSERT_TRUE(reading.disconnected.wait());
    EXPECT_EQ(reading.reasons, std::vector<std::string>{"no good"});
    ConnectionOwner writing(runner_, 1000, make<Fails>);
    writing.with([&](TcpConnection& connection) {
        EXPECT_TRUE(connection.send(base::asBytes("x")));
        EXPECT_TRUE(writing.reasons.empty()) << "not from within the call";
    });
    ASSERT_TRUE(writing.disconnected.wait());
    EXPECT_EQ(writing.reasons, std::vector<std::string>{"no good"});
    EXPECT_EQ(writing.writable.times(), 0U);
}

} // namespace
} // namespace hookcast::net
