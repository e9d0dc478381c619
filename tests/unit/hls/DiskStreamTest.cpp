#include "unit/hls/DiskSegments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace hookcast::hls {
namespace {

using testing::HasSubstr;
using testing::Not;

class DiskStreamTest : public ::testing::Test, protected DiskPlace {
  protected:
    void write(DiskStream& disk, std::uint64_t from, std::uint64_t upTo, std::uint64_t key = UINT64_MAX) {
        for (std::uint64_t i = from; i < upTo; ++i) {
            Segment segment = diskSegment(i);
            if (key != UINT64_MAX) segment.key = diskKey("live/one-" + std::to_string(key) + ".key", 'k');
            ASSERT_TRUE(disk.add(segment)) << i;
            ASSERT_TRUE(disk.writePlaylist(2000, false)) << i;
        }
    }

    void edit(const std::string& text) { std::ofstream(file("live/one.m3u8")) << text; }

    DiskStream disk_{diskKeyOfStream(), owners, terms()};
};

TEST_F(DiskStreamTest, WritesSegmentsAndThePlaylistThatListsThem) {
    write(disk_, 0, 2);
    EXPECT_EQ(support::contentOf(file("live/one-1.ts")), "segment 1");
    EXPECT_THAT(playlist(), HasSubstr("#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:0\n"));
    EXPECT_THAT(playlist(), HasSubstr("\none-0.ts\n"));
    EXPECT_THAT(playlist(), HasSubstr("\none-1.ts\n"));
    EXPECT_THAT(playlist(), Not(HasSubstr("ENDLIST")));
    ASSERT_TRUE(disk_.writePlaylist(2000, true));
    EXPECT_THAT(playlist(), HasSubstr("#EXT-X-ENDLIST"));
    for (const auto& entry : std::filesystem::recursive_directory_iterator(file("")))
        EXPECT_THAT(entry.path().string(), Not(testing::EndsWith(".tmp")));
}

TEST_F(DiskStreamTest, NamesCanHaveAPrefix) {
    DiskStream::Terms terms = this->terms();
    terms.prefix = "http://cdn/x/";
    disk_.setTerms(terms);
    write(disk_, 0, 1);
    EXPECT_THAT(playlist(), HasSubstr("\nhttp://cdn/x/live/one-0.ts\n"));
}

TEST_F(DiskStreamTest, RemovesFilesThatHaveBeenOutOfThePlaylistForItsLength) {
    write(disk_, 0, 6, 0);
    EXPECT_THAT(playlist(), HasSubstr("#EXT-X-MEDIA-SEQUENCE:3\n"));
    EXPECT_TRUE(has("live/one-0.ts")) << "who has the playlist of before may still fetch it";
    write(disk_, 6, 12, 6);
    EXPECT_THAT(playlist(), HasSubstr("#EXT-X-MEDIA-SEQUENCE:9\n"));
    EXPECT_FALSE(has("live/one-5.ts"));
    EXPECT_TRUE(has("live/one-6.ts"));
    EXPECT_FALSE(has("live/one-0.key"));
    EXPECT_TRUE(has("live/one-6.key"));
}

TEST_F(DiskStreamTest, KeepsThemWithoutCleanup) {
    DiskStream::Terms terms = this->terms();
    terms.cleansUp = false;
    disk_.setTerms(terms);
    write(disk_, 0, 12);
    EXPECT_TRUE(has("live/one-0.ts"));
}

TEST_F(DiskStreamTest, DisposesOfAllFiles) {
    write(disk_, 0, 5, 0);
    ASSERT_TRUE(disk_.dispose());
    for (const char* name : {"live/one-0.ts", "live/one-4.ts", "live/one-0.key", "live/one.m3u8"})
        EXPECT_FALSE(has(name)) << name;
}

TEST_F(DiskStreamTest, ListsWhatCouldNotBeWrittenAsAGap) {
    write(disk_, 0, 1);
    std::filesystem::create_directories(file("live/one-1.ts/in the way"));
    const Segment second = diskSegment(1);
    EXPECT_FALSE(disk_.add(second));
    ASSERT_TRUE(disk_.writePlaylist(2000, false));
    disk_.skip(diskSegment(2));
    write(disk_, 3, 4);
    EXPECT_THAT(playlist(), HasSubstr("#EXT-X-GAP\n#EXTINF:2.000000,\none-1.ts\n"));
    EXPECT_THAT(playlist(), HasSubstr("#EXT-X-GAP\n#EXTINF:2.000000,\none-2.ts\n"));
    EXPECT_THAT(playlist(), HasSubstr("#EXT-X-MEDIA-SEQUENCE:1\n")) << "numbers of all others are right";
}

TEST_F(DiskStreamTest, LeavesItsFolderByNoLink) {
    const support::TempDir elsewhere;
    std::filesystem::create_directories(file("."));
    std::filesystem::create_symlink(elsewhere.file(""), file("live"));
    EXPECT_FALSE(disk_.add(diskSegment(0)));
    EXPECT_FALSE(disk_.writePlaylist(2000, false));
    EXPECT_TRUE(std::filesystem::is_empty(elsewhere.file("")));
}

TEST_F(DiskStreamTest, WritesThroughNoLinkThatStandsForAFile) {
    std::ofstream(folder.file("victim")) << "as it was";
    std::filesystem::create_directories(file("live"));
    std::filesystem::create_symlink(folder.file("victim"), file("live/one-0.ts"));
    std::filesystem::create_symlink(folder.file("victim"), file("live/one-0.ts.tmp"));
    write(disk_, 0, 1);
    EXPECT_EQ(support::contentOf(folder.file("victim")), "as it was");
    EXPECT_FALSE(std::filesystem::is_symlink(file("live/one-0.ts")));
}

TEST_F(DiskStreamTest, GoesOnWithWhatAnEarlierLifeHasLeft) {
    Segment first = diskSegment(40);
    first.discontinuities = 2;
    ASSERT_TRUE(disk_.add(first));
    Segment second = diskSegment(41);
    second.isDiscontinuous = true;
    second.discontinuities = 3;
    second.key = diskKey("live/one-41.key", 'k');
    ASSERT_TRUE(disk_.add(second));
    ASSERT_TRUE(disk_.writePlaylist(3000, true));
    DiskStream next(diskKeyOfStream(), owners, terms());
    auto recovered = next.recover(1000);
    ASSERT_TRUE(recovered);
    ASSERT_TRUE(recovered.value());
    const RecoveredStream& stream = *recovered.value();
    EXPECT_EQ(stream.nextSequence, 42U);
    EXPECT_EQ(stream.discontinuities, 3U);
    EXPECT_EQ(stream.targetDurationMs, 3000);
    ASSERT_EQ(stream.segments.size(), 2U);
    EXPECT_EQ(stream.segments[0]->name, "live/one-40.ts");
    EXPECT_EQ(stream.segments[0]->startUnixMs, first.startUnixMs);
    EXPECT_EQ(base::asText(*stream.segments[1]->parts.front().bytes), "segment 41");
    EXPECT_EQ(stream.segments[1]->key->key, second.key->key);
    EXPECT_EQ(stream.segments[1]->key->iv, second.key->iv);
    EXPECT_EQ(stream.segments[1]->discontinuities, 3U);
    write(next, 42, 43);
    EXPECT_THAT(playlist(), HasSubstr("#EXT-X-MEDIA-SEQUENCE:40\n"));
    EXPECT_THAT(playlist(), HasSubstr("\none-42.ts\n"));
    EXPECT_THAT(playlist(), HasSubstr("URI=\"one-41.key\"")) << "where it was";
}

TEST_F(DiskStreamTest, GoesOnWithKeysThatAreElsewhere) {
    for (const bool isKeyUrl : {true, false}) {
        DiskStream::Terms terms = this->terms();
        (isKeyUrl ? terms.keyUrl : terms.prefix) = "http://cdn/x/";
        const std::string url = std::string("http://cdn/x/live/one-5.key") + (isKeyUrl ? "?a=b" : "");
        if (isKeyUrl) terms.keyUrl += "?a=b";
        DiskStream disk(diskKeyOfStream(), owners, terms);
        Segment segment = diskSegment(5);
        auto key = std::make_shared<SegmentKey>(*diskKey("live/one-5.key", 'k'));
        key->url = isKeyUrl ? url : key->name;
        segment.key = key;
        ASSERT_TRUE(disk.add(segment) && disk.writePlaylist(2000, false));
        EXPECT_THAT(playlist(), HasSubstr("URI=\"" + url + "\""));
        DiskStream next(diskKeyOfStream(), owners, terms);
        auto recovered = next.recover(1000);
        ASSERT_TRUE(recovered && recovered.value());
        ASSERT_EQ(recovered.value()->segments.size(), 1U) << isKeyUrl;
        EXPECT_EQ(recovered.value()->segments.front()->key->key, segment.key->key);
        write(next, 6, 7);
        EXPECT_THAT(playlist(), HasSubstr("URI=\"" + url + "\""));
    }
}

TEST_F(DiskStreamTest, ReadsNoMoreThanItMay) {
    write(disk_, 0, 3);
    auto recovered = DiskStream(diskKeyOfStream(), owners, terms()).recover(20);
    ASSERT_TRUE(recovered && recovered.value());
    EXPECT_EQ(recovered.value()->segments.size(), 2U) << "the newest";
    EXPECT_EQ(recovered.value()->segments.front()->sequence, 1U);
    std::filesystem::remove(file("live/one-1.ts"));
    recovered = DiskStream(diskKeyOfStream(), owners, terms()).recover(1000);
    ASSERT_TRUE(recovered && recovered.value());
    EXPECT_EQ(recovered.value()->segments.size(), 1U) << "what is behind one that is missing";
}

TEST_F(DiskStreamTest, TakesNothingThatIsNotItsOwn) {
    write(disk_, 0, 1);
    std::ofstream(file("live/two-0.ts")) << "of another stream";
    std::ofstream(folder.file("secret-0.ts")) << "outside";
    for (const char* name :
         {"two-0.ts", "../../secret-0.ts", "/etc/passwd", "file:///etc/passwd", "one-0.ts/../two-0.ts"}) {
        edit(std::string("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:7\n#EXTINF:2,\n") + name + "\n");
        DiskStream next(diskKeyOfStream(), owners, terms());
        auto recovered = next.recover(1000);
        ASSERT_TRUE(recovered && recovered.value()) << name;
        EXPECT_EQ(recovered.value()->nextSequence, 8U);
        EXPECT_TRUE(recovered.value()->segments.empty()) << name;
        DiskStream other(diskKeyOfStream(), owners, terms());
        edit(std::string("#EXTM3U\n#EXTINF:2,\n") + name + "\n");
        other.forget();
        EXPECT_TRUE(has("live/two-0.ts")) << name;
        EXPECT_TRUE(std::filesystem::exists(folder.file("secret-0.ts"))) << name;
    }
}

/// Two vhosts may share a folder.
TEST_F(DiskStreamTest, AnotherStreamsFilesAreLeftAlone) {
    write(disk_, 0, 3);
    const std::string before = playlist();
    const hooks::StreamKey others{"v2", "live", "one"};
    DiskStream other(others, owners, terms());
    const auto recovered = other.recover(1000);
    ASSERT_FALSE(recovered);
    EXPECT_THAT(recovered.error().message, HasSubstr("is a file of the stream __defaultVhost__/live/one"));
    other.forget();
    const auto added = other.add(diskSegment(0, "of the other"));
    ASSERT_FALSE(added);
    EXPECT_THAT(added.error().message, HasSubstr("is a file of the stream __defaultVhost__/live/one"));
    EXPECT_FALSE(other.writePlaylist(2000, true));
    EXPECT_TRUE(other.dispose());
    EXPECT_EQ(playlist(), before);
    EXPECT_EQ(support::contentOf(file("live/one-0.ts")), "segment 0");
    EXPECT_EQ(owners->ownerOf(file(""), "live/one-0.ts"), diskKeyOfStream());
    EXPECT_EQ(owners->ownerOf(file(""), "live/one-9.ts"), std::nullopt);
    ASSERT_TRUE(disk_.dispose());
    EXPECT_TRUE(other.add(diskSegment(1, "of the other"))) << "the first one has gone";
    EXPECT_EQ(owners->ownerOf(file("."), "live/one-1.ts"), others);
}

TEST_F(DiskStreamTest, AFileThatAnotherStreamWritesIsAGapAndStays) {
    write(disk_, 0, 2);
    DiskStream::Terms terms = this->terms();
    terms.playlist = "live/other.m3u8";
    DiskStream other({"__defaultVhost__", "live", "other"}, owners, terms);
    EXPECT_FALSE(other.add(diskSegment(1, "of the other")));
    ASSERT_TRUE(other.writePlaylist(2000, false));
    EXPECT_THAT(support::contentOf(file("live/other.m3u8")), HasSubstr("#EXT-X-GAP\n"));
    ASSERT_TRUE(other.dispose());
    EXPECT_EQ(support::contentOf(file("live/one-1.ts")), "segment 1");
}

TEST_F(DiskStreamTest, OneFolderHasOneNameHoweverItIsWritten) {
    write(disk_, 0, 1);
    std::filesystem::create_directory_symlink(file("."), folder.file("link"));
    for (const std::string& path : {file("."), file("live/.."), folder.file("link")}) {
        DiskStream::Terms terms = this->terms();
        terms.path = terms.keyPath = path;
        DiskStream other({"v2", "live", "one"}, owners, terms);
        EXPECT_FALSE(other.add(diskSegment(0))) << path;
    }
}

TEST_F(DiskStreamTest, APlaylistSaysWhoseItIs) {
    write(disk_, 0, 2);
    EXPECT_THAT(playlist(),
                testing::StartsWith("#EXTM3U\n## hookcast-stream: __defaultVhost__/live/one\n#EXT-X-VERSION:3\n"));
    // As after a restart: nobody writes it.
    const auto later = std::make_shared<FileOwners>();
    DiskStream other({"v2", "live", "one"}, later, terms());
    const auto recovered = other.recover(1000);
    ASSERT_FALSE(recovered);
    EXPECT_THAT(recovered.error().message, HasSubstr("is of another stream, __defaultVhost__/live/one"));
    other.forget();
    EXPECT_TRUE(has("live/one-0.ts"));
    EXPECT_TRUE(has("live/one.m3u8"));
}

TEST_F(DiskStreamTest, APlaylistThatDoesNotSayWhoseItIs) {
    write(disk_, 0, 1);
    edit("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:2,\none-0.ts\n");
    EXPECT_FALSE(DiskStream(diskKeyOfStream(), owners, terms()).recover(1000, DiskStream::Unmarked::IsForeign));
    DiskStream(diskKeyOfStream(), owners, terms()).forget(DiskStream::Unmarked::IsForeign);
    EXPECT_TRUE(has("live/one-0.ts"));
    const auto recovered = DiskStream(diskKeyOfStream(), owners, terms()).recover(1000);
    ASSERT_TRUE(recovered && recovered.value());
    EXPECT_EQ(recovered.value()->segments.size(), 1U);
}

TEST_F(DiskStreamTest, ForgetsWhatIsThere) {
    write(disk_, 0, 3);
    DiskStream next(diskKeyOfStream(), owners, terms());
    next.forget();
    EXPECT_FALSE(has("live/one-0.ts"));
    EXPECT_FALSE(has("live/one.m3u8"));
    auto recovered = next.recover(1000);
    ASSERT_TRUE(recovered);
    EXPECT_FALSE(recovered.value());
}

TEST_F(DiskStreamTest, CannotGoOnWithWhatIsNoPlaylist) {
    std::filesystem::create_directories(file("live"));
    edit("nonsense");
    EXPECT_FALSE(disk_.recover(1000));
}

TEST(FileNames, TellWhatAPatternCanMake) {
    const hooks::StreamKey key{"v", "live/deep", "one-2"};
    EXPECT_TRUE(isNameOf("[app]/[stream]-[seq].ts", key, "live/deep/one-2-15.ts"));
    EXPECT_TRUE(isNameOf("./[vhost]/[2006]/[app]-[stream]-[duration].ts", key, "v/2024/live/deep-one-2-2000.ts"));
    EXPECT_FALSE(isNameOf("[app]/[stream]-[seq].ts", key, "live/deep/one-2-.ts"));
    EXPECT_FALSE(isNameOf("[app]/[stream]-[seq].ts", key, "live/deep/one-15.ts"));
    EXPECT_FALSE(isNameOf("[app]/[stream]-[seq].ts", {"v", "a", "[seq]"}, "a/5-3.ts"));
    EXPECT_FALSE(isNameOf("[01][02][15][04][05][999][seq]x", key, std::string(200, '1'))) << "and soon";
}

TEST(FileNames, OfAUriInAPlaylist) {
    EXPECT_EQ(nameOfUri("one%20two-1.ts?token=x", "live/", ""), "live/one two-1.ts");
    EXPECT_EQ(nameOfUri("../other/1.ts", "live/", ""), "other/1.ts");
    EXPECT_EQ(nameOfUri("/live/1.ts", "live/", ""), "live/1.ts");
    EXPECT_EQ(nameOfUri("http://cdn/x/live/1.ts", "live/", "http://cdn/x"), "live/1.ts");
    EXPECT_EQ(nameOfUri("http://other/1.ts", "live/", "http://cdn/x"), "");
    EXPECT_EQ(nameOfUri("../../1.ts", "live/", ""), "");
    EXPECT_EQ(nameOfUri("%2e%2e/%2e%2e/1.ts", "live/", ""), "");
    EXPECT_EQ(nameOfUri("%zz.ts", "live/", ""), "");
}

} // namespace
} // namespace hookcast::hls
