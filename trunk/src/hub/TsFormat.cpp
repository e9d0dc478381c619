#include "hub/TsFormat.h"

#include "hub/WireLog.h"
#include "media/FlvBody.h"
#include "media/TsMuxer.h"

#include <initializer_list>

namespace hookcast::hub {

namespace {

class TsEncoder final : public WireEncoder {
  public:
    void begin(const StreamHeaders& headers) override {
        for (const auto& frame : {headers.metadata, headers.videoConfig, headers.audioConfig, headers.audioSample})
            if (frame != nullptr) muxer_.learn(*frame);
    }

    void append(const media::Frame& frame, WireLog& log) override {
        log.append(muxer_.write(frame));
        beginsWithTables_ = frame.role == media::FrameRole::Keyframe;
    }

    base::Bytes preamble(const StreamHeaders& /*headers*/, std::int64_t /*dtsMs*/) override {
        return beginsWithTables_ ? base::Bytes{} : muxer_.tables();
    }

  private:
    media::TsMuxer muxer_;
    bool beginsWithTables_ = false; ///< the frame appended last
};

} // namespace

std::unique_ptr<WireEncoder> TsFormat::makeEncoder() const {
    return std::make_unique<TsEncoder>();
}

std::string TsFormat::leftOut(const StreamHeaders& headers) {
    std::string names;
    const media::FramePtr& audio = headers.audioConfig != nullptr ? headers.audioConfig : headers.audioSample;
    for (const media::FramePtr& frame : {headers.videoConfig, audio}) {
        if (frame == nullptr || media::TsMuxer::carries(codecOf(*frame))) continue;
        if (!names.empty()) names += ", ";
        names += media::nameOf(codecOf(*frame));
    }
    return names;
}

} // namespace hookcast::hub
