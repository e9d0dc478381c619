#include "live/WebSocketFormat.h"

#include "http/WebSocket.h"
#include "hub/WireLog.h"

#include <array>
#include <cstdint>
#include <utility>

namespace hookcast::live {

namespace {

/// A frame says its length first, so that the inner format writes into a log of its own before.
class WebSocketEncoder final : public hub::WireEncoder {
  public:
    explicit WebSocketEncoder(std::unique_ptr<hub::WireEncoder> inner) : inner_(std::move(inner)) {}

    void begin(const hub::StreamHeaders& headers) override { inner_->begin(headers); }

    void append(const media::Frame& frame, hub::WireLog& log) override {
        inner_->append(frame, scratch_);
        if (!scratch_.endEntry(frame)) return;
        header_.clear();
        http::appendWebSocketHeader(header_, http::WebSocketOpcode::Binary, scratch_.sizeBytes());
        log.append(header_);
        std::array<iovec, hub::WireLog::kMaxRanges> space{};
        for (std::uint64_t offset = scratch_.firstOffset(); offset < scratch_.endOffset();) {
            for (const iovec& range : scratch_.bytes(offset, scratch_.endOffset(), space)) {
                log.append({static_cast<const std::uint8_t*>(range.iov_base), range.iov_len});
                offset += range.iov_len;
            }
        }
        scratch_.trimTo(scratch_.endSequence());
    }

    base::Bytes preamble(const hub::StreamHeaders& headers, std::int64_t dtsMs) override {
        const base::Bytes inner = inner_->preamble(headers, dtsMs);
        return inner.empty() ? inner : http::webSocketFrame(http::WebSocketOpcode::Binary, inner);
    }

    bool hasPreamblePerFrame() const override { return inner_->hasPreamblePerFrame(); }
    bool carriesMetadata() const override { return inner_->carriesMetadata(); }
    bool carriesMoreTracks() const override { return inner_->carriesMoreTracks(); }
    bool carriesVideo() const override { return inner_->carriesVideo(); }

  private:
    std::unique_ptr<hub::WireEncoder> inner_;
    hub::WireLog scratch_; ///< one entry at a time
    base::Bytes header_;
};

} // namespace

std::unique_ptr<hub::WireEncoder> WebSocketFormat::makeEncoder() const {
    return std::make_unique<WebSocketEncoder>(inner_.makeEncoder());
}

} // namespace hookcast::live
