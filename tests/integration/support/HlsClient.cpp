#include "support/HlsClient.h"

#include "support/Deadline.h"

#include <chrono>
#include <sstream>
#include <stdexcept>

namespace hookcast::integration {

namespace {

/// Nothing comes meanwhile but the end of the connection.
constexpr std::chrono::milliseconds kReloadPeriod{100};

std::vector<std::string> urisOf(const std::string& playlist) {
    std::vector<std::string> uris;
    std::istringstream lines(playlist);
    for (std::string line; std::getline(lines, line);)
        if (!line.empty() && line.front() != '#') uris.push_back(line);
    return uris;
}

} // namespace

void HlsClient::send(const std::string& path, std::string_view method, const std::string& fields) {
    if (http_ == nullptr) http_ = std::make_unique<HttpClient>(port_, 0, from_);
    http_->send(method, path, fields_ + fields);
}

HttpAnswer HlsClient::get(const std::string& path, std::string_view method, const std::string& fields) {
    send(path, method, fields);
    HttpAnswer answer = http_->receive(method == "HEAD");
    receivedBytes_ += answer.sizeBytes;
    if (answer.field("connection") == "close") http_.reset();
    return answer;
}

HttpAnswer HlsClient::enter() {
    HttpAnswer answer = get(playlist_);
    media_ = playlist_;
    if (answer.status != 200) return answer;
    if (answer.body.find("#EXT-X-STREAM-INF") != std::string::npos)
        media_ = resolved(urisOf(answer.body).at(0));
    else
        take(answer);
    return answer;
}

HttpAnswer HlsClient::reload() {
    HttpAnswer answer = get(media_);
    if (answer.status == 200) take(answer);
    return answer;
}

void HlsClient::waitForSegments(std::size_t atLeast) {
    const Deadline deadline;
    while (segments_.size() < atLeast) {
        if (deadline.passed()) throw std::runtime_error("too few segments");
        if (http_ != nullptr && http_->tcp().waitReadable(Deadline(kReloadPeriod))) http_.reset();
        const HttpAnswer answer = reload();
        if (answer.status != 200) throw std::runtime_error("no playlist: " + std::to_string(answer.status));
    }
}

void HlsClient::take(const HttpAnswer& playlist) {
    segments_.clear();
    for (const std::string& uri : urisOf(playlist.body)) segments_.push_back(resolved(uri));
}

/// Of the media playlist's folder, or from the root.
std::string HlsClient::resolved(const std::string& uri) const {
    if (uri.starts_with('/')) return uri;
    std::string folder = (media_.empty() ? playlist_ : media_);
    folder = folder.substr(0, folder.find('?'));
    folder = folder.substr(0, folder.rfind('/') + 1);
    std::string rest = uri;
    for (; rest.starts_with("../"); rest.erase(0, 3))
        folder = folder.substr(0, folder.rfind('/', folder.size() - 2) + 1);
    return folder + rest;
}

} // namespace hookcast::integration
