#include "hooks/PackedAnswer.h"

#include <zlib.h>

#include <algorithm>
#include <new>

namespace hookcast::hooks {

namespace {

constexpr int kGzipWindow = 16 + MAX_WBITS; ///< inflateInit2() takes the format so
constexpr std::size_t kPartBytes = 16384;

/// zlib's state, which knows where it is by its address.
class Inflation {
  public:
    explicit Inflation(int windowBits) {
        if (inflateInit2(&state_, windowBits) != Z_OK) throw std::bad_alloc();
    }
    ~Inflation() { inflateEnd(&state_); }
    Inflation(const Inflation&) = delete;
    Inflation& operator=(const Inflation&) = delete;

    Unpacking run(std::string& packed, std::size_t mostBytes, std::string& out) {
        state_.next_in = reinterpret_cast<Bytef*>(packed.data());
        state_.avail_in = static_cast<uInt>(packed.size());
        for (;;) {
            const std::size_t before = out.size();
            // One more than there may be shows that there is more.
            out.resize(std::min(before + kPartBytes, mostBytes + 1));
            state_.next_out = reinterpret_cast<Bytef*>(out.data() + before);
            state_.avail_out = static_cast<uInt>(out.size() - before);
            const int result = inflate(&state_, Z_NO_FLUSH);
            const bool isFull = state_.avail_out == 0;
            out.resize(out.size() - state_.avail_out);
            if (result == Z_MEM_ERROR) throw std::bad_alloc();
            if (out.size() > mostBytes) return Unpacking::TooLong;
            if (result == Z_STREAM_END) return state_.avail_in == 0 ? Unpacking::Done : Unpacking::Broken;
            if (result != Z_OK || !isFull) return Unpacking::Broken;
        }
    }

  private:
    z_stream state_{};
};

} // namespace

Unpacking unpack(AnswerCoding coding, std::string& body, std::size_t mostBytes) {
    if (coding == AnswerCoding::None || body.empty()) return Unpacking::Done;
    if (coding == AnswerCoding::Unknown) return Unpacking::Broken;
    std::string out;
    const Unpacking ending =
        Inflation(coding == AnswerCoding::Gzip ? kGzipWindow : MAX_WBITS).run(body, mostBytes, out);
    if (ending == Unpacking::Done) body = std::move(out);
    return ending;
}

} // namespace hookcast::hooks
