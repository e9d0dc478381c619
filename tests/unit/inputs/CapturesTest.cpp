#include "inputs/Captures.h"

#include "hub/StreamReporter.h"

#include "unit/config/Support.h"
#include "unit/support/FakeTransport.h"
#include "unit/support/HookGate.h"
#include "unit/support/TestEvents.h"

#include "media/FlvBody.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <memory>
#include <mutex>
#include <string>
#include <system_error>
#include <vector>

namespace hookcast::inputs {
namespace {

constexpr const char* kPublish = "http://b/publish";
constexpr const char* kUnpublish = "http://b/unpublish";

/// A source that delivers and ends as the test says.
class FakeReader final : public SourceReader {
  public:
    FakeReader(SourceOptions options, Output output) : options_(std::move(options)), output_(std::move(output)) {}

    void stop() override { stopped = true; }
    void taken(std::size_t bytes) override { takenBytes += bytes; }

    void deliver(std::uint32_t ms) const {
        const base::Bytes payload(100, 7);
        media::ConvertedFrame frame;
        frame.kind = media::FrameKind::Video;
        frame.role = media::FrameRole::Keyframe;
        frame.timestampMs = ms;
        frame.body = media::writeVideoBody({media::Codec::Avc, media::BodyPart::Frame, true, 0, payload});
        output_.onFrames({frame});
    }
    void end(const std::string& reason) const { output_.onEnd(reason); }
    const SourceOptions& options() const { return options_; }

    std::atomic<bool> stopped{false};
    std::atomic<std::size_t> takenBytes{0};

  private:
    SourceOptions options_;
    Output output_;
};

/// Lends the test a reader that the capture owns.
class Lent final : public SourceReader {
  public:
    explicit Lent(std::shared_ptr<FakeReader> reader) : reader_(std::move(reader)) {}
    void stop() override { reader_->stop(); }
    void taken(std::size_t bytes) override { reader_->taken(bytes); }

  private:
    std::shared_ptr<FakeReader> reader_;
};

class CapturesTest : public testing::Test {
  protected:
    CapturesTest() {
        loops_.front()->start();
        for (const char* url : {kPublish, kUnpublish}) gate_.transport.answerAlways(url, support::yes());
    }
    ~CapturesTest() override {
        captures_.stop("the test is over");
        loops_.front()->stop();
    }

    void apply(const std::string& vhostContent) {
        const config::LoadOutcome outcome =
            config::test::load("listen 1935; vhost v { http_hooks { enabled on; on_publish " + std::string(kPublish) +
                               "; on_unpublish " + kUnpublish + "; }\n" + vhostContent + " }");
        ASSERT_NE(outcome.config, nullptr) << config::test::messages(outcome);
        captures_.apply(*outcome.config);
    }

    std::shared_ptr<FakeReader> reader(std::size_t number) {
        const std::lock_guard lock(mutex_);
        return number < readers_.size() ? readers_[number] : nullptr;
    }
    std::size_t attempts() {
        const std::lock_guard lock(mutex_);
        return readers_.size();
    }

    void settle() {
        for (int i = 0; i < 20; ++i) loops_.front()->runAndWait([] {});
    }
    void pass(std::int64_t ms) {
        gate_.clock.advanceMs(ms);
        settle();
    }

    bool publishes(const std::string& stream) const {
        for (const auto& published : streams_.publishedStreams())
            if (published->key == hooks::StreamKey{"v", "live", stream}) return true;
        return false;
    }

    support::HookGate gate_;
    support::TestEvents events_{std::vector<std::int64_t>{}};
    hub::StreamRegistry streams_{64 * 1024 * 1024, 4096};
    visits::ClientBook clients_;
    visits::ClientNumbers numbers_;
    config::CurrentConfig current_{std::make_shared<const config::Config>()};
    std::array<std::unique_ptr<net::Loop>, 1> loops_{std::make_unique<net::Loop>("captures", gate_.clock, gate_.log)};
    std::mutex mutex_;
    int refused_ = 0; ///< readers that the system has no thread for
    std::vector<std::shared_ptr<FakeReader>> readers_;
    Captures captures_{{gate_.admission, streams_, clients_, gate_.log, numbers_, current_},
                       events_,
                       1000,
                       loops_,
                       [this](const SourceOptions& options, SourceReader::Output output) {
                           const std::lock_guard lock(mutex_);
                           if (refused_-- > 0) throw std::system_error(EAGAIN, std::generic_category(), "no thread");
                           readers_.push_back(std::make_shared<FakeReader>(options, std::move(output)));
                           return std::make_unique<Lent>(readers_.back());
                       }};
};

constexpr const char* kCamera = "capture cam { source rtsp://u:secret@10.0.0.1/s; reconnect_limit 2; }";

TEST_F(CapturesTest, TriesAgainWhenTheSystemHasNoThreadForItsReader) {
    refused_ = 2;
    apply("capture cam { source rtsp://10.0.0.1/s; }");
    settle();
    EXPECT_EQ(attempts(), 0U);
    EXPECT_EQ(events_.names(), "stream:create stream:reconnect");
    pass(Capture::kFirstPauseMs);
    pass(2 * Capture::kFirstPauseMs);
    ASSERT_EQ(attempts(), 1U);
    reader(0)->deliver(0);
    settle();
    EXPECT_TRUE(publishes("cam-primary"));
}

TEST_F(CapturesTest, PublishesOnceTheSourceDeliversAndTheBackendAgrees) {
    apply(kCamera);
    settle();
    ASSERT_EQ(attempts(), 1U);
    EXPECT_EQ(reader(0)->options().url, "rtsp://u:secret@10.0.0.1/s");
    EXPECT_FALSE(publishes("cam-primary"));
    EXPECT_TRUE(gate_.transport.urls().empty()) << "nobody is asked about a source that delivers nothing";
    reader(0)->deliver(0);
    settle();
    EXPECT_TRUE(publishes("cam-primary"));
    EXPECT_EQ(gate_.transport.urls(), std::vector<std::string>{kPublish});
    EXPECT_GT(reader(0)->takenBytes, 0U);
    pass(hub::StreamReporter::kCreateDelayMs);
    EXPECT_EQ(events_.names().substr(0, 13), "stream:create");
    EXPECT_EQ(events_.lastData()->getValue<std::string>("state"), "active");
    EXPECT_EQ(events_.lastData()->getValue<std::string>("uid"), "cam-primary");
    EXPECT_EQ(events_.lastData()->getValue<std::string>("type"), "capture");
    EXPECT_EQ(events_.lastData()->getValue<std::string>("address"), "10.0.0.1");
    EXPECT_EQ(events_.lastData()->getValue<std::string>("source"), "rtsp://10.0.0.1/s");
}

TEST_F(CapturesTest, ALostSourceIsConnectedToAgain) {
    apply(kCamera);
    settle();
    reader(0)->deliver(0);
    settle();
    reader(0)->end("the source is lost");
    settle();
    EXPECT_FALSE(publishes("cam-primary"));
    EXPECT_TRUE(reader(0)->stopped);
    EXPECT_EQ(events_.names(), "stream:create stream:reconnect");
    EXPECT_EQ(events_.lastData()->getObject("reconnects")->getValue<int>("attempt"), 1);
    EXPECT_EQ(gate_.transport.urls(), (std::vector<std::string>{kPublish, kUnpublish}));
    EXPECT_EQ(attempts(), 1U) << "after a pause";
    pass(Capture::kFirstPauseMs);
    ASSERT_EQ(attempts(), 2U);
    reader(1)->deliver(0);
    settle();
    EXPECT_TRUE(publishes("cam-primary"));
    reader(0)->deliver(0);
    reader(0)->end("late words of the first attempt");
    settle();
    EXPECT_TRUE(publishes("cam-primary"));
}

TEST_F(CapturesTest, IsGivenUpAfterTheLimit) {
    apply(kCamera);
    settle();
    for (std::size_t i = 0; i < 3; ++i) {
        ASSERT_EQ(attempts(), i + 1);
        reader(i)->end("no route to host");
        settle();
        pass(Capture::kLongestPauseMs);
    }
    pass(Capture::kLongestPauseMs);
    EXPECT_EQ(attempts(), 3U) << "one, and two more";
    EXPECT_EQ(events_.names(), "stream:create stream:reconnect stream:reconnect service:emergency");
    EXPECT_EQ(events_.lastData()->getValue<std::string>("what"), "capture");
}

TEST_F(CapturesTest, PausesGrow) {
    apply("capture cam { source rtsp://h/s; reconnect_limit 0; }");
    settle();
    std::int64_t longestMs = Capture::kFirstPauseMs;
    for (std::size_t i = 0; i < 8; ++i) {
        ASSERT_EQ(attempts(), i + 1);
        reader(i)->end("lost");
        settle();
        pass(longestMs / 2 - 1);
        EXPECT_EQ(attempts(), i + 1) << "not before half of the pause";
        pass(longestMs - longestMs / 2 + 1);
        longestMs = std::min(2 * longestMs, Capture::kLongestPauseMs);
    }
}

TEST_F(CapturesTest, ARefusalIsAFailedAttempt) {
    gate_.transport.answerAlways(kPublish, support::no());
    apply(kCamera);
    settle();
    reader(0)->deliver(0);
    settle();
    EXPECT_FALSE(publishes("cam-primary"));
    EXPECT_TRUE(reader(0)->stopped);
    EXPECT_EQ(events_.names(), "stream:create stream:reconnect");
    EXPECT_EQ(gate_.transport.urls(), std::vector<std::string>{kPublish}) << "nobody has admitted it";
}

TEST_F(CapturesTest, TheRulesAboutClientsAreNotForThem) {
    apply(std::string(kCamera) + "security { enabled on; deny publish all; } refer { enabled on; all example.com; }");
    settle();
    reader(0)->deliver(0);
    settle();
    EXPECT_TRUE(publishes("cam-primary"));
}

TEST_F(CapturesTest, ANameThatOthersAreAskedAboutForTooLongIsAFailedAttempt) {
    auto reserved = streams_.reserve({"v", "live", "cam-primary"});
    ASSERT_TRUE(reserved);
    apply(kCamera);
    settle();
    reader(0)->deliver(0);
    settle();
    EXPECT_EQ(events_.names(), "") << "it waits for their verdict";
    gate_.pass(10'000);
    settle();
    EXPECT_EQ(events_.names(), "stream:create stream:reconnect");
    EXPECT_TRUE(gate_.transport.urls().empty());
}

TEST_F(CapturesTest, AChangeTouchesOnlyWhatHasChanged) {
    const std::string other = "capture other { source rtsp://h/1; }";
    apply(kCamera + other);
    settle();
    ASSERT_EQ(attempts(), 2U);
    apply(kCamera + other);
    settle();
    EXPECT_EQ(attempts(), 2U) << "nothing has changed";
    apply("capture cam { source rtsp://elsewhere/s; }" + other);
    settle();
    ASSERT_EQ(attempts(), 3U);
    EXPECT_TRUE(reader(0)->stopped);
    EXPECT_FALSE(reader(1)->stopped);
    EXPECT_EQ(reader(2)->options().url, "rtsp://elsewhere/s");
    apply(other);
    settle();
    EXPECT_TRUE(reader(2)->stopped);
    EXPECT_FALSE(reader(1)->stopped);
    apply("play { gop_cache off; }" + other);
    settle();
    EXPECT_TRUE(reader(1)->stopped) << "its vhost has changed";
    EXPECT_EQ(attempts(), 4U);
}

TEST_F(CapturesTest, AnIngestWithoutTranscodingIsACapture) {
    apply("ingest one { enabled on; input { url ./a.flv; } engine { output "
          "rtmp://127.0.0.1:[port]/live/show?vhost=[vhost]; } }");
    settle();
    ASSERT_EQ(attempts(), 1U);
    EXPECT_EQ(reader(0)->options().url, "./a.flv");
    reader(0)->deliver(0);
    settle();
    EXPECT_TRUE(publishes("show"));
}

TEST_F(CapturesTest, TheEndClosesWhatIsOpen) {
    apply(kCamera);
    settle();
    reader(0)->deliver(0);
    settle();
    captures_.stop("server stopped");
    settle();
    EXPECT_FALSE(publishes("cam-primary"));
    EXPECT_EQ(gate_.transport.urls().back(), kUnpublish);
    EXPECT_EQ(events_.names(), "stream:create stream:delete");
}

} // namespace
} // namespace hookcast::inputs
