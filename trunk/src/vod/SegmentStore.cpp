#include "vod/SegmentStore.h"

#include "vod/TsSegment.h"

#include <utility>

namespace hookcast::vod {

base::Result<SegmentStore::SegmentPtr> SegmentStore::make(const RecordedFile& file, const files::ServedFile& opened,
                                                          const MediaIndex& index, const SegmentName& name) {
    std::erase_if(made_, [](const auto& entry) { return entry.second.expired(); });
    const auto found = made_.find(name.text());
    if (found != made_.end())
        if (SegmentPtr segment = found->second.lock()) return segment;
    auto frames = readerFor(file.path).read(opened, index, name.first, name.last, kMostOfOne);
    if (!frames) return frames.error();
    auto bytes = std::make_unique<base::Bytes>(makeTsSegment(frames.take(), name.startMs));
    const std::size_t size = bytes->size();
    *bytes_ += size;
    const SegmentPtr segment(bytes.release(), [total = bytes_, size](const base::Bytes* dead) {
        const std::unique_ptr<const base::Bytes> owned(dead);
        *total -= size;
    });
    made_[name.text()] = segment;
    return segment;
}

} // namespace hookcast::vod
