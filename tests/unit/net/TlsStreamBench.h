#pragma once

#include "net/TlsStream.h"
#include "unit/net/TlsFixtures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookcast::net {

/// Two queues of bytes in place of a socket, of which the one that leaves is as long as a test wants it.
struct Wire {
    std::string in;
    std::string out;
    std::size_t room = std::numeric_limits<std::size_t>::max(); ///< of `out`
    bool isPeerGone = false;
    bool isBroken = false;
    bool isEnded = false;
    bool isClosed = false;
};

/// The end of it that is ours.
class WireStream final : public Stream {
  public:
    explicit WireStream(Wire& wire) : wire_(wire) {}

    Result read(std::span<std::uint8_t> into) override {
        if (wire_.isBroken) return {Stream::Status::Failed};
        if (wire_.in.empty()) return {wire_.isPeerGone ? Stream::Status::Ended : Stream::Status::Blocked};
        const std::size_t size = std::min(into.size(), wire_.in.size());
        std::copy_n(wire_.in.begin(), size, into.begin());
        wire_.in.erase(0, size);
        return {Stream::Status::Done, size};
    }
    Result write(std::span<const iovec> ranges) override {
        std::size_t taken = 0;
        for (const iovec& range : ranges) {
            const std::size_t size = std::min(range.iov_len, wire_.room - std::min(wire_.room, wire_.out.size()));
            wire_.out.append(static_cast<const char*>(range.iov_base), size);
            taken += size;
            if (size < range.iov_len) return {Stream::Status::Blocked, taken};
        }
        return {Stream::Status::Done, taken};
    }
    Result shutdown() override {
        wire_.isEnded = true;
        return {Stream::Status::Done};
    }
    void close() override { wire_.isClosed = true; }
    Watch::Interest needs(Watch::Interest wanted) const override { return wanted; }
    bool holdsInput() const override { return false; }
    std::string failure() override { return "the wire is cut"; }

  private:
    Wire& wire_;
};

/// A server's side over such a wire, and its client.
class TlsStreamBench : public testing::Test {
  protected:
    TlsStreamBench() { begin({}); }

    void begin(const TlsClientEnd::Terms& terms, std::vector<std::string> protocols = {}) {
        TlsContext::Terms ofServer;
        ofServer.files = files_;
        ofServer.named = {{"one.example", one_}, {"Two.Example", two_}};
        ofServer.protocols = std::move(protocols);
        auto loaded = TlsContext::load(ofServer);
        ASSERT_TRUE(loaded.ok()) << loaded.error().message;
        wire_ = Wire();
        figures_ = ofServer.figures;
        client_ = std::make_unique<TlsClientEnd>(terms);
        stream_ = std::make_unique<TlsStream>(std::make_unique<WireStream>(wire_), loaded.take(), base::ByteSpan());
    }

    /// Why handshakes have failed since the newest begin(), a name for each.
    std::vector<std::string_view> failures() const {
        std::vector<std::string_view> all;
        for (std::size_t i = 0; i < kTlsFailureNames.size(); ++i)
            all.insert(all.end(), figures_->failures(static_cast<TlsFailure>(i)), kTlsFailureNames[i]);
        return all;
    }

    /// Reads what there is; the status of the last read.
    Stream::Status readAll() {
        std::array<std::uint8_t, 5000> buffer{};
        for (;;) {
            const Stream::Result result = stream_->read(buffer);
            read_ += base::asText(std::span(buffer).first(result.sizeBytes));
            if (result.status != Stream::Status::Done) return result.status;
        }
    }

    Stream::Result write(const std::string& text) {
        const iovec range{const_cast<char*>(text.data()), text.size()};
        return stream_->write({&range, 1});
    }

    void carry() {
        wire_.in += client_->toSend();
        readAll();
        client_->receive(std::exchange(wire_.out, {}));
    }

    void shakeHands() {
        for (int i = 0; i < 3; ++i) carry();
    }

    CertificateFolder folder_;
    TlsContext::Files files_ = folder_.issue("server.example");
    TlsContext::Files one_ = folder_.issue("one.example");
    TlsContext::Files two_ = folder_.issue("two.example");
    Wire wire_;
    std::shared_ptr<TlsFigures> figures_; ///< of the newest begin()
    std::unique_ptr<TlsClientEnd> client_;
    std::unique_ptr<TlsStream> stream_;
    std::string read_;
};

} // namespace hookcast::net
