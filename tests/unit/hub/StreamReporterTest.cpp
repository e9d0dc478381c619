#include "hub/StreamReporter.h"

#include "hub/StreamEvents.h"
#include "unit/hub/RegistryBench.h"
#include "unit/support/TestEvents.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace hookcast::hub {
namespace {

using config::EventName;
using hooks::StreamState;

// The first bytes of FLV video tags.
const std::string kAvcConfig("\x17\x00\x00\x00\x00 avc", 9);
const std::string kHevcConfig("\x90hvc1 hevc", 10);
const std::string kAvcFrame("\x27\x01\x00\x00\x00", 5);

class StreamReporterTest : public ::testing::Test {
  protected:
    StreamReporterTest() { registry_.addListener(listener_); }

    std::string textOf(const char* field) const { return events_.lastData()->getValue<std::string>(field); }
    Poco::JSON::Object::Ptr video() const { return events_.lastData()->getObject("video"); }

    /// So much picture in a second of the clock.
    void second(TestPublisher& publisher, int frames, std::size_t frameBytes) {
        for (int i = 0; i < frames; ++i) {
            publisher.video(time_ += 1, kAvcFrame + std::string(frameBytes - kAvcFrame.size(), 'x'));
            if (i + 1 < frames) gate_.clock.advanceMs(1000 / frames);
        }
        gate_.clock.advanceMs(1000 - 1000 / frames * (frames - 1));
        gate_.runner.settle();
    }

    std::uint32_t time_ = 0;
    support::TestEvents events_;
    StreamEvents listener_{events_};
    StreamRegistry registry_{64 * 1024 * 1024, 4096};
    TextFormat format_;
    support::HookGate gate_;
};

TEST_F(StreamReporterTest, APublicationIsCreatedActiveAndDeleted) {
    TestPublisher publisher(gate_, registry_);
    publisher.config(kAvcConfig);
    EXPECT_EQ(events_.names(), "") << "a header is no picture yet";
    publisher.key(0, "key");
    EXPECT_EQ(events_.names(), "stream:create");
    EXPECT_EQ(textOf("state"), "active");
    EXPECT_EQ(video()->getValue<std::string>("codec"), "H264");
    gate_.pass(StreamReporter::kCreateDelayMs - 1);
    publisher.end();
    EXPECT_EQ(events_.names(), "stream:create stream:delete");
    EXPECT_EQ(textOf("state"), "active");
}

TEST_F(StreamReporterTest, APublicationThatSendsNothingIsCreatedAllTheSame) {
    TestPublisher publisher(gate_, registry_);
    gate_.pass(StreamReporter::kCreateDelayMs - 1);
    EXPECT_EQ(events_.names(), "");
    gate_.pass(1);
    EXPECT_EQ(events_.names(), "stream:create");
    EXPECT_EQ(textOf("state"), "inactive");
    publisher.config(kAvcConfig);
    publisher.key(0, kAvcFrame);
    EXPECT_EQ(events_.names(), "stream:create stream:state");
    EXPECT_EQ(textOf("state"), "active");
}

TEST_F(StreamReporterTest, APublicationThatEndsAtOnceIsCreatedAndDeleted) {
    TestPublisher publisher(gate_, registry_);
    publisher.end();
    EXPECT_EQ(events_.names(), "stream:create stream:delete");
}

TEST_F(StreamReporterTest, SoundDoesNotHideThePicturesCodec) {
    TestPublisher publisher(gate_, registry_);
    publisher.audio(0, "\xaf\x01sound");
    EXPECT_EQ(events_.names(), "");
    publisher.config(kAvcConfig);
    EXPECT_EQ(events_.names(), "stream:create");
    EXPECT_EQ(textOf("state"), "active");
    EXPECT_EQ(video()->getValue<std::string>("codec"), "H264");
}

TEST_F(StreamReporterTest, APublicationIsDescribed) {
    TestPublisher publisher(gate_, registry_);
    gate_.pass(StreamReporter::kCreateDelayMs);
    const auto data = events_.data(0);
    EXPECT_EQ(data->getValue<std::string>("type"), "publish");
    EXPECT_EQ(data->getValue<std::string>("uid"), "v/live/one");
    EXPECT_EQ(data->getValue<std::string>("camera"), "one");
    EXPECT_EQ(data->getValue<std::string>("address"), "192.0.2.1");
    EXPECT_EQ(data->getValue<std::string>("source"), "rtmp://h/live/one");
    EXPECT_EQ(data->getValue<Poco::Int64>("stime"), registry_.publishedStreams().at(0)->sinceUnixMs / 1000);
    EXPECT_EQ(data->getObject("reconnects")->getValue<int>("limit"), 0);
    EXPECT_FALSE(data->getValue<bool>("dvr"));
    EXPECT_TRUE(data->getValue<bool>("enable"));
}

TEST_F(StreamReporterTest, TheSourceHasNoSecrets) {
    PublishedStream stream;
    stream.key = streamOne();
    auto client = std::make_shared<hooks::ClientInfo>(*support::someClient());
    for (const char* tcUrl : {"rtmp://user:secret@h/live?token=secret", "rtmp://h/live/", "rtmp://h/live"}) {
        support::changePlace(*client, [tcUrl](hooks::ClientPlace& place) { place.tcUrl = tcUrl; });
        stream.opening.client = client;
        EXPECT_EQ(describe(stream).source, "rtmp://h/live/one") << tcUrl;
    }
}

TEST_F(StreamReporterTest, PulsesTellWhatWasMeasuredSinceTheLast) {
    TestPublisher publisher(gate_, registry_);
    publisher.config(kAvcConfig);
    publisher.key(0, kAvcFrame);
    second(publisher, 25, 1000);
    EXPECT_EQ(events_.names(), "stream:create stream:pulse");
    EXPECT_EQ(events_.posted().back().pulseMs, 1000);
    EXPECT_EQ(video()->getValue<int>("fps"), 25);
    EXPECT_EQ(video()->getValue<int>("bitrate"), 8 * 25 * 1000);
    second(publisher, 10, 500);
    EXPECT_EQ(video()->getValue<int>("fps"), 10);
    EXPECT_EQ(video()->getValue<int>("bitrate"), 8 * 10 * 500);
    publisher.end();
    EXPECT_EQ(events_.names(), "stream:create stream:pulse stream:pulse stream:delete");
    EXPECT_EQ(video()->getValue<int>("fps"), 10) << "the last figures known";
}

TEST_F(StreamReporterTest, AShortPublicationIsMeasuredAtItsEnd) {
    TestPublisher publisher(gate_, registry_);
    publisher.key(0, kAvcFrame);
    gate_.clock.advanceMs(250);
    for (int i = 0; i < 10; ++i) publisher.video(i, std::string(100, 'x'));
    gate_.clock.advanceMs(250);
    publisher.end();
    EXPECT_EQ(textOf("state"), "active");
    EXPECT_EQ(video()->getValue<int>("fps"), 20);
    EXPECT_EQ(video()->getValue<int>("bitrate"), 8 * 10 * 100 * 2);
}

TEST_F(StreamReporterTest, CountsThePlayersOfTheMoment) {
    TestPublisher publisher(gate_, registry_);
    publisher.key(0, kAvcFrame);
    const TestPlayer one(gate_, registry_, format_);
    const TestPlayer two(gate_, registry_, format_);
    second(publisher, 1, 100);
    EXPECT_EQ(events_.lastData()->getValue<int>("subscribers"), 2);
}

TEST_F(StreamReporterTest, AStreamThatStallsIsInactiveUntilItGoesOn) {
    TestPublisher publisher(gate_, registry_);
    publisher.key(0, kAvcFrame);
    gate_.pass(StreamReporter::kStallMs - 1);
    EXPECT_EQ(textOf("state"), "active");
    publisher.video(1, kAvcFrame);
    gate_.pass(1);
    EXPECT_EQ(textOf("state"), "active") << "a frame came within this time";
    gate_.pass(StreamReporter::kStallMs);
    EXPECT_EQ(events_.posted().back().name, EventName::StreamState);
    EXPECT_EQ(textOf("state"), "inactive");
    EXPECT_EQ(video()->getValue<int>("fps"), 0);
    const std::size_t before = events_.posted().size();
    gate_.pass(60'000);
    EXPECT_EQ(events_.posted().size(), before) << "no pulses";
    publisher.video(2, kAvcFrame);
    EXPECT_EQ(textOf("state"), "active");
    gate_.pass(1000);
    EXPECT_EQ(events_.posted().back().name, EventName::StreamPulse);
}

// A pulse is a check of the source that succeeded.
TEST_F(StreamReporterTest, APeriodInWhichNothingCameHasNoPulse) {
    TestPublisher publisher(gate_, registry_);
    publisher.config(kAvcConfig);
    publisher.key(0, kAvcFrame);
    gate_.pass(1000);
    EXPECT_EQ(events_.names(), "stream:create stream:pulse");
    gate_.pass(3000);
    EXPECT_EQ(events_.names(), "stream:create stream:pulse");
    publisher.video(1, kAvcFrame);
    gate_.pass(1000);
    EXPECT_EQ(events_.names(), "stream:create stream:pulse stream:pulse");
}

TEST_F(StreamReporterTest, AnotherCodecIsNews) {
    TestPublisher publisher(gate_, registry_);
    publisher.config(kAvcConfig);
    publisher.key(0, kAvcFrame);
    publisher.config(kAvcConfig);
    EXPECT_EQ(events_.names(), "stream:create");
    publisher.config(kHevcConfig);
    EXPECT_EQ(events_.names(), "stream:create stream:state");
    EXPECT_EQ(video()->getValue<std::string>("codec"), "H265");
}

TEST_F(StreamReporterTest, NothingFollowsTheDeletion) {
    TestPublisher publisher(gate_, registry_);
    publisher.key(0, kAvcFrame);
    publisher.end();
    const std::string before = events_.names();
    gate_.pass(60'000);
    EXPECT_EQ(events_.names(), before);
}

TEST_F(StreamReporterTest, EveryPeriodHasItsOwnPulse) {
    support::TestEvents events({500, 2000});
    StreamEvents listener(events);
    registry_.addListener(listener);
    TestPublisher publisher(gate_, registry_);
    publisher.key(0, kAvcFrame);
    for (int i = 0; i < 20; ++i) {
        publisher.video(i, kAvcFrame);
        gate_.pass(100);
    }
    std::vector<std::int64_t> periods;
    for (const hooks::ServerEvent& event : events.posted())
        if (event.name == EventName::StreamPulse) periods.push_back(event.pulseMs);
    EXPECT_EQ(std::ranges::count(periods, 500), 4);
    EXPECT_EQ(std::ranges::count(periods, 2000), 1);
    EXPECT_EQ(events.lastData()->getObject("video")->getValue<int>("fps"), 10);
    publisher.end();
}

/// What a capture does with it: one reporter, one publication after another.
TEST_F(StreamReporterTest, ACaptureReportsItself) {
    hooks::StreamEventData camera;
    camera.type = hooks::kCaptureType;
    camera.uid = "camera-1-primary";
    support::TestEvents events;
    const auto reporter = std::make_shared<StreamReporter>(events, gate_.runner.loop(), camera);
    gate_.runner.run([&] { reporter->create(); });
    for (int i = 1; i <= 2; ++i) {
        TestPublisher publisher(gate_, registry_);
        publisher.attach(*reporter);
        publisher.key(0, kAvcFrame);
        publisher.end();
        gate_.runner.run([&] { reporter->lose(); });
        gate_.runner.run([&] { reporter->reconnect({1, 10, i}); });
    }
    EXPECT_EQ(events.lastData()->getObject("reconnects")->getValue<int>("total"), 2);
    EXPECT_EQ(events.lastData()->getValue<std::string>("state"), "inactive");
    gate_.runner.run([&] { reporter->remove(); });
    EXPECT_EQ(events.names(),
              "stream:create stream:reconnect stream:state stream:state stream:reconnect stream:delete");
    EXPECT_EQ(events.lastData()->getValue<std::string>("type"), "capture");
}

} // namespace
} // namespace hookcast::hub
