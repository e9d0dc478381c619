#include "outputs/RecordingFile.h"

#include "outputs/FlvFile.h"
#include "outputs/Mp4File.h"

namespace hookcast::outputs {

std::unique_ptr<RecordingFile> makeRecordingFile(const std::string& path) {
    if (path.ends_with(".mp4")) return std::make_unique<Mp4File>();
    return std::make_unique<FlvFile>();
}

} // namespace hookcast::outputs
