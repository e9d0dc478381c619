#include "outputs/FlvMetadata.h"

#include "base/ByteReader.h"
#include "base/ByteWriter.h"
#include "media/FlvBody.h"
#include "media/MetadataCodecs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace hookcast::outputs {
namespace {

std::size_t count(const base::Bytes& body, std::string_view text) {
    std::size_t found = 0;
    const std::string_view all = base::asText(body);
    for (std::size_t at = all.find(text); at != std::string_view::npos; at = all.find(text, at + 1)) ++found;
    return found;
}

/// The number at `offset` is the value of `key`.
void expectNumber(const FlvMetadata& metadata, std::size_t offset, const std::string& key) {
    ASSERT_GT(offset, key.size() + 1);
    ASSERT_LE(offset + 8, metadata.body.size());
    EXPECT_EQ(base::asText(metadata.body).substr(offset - 1 - key.size(), key.size()), key);
    EXPECT_EQ(metadata.body[offset - 1], 0) << "the type of a number";
}

void expectWhole(const FlvMetadata& metadata) {
    expectNumber(metadata, metadata.durationOffset, "duration");
    expectNumber(metadata, metadata.fileSizeOffset, "filesize");
    EXPECT_EQ(count(metadata.body, "duration"), 1U);
    EXPECT_EQ(count(metadata.body, "filesize"), 1U);
    EXPECT_EQ(base::Bytes(metadata.body.end() - 3, metadata.body.end()), base::Bytes({0, 0, 9}));
}

TEST(FlvMetadataTest, IsMadeOfNothing) {
    expectWhole(makeFlvMetadata({}));
}

TEST(FlvMetadataTest, KeepsWhatThePublisherSays) {
    const FlvMetadata metadata = makeFlvMetadata(media::writeMetadata(media::Codec::Avc, media::Codec::Aac));
    expectWhole(metadata);
    const media::MetadataCodecs codecs = media::readMetadataCodecs(metadata.body);
    EXPECT_EQ(codecs.video, media::Codec::Avc);
    EXPECT_EQ(codecs.audio, media::Codec::Aac);
}

TEST(FlvMetadataTest, UsesThePlacesThatAreThere) {
    const FlvMetadata first = makeFlvMetadata(media::writeMetadata(media::Codec::Hevc, media::Codec::None));
    const FlvMetadata again = makeFlvMetadata(first.body);
    expectWhole(again);
    EXPECT_EQ(again.body, first.body);
}

TEST(FlvMetadataTest, LeavesOutWhatItCannotRead) {
    base::Bytes cut = media::writeMetadata(media::Codec::Avc, media::Codec::Aac);
    cut.pop_back();
    expectWhole(makeFlvMetadata(cut));
    expectWhole(makeFlvMetadata(base::asBytes("noise")));
    EXPECT_EQ(makeFlvMetadata(cut).body, makeFlvMetadata({}).body);
}

} // namespace
} // namespace hookcast::outputs
