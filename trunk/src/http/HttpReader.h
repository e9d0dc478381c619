#pragma once

#include "base/Bytes.h"
#include "base/Result.h"
#include "http/HttpRequest.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hookcast::http {

/// Turns the bytes of a connection, split anywhere, into requests (RFC 9112). Pure.
///
/// It takes what a careful client sends and nothing more: no folded fields, no transfer codings, no ambiguous lengths.
/// A request is handed out when its header is whole; HTTP/2's preface is one of version RequestHead::kHttp2. Its body
/// is read over and kept nowhere, however long it is.
class HttpReader {
  public:
    struct Limits {
        std::size_t headerBytes; ///< of the request line and all fields
        std::size_t bodyBytes;
    };

    /// What it waits for; Body: the rest of that of the request before.
    enum class Stage : std::uint8_t { NextRequest, Header, Body };

    explicit HttpReader(const Limits& limits) : limits_(limits) {}

    /// Takes bytes from the front of `input`. Gives a request when its header is complete, and leaves what follows it
    /// in `input`; else takes all of `input` and gives nothing. An error is for good, and errorStatus() says what to
    /// answer.
    base::Result<std::optional<HttpRequest>> next(base::ByteSpan& input);

    /// After an error: 400, 411, 413, 414, 431 or 505.
    int errorStatus() const { return errorStatus_; }

    Stage stage() const { return stage_; }

  private:
    base::Result<bool> takeHeader(base::ByteSpan& input);
    base::Result<void> takeRun(base::ByteSpan& input);
    base::Error failAtLimit();
    base::Result<void> checkByte(char byte);
    base::Result<void> parseHeader();
    base::Result<void> checkRequestLine(std::string_view line);
    base::Result<void> checkField(std::string_view line);
    base::Result<void> checkHost();
    base::Result<void> readBodySize();
    void skipBody(base::ByteSpan& input);
    base::Error fail(int status, std::string message);

    // given
    Limits limits_;
    // owned
    std::string header_;
    HttpRequest request_;
    // state
    Stage stage_ = Stage::NextRequest;
    bool sawCr_ = false;       ///< the byte before was a CR, which only an LF may follow
    bool lineIsEmpty_ = false; ///< nothing has come on this line of the header
    bool sawRequestLine_ = false;
    std::size_t bodyBytes_ = 0; ///< still to come
    int errorStatus_ = 0;
};

} // namespace hookcast::http
