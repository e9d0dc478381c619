// The input is a publisher's onMetaData.
#include "media/MetadataCodecs.h"
#include "media/MetadataTracks.h"
#include "outputs/FlvMetadata.h"

#include <cstdlib>

namespace {

void check(bool condition) {
    if (!condition) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hookcast::outputs;
    namespace media = hookcast::media;
    media::readMetadataCodecs({data, size});
    media::asksForAtc({data, size});
    const FlvMetadata metadata = makeFlvMetadata({data, size});
    check(metadata.durationOffset > 0 && metadata.durationOffset + 8 <= metadata.body.size());
    check(metadata.fileSizeOffset > 0 && metadata.fileSizeOffset + 8 <= metadata.body.size());
    check(metadata.body.size() <= size + 64);
    for (const media::Tracks tracks : {media::Tracks{false, true}, {true, false}, {false, false}})
        check(media::withoutMissingTracks({data, size}, tracks).size() <= size);
    check(media::withoutMissingTracks({data, size}, {}).size() == size);
    return 0;
}
