#include "hls/Outputs.h"

#include <filesystem>
#include <system_error>
#include <utility>

namespace hookcast::hls {

namespace {

std::string workingDirectory() {
    std::error_code unknown;
    return std::filesystem::current_path(unknown).string();
}

} // namespace

Outputs::Outputs(hooks::Admission& admission, hooks::HookTransport& transport, const hooks::JsonDialect& ids,
                 hooks::EventSink& events, std::shared_ptr<FileOwners> owners, base::Log& log,
                 const config::CurrentConfig& config)
    : teller_{admission, transport, ids, log, workingDirectory(), {}, {}},
      context_{events, log, config, disk_, std::move(owners), {}, {}}, disk_(log, "hls") {}

bool Outputs::begin(const StreamPtr& stream, const hub::PublishedStreamPtr& published, hub::Publication& publication,
                    OnReady onReady) {
    const std::shared_ptr<Output> output = findOrCreate(stream);
    output->begin(published, publication, std::make_shared<SegmentTeller>(teller_, publication.loop(), published));
    const config::HlsConfig& hls = published->vhost->hls;
    if (!hls.enabled || hls.path.empty()) return false;
    return output->recover(std::move(onReady));
}

void Outputs::end(const hooks::StreamKey& key) {
    const std::lock_guard lock(mutex_);
    const auto found = outputs_.find(key);
    if (found != outputs_.end()) found->second->end();
}

std::shared_ptr<Output> Outputs::findOrCreate(const StreamPtr& stream) {
    const std::lock_guard lock(mutex_);
    std::erase_if(outputs_, [&](const auto& entry) { return entry.second->stream() == nullptr; });
    std::shared_ptr<Output>& output = outputs_[stream->key()];
    if (output == nullptr || output->stream() != stream) {
        output = std::make_shared<Output>(context_, stream);
        stream->window().addListener(output);
    }
    return output;
}

} // namespace hookcast::hls
