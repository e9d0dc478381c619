#pragma once

#include "support/HttpClient.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::integration {

/// A viewer of HLS, request by request, who counts each byte that he gets. One thread at a time. Calls that wait throw
/// std::runtime_error when the deadline passes.
class HlsClient {
  public:
    /// `playlist` is a path with its query; `fields` go with each request: with `Connection: close`, each has a
    /// connection of its own. `from` is the client's address, of 127.0.0.0/8.
    HlsClient(std::uint16_t port, std::string playlist, std::string fields = "", const char* from = "127.0.0.1")
        : port_(port), playlist_(std::move(playlist)), fields_(std::move(fields)), from_(from) {}

    /// The first request. Follows a master playlist to its variant, if that is what comes; does not fetch it.
    HttpAnswer enter();

    /// The media playlist.
    HttpAnswer reload();

    /// Asks for the media playlist until it has so many segments.
    void waitForSegments(std::size_t atLeast);

    /// That segment of the newest playlist, from 0.
    HttpAnswer fetch(std::size_t number) { return get(segments_.at(number)); }

    HttpAnswer get(const std::string& path, std::string_view method = "GET", const std::string& fields = "");

    /// Asks, and does not wait.
    void send(const std::string& path, std::string_view method = "GET", const std::string& fields = "");

    /// Leaves without a word.
    void leave() { http_.reset(); }

    /// Of the media playlist, with its query.
    const std::string& mediaPath() const { return media_; }

    /// Of the segments in the newest playlist, with their queries.
    const std::vector<std::string>& segments() const { return segments_; }

    /// Of all answers, heads and bodies.
    std::uint64_t receivedBytes() const { return receivedBytes_; }

    HttpClient& http() { return *http_; }

  private:
    void take(const HttpAnswer& playlist);
    std::string resolved(const std::string& uri) const;

    std::uint16_t port_;
    std::string playlist_;
    std::string fields_;
    const char* from_;
    std::unique_ptr<HttpClient> http_;
    std::string media_;
    std::vector<std::string> segments_;
    std::uint64_t receivedBytes_ = 0;
};

} // namespace hookcast::integration
