#pragma once

#include "base/Bytes.h"
#include "net/SessionPort.h"

#include <cstdint>
#include <span>
#include <string>

namespace hookcast::rtsp {

/// A connection that takes everything, of which only that counts, and what is expected of the client.
class StillPort final : public net::SessionPort {
  public:
    void send(base::ByteSpan bytes) override { taken.insert(taken.end(), bytes.begin(), bytes.end()); }
    std::size_t write(std::span<const iovec> ranges) override {
        std::size_t sizeBytes = 0;
        for (const iovec& range : ranges) {
            send({static_cast<const std::uint8_t*>(range.iov_base), range.iov_len});
            sizeBytes += range.iov_len;
        }
        return sizeBytes;
    }
    void suspend() override {}
    void resume() override {}
    void expect(std::int64_t /*withinMs*/, const char* otherwise) override { expected = otherwise; }
    void expectNothing() override {}
    void end(const std::string& /*reason*/, base::ByteSpan /*farewell*/) override {}
    void endLater(const std::string& /*reason*/) override {}
    void setNoDelay(bool /*on*/) override {}
    void gatherReads(std::int64_t /*periodMs*/) override {}
    Traffic traffic() const override { return {0, 0}; }

    base::Bytes taken;
    std::string expected;
};

} // namespace hookcast::rtsp
