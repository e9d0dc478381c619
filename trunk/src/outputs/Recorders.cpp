#include "outputs/Recorders.h"

#include "outputs/RecordingPath.h"

#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

namespace hookcast::outputs {

namespace {

std::string workingDirectory() {
    std::error_code error;
    return std::filesystem::current_path(error).string();
}

bool isWanted(const hub::PublishedStream& stream) {
    if (stream.dvr) return *stream.dvr;
    return (stream.fetchedBy.isCapture() && stream.fetchedBy.capture->dvr) ||
           stream.vhost->dvr.isFor(stream.key.app + "/" + stream.key.stream);
}

} // namespace

bool isRecorded(const hub::PublishedStream& stream) {
    return isWanted(stream) && makeRecordingPath(stream.vhost->dvr.path, stream.key, 0);
}

Recorders::Recorders(hooks::Admission& admission, hooks::EventSink& events, base::Log& log, std::size_t queueBytes)
    : finishing_(log, "dvr"),
      writing_(log, "dvr"), context_{admission, events, log, writing_, finishing_, queueBytes, workingDirectory()} {}

void Recorders::onPublish(const hub::PublishedStreamPtr& stream, hub::Publication& publication) {
    if (!isWanted(*stream)) return;
    if (const auto path = makeRecordingPath(stream->vhost->dvr.path, stream->key, 0); !path) {
        context_.log.warn(stream->opening.client->logName(), "{} is not recorded: {}",
                          base::printable(stream->key.text()), path.error().message);
        return;
    }
    auto recorder = std::make_shared<Recorder>(context_, publication.loop(), stream, [this] { open_.end(); });
    open_.begin();
    publication.addSink(std::move(recorder));
}

} // namespace hookcast::outputs
