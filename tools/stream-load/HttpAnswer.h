#pragma once

#include "base/Bytes.h"
#include "base/Result.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace hookcast::load {

/// Reads the answers of one connection that is kept, one after the other.
class HttpAnswer {
  public:
    /// Takes what of `bytes` belongs to the answer; the rest stays. True: it is whole. Its body is kept where
    /// `keepsBody`, else its bytes are only counted. An error: this is no answer.
    base::Result<bool> read(base::ByteSpan& bytes, bool keepsBody);

    unsigned status() const { return status_; }
    const std::string& body() const { return body_; }
    std::size_t bodyBytes() const { return bodyBytes_; }

    /// A header's value; empty where it is not there.
    std::string header(const std::string& name) const;

    /// The next answer comes.
    void reset() { *this = HttpAnswer(); }

  private:
    enum class Expects : std::uint8_t { Head, Body, ChunkSize, Chunk, ChunkEnd, Trailer, Nothing };

    base::Result<bool> takeLine(base::ByteSpan& bytes);
    base::Result<void> takeHead();
    base::Result<void> takeChunkSize();
    void takeBody(base::ByteSpan& bytes, bool keepsBody);

    Expects expects_ = Expects::Head;
    std::string line_; ///< of the head, or of a chunk's frame, until it is whole
    std::string head_;
    std::string body_;
    unsigned status_ = 0;
    std::size_t bodyBytes_ = 0;
    std::size_t left_ = 0; ///< of the body, or of a chunk
    bool isChunked_ = false;
};

} // namespace hookcast::load
