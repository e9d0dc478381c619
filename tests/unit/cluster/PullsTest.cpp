#include "cluster/Pulls.h"

#include "config/CurrentConfig.h"
#include "hooks/PullPass.h"
#include "media/FlvBody.h"
#include "unit/config/Support.h"
#include "unit/support/HookGate.h"
#include "unit/visits/TestVisitor.h"
#include "visits/ClientBook.h"
#include "visits/Visit.h"

#include <gmock/gmock.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace hookcast::cluster {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kSecret = "a secret of all nodes";
const hooks::StreamKey kKey{"v", "live", "cam"};
const Origin kA{"a", "10.0.0.1:1936", 7};
const Origin kB{"b", "media-b", 8};

/// A connection that delivers and ends as the test says. It lives as long as the test.
struct FakeLink {
    rtmp::PullLink::Terms terms;
    rtmp::PullLink::Owner* owner = nullptr;
    bool isPaused = false;
    bool isClosed = false;
};
using FakeLinkPtr = std::shared_ptr<FakeLink>;

class Lent final : public rtmp::PullLink {
  public:
    explicit Lent(FakeLinkPtr link) : link_(std::move(link)) {}
    ~Lent() override { link_->isClosed = true; }
    void start() override {}
    void pause() override { link_->isPaused = true; }
    void resume() override { link_->isPaused = false; }
    void close() override { link_->isClosed = true; }
    net::SessionPort::Traffic traffic() const override { return {0, 0}; }
    std::string peerIp() const override { return "10.0.0.1"; }

  private:
    FakeLinkPtr link_;
};

rtmp::Message video(media::BodyPart part, bool isKeyframe, std::uint32_t ms) {
    rtmp::Message message;
    message.type = rtmp::MessageType::Video;
    message.timestampMs = ms;
    const base::Bytes payload(100, 7);
    message.payload = media::writeVideoBody({media::Codec::Avc, part, isKeyframe, 0, payload});
    return message;
}

rtmp::Message audio(std::uint32_t ms) {
    rtmp::Message message;
    message.type = rtmp::MessageType::Audio;
    message.timestampMs = ms;
    message.payload = {0xaf, 1, 2, 3};
    return message;
}

class PullsTest : public testing::Test {
  protected:
    PullsTest() {
        loops_.front()->start();
        gate_.transport.answerAlways("http://b/no", support::no());
        configure(
            "listen 1935; vhost v { http_hooks { enabled on; on_connect http://b/no; on_publish http://b/no; } }");
        make({"me", kSecret, [this] { return gate_.clock.unixMs(); }, 10'000, 3});
    }
    ~PullsTest() override {
        pulls_.reset();
        loops_.front()->stop();
    }

    void configure(const std::string& text) {
        const config::LoadOutcome outcome = config::test::load(text);
        ASSERT_NE(outcome.config, nullptr) << config::test::messages(outcome);
        current_.replace(outcome.config);
    }

    void make(Pulls::Terms terms) {
        pulls_ = std::make_unique<Pulls>(
            services_, std::move(terms), loops_,
            [this](net::Loop&, rtmp::PullLink::Terms wanted, rtmp::PullLink::Owner& owner) {
                const std::lock_guard lock(mutex_);
                links_.push_back(std::make_shared<FakeLink>(FakeLink{std::move(wanted), &owner}));
                return std::make_unique<Lent>(links_.back());
            });
    }

    void settle() {
        for (int i = 0; i < 20; ++i) loops_.front()->runAndWait([] {});
    }
    void pass(std::int64_t ms) {
        gate_.clock.advanceMs(ms);
        settle();
    }
    void pull(const std::optional<Origin>& origin, const hooks::StreamKey& key = kKey) {
        pulls_->pull(key, origin);
        settle();
    }

    std::size_t links() {
        const std::lock_guard lock(mutex_);
        return links_.size();
    }
    FakeLinkPtr link(std::size_t number) {
        const std::lock_guard lock(mutex_);
        return links_.at(number);
    }
    template <typename... Messages>
    void deliver(std::size_t number, const Messages&... messages) {
        const FakeLinkPtr to = link(number);
        loops_.front()->runAndWait([&] { (to->owner->onMedia(rtmp::Message(messages)), ...); });
        settle();
    }
    void deliverPicture(std::size_t number, std::uint32_t ms = 0) {
        deliver(number, video(media::BodyPart::Config, true, ms), video(media::BodyPart::Frame, true, ms));
    }
    void lose(std::size_t number) {
        const FakeLinkPtr gone = link(number);
        loops_.front()->runAndWait([&] { gone->owner->onEnded("it is gone"); });
        settle();
    }

    /// The nodes that what is published comes from; `-` is this one.
    std::vector<std::string> published() const {
        std::vector<std::string> nodes;
        for (const auto& stream : streams_.publishedStreams())
            nodes.push_back(stream->fetchedBy.isPull() ? stream->fetchedBy.node : "-");
        return nodes;
    }
    std::string state() const {
        const std::vector<PullView> views = pulls_->views();
        return views.empty() ? "none" : std::string(nameOf(views.front().state));
    }

    support::HookGate gate_;
    hub::StreamRegistry streams_{64 * 1024 * 1024, 4096};
    visits::ClientBook clients_;
    visits::ClientNumbers numbers_;
    config::CurrentConfig current_{std::make_shared<const config::Config>()};
    visits::Services services_{gate_.admission, streams_, clients_, gate_.log, numbers_, current_};
    std::array<std::unique_ptr<net::Loop>, 1> loops_{std::make_unique<net::Loop>("pulls", gate_.clock, gate_.log)};
    std::mutex mutex_;
    std::vector<FakeLinkPtr> links_;
    std::unique_ptr<Pulls> pulls_;
};

TEST_F(PullsTest, PublishesWhatItBringsWithoutAskingAnybody) {
    pull(kA);
    ASSERT_EQ(links(), 1U);
    EXPECT_EQ(link(0)->terms.where.text(), "10.0.0.1:1936");
    EXPECT_EQ(link(0)->terms.request.app, "live");
    EXPECT_EQ(link(0)->terms.request.stream, "cam");
    const auto pass = hooks::readPass(link(0)->terms.request.pass, kSecret);
    ASSERT_TRUE(pass.ok()) << pass.error().message;
    EXPECT_EQ(pass.value(), (hooks::PullPass{kKey, "me", "a", 7, gate_.clock.unixMs() + hooks::PullPass::kValidMs}));
    EXPECT_EQ(state(), "connecting");
    deliverPicture(0);
    EXPECT_THAT(published(), ElementsAre("a"));
    EXPECT_FALSE(link(0)->isPaused);
    EXPECT_EQ(state(), "flowing");
    EXPECT_GT(pulls_->views().front().bytes, 200U);
    EXPECT_THAT(gate_.transport.urls(), IsEmpty());
}

TEST_F(PullsTest, BeginsWithAPictureOrWithSoundAlone) {
    pull(kA);
    deliver(0, video(media::BodyPart::Config, true, 0), audio(0), video(media::BodyPart::Frame, false, 0));
    EXPECT_THAT(published(), IsEmpty());
    deliver(0, video(media::BodyPart::Frame, true, 40));
    EXPECT_THAT(published(), ElementsAre("a"));
    pull(kA, {"v", "live", "radio"});
    deliver(1, audio(0));
    EXPECT_THAT(published(), ElementsAre("a", "a"));
}

TEST_F(PullsTest, AStreamWithoutAnyPictureBeginsAllTheSame) {
    pull(kA);
    for (std::uint32_t i = 0; i < 100 && !link(0)->isPaused; ++i)
        loops_.front()->runAndWait([&] { link(0)->owner->onMedia(video(media::BodyPart::Frame, false, i)); });
    settle();
    EXPECT_THAT(published(), ElementsAre("a"));
}

TEST_F(PullsTest, ComesBackAfterAPauseThatDoubles) {
    pull(kA);
    deliverPicture(0);
    lose(0);
    EXPECT_TRUE(link(0)->isClosed);
    EXPECT_THAT(published(), ElementsAre("a")) << "it is held";
    EXPECT_EQ(state(), "waiting");
    std::size_t attempts = 1;
    for (const std::int64_t pauseMs : {100, 200, 400, 800, 1600, 2000, 2000}) {
        pass(pauseMs - 1);
        EXPECT_EQ(links(), attempts) << pauseMs;
        pass(1);
        ASSERT_EQ(links(), ++attempts) << pauseMs;
        lose(attempts - 1);
    }
    pass(2000);
    deliverPicture(attempts);
    EXPECT_THAT(published(), ElementsAre("a"));
    lose(attempts);
    pass(100);
    EXPECT_EQ(links(), attempts + 2) << "what has flowed begins anew with the shortest pause";
}

TEST_F(PullsTest, ConnectsToTheNewOriginBeforeItLeavesTheOld) {
    pull(kA);
    deliverPicture(0);
    pull(kB);
    ASSERT_EQ(links(), 2U);
    EXPECT_EQ(link(1)->terms.where.text(), "media-b:1935");
    EXPECT_FALSE(link(0)->isClosed);
    deliver(0, video(media::BodyPart::Frame, false, 40));
    deliver(1, video(media::BodyPart::Config, true, 0));
    EXPECT_FALSE(link(0)->isClosed) << "the new one has no picture yet";
    deliver(1, video(media::BodyPart::Frame, true, 0));
    EXPECT_TRUE(link(0)->isClosed);
    EXPECT_FALSE(link(1)->isPaused);
    EXPECT_THAT(published(), ElementsAre("b"));
    pull(kB);
    EXPECT_EQ(links(), 2U);
}

TEST_F(PullsTest, WithoutAnOriginItHoldsWhatItHas) {
    pull(kA);
    deliverPicture(0);
    pull(std::nullopt);
    lose(0);
    EXPECT_EQ(state(), "no_origin");
    pass(10'000);
    EXPECT_EQ(links(), 1U);
    EXPECT_THAT(published(), ElementsAre("a"));
    pull(kA);
    ASSERT_EQ(links(), 2U);
    deliverPicture(1);
    EXPECT_EQ(state(), "flowing");
}

TEST_F(PullsTest, WithoutAnOriginNothingIsTriedAgain) {
    pull(kA);
    lose(0);
    pull(std::nullopt);
    pass(10'000);
    EXPECT_EQ(links(), 1U);
    EXPECT_EQ(state(), "no_origin");
}

TEST_F(PullsTest, EndsAWhileAfterNobodyWantsIt) {
    pull(kA);
    deliverPicture(0);
    pulls_->release(kKey);
    settle();
    pass(9999);
    EXPECT_THAT(published(), ElementsAre("a"));
    EXPECT_FALSE(pulls_->views().front().isWanted);
    pull(kA);
    pass(20'000);
    EXPECT_THAT(published(), ElementsAre("a")) << "it was wanted again";
    EXPECT_EQ(links(), 1U);
    pulls_->release(kKey);
    settle();
    pass(10'000);
    EXPECT_THAT(published(), IsEmpty());
    EXPECT_TRUE(link(0)->isClosed);
    EXPECT_EQ(state(), "none");
    pull(kA);
    EXPECT_EQ(links(), 2U) << "and begins anew";
}

TEST_F(PullsTest, EndsAtOnce) {
    pull(kA);
    deliverPicture(0);
    pulls_->end(kKey, "it has ended");
    settle();
    EXPECT_THAT(published(), IsEmpty());
    EXPECT_TRUE(link(0)->isClosed);
    EXPECT_EQ(state(), "none");
    pulls_->end(kKey, "it has ended");
    pulls_->release(kKey);
    settle();
}

TEST_F(PullsTest, EndsWithItsVhost) {
    pull(kA);
    deliverPicture(0);
    pulls_->endVhosts([](const std::string& vhost) { return vhost == "w"; }, "it is gone");
    settle();
    EXPECT_THAT(published(), ElementsAre("a"));
    pulls_->endVhosts([](const std::string& vhost) { return vhost == "v"; }, "it is gone");
    settle();
    EXPECT_THAT(published(), IsEmpty());
    EXPECT_EQ(state(), "none");
}

TEST_F(PullsTest, OfTooManyTheNewOneIsRefused) {
    for (const char* name : {"1", "2", "3", "4"}) pull(kA, {"v", "live", name});
    EXPECT_EQ(links(), 3U);
    EXPECT_EQ(pulls_->refused(), 1U);
    pulls_->end({"v", "live", "1"}, "room");
    pull(kA, {"v", "live", "4"});
    EXPECT_EQ(links(), 4U);
}

TEST_F(PullsTest, NothingIsPulledToAVhostThatIsNotHere) {
    configure("listen 1935; vhost __defaultVhost__ { } vhost v { enabled off; }");
    pull(kA);
    EXPECT_EQ(links(), 0U);
    EXPECT_EQ(state(), "waiting");
    configure("listen 1935; vhost v { }");
    pass(100);
    EXPECT_EQ(links(), 1U);
}

TEST_F(PullsTest, YieldsToWhoPublishesHereAndComesBackAfterIt) {
    configure("listen 1935; vhost v { }");
    pull(kA);
    deliverPicture(0);
    visits::TestVisitor visitor;
    std::unique_ptr<visits::Visit> visit;
    loops_.front()->runAndWait([&] {
        visit = std::make_unique<visits::Visit>(services_, *loops_.front(),
                                                visits::Caller{1, "x-1", config::Protocol::Rtmp, "192.0.2.1"}, visitor);
        visits::Place place;
        place.app = "live";
        visit->connect(current_.get()->findVhost("v"), place, [&](const auto&) {
            visit->publish({"live", "cam", "", ""}, {}, [](const auto&) {});
        });
    });
    settle();
    EXPECT_THAT(published(), ElementsAre("-"));
    EXPECT_TRUE(link(0)->isClosed);
    pass(100);
    ASSERT_EQ(links(), 2U);
    deliverPicture(1);
    EXPECT_THAT(published(), ElementsAre("-")) << "a pull replaces nobody who publishes here";
    loops_.front()->runAndWait([&] { visit.reset(); });
    settle();
    pass(200);
    deliverPicture(2);
    EXPECT_THAT(published(), ElementsAre("a"));
}

TEST_F(PullsTest, AfterTheEndNothingBegins) {
    pull(kA);
    deliverPicture(0);
    pulls_->stop("the server stops");
    EXPECT_THAT(published(), IsEmpty());
    pull(kA);
    EXPECT_EQ(links(), 1U);
}

TEST_F(PullsTest, WithoutASecretNothingIsPulled) {
    make({"me", "", [] { return 0; }, 10'000, 3});
    pull(kA);
    EXPECT_EQ(links(), 0U);
    EXPECT_THAT(pulls_->views(), IsEmpty());
}

} // namespace
} // namespace hookcast::cluster
