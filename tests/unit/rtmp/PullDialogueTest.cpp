#include "rtmp/PullDialogue.h"

#include "rtmp/Amf0.h"
#include "rtmp/ChunkWriter.h"
#include "rtmp/ConnectRequest.h"
#include "rtmp/ControlMessages.h"
#include "rtmp/Replies.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hookcast::rtmp {
namespace {

constexpr std::uint32_t kMaxDepth = 32;

void append(base::Bytes& out, base::ByteSpan bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
}

base::Bytes messageOf(MessageType type, base::ByteSpan payload, std::uint32_t messageStreamId = 1,
                      std::uint32_t timestampMs = 0) {
    base::Bytes bytes;
    appendMessage(bytes, {4, timestampMs, type, messageStreamId}, payload, kDefaultChunkSizeBytes);
    return bytes;
}

base::Bytes dataOf(std::string_view name) {
    base::Bytes payload;
    writeAmf0(payload, Amf::string(name));
    writeAmf0(payload, Amf::boolean(true));
    return messageOf(MessageType::DataAmf0, payload);
}

/// The node that asks, and a server that says what the test wants.
class PullDialogueTest : public ::testing::Test {
  protected:
    /// What the node answers; media that comes of it goes to media_.
    void hear(base::ByteSpan input) {
        while (error_.empty()) {
            base::Result<std::optional<Message>> next = dialogue_.next(input, output_);
            if (!next)
                error_ = next.error().message;
            else if (next.value())
                media_.push_back(std::move(*next.value()));
            else
                break;
        }
        base::ByteSpan sent(output_);
        if (!isOpen_) {
            base::Bytes answer;
            const bool done = server_.next(sent, answer).value();
            output_.assign(sent.begin(), sent.end());
            if (!answer.empty()) hear(answer);
            isOpen_ = isOpen_ || done;
            if (!isOpen_) return;
            sent = base::ByteSpan(output_);
        }
        while (auto message = reader_.next(sent).value()) said_.push_back(std::move(*message));
        output_.clear();
    }

    void shakeHands() {
        output_ = dialogue_.start();
        hear({});
    }

    void say(const Replies& replies) { hear(replies.bytes()); }

    void play() {
        shakeHands();
        announce();
    }

    void announce() {
        Replies replies(kDefaultChunkSizeBytes);
        replies.connectResult({});
        replies.result(2, Amf::number(1));
        replies.playStart();
        say(replies);
    }

    /// The commands that the node has sent.
    std::vector<Command> commands() const {
        std::vector<Command> commands;
        for (const Message& message : said_)
            if (message.type == MessageType::CommandAmf0) commands.push_back(parseCommand(message, kMaxDepth).take());
        return commands;
    }

    config::LimitsConfig limits_;
    PullDialogue dialogue_{{"10.0.0.1:1935", "live/room", "cam?x", "1.pass.sign"}, limits_};
    ServerHandshake server_;
    bool isOpen_ = false;
    base::Bytes output_;
    ChunkReader reader_{{1 << 20, 1 << 20, 64}};
    std::vector<Message> said_;
    std::vector<Message> media_;
    std::string error_;
};

TEST_F(PullDialogueTest, AsksForOneStreamWithItsPass) {
    play();
    EXPECT_EQ(error_, "");
    EXPECT_TRUE(dialogue_.isPlaying());
    ASSERT_EQ(commands().size(), 3U);
    const Command connect = commands()[0];
    EXPECT_EQ(connect.name, "connect");
    EXPECT_EQ(connect.argument(0).find("app")->asString(), "live/room");
    EXPECT_EQ(connect.argument(0).find("tcUrl")->asString(), "rtmp://10.0.0.1:1935/live/room");
    EXPECT_EQ(connect.argument(0).find(kPullPass)->asString(), "1.pass.sign");
    EXPECT_EQ(commands()[1].name, "createStream");
    EXPECT_EQ(commands()[2].name, "play");
    EXPECT_EQ(commands()[2].messageStreamId, 1U);
    EXPECT_EQ(commands()[2].argument(1).asString(), "cam?x");
}

TEST_F(PullDialogueTest, HandsOutMediaAsItCame) {
    play();
    base::Bytes bytes = dataOf("onMetaData");
    append(bytes, messageOf(MessageType::Video, base::Bytes(1000, 7), 1, 40));
    append(bytes, messageOf(MessageType::Audio, base::Bytes(3, 8), 1, 41));
    hear(bytes);
    ASSERT_EQ(media_.size(), 3U);
    EXPECT_EQ(media_[1].payload, base::Bytes(1000, 7));
    EXPECT_EQ(media_[1].timestampMs, 40U);
    EXPECT_EQ(media_[2].type, MessageType::Audio);
}

TEST_F(PullDialogueTest, WhatIsNoMediaOfItsStreamIsLeftOut) {
    shakeHands();
    hear(messageOf(MessageType::Video, base::Bytes(10, 7)));
    announce();
    hear(messageOf(MessageType::Video, base::Bytes(10, 7), 5));
    hear(dataOf("|RtmpSampleAccess"));
    hear(messageOf(MessageType::SharedObjectAmf0, base::Bytes(10, 7)));
    EXPECT_TRUE(media_.empty());
    EXPECT_EQ(error_, "");
}

TEST_F(PullDialogueTest, DoesNotCareHowItsInputIsCut) {
    output_ = dialogue_.start();
    base::ByteSpan c0c1(output_);
    base::Bytes bytes;
    ASSERT_TRUE(server_.next(c0c1, bytes).ok());
    isOpen_ = true;
    output_.clear();
    Replies replies(kDefaultChunkSizeBytes);
    replies.connectResult({});
    replies.result(2, Amf::number(1));
    replies.playStart();
    append(bytes, replies.bytes());
    append(bytes, messageOf(MessageType::Video, base::Bytes(500, 7)));
    for (const std::uint8_t byte : bytes) {
        base::ByteSpan input(&byte, 1);
        base::Bytes ignored;
        const auto next = dialogue_.next(input, ignored);
        ASSERT_TRUE(next.ok()) << next.error().message;
        if (next.value()) media_.push_back(*next.value());
    }
    ASSERT_EQ(media_.size(), 1U);
    EXPECT_EQ(media_[0].payload.size(), 500U);
}

TEST_F(PullDialogueTest, AnswersPingsAndAcknowledges) {
    play();
    said_.clear();
    base::Bytes bytes;
    appendUserControl(bytes, UserControlEvent::PingRequest, 4711);
    appendWindowAckSize(bytes, 2000);
    append(bytes, messageOf(MessageType::Video, base::Bytes(1500, 7)));
    append(bytes, messageOf(MessageType::Video, base::Bytes(1500, 7)));
    hear(bytes);
    ASSERT_GE(said_.size(), 2U);
    EXPECT_EQ(said_[0].type, MessageType::UserControl);
    EXPECT_EQ(said_[0].payload, (base::Bytes{0, 7, 0, 0, 0x12, 0x67}));
    EXPECT_EQ(said_[1].type, MessageType::Acknowledgement);
    EXPECT_EQ(std::ranges::count(said_, MessageType::Acknowledgement, &Message::type),
              static_cast<std::ptrdiff_t>(said_.size()) - 1);
}

TEST_F(PullDialogueTest, IsToldWhyItIsRefused) {
    shakeHands();
    Replies replies(kDefaultChunkSizeBytes);
    replies.connectError(1, "pull refused\nand more");
    say(replies);
    EXPECT_EQ(error_, "refused: NetConnection.Connect.Rejected pull refused\\x0aand more");
}

TEST_F(PullDialogueTest, IsToldWhyTheStreamEnds) {
    play();
    Replies replies(kDefaultChunkSizeBytes);
    replies.status("error", "NetStream.Play.Failed", "no");
    say(replies);
    EXPECT_EQ(error_, "refused: NetStream.Play.Failed no");
}

TEST_F(PullDialogueTest, ServersThatAnswerNonsenseAreLeft) {
    shakeHands();
    Replies replies(kDefaultChunkSizeBytes);
    replies.connectResult({});
    replies.result(2, Amf::number(-1));
    say(replies);
    EXPECT_EQ(error_, "no message stream");
}

/// One that has not been seen to be a node gets no more memory than a client that does not publish.
TEST_F(PullDialogueTest, BeforeItPlaysMessagesAreShort) {
    shakeHands();
    base::Bytes bytes;
    appendMessage(bytes, {4, 0, MessageType::Video, 1}, base::Bytes(limits_.unadmittedBytes + 1, 7),
                  kDefaultChunkSizeBytes);
    hear(bytes);
    EXPECT_TRUE(error_.starts_with("broken chunk stream: ")) << error_;
}

} // namespace
} // namespace hookcast::rtmp
