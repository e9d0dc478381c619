#include "media/MetadataTracks.h"

#include "base/ByteWriter.h"
#include "media/FlvBody.h"
#include "media/MetadataCodecs.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace hookcast::media {
namespace {

void key(base::ByteWriter& writer, std::string_view name) {
    writer.u16(static_cast<std::uint16_t>(name.size()));
    writer.text(name);
}

/// What encoders say of both tracks, in all types of values.
base::Bytes everything() {
    base::Bytes bytes;
    base::ByteWriter writer(bytes);
    const auto number = [&](std::string_view name) {
        key(writer, name);
        writer.u8(0);
        writer.f64(7);
    };
    writer.u8(2);
    key(writer, "onMetaData");
    writer.u8(8);
    writer.u32(9);
    for (const char* name : {"width", "videocodecid", "duration", "audiocodecid", "audiosamplerate"}) number(name);
    for (const char* name : {"hasAudio", "stereo", "hasVideo"}) {
        key(writer, name);
        writer.u8(1);
        writer.u8(1);
    }
    key(writer, "audiocodecid"); // once more, as a text
    writer.u8(2);
    key(writer, "mp4a");
    writer.u24(9);
    return bytes;
}

bool has(const base::Bytes& metadata, std::string_view name) {
    return base::asText(metadata).find(name) != std::string_view::npos;
}

TEST(MetadataTracksTest, SaysNothingOfASoundThatIsNotThere) {
    const base::Bytes left = withoutMissingTracks(everything(), {false, true});
    for (const char* gone : {"audiocodecid", "audiosamplerate", "hasAudio", "stereo", "mp4a"})
        EXPECT_FALSE(has(left, gone));
    for (const char* kept : {"onMetaData", "width", "videocodecid", "duration", "hasVideo"})
        EXPECT_TRUE(has(left, kept));
    EXPECT_EQ(base::Bytes(left.end() - 3, left.end()), (base::Bytes{0, 0, 9}));
    EXPECT_EQ(readMetadataCodecs(left).video, Codec::Avc);
    EXPECT_EQ(readMetadataCodecs(left).audio, Codec::None);
}

TEST(MetadataTracksTest, SaysNothingOfAPictureThatIsNotThere) {
    const base::Bytes left = withoutMissingTracks(everything(), {true, false});
    for (const char* gone : {"width", "videocodecid", "hasVideo"}) EXPECT_FALSE(has(left, gone));
    for (const char* kept : {"audiocodecid", "mp4a", "hasAudio", "duration"}) EXPECT_TRUE(has(left, kept));
}

TEST(MetadataTracksTest, LeavesTheRestAsItIs) {
    EXPECT_EQ(withoutMissingTracks(everything(), {}), everything());
    const base::Bytes plain = writeMetadata(Codec::Hevc, Codec::None);
    EXPECT_EQ(withoutMissingTracks(plain, {false, true}), plain);
    EXPECT_TRUE(withoutMissingTracks({}, {false, false}).empty());
    base::Bytes cut = everything();
    for (; !cut.empty(); cut.pop_back()) EXPECT_LE(withoutMissingTracks(cut, {false, false}).size(), cut.size());
}

} // namespace
} // namespace hookcast::media
