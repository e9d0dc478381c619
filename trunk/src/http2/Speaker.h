#pragma once

#include "http/Http2Figures.h"
#include "http/OtherVersion.h"
#include "http/ServerContext.h"

#include <memory>

namespace hookcast::http2 {

/// Speaks HTTP/2 on the connections of one server. Any thread.
class Speaker final : public http::OtherVersion {
  public:
    /// `context` and `figures` outlive it and every connection.
    Speaker(http::ServerContext& context, http::Http2Figures& figures) : context_(context), figures_(figures) {}

    std::unique_ptr<http::HttpActivity> speakOn(const http::HttpLine& line) override;

  private:
    http::ServerContext& context_;
    http::Http2Figures& figures_;
};

} // namespace hookcast::http2
