#include "hub/StreamEvents.h"

#include "base/Log.h"
#include "hub/StreamRegistry.h"

#include <string>
#include <utility>

namespace hookcast::hub {

namespace {

/// On every protocol the tcUrl is what stands in front of the stream's name.
std::string sourceOf(const PublishedStream& stream) {
    std::string url = base::cutSecrets(stream.opening.client->tcUrl);
    if (!url.ends_with('/')) url += '/';
    return url + stream.key.stream;
}

} // namespace

hooks::StreamEventData describe(const PublishedStream& stream) {
    const hooks::ClientInfo& client = *stream.opening.client;
    hooks::StreamEventData data;
    data.address = client.ip;
    data.camera = stream.key.stream;
    data.source = sourceOf(stream);
    data.stime = stream.sinceUnixMs / 1000;
    data.uid = stream.key.text();
    return data;
}

StreamEvents::StreamEvents(hooks::EventSink& events, IsRecorded isRecorded)
    : events_(events), isRecorded_(std::move(isRecorded)) {}

void StreamEvents::onPublish(const PublishedStreamPtr& stream, Publication& publication) {
    if (stream->opening.client->protocol == hooks::kCaptureType) return;
    hooks::StreamEventData data = describe(*stream);
    data.dvr = isRecorded_ && isRecorded_(*stream);
    const auto reporter = std::make_shared<StreamReporter>(events_, publication.loop(), std::move(data));
    {
        const std::lock_guard lock(mutex_);
        reporters_.emplace(stream.get(), reporter);
    }
    reporter->create();
    reporter->attach(publication);
}

void StreamEvents::onUnpublish(const PublishedStreamPtr& stream) {
    std::shared_ptr<StreamReporter> reporter;
    {
        const std::lock_guard lock(mutex_);
        const auto found = reporters_.find(stream.get());
        if (found == reporters_.end()) return;
        reporter = std::move(found->second);
        reporters_.erase(found);
    }
    reporter->remove();
}

} // namespace hookcast::hub
