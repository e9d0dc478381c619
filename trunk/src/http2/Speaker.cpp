#include "http2/Speaker.h"

#include "http2/Connection.h"

namespace hookcast::http2 {

std::unique_ptr<http::HttpActivity> Speaker::speakOn(const http::HttpLine& line) {
    return std::make_unique<Connection>(context_, figures_, line);
}

} // namespace hookcast::http2
