#include "hub/Playback.h"

#include "unit/hub/RelayBench.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace hookcast::hub {
namespace {

/// An entry's text tells all that there is to check: `publication.sequence.kind.padding`, and the padding follows from
/// the rest.
std::string padding(std::uint64_t sequence, std::size_t size) {
    std::string text;
    for (std::uint64_t i = sequence; text.size() < size; ++i) text += std::to_string(i * 7919) + " ";
    text.resize(size);
    return text;
}

struct Entry {
    std::uint64_t publication = 0;
    std::uint64_t sequence = 0;
    char kind = '?'; ///< K keyframe, v video, a audio
    std::size_t size = 0;

    std::string text() const {
        return std::to_string(publication) + "." + std::to_string(sequence) + "." + kind + "." + std::to_string(size) +
               "." + padding(sequence, size);
    }
};

/// Reads what a player got, unit by unit, and fails at the first that could not be.
class Reader {
  public:
    void read(const std::string& text) {
        std::size_t at = 0;
        while (at < text.size()) {
            const char opening = text[at];
            const std::string closing = opening == '<' ? ">" : opening == '{' ? "}" : opening == '(' ? ")" : "";
            ASSERT_FALSE(closing.empty()) << "torn at " << at << ": " << text.substr(at, 60);
            const std::size_t end = text.find(closing, at);
            ASSERT_NE(end, std::string::npos) << "cut: " << text.substr(at, 60);
            const std::string unit = text.substr(at + 1, end - at - 1);
            if (opening == '<') readEntry(unit);
            if (opening == '{') headers_ = unit;
            if (opening == '(') replies_.push_back(std::stoi(unit));
            if (::testing::Test::HasFatalFailure()) return;
            at = end + 1;
        }
    }

    const std::vector<int>& replies() const { return replies_; }
    std::size_t entries() const { return entries_; }
    std::size_t gaps() const { return gaps_; }

    /// The headers that were in force when a publication's keyframe was written.
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::string> headersOf;
    /// Kinds that the player asked to do without at some time: then gaps may begin with any kind.
    bool filtered = false;

  private:
    void readEntry(const std::string& unit) {
        Entry entry;
        entry.publication = std::stoull(unit);
        const std::size_t first = unit.find('.');
        entry.sequence = std::stoull(unit.substr(first + 1));
        const std::size_t second = unit.find('.', first + 1);
        entry.kind = unit[second + 1];
        entry.size = std::stoull(unit.substr(second + 3));
        ASSERT_TRUE(unit == entry.text()) << "bytes of another place in entry " << entry.sequence;
        const bool follows = entry.publication == publication_ && entry.sequence == next_;
        if (!follows) {
            ++gaps_;
            ASSERT_TRUE(entry.publication > publication_ || entry.sequence > next_) << "time goes back";
            ASSERT_TRUE(filtered || entry.kind == 'K') << "a jump ends at a keyframe";
            // Behind what a filter left out comes no preamble: configuration frames are not left out.
            if (entry.kind == 'K' && (!filtered || entry.publication != publication_)) {
                ASSERT_EQ(headers_, headersOf.at({entry.publication, entry.sequence})) << "of entry " << entry.sequence;
            }
        }
        publication_ = entry.publication;
        next_ = entry.sequence + 1;
        ++entries_;
    }

    std::uint64_t publication_ = 0;
    std::uint64_t next_ = 0;
    std::string headers_;
    std::vector<int> replies_;
    std::size_t entries_ = 0;
    std::size_t gaps_ = 0;
};

/// Random entries, batches, room, replies, pauses, filters, jumps and publications: whatever happens, a player gets
/// whole entries in order, whole replies in order, and the headers that a keyframe needs.
class PlaybackPropertyTest : public ::testing::TestWithParam<unsigned> {
  protected:
    PlaybackPropertyTest() : random_(GetParam()), bench_({600'000, 200}) {
        bench_.limits.queueLengthMs = 3000;
        bench_.limits.sendTimeoutMs = 1'000'000'000;
        bench_.limits.interjectionBytes = 1'000'000;
        bench_.limits.startAtCachedGop = random_() % 2 == 0;
        mayFilter_ = random_() % 2 == 0;
        reader_.filtered = mayFilter_;
    }

    std::size_t upTo(std::size_t most) { return random_() % (most + 1); }

    void step() {
        switch (upTo(19)) {
        case 0: publishAnew(); break;
        case 1: source_.headers(std::to_string(publication_) + "h" + std::to_string(upTo(1000))); break;
        case 2: player_->with([this](Playback& playback) { playback.setPaused(upTo(1) == 0); }); break;
        case 3: filter(); break;
        case 4:
        case 5:
        case 6: player_->interject("(" + std::to_string(replies_++) + ")"); break;
        case 7:
        case 8:
        case 9:
        case 10:
        case 11: player_->giveRoom(upTo(3) == 0 ? support::MockSubscriber::kEndless : upTo(200'000)); break;
        case 12: player_->giveRoom(upTo(10)); break;
        default: grow(); break;
        }
    }

    void publishAnew() {
        bench_.end();
        ++publication_;
        sequence_ = 0;
        bench_.replaceSource();
        source_.headers(std::to_string(publication_) + "h");
        const std::size_t already = upTo(3);
        for (std::size_t i = 0; i < already; ++i) append();
        bench_.begin();
    }

    void grow() {
        const std::size_t count = upTo(5);
        for (std::size_t i = 0; i < count; ++i) append();
        bench_.grow();
    }

    void append() {
        Entry entry;
        entry.publication = publication_;
        entry.sequence = sequence_++;
        entry.kind = upTo(9) == 0 || entry.sequence == 0 ? 'K' : upTo(1) == 0 ? 'v' : 'a';
        entry.size = upTo(30) == 0 ? Slab::kSizeBytes + upTo(100'000) : upTo(3000);
        dtsMs_ += static_cast<std::int64_t>(upTo(200));
        if (entry.kind == 'K') source_.key(entry.text(), dtsMs_);
        if (entry.kind == 'v') source_.video(entry.text(), dtsMs_);
        if (entry.kind == 'a') source_.audio(entry.text(), dtsMs_);
        if (entry.kind == 'K') {
            const base::Bytes& shown = *source_.log().newestSync()->preamble;
            reader_.headersOf[{entry.publication, entry.sequence}] =
                std::string(base::asText(shown)).substr(1, shown.size() - 2);
        }
    }

    void filter() {
        if (!mayFilter_) return;
        const auto kind = upTo(1) == 0 ? media::FrameKind::Audio : media::FrameKind::Video;
        player_->with([this, kind](Playback& playback) { playback.setReceives(kind, upTo(1) == 0); });
    }

    std::mt19937 random_;
    RelayBench bench_;
    LogSource& source_ = bench_.source;
    std::unique_ptr<Player> player_;
    Reader reader_;
    std::uint64_t publication_ = 1;
    std::uint64_t sequence_ = 0;
    std::int64_t dtsMs_ = 0;
    int replies_ = 0;
    bool mayFilter_ = false;
};

TEST_P(PlaybackPropertyTest, WhatComesOutIsWhole) {
    source_.headers("1h");
    bench_.begin();
    player_ = bench_.player(upTo(100'000));
    std::string got;
    for (int i = 0; i < 1500; ++i) {
        step();
        ASSERT_LE(bench_.logBytes(), 600'000U);
        got += player_->got();
    }
    // In the end everything that was begun is finished: with room, or by what stop() gives back.
    if (upTo(1) == 0) player_->giveRoom();
    got += player_->got();
    got += player_->with([](Playback& playback) { return std::string(base::asText(playback.stop())); });
    reader_.read(got);
    ASSERT_EQ(reader_.replies().size(), static_cast<std::size_t>(replies_));
    for (int i = 0; i < replies_; ++i) ASSERT_EQ(reader_.replies()[static_cast<std::size_t>(i)], i);
    EXPECT_GT(reader_.entries(), 20U);
    EXPECT_GT(reader_.gaps(), 2U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, PlaybackPropertyTest, ::testing::Range(1U, 21U));

} // namespace
} // namespace hookcast::hub
