#include "hub/StreamEvents.h"

#include "base/Log.h"
#include "hub/StreamRegistry.h"

#include <Poco/Exception.h>
#include <Poco/URI.h>

#include <string>
#include <utility>

namespace hookcast::hub {

namespace {

/// On every protocol the tcUrl is what stands in front of the stream's name.
std::string sourceOf(const PublishedStream& stream) {
    std::string url = base::cutSecrets(stream.opening.client->place->tcUrl);
    if (!url.ends_with('/')) url += '/';
    return url + stream.key.stream;
}

/// Of a URL; empty for a file.
std::string hostOf(const std::string& url) {
    try {
        return Poco::URI(url).getHost();
    } catch (const Poco::Exception&) {
        return {};
    }
}

} // namespace

hooks::StreamEventData describe(const PublishedStream& stream) {
    const hooks::ClientInfo& client = *stream.opening.client;
    if (stream.fetchedBy.isCapture()) return describe(*stream.fetchedBy.capture, stream.fetchedBy.sinceUnixS);
    hooks::StreamEventData data;
    data.address = client.ip();
    data.camera = stream.key.stream;
    data.source = sourceOf(stream);
    data.stime = stream.sinceUnixMs / 1000;
    data.uid = stream.key.text();
    return data;
}

hooks::StreamEventData describe(const config::CaptureConfig& capture, std::int64_t sinceUnixS) {
    hooks::StreamEventData data;
    data.access = capture.access;
    data.address = hostOf(capture.source);
    data.camera = capture.name;
    data.dvr = capture.dvr;
    data.enable = capture.enabled;
    data.kind = capture.kind;
    data.reconnects.limit = capture.reconnectLimit;
    data.source = base::cutSecrets(capture.source);
    data.stime = sinceUnixS;
    data.type = hooks::kCaptureType;
    data.uid = capture.stream;
    return data;
}

StreamEvents::StreamEvents(hooks::EventSink& events, IsRecorded isRecorded)
    : events_(events), isRecorded_(std::move(isRecorded)) {}

void StreamEvents::onPublish(const PublishedStreamPtr& stream, Publication& publication) {
    if (stream->fetchedBy.isCapture() || events_.pulsePeriodsMs().empty()) return;
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
