#include "support/HlsViewer.h"

#include <fmt/format.h>

#include <fstream>
#include <stdexcept>
#include <thread>

namespace hookcast::integration {

const support::HlsPlaylist& HlsViewer::reload() {
    constexpr int kMostSteps = 5;
    for (int step = 0; step < kMostSteps; ++step) {
        HttpAnswer answer = http_.get(path_);
        if (answer.status == 302) {
            path_ = resolved(answer.field("location"));
            continue;
        }
        if (answer.status != 200) throw std::runtime_error(fmt::format("{}: status {}", path_, answer.status));
        text_ = std::move(answer.body);
        const std::size_t variant = text_.find("#EXT-X-STREAM-INF");
        if (variant == std::string::npos) {
            for (const std::string& mistake : reloads_.look(text_)) mistakes_.emplace(mistake, text_);
            return reloads_.playlist();
        }
        master_ = text_;
        for (const std::string& mistake : support::checkHlsMaster(text_)) mistakes_.emplace(mistake, text_);
        const std::size_t begin = text_.find('\n', variant) + 1;
        path_ = resolved(text_.substr(begin, text_.find_first_of("\r\n", begin) - begin));
    }
    throw std::runtime_error(path_ + ": it leads nowhere");
}

const support::HlsPlaylist& HlsViewer::next() {
    const support::HlsPlaylist& last = reloads_.playlist();
    text_ = ask(fmt::format("_HLS_msn={}&_HLS_part={}", last.nextSequence(), last.open ? last.open->parts.size() : 0));
    for (const std::string& mistake : reloads_.look(text_)) mistakes_.emplace(mistake, text_);
    return reloads_.playlist();
}

std::string HlsViewer::ask(const std::string& query) {
    HttpAnswer answer = http_.get(path_ + (path_.find('?') == std::string::npos ? "?" : "&") + query);
    if (answer.status != 200) throw std::runtime_error(fmt::format("{}: status {}", query, answer.status));
    return std::move(answer.body);
}

const support::HlsPlaylist& HlsViewer::waitFor(const std::function<bool(const support::HlsPlaylist&)>& condition,
                                               const Deadline& deadline) {
    for (;;) {
        const support::HlsPlaylist& playlist = reload();
        if (condition(playlist)) return playlist;
        if (deadline.passed()) throw std::runtime_error("the playlist does not become what is expected:\n" + text_);
        std::this_thread::yield();
    }
}

std::string HlsViewer::fetch(const std::string& uri) {
    HttpAnswer answer = http_.get(resolved(uri));
    if (answer.status != 200) throw std::runtime_error(fmt::format("{}: status {}", uri, answer.status));
    return std::move(answer.body);
}

std::string HlsViewer::save(const TempFolder& folder) {
    const support::HlsPlaylist& playlist = reloads_.playlist();
    const bool isMp4 = !playlist.segments.empty() && !playlist.segments.front().map.empty();
    std::string path = folder.file(isMp4 ? "viewed.mp4" : "viewed.ts");
    std::ofstream file(path, std::ios::binary);
    std::string map;
    for (const support::HlsSegment& segment : playlist.segments) {
        if (segment.map != map) file << fetch(segment.map);
        map = segment.map;
        file << fetch(segment.uri);
    }
    return path;
}

std::string HlsViewer::mistakes() const {
    std::string text;
    for (const auto& [mistake, playlist] : mistakes_) text += fmt::format("{}, in\n{}\n", mistake, playlist);
    return text;
}

std::string HlsViewer::resolved(const std::string& uri) const {
    const std::size_t host = uri.find("://");
    if (host != std::string::npos) return uri.substr(uri.find('/', host + 3));
    if (uri.starts_with('/')) return uri;
    return path_.substr(0, path_.rfind('/', path_.find('?')) + 1) + uri;
}

} // namespace hookcast::integration
