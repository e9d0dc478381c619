// What a client sends where TLS is spoken: anything at all, or a real handshake and text of which some bytes were
// changed. Nothing comes out that was not put in, in its order; and no call finds the stream without a word of what to
// wait for.
#include "net/TlsStream.h"
#include "unit/net/TlsFixtures.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace hookcast;
using Status = net::Stream::Status;

constexpr std::string_view kText = "what the client says, in one record";

void check(bool condition) {
    if (!condition) std::abort();
}

/// A socket of which a test has the other end.
class Wire final : public net::Stream {
  public:
    Result read(std::span<std::uint8_t> into) override {
        const std::size_t size = std::min(into.size(), in.size());
        std::copy_n(in.begin(), size, into.begin());
        in.erase(0, size);
        return {size > 0 ? Status::Done : Status::Blocked, size};
    }
    Result write(std::span<const iovec> ranges) override {
        std::size_t size = 0;
        for (const iovec& range : ranges) {
            out.append(static_cast<const char*>(range.iov_base), range.iov_len);
            size += range.iov_len;
        }
        return {Status::Done, size};
    }
    Result shutdown() override { return {Status::Done}; }
    void close() override {}
    net::Watch::Interest needs(net::Watch::Interest wanted) const override { return wanted; }
    bool holdsInput() const override { return false; }
    std::string failure() override { return "cut"; }

    std::string in;
    std::string out;
};

std::shared_ptr<const net::TlsContext> context() {
    static const net::CertificateFolder kFolder;
    static const auto kContext =
        net::TlsContext::load({kFolder.issue("a.example"), {{"b.example", kFolder.issue("b.example")}}, {"http/1.1"}});
    check(kContext.ok());
    return kContext.value();
}

/// All that comes out until nothing more does.
std::string readAll(net::TlsStream& stream) {
    std::string text;
    std::array<std::uint8_t, 1000> buffer{};
    for (Status status = Status::Done; status == Status::Done;) {
        const net::Stream::Result result = stream.read(buffer);
        text.append(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(result.sizeBytes));
        status = result.status;
        if (status == Status::Blocked) check(stream.needs({true, false}).readable);
        if (status == Status::Failed) check(!stream.failure().empty());
    }
    return text;
}

/// Changes bytes of all that a client sends: each edit is the place, counted from the one before, and what is changed.
class Edits {
  public:
    explicit Edits(std::string_view edits) : edits_(edits) { next(); }

    std::string applied(std::string bytes) {
        for (char& byte : bytes) {
            if (isOver_ || at_++ != wanted_) continue;
            byte = static_cast<char>(byte ^ change_);
            next();
        }
        return bytes;
    }

  private:
    void next() {
        isOver_ = edits_.size() < 2;
        if (isOver_) return;
        wanted_ = at_ + static_cast<std::uint8_t>(edits_[0]) * std::size_t{4};
        change_ = edits_[1];
        edits_.remove_prefix(2);
    }

    std::string_view edits_;
    std::size_t at_ = 0;
    std::size_t wanted_ = 0;
    char change_ = 0;
    bool isOver_ = false;
};

void converse(std::string_view input) {
    auto below = std::make_unique<Wire>();
    Wire& wire = *below;
    net::TlsStream stream(std::move(below), context(), {});
    net::TlsClientEnd client({.host = "b.example", .protocols = "\x08http/1.1"});
    Edits edits(input);
    std::string read;
    for (int turn = 0; turn < 4; ++turn) {
        if (turn == 2) client.write(std::string(kText));
        wire.in += edits.applied(client.toSend());
        read += readAll(stream);
        client.receive(std::exchange(wire.out, {}));
    }
    check(kText.starts_with(read));
    if (input.size() < 2) check(read == kText);
    stream.shutdown();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string input(data + 1, data + size);
    if (data[0] % 2 == 0) {
        converse(input);
        return 0;
    }
    auto below = std::make_unique<Wire>();
    below->in = input;
    net::TlsStream stream(std::move(below), context(), {});
    check(readAll(stream).empty());
    const iovec range{const_cast<char*>(kText.data()), kText.size()};
    check(stream.write({&range, 1}).sizeBytes == 0);
    return 0;
}
