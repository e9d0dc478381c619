#pragma once

#include "http/OtherVersion.h"
#include "http/ServerContext.h"

#include <memory>

namespace hookcast::http2 {

/// Speaks HTTP/2 on the connections of one server. Any thread.
class Speaker final : public http::OtherVersion {
  public:
    /// `context` outlives it and every connection.
    explicit Speaker(http::ServerContext& context) : context_(context) {}

    std::unique_ptr<http::HttpActivity> speakOn(const http::HttpLine& line) override;

  private:
    http::ServerContext& context_;
};

} // namespace hookcast::http2
