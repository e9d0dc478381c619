#include "hls/PlaylistCache.h"

#include "unit/hls/DiskSegments.h"

#include <gmock/gmock.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace hookcast::hls {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Twelve segments and the beginning of one, of a low-latency stream.
std::shared_ptr<WindowView> someView() {
    auto view = std::make_shared<WindowView>();
    for (std::uint64_t sequence = 0; sequence < 12; ++sequence)
        view->segments.push_back(std::make_shared<const Segment>(diskSegment(sequence)));
    auto open = std::make_shared<Segment>(diskSegment(12));
    open->parts = {Part{bytesOf("part"), 200'000, true}};
    view->open = open;
    view->targetDurationMs = 2000;
    view->partTargetMs = 200;
    return view;
}

PlaylistTerms someTerms() {
    PlaylistTerms terms;
    terms.prefix = "/";
    terms.folder = "live/";
    terms.query = "token=abc";
    return terms;
}

std::string textOf(PlaylistCache& cache, const WindowViewPtr& view, const PlaylistTerms& terms) {
    return std::string(base::asText(*cache.media(view, terms)));
}

class PlaylistCacheTest : public ::testing::Test {
  protected:
    /// Whether the text comes from an earlier call: the view, which nobody changes but this, has become another one.
    bool isKept(PlaylistCache& cache, const PlaylistTerms& terms) {
        const SegmentPtr last = view_->segments.back();
        view_->segments.pop_back();
        const bool isOld = textOf(cache, view_, terms) != mediaPlaylist(*view_, terms);
        view_->segments.push_back(last);
        return isOld;
    }
    bool isKept(const PlaylistTerms& terms) { return isKept(cache_, terms); }

    std::shared_ptr<WindowView> view_ = someView();
    PlaylistCache cache_;
};

/// Each in which an answer may differ.
const std::vector<std::function<void(PlaylistTerms&)>>& changes() {
    static const std::vector<std::function<void(PlaylistTerms&)>> kAll = {
        [](PlaylistTerms& terms) { terms.prefix = "http://cdn/"; },
        [](PlaylistTerms& terms) {
            terms.prefix = {};
            terms.folder = "other/";
        },
        [](PlaylistTerms& terms) { terms.query = {}; },
        [](PlaylistTerms& terms) { terms.partMs = 200; },
        [](PlaylistTerms& terms) {
            terms.partMs = 200;
            terms.skips = true;
        },
    };
    return kAll;
}

TEST_F(PlaylistCacheTest, TheTextIsThePlaylists) {
    const auto expectIt = [this](const PlaylistTerms& terms) {
        EXPECT_EQ(textOf(cache_, view_, terms), mediaPlaylist(*view_, terms));
        EXPECT_EQ(textOf(cache_, view_, terms), mediaPlaylist(*view_, terms)) << "once more";
    };
    expectIt(someTerms());
    for (const auto& change : changes()) {
        PlaylistTerms terms = someTerms();
        change(terms);
        expectIt(terms);
        expectIt(someTerms());
    }
}

TEST_F(PlaylistCacheTest, ItIsWrittenOnceForAllTokens) {
    PlaylistTerms terms = someTerms();
    const std::string text = textOf(cache_, view_, terms);
    EXPECT_TRUE(isKept(terms));
    terms.query = "token=of-another-length&and=more";
    EXPECT_TRUE(isKept(terms));
    EXPECT_EQ(textOf(cache_, view_, terms), mediaPlaylist(*view_, terms));
    EXPECT_THAT(textOf(cache_, view_, terms), Not(HasSubstr("abc")));
}

TEST_F(PlaylistCacheTest, WithoutATokenIsAnotherText) {
    PlaylistTerms terms = someTerms();
    textOf(cache_, view_, terms);
    terms.query = {};
    EXPECT_FALSE(isKept(terms));
    EXPECT_THAT(textOf(cache_, someView(), terms), Not(HasSubstr("?")));
}

TEST_F(PlaylistCacheTest, EachWayToAskIsAnotherText) {
    for (const auto& change : changes()) {
        const auto cache = std::make_unique<PlaylistCache>();
        cache->media(view_, someTerms());
        PlaylistTerms terms = someTerms();
        change(terms);
        EXPECT_FALSE(isKept(*cache, terms));
        EXPECT_TRUE(isKept(*cache, someTerms())) << "the other one stays";
    }
}

TEST_F(PlaylistCacheTest, AnotherViewIsAnotherText) {
    const PlaylistTerms terms = someTerms();
    textOf(cache_, view_, terms);
    auto next = someView();
    next->segments.erase(next->segments.begin());
    EXPECT_EQ(textOf(cache_, next, terms), mediaPlaylist(*next, terms));
    EXPECT_TRUE(isKept(terms)) << "players of the moment before still get theirs";
}

TEST_F(PlaylistCacheTest, SixTextsAreKeptTheNewestOnes) {
    const auto numbered = [](int number) {
        PlaylistTerms terms = someTerms();
        terms.prefix = "/" + std::to_string(number) + "/";
        return terms;
    };
    for (int i = 1; i <= 6; ++i) cache_.media(view_, numbered(i));
    EXPECT_TRUE(isKept(numbered(1)));
    cache_.media(view_, numbered(7));
    for (int i = 2; i <= 7; ++i) EXPECT_TRUE(isKept(numbered(i))) << i;
    EXPECT_FALSE(isKept(numbered(1)));
}

TEST_F(PlaylistCacheTest, ItKeepsNoSegments) {
    textOf(cache_, view_, someTerms());
    const std::weak_ptr<const WindowView> view = view_;
    view_.reset();
    EXPECT_TRUE(view.expired());
    view_ = someView();
    EXPECT_FALSE(isKept(someTerms()));
}

TEST_F(PlaylistCacheTest, ATokenThatIsInNoUriIsNowhere) {
    auto empty = std::make_shared<WindowView>();
    EXPECT_EQ(textOf(cache_, empty, someTerms()), mediaPlaylist(*empty, someTerms()));
    EXPECT_THAT(textOf(cache_, empty, someTerms()), Not(HasSubstr("abc")));
}

TEST_F(PlaylistCacheTest, ThreadsGetTheirOwnTokens) {
    constexpr int kThreads = 4;
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i)
        threads.emplace_back([this, i] {
            for (int time = 0; time < 100; ++time) {
                PlaylistTerms terms = someTerms();
                terms.query = "token=" + std::to_string(i);
                terms.partMs = time % 2 * 200;
                EXPECT_EQ(textOf(cache_, view_, terms), mediaPlaylist(*view_, terms));
            }
        });
    for (std::thread& thread : threads) thread.join();
}

} // namespace
} // namespace hookcast::hls
