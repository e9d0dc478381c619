#include "hls/Catalogue.h"

#include "hls/Stream.h"
#include "unit/hls/DiskSegments.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace hookcast::hls {
namespace {

/// A stream's window, as its publisher writes it, and what is found of it. Segments are two seconds; the window keeps
/// four seconds of them, and lists two.
class CatalogueTest : public ::testing::Test {
  protected:
    static std::shared_ptr<Segment> segment(std::uint64_t sequence) {
        return std::make_shared<Segment>(diskSegment(sequence));
    }
    static std::shared_ptr<const InitSegment> init(const std::string& name) {
        return std::make_shared<const InitSegment>(InitSegment{0, name, bytesOf("init")});
    }

    /// As it begins, without parts.
    static std::shared_ptr<Segment> begun(std::uint64_t sequence, const std::string& name) {
        auto open = std::make_shared<Segment>();
        open->sequence = sequence;
        open->name = name;
        return open;
    }

    SegmentWindow& window() { return stream_->window(); }
    void complete(std::uint64_t sequence) { window().complete(segment(sequence)); }

    Catalogue::Item find(std::string_view name) const { return catalogue_.find("v", name); }

    /// The number of the segment that has this name; -1: there is none.
    std::int64_t numberAt(std::string_view name) const {
        const Catalogue::Item item = find(name);
        return item.segment == nullptr ? -1 : static_cast<std::int64_t>(item.segment->sequence);
    }

    StreamPtr makeStream(const std::string& name = "one") {
        auto stream =
            std::make_shared<Stream>(hooks::StreamKey{"v", "live", name}, std::make_shared<config::VhostConfig>(),
                                     SegmentWindow::Limits{2000, 1024 * 1024});
        stream->open(catalogue_, memory_);
        return stream;
    }

    base::Log log_{base::LogLevel::Error, ""};
    config::CurrentConfig config_{std::make_shared<config::Config>()};
    MemoryBudget memory_{log_, config_};
    Catalogue catalogue_;
    StreamPtr stream_ = makeStream();
};

TEST_F(CatalogueTest, ASegmentIsFoundByVhostAndWholeName) {
    complete(0);
    const Catalogue::Item item = find("live/one-0.ts");
    EXPECT_EQ(item.stream, stream_);
    ASSERT_NE(item.segment, nullptr);
    EXPECT_EQ(item.segment->sequence, 0U);
    EXPECT_FALSE(item.isOpen);
    EXPECT_EQ(item.init, nullptr);
    EXPECT_EQ(item.key, nullptr);
    for (const char* name :
         {"", "live/one-1.ts", "live/one-0.t", "live/one-0.ts/", "/live/one-0.ts", "v/live/one-0.ts"})
        EXPECT_EQ(find(name).stream, nullptr) << name;
    EXPECT_EQ(catalogue_.find("w", "live/one-0.ts").stream, nullptr);
}

TEST_F(CatalogueTest, WhatIsBeingWrittenIsFoundAsFarAsItIs) {
    window().update(begun(0, "live/one-0.ts"));
    EXPECT_TRUE(find("live/one-0.ts").isOpen);
    auto further = begun(0, "live/one-0.ts");
    further->parts.push_back({bytesOf("part"), 200'000, true});
    window().update(further);
    const Catalogue::Item open = find("live/one-0.ts");
    EXPECT_TRUE(open.isOpen);
    ASSERT_NE(open.segment, nullptr);
    EXPECT_EQ(open.segment->parts.size(), 1U);
    complete(0);
    EXPECT_FALSE(find("live/one-0.ts").isOpen);
    EXPECT_EQ(numberAt("live/one-0.ts"), 0);
}

TEST_F(CatalogueTest, ASegmentThatEndsUnderAnotherNameHasThatOneOnly) {
    window().update(begun(0, "live/one-0-unfinished.ts"));
    complete(0);
    EXPECT_EQ(numberAt("live/one-0-unfinished.ts"), -1);
    EXPECT_EQ(numberAt("live/one-0.ts"), 0);
}

TEST_F(CatalogueTest, WhatWasBeingWrittenAndNeverEndedIsNotFound) {
    window().update(begun(0, "live/one-0.ts"));
    window().setEnded(true);
    EXPECT_EQ(find("live/one-0.ts").stream, nullptr);
    window().update(begun(1, "live/one-1.ts"));
    EXPECT_EQ(numberAt("live/one-1.ts"), 1);
}

TEST_F(CatalogueTest, WhatHasLeftTheWindowIsGone) {
    for (std::uint64_t sequence = 0; sequence < 3; ++sequence) complete(sequence);
    EXPECT_EQ(numberAt("live/one-0.ts"), -1);
    EXPECT_EQ(numberAt("live/one-1.ts"), 1);
    EXPECT_EQ(numberAt("live/one-2.ts"), 2);
}

TEST_F(CatalogueTest, ANameThatANewerSegmentHasTooIsThatOnes) {
    for (std::uint64_t sequence = 0; sequence < 4; ++sequence) {
        auto next = segment(sequence);
        next->name = "live/newest.ts";
        window().complete(std::move(next));
        EXPECT_EQ(numberAt("live/newest.ts"), static_cast<std::int64_t>(sequence));
    }
    complete(4);
    EXPECT_EQ(numberAt("live/newest.ts"), 3) << "the one before has gone, and had it as well";
    complete(5);
    EXPECT_EQ(numberAt("live/newest.ts"), -1);
}

TEST_F(CatalogueTest, HeadersAndKeysAreThereWhileASegmentHasThem) {
    const auto header = init("live/init.mp4");
    const auto key = diskKey("live/one.key", 'a');
    for (std::uint64_t sequence = 0; sequence < 3; ++sequence) {
        auto next = segment(sequence);
        next->init = header;
        next->key = key;
        window().complete(std::move(next));
    }
    EXPECT_EQ(numberAt("live/one-0.ts"), -1) << "its first segment has gone";
    EXPECT_EQ(find("live/init.mp4").init, header);
    EXPECT_EQ(find("live/init.mp4").segment, nullptr);
    EXPECT_EQ(find("live/one.key").key, key);
    EXPECT_EQ(find("live/one.key").init, nullptr);
    complete(3);
    EXPECT_EQ(find("live/init.mp4").init, header);
    complete(4);
    EXPECT_EQ(find("live/init.mp4").stream, nullptr);
    EXPECT_EQ(find("live/one.key").stream, nullptr);
}

TEST_F(CatalogueTest, TheHeaderOfWhatIsBeingWrittenIsFound) {
    const auto header = init("live/init.mp4");
    auto open = begun(0, "live/one-0.m4s");
    open->init = header;
    open->key = diskKey("live/one.key", 'a');
    window().update(open);
    EXPECT_EQ(find("live/init.mp4").init, header);
    EXPECT_TRUE(find("live/init.mp4").isOpen);
    EXPECT_EQ(find("live/one.key").key, open->key);
}

TEST_F(CatalogueTest, AWindowThatIsClearedHasNothingUntilThereIsMore) {
    complete(0);
    window().update(begun(1, "live/one-1.ts"));
    window().clear();
    EXPECT_EQ(numberAt("live/one-0.ts"), -1);
    EXPECT_EQ(numberAt("live/one-1.ts"), -1);
    complete(1);
    EXPECT_EQ(numberAt("live/one-1.ts"), 1);
}

TEST_F(CatalogueTest, WhatIsKnownOfBeforeTheStartIsFound) {
    window().recover({segment(7), segment(8)}, 9, 0);
    EXPECT_EQ(numberAt("live/one-7.ts"), 7);
    EXPECT_EQ(numberAt("live/one-8.ts"), 8);
}

TEST_F(CatalogueTest, ASegmentThatWentForItsMemoryIsNotFound) {
    complete(0);
    complete(1);
    EXPECT_GT(window().dropOldest(), 0U);
    EXPECT_EQ(find("live/one-0.ts").stream, nullptr) << "nobody was told";
    EXPECT_EQ(numberAt("live/one-1.ts"), 1);
}

TEST_F(CatalogueTest, ANameThatAnotherStreamHasIsThatOnes) {
    const StreamPtr other = makeStream("other");
    complete(0);
    other->window().complete(segment(0));
    EXPECT_EQ(find("live/one-0.ts").stream, stream_);
    other->window().clear();
    EXPECT_EQ(find("live/one-0.ts").stream, stream_) << "the number is the same, the stream is not";
    stream_->window().clear();
    other->window().complete(segment(1));
    EXPECT_EQ(find("live/one-1.ts").stream, other);
}

TEST_F(CatalogueTest, AStreamTakesItsNamesWithIt) {
    const StreamPtr other = makeStream("other");
    auto its = segment(0);
    its->name = "live/other-0.ts";
    other->window().complete(std::move(its));
    complete(0);
    Catalogue::Item kept = find("live/one-0.ts");
    stream_.reset();
    EXPECT_EQ(numberAt("live/one-0.ts"), 0) << "somebody sends it";
    kept.stream.reset();
    EXPECT_EQ(find("live/one-0.ts").stream, nullptr);
    EXPECT_EQ(kept.segment->sequence, 0U);
    EXPECT_EQ(numberAt("live/other-0.ts"), 0);
}

} // namespace
} // namespace hookcast::hls
