#include "hub/StreamListener.h"

#include "unit/hub/RegistryBench.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace hookcast::hub {
namespace {

class Recorder final : public FrameSink {
  public:
    void onFrame(const media::FramePtr& frame) override { got += std::string(base::asText(frame->body)) + " "; }
    void onEnd() override { got += "end"; }

    std::string got;
};

class Listener final : public StreamListener {
  public:
    void onPublish(const PublishedStreamPtr& stream, Publication& publication) override {
        published.push_back(stream);
        if (sink != nullptr) publication.addSink(sink);
        current = &publication;
    }
    void onUnpublish(const PublishedStreamPtr& stream) override { unpublished.push_back(stream); }

    std::shared_ptr<Recorder> sink;
    Publication* current = nullptr;
    std::vector<PublishedStreamPtr> published;
    std::vector<PublishedStreamPtr> unpublished;
};

class StreamListenerTest : public ::testing::Test {
  protected:
    StreamListenerTest() { registry_.addListener(listener_); }

    Listener listener_;
    StreamRegistry registry_{64 * 1024 * 1024, 4096};
    TextFormat format_;
    support::HookGate gate_;
};

TEST_F(StreamListenerTest, LearnsOfEveryPublicationAndOfItsEnd) {
    for (std::size_t i = 0; i < 2; ++i) {
        TestPublisher publisher(gate_, registry_);
        ASSERT_EQ(listener_.published.size(), i + 1);
        EXPECT_EQ(listener_.published.back()->key, streamOne());
        EXPECT_EQ(listener_.published.back()->opening.action(), hooks::HookAction::Publish);
        ASSERT_EQ(registry_.publishedStreams().size(), 1U);
        EXPECT_EQ(registry_.publishedStreams().front(), listener_.published.back());
        EXPECT_EQ(listener_.unpublished.size(), i);
        publisher.end();
        EXPECT_EQ(listener_.unpublished.size(), i + 1);
        EXPECT_TRUE(registry_.publishedStreams().empty());
    }
}

TEST_F(StreamListenerTest, ASinkGetsEveryFrameAndTheEnd) {
    listener_.sink = std::make_shared<Recorder>();
    TestPublisher publisher(gate_, registry_);
    publisher.config("config");
    publisher.key(0, "key");
    publisher.video(40, "frame");
    publisher.end();
    EXPECT_EQ(listener_.sink->got, "config key frame end");
}

TEST_F(StreamListenerTest, ASinkThatComesLaterGetsTheHeadersFirst) {
    TestPublisher publisher(gate_, registry_);
    publisher.config("config");
    publisher.key(0, "key");
    const auto late = std::make_shared<Recorder>();
    gate_.runner.run([&] { listener_.current->addSink(late); });
    publisher.video(40, "frame");
    gate_.runner.run([&] { listener_.current->removeSink(late.get()); });
    publisher.video(80, "missed");
    EXPECT_EQ(late->got, "config frame ");
}

TEST_F(StreamListenerTest, FiguresCountFramesBytesAndPlayers) {
    TestPublisher publisher(gate_, registry_);
    const StreamFigures& figures = *listener_.published.front()->figures;
    publisher.config("1234");
    publisher.key(0, "12345678");
    EXPECT_EQ(figures.bytes, 12U);
    EXPECT_EQ(figures.videoFrames, 1U);
    EXPECT_EQ(figures.players, 0);
    {
        const TestPlayer one(gate_, registry_, format_);
        const TestPlayer two(gate_, registry_, format_);
        EXPECT_EQ(figures.players, 2);
    }
    EXPECT_EQ(figures.players, 0);
}

} // namespace
} // namespace hookcast::hub
