#include "support/GstLaunch.h"

#include <initializer_list>

namespace hookcast::integration {

namespace {

using Words = std::vector<std::string>;

/// `element` with its properties, which others name `s`, and what follows it.
Words pipelineOf(const char* element, const Words& properties, std::initializer_list<std::string> rest) {
    Words words = {element, "name=s"};
    words.insert(words.end(), properties.begin(), properties.end());
    words.insert(words.end(), rest.begin(), rest.end());
    return words;
}

} // namespace

ChildProcess::Command gstLaunch(const Words& pipeline) {
    ChildProcess::Command command;
    command.words = {"gst-launch-1.0"};
    command.words.insert(command.words.end(), pipeline.begin(), pipeline.end());
    return command;
}

Words gstPlayer(const Words& properties, const std::string& videoFile, const std::string& audioFile) {
    return pipelineOf("rtspsrc", properties,
                      {"s.", "!", "rtph264depay", "!", "video/x-h264,stream-format=byte-stream,alignment=au", "!",
                       "filesink", "location=" + videoFile, "s.", "!", "rtpmp4gdepay", "!", "aacparse", "!",
                       "audio/mpeg,stream-format=adts", "!", "filesink", "location=" + audioFile});
}

Words gstPublisher(const Words& properties, const std::string& clip) {
    return pipelineOf("rtspclientsink", properties,
                      {"filesrc", "location=" + clip, "!", "flvdemux", "name=d", "d.video", "!", "queue", "!",
                       "h264parse", "!", "s.", "d.audio", "!", "queue", "!", "aacparse", "!", "s."});
}

} // namespace hookcast::integration
