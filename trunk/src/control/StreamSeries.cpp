#include "control/StreamSeries.h"

#include <string_view>

namespace hookcast::control {

namespace {

/// A stream that was not there before, or began again meanwhile, has risen from 0.
std::uint64_t risen(std::uint64_t before, std::uint64_t now) {
    return now >= before ? now - before : now;
}

struct Family {
    std::string_view name;
    std::string_view type;
    std::string_view help;
    std::uint64_t StreamSums::*field;
};

constexpr Family kFamilies[] = {
    {"stream_clients", "gauge", "Clients that publish or play a stream.", &StreamSums::clients},
    {"stream_received_bytes_total", "counter", "What a stream's publisher has sent, as media.",
     &StreamSums::receivedBytes},
    {"stream_sent_bytes_total", "counter", "What a stream's clients have been sent.", &StreamSums::sentBytes},
    {"stream_video_frames_total", "counter", "Pictures that were published.", &StreamSums::videoFrames},
    {"stream_audio_frames_total", "counter", "Frames of sound that were published.", &StreamSums::audioFrames},
};

std::string labelsOf(const hooks::StreamKey& key) {
    return label("vhost", key.vhost) + "," + label("app", key.app) + "," + label("stream", key.stream);
}

} // namespace

void StreamSeries::write(const Streams& streams, std::size_t limit, MetricsText& metrics) {
    if (limit == 0) {
        last_.clear();
        return;
    }
    addToOther(streams, limit);
    for (const Family& family : kFamilies) {
        metrics.begin(family.name, family.type, family.help);
        std::size_t written = 0;
        for (auto one = streams.begin(); one != streams.end() && written < limit; ++one, ++written)
            metrics.value(one->second.*family.field, labelsOf(one->first));
        // No vhost is without a name, so this is no stream's.
        metrics.value(other_.*family.field, labelsOf({"", "", "other"}));
    }
    metrics.single("streams_without_series", "gauge", "Streams beyond http_api's metrics_streams: they are in other.",
                   streams.size() > limit ? streams.size() - limit : std::size_t{0});
}

void StreamSeries::addToOther(const Streams& streams, std::size_t limit) {
    other_.clients = 0;
    std::size_t place = 0;
    for (const auto& [key, now] : streams) {
        if (place++ < limit) continue;
        const auto found = last_.find(key);
        const StreamSums before = found == last_.end() ? StreamSums() : found->second;
        other_.clients += now.clients;
        other_.receivedBytes += risen(before.receivedBytes, now.receivedBytes);
        other_.sentBytes += risen(before.sentBytes, now.sentBytes);
        other_.videoFrames += risen(before.videoFrames, now.videoFrames);
        other_.audioFrames += risen(before.audioFrames, now.audioFrames);
    }
    last_ = streams;
}

} // namespace hookcast::control
