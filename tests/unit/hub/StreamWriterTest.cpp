#include "unit/hub/WriterBench.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hookcast::hub {
namespace {

using media::FrameKind;
using media::FrameRole;

TEST_F(StreamWriterTest, RepeatsACodecHeaderUnlessItIsTold) {
    for (const bool reduces : {false, true}) {
        vhost_.play.reduceSequenceHeader = reduces;
        open();
        const auto player = this->player(format_);
        videoConfig("C");
        key(0, "K");
        videoConfig("C");
        video(40, "v");
        videoConfig("D");
        audioConfig("A");
        audioConfig("A");
        flush();
        EXPECT_EQ(player->got(),
                  reduces ? "{-|C|-@0}<K@0><v@40><D@0><A@0>" : "{-|C|-@0}<K@0><C@0><v@40><D@0><A@0><A@0>");
        gate_.runner.run([&] { writer_.reset(); });
    }
}

TEST_F(StreamWriterTest, PutsSoundAndPictureInTheOrderOfTime) {
    vhost_.play.mixCorrect = true;
    open();
    const auto player = this->player(format_);
    key(0, "K");
    video(40, "v");
    video(80, "w");
    audio(10, "a");
    audio(50, "b");
    flush();
    EXPECT_EQ(player->got(), "{-|-|-@0}<K@0><a@10><v@40><b@50>");
    gate_.runner.run([&] { writer_->end(); });
    EXPECT_EQ(player->got(), "<w@80>") << "nothing is lost";
}

TEST_F(StreamWriterTest, WritesEachFrameOncePerFormat) {
    open();
    const TextFormat other("other");
    const auto one = player(format_);
    const auto two = player(format_);
    const auto three = player(other);
    for (std::uint32_t i = 0; i < 10; ++i) key(i, "K");
    flush();
    EXPECT_EQ(format_.appended(), 10U);
    EXPECT_EQ(other.appended(), 10U);
    EXPECT_EQ(one->got(), two->got());
    EXPECT_NE(three->got(), "");
}

TEST_F(StreamWriterTest, WithoutPlayersItWritesNothing) {
    open();
    for (std::uint32_t i = 0; i < 10; ++i) key(i, "K");
    flush();
    EXPECT_EQ(format_.appended(), 0U);
}

TEST_F(StreamWriterTest, AFormatAskedForLateGetsTheRetainedPictures) {
    open();
    metadata("M");
    videoConfig("V");
    audioConfig("A");
    key(0, "K0");
    key(1000, "K1");
    audio(1010, "a");
    video(1040, "v");
    const auto player = this->player(format_);
    EXPECT_EQ(player->got(), "{M|V|A@1000}<K1@1000><a@1010><v@1040>");
    EXPECT_EQ(format_.appended(), 3U);
}

TEST_F(StreamWriterTest, WithoutGopCacheNothingIsRetained) {
    vhost_.play.gopCache = false;
    open();
    key(0, "K");
    const auto player = this->player(format_);
    EXPECT_EQ(player->got(), "");
    EXPECT_EQ(format_.appended(), 0U);
}

TEST_F(StreamWriterTest, HeadersAreRepeatedToPlayersOnlyWhenTheyChange) {
    open();
    const auto relay = this->relay(format_);
    const auto version = [&] { return gate_.runner.run([&] { return relay->log().newestSync()->headersVersion; }); };
    videoConfig("V");
    key(0, "K");
    flush();
    const auto first = version();
    videoConfig("V");
    key(1, "K");
    flush();
    EXPECT_EQ(version(), first) << "encoders repeat their headers";
    videoConfig("W");
    key(2, "K");
    flush();
    EXPECT_NE(version(), first);
    EXPECT_EQ(base::asText(*gate_.runner.run([&] { return relay->log().newestSync()->preamble; })), "{-|W|-@2}");
}

/// The encoder has announced the next configuration, and the keyframe it is for has not come yet.
TEST_F(StreamWriterTest, RetainedPicturesGoWithTheHeadersTheyWereMadeWith) {
    open();
    videoConfig("old");
    key(0, "K");
    video(40, "v");
    videoConfig("new");
    const auto player = this->player(format_);
    EXPECT_EQ(player->got(), "{-|old|-@0}<K@0><v@40><new@0>");
    EXPECT_EQ(format_.begunWith(), "{-|old|-@0}");
}

TEST_F(StreamWriterTest, MetadataThatIsTakenBackIsGoneForWhoComesLater) {
    open();
    metadata("M");
    key(0, "K");
    const auto before = player(format_);
    const auto started = before->got();
    metadata("");
    EXPECT_EQ(player(format_)->got(), "{-|-|-@0}<K@0>") << "of a format that is in use";
    const TextFormat other("other");
    EXPECT_EQ(player(other)->got(), "{-|-|-@0}<K@0>");
    const auto relay = this->relay(format_);
    metadata("N");
    key(40, "L");
    flush();
    EXPECT_EQ(started, "{M|-|-@0}<K@0>");
    EXPECT_EQ(before->got(), "<N@0><L@40>") << "the players know nothing of it";
    EXPECT_EQ(player(format_)->got(), "{N|-|-@40}<L@40>");
    metadata("");
    EXPECT_EQ(base::asText(*gate_.runner.run([&] { return relay->log().newestSync()->preamble; })), "{-|-|-@40}");
}

TEST_F(StreamWriterTest, WhatAFormatCannotCarryLeavesNoTrace) {
    open();
    const auto player = this->player(format_);
    key(0, "-K");
    key(10, "K");
    video(20, "-v");
    flush();
    EXPECT_EQ(player->got(), "{-|-|-@10}<K@10>");
}

/// Else whoever gets the sound of a picture that cannot be carried would wait for ever.
TEST_F(StreamWriterTest, BehindAKeyframeThatAFormatCannotCarryItsPlayersBeginWithWhatComesNext) {
    open();
    const auto early = player(format_);
    key(0, "-K");
    audio(10, "a");
    audio(20, "b");
    flush();
    EXPECT_EQ(early->got(), "{-|-|-@10}<a@10><b@20>");
    key(30, "-L");
    video(40, "-v");
    audio(50, "c");
    flush();
    EXPECT_EQ(player(format_)->got(), "{-|-|-@50}<c@50>");
}

/// Carries sound alone.
class SoundFormat final : public WireFormat {
  public:
    std::string_view name() const override { return "sound"; }
    std::unique_ptr<WireEncoder> makeEncoder() const override { return std::make_unique<Encoder>(text_); }

  private:
    class Encoder final : public WireEncoder {
      public:
        explicit Encoder(const TextFormat& text) : inner_(text.makeEncoder()) {}

        void append(const media::Frame& frame, WireLog& log) override {
            if (frame.kind == FrameKind::Audio) inner_->append(frame, log);
        }
        base::Bytes preamble(const StreamHeaders& headers, std::int64_t dtsMs) override {
            return inner_->preamble(headers, dtsMs);
        }
        bool carriesVideo() const override { return false; }

      private:
        std::unique_ptr<WireEncoder> inner_;
    };

    TextFormat text_;
};

TEST_F(StreamWriterTest, AFormatForSoundAloneNeedsNoKeyframe) {
    open();
    const SoundFormat format;
    const auto early = this->player(format);
    key(0, "K");
    audio(10, "a");
    video(20, "v");
    audio(30, "b");
    flush();
    EXPECT_EQ(early->got(), "{-|-|-@10}<a@10><b@30>");
    const auto late = this->player(format);
    EXPECT_EQ(late->got(), "{-|-|-@10}<b@30>") << "what is live now";
    const auto other = this->player(format_);
    EXPECT_EQ(other->got(), "{-|-|-@0}<K@0><a@10><v@20><b@30>") << "a format with video begins with a keyframe still";
    audio(50, "c");
    flush();
    EXPECT_EQ(late->got(), "<c@50>");
}

TEST_F(StreamWriterTest, AFormatForSoundAloneThatIsAskedForLateStartsAtTheNewestFrame) {
    open();
    key(0, "K");
    audio(10, "a");
    audio(30, "b");
    const SoundFormat format;
    const auto player = this->player(format);
    EXPECT_EQ(player->got(), "{-|-|-@10}<b@30>");
}

TEST_F(StreamWriterTest, AtTheEndTheRestIsHandedOutAndNothingIsLeftToStartAt) {
    open();
    const auto relay = this->relay(format_);
    const auto player = std::make_unique<Player>(gate_, relay, PlaybackLimits{30'000, 30'000, 4096, true});
    key(0, "K");
    gate_.runner.run([&] { writer_->end(); });
    gate_.runner.settle();
    EXPECT_EQ(player->got(), "{-|-|-@0}<K@0>");
    EXPECT_EQ(gate_.runner.run([&] { return relay->log().newestSync(); }), nullptr);
}

TEST_F(StreamWriterTest, ARemovedRelayGetsNoMore) {
    open();
    const auto relay = this->relay(format_);
    gate_.runner.run([&] { writer_->removeRelay(relay.get()); });
    key(0, "K");
    flush();
    EXPECT_EQ(format_.appended(), 0U);
    EXPECT_TRUE(gate_.runner.run([&] { return relay->log().empty(); }));
}

TEST_F(StreamWriterTest, MayDieWithAFlushUnderWay) {
    vhost_.minLatency = true;
    open();
    const auto player = this->player(format_);
    gate_.runner.run([&] {
        writer_->write(FrameKind::Video, FrameRole::Keyframe, 0, {'K'});
        writer_->write(FrameKind::Audio, FrameRole::Media, 0, {'a'});
        writer_.reset();
    });
    gate_.pass(1000);
    EXPECT_EQ(player->got(), "");
}

TEST_F(StreamWriterTest, PutsFramesOnTheStreamsTimeline) {
    open(5000);
    const auto player = this->player(format_);
    key(70, "K");
    video(110, "v");
    flush();
    EXPECT_EQ(player->got(), "{-|-|-@5070}<K@5070><v@5110>");
    EXPECT_EQ(gate_.runner.run([&] { return writer_->latestDtsMs(); }), 5110);
}

TEST_F(StreamWriterTest, KeepsThePublishersTimesWhereTheVhostWantsThem) {
    vhost_.play.atc = true;
    open(5000);
    const auto player = this->player(format_);
    key(70, "K");
    video(900'000, "v");
    flush();
    EXPECT_EQ(player->got(), "{-|-|-@70}<K@70><v@900000>");
}

TEST_F(StreamWriterTest, KeepsThemWhereTheMetadataAsksForItAndTheVhostAllowsIt) {
    using namespace std::string_literals;
    const std::string asks = "bravo_atc\2\0\4true"s;
    for (const bool allowed : {true, false}) {
        vhost_.play.atcAuto = allowed;
        open();
        const auto player = this->player(format_);
        metadata(asks);
        key(7000, "K");
        flush();
        EXPECT_TRUE(player->got().ends_with(allowed ? "<K@7000>" : "<K@500>"));
        gate_.runner.run([&] { writer_.reset(); });
    }
}

/// Relays live on other loops too: each gets one post per flush, and its players share it.
TEST_F(StreamWriterTest, ServesPlayersOnAnotherLoop) {
    open();
    support::HookGate other;
    const auto far = std::make_shared<Relay>(other.runner.loop(), hooks::StreamKey{"v", "a", "s"}, limits_, [] {});
    gate_.runner.run([&] { writer_->addRelay(format_, far); });
    std::vector<std::unique_ptr<Player>> players;
    players.reserve(5);
    for (int i = 0; i < 5; ++i)
        players.push_back(std::make_unique<Player>(other, far, PlaybackLimits{30'000, 30'000, 4096, true}));
    key(0, "K");
    video(40, "v");
    flush();
    other.runner.settle();
    for (const auto& player : players) {
        EXPECT_EQ(player->got(), "{-|-|-@0}<K@0><v@40>");
        EXPECT_EQ(other.runner.run([&] { return player->subscriber.writes; }), 3U);
    }
    gate_.runner.run([&] { writer_->end(); });
    other.runner.settle();
    EXPECT_EQ(other.runner.run([&] { return far->log().newestSync(); }), nullptr);
}

/// Memory stays bounded whatever the publisher sends.
class StreamWriterLimitsTest : public StreamWriterTest {
  protected:
    StreamWriterLimitsTest() : StreamWriterTest({1000, 5}) {}
};

TEST_F(StreamWriterLimitsTest, ALongGroupOfPicturesIsNotRetained) {
    open();
    key(0, "K");
    for (std::uint32_t i = 1; i < 5; ++i) video(i, "v");
    EXPECT_EQ(player(format_)->got(), "{-|-|-@0}<K@0><v@1><v@2><v@3><v@4>");
    video(5, "v");
    const TextFormat late("late");
    EXPECT_EQ(player(late)->got(), "");
    video(6, "v");
    key(7, "K");
    const TextFormat later("later");
    EXPECT_EQ(player(later)->got(), "{-|-|-@7}<K@7>");
}

TEST_F(StreamWriterLimitsTest, ALargeGroupOfPicturesIsNotRetained) {
    open();
    key(0, std::string(600, 'K'));
    video(1, std::string(600, 'v'));
    EXPECT_EQ(player(format_)->got(), "");
    video(2, "v");
    const TextFormat late("late");
    EXPECT_EQ(player(late)->got(), "");
}

TEST_F(StreamWriterLimitsTest, NoMoreIsKeptForAFlushThanTheLogMayHold) {
    vhost_.play.mwLatencyMs = 60'000;
    open();
    const auto player = this->player(format_);
    key(0, "K");
    gate_.runner.settle();
    EXPECT_EQ(player->got(), "{-|-|-@0}<K@0>");
    key(1, std::string(600, 'K'));
    gate_.runner.settle();
    EXPECT_EQ(player->got(), "");
    video(2, std::string(600, 'v'));
    gate_.runner.settle();
    EXPECT_GT(player->got().size(), 1200U) << "the flush period is long, and the log is full";
}

} // namespace
} // namespace hookcast::hub
