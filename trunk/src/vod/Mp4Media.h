#pragma once

#include "vod/MediaIndex.h"

namespace hookcast::vod {

/// Recordings as MP4, by libavformat. A part is cut by the decode times of its frames.
class Mp4Media final : public MediaReader {
  public:
    base::Result<MediaLength> length(const files::ServedFile& file) const override;
    base::Result<MediaIndex> index(const files::ServedFile& file) const override;
    base::Result<MediaFrames> read(const files::ServedFile& file, const MediaIndex& index, std::size_t first,
                                   std::size_t last, std::size_t mostBytes) const override;
};

} // namespace hookcast::vod
