#include "rtmp/ChunkReader.h"

#include "base/ByteReader.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace hookcast::rtmp {

namespace {

constexpr std::uint32_t kMaxChunkSizeBytes = 16 * 1024 * 1024;
constexpr std::uint32_t kExtendedMark = 0xFFFFFF;

/// What the first run of a payload may reserve beyond what has arrived: enough for most audio and commands.
constexpr std::size_t kFirstReserveBytes = 4096;

/// Sections 5.3.1.2.1 to 5.3.1.2.4, by fmt.
constexpr std::array<std::size_t, 4> kMessageHeaderBytes{11, 7, 3, 0};

std::size_t basicHeaderBytes(std::uint8_t firstByte) {
    switch (firstByte & 0x3FU) {
    case 0: return 2;
    case 1: return 3;
    default: return 1;
    }
}

std::uint32_t chunkStreamId(base::ByteSpan basicHeader) {
    if (basicHeader.size() == 1) return basicHeader[0] & 0x3FU;
    const std::uint32_t high = basicHeader.size() == 3 ? basicHeader[2] : 0U;
    return 64 + basicHeader[1] + high * 256;
}

std::uint32_t littleEndian32(base::ByteSpan bytes) {
    std::uint32_t value = 0;
    for (std::size_t i = 4; i > 0; --i) value = (value << 8U) | bytes[i - 1];
    return value;
}

/// Doubles as std::vector does, but never past the length of the message.
void reserveFor(base::Bytes& payload, std::size_t runBytes, std::size_t lengthBytes) {
    const std::size_t needed = payload.size() + runBytes;
    if (needed <= payload.capacity()) return;
    const std::size_t wanted = payload.empty() ? needed + kFirstReserveBytes : std::max(needed, payload.capacity() * 2);
    payload.reserve(std::min(wanted, lengthBytes));
}

} // namespace

ChunkReader::ChunkReader(const Limits& limits) : limits_(limits) {}

base::Result<std::optional<Message>> ChunkReader::next(base::ByteSpan& input) {
    while (true) {
        const bool replayed = replayBytes_ > 0;
        base::Result<std::optional<Message>> result = replayed ? readReplayed() : read(input);
        if (!result.ok() || result.value().has_value()) return result;
        if (!replayed && replayBytes_ == 0) return result;
    }
}

base::Result<std::optional<Message>> ChunkReader::readReplayed() {
    const std::array<std::uint8_t, 3> bytes = replay_;
    base::ByteSpan left = base::ByteSpan(bytes).first(replayBytes_);
    replayBytes_ = 0;
    auto result = read(left);
    // Reading may have replayed the end of what it took; what it left stands behind that.
    std::copy(left.begin(), left.end(), replay_.begin() + replayBytes_);
    replayBytes_ = static_cast<std::uint8_t>(replayBytes_ + left.size());
    return result;
}

base::Result<std::optional<Message>> ChunkReader::read(base::ByteSpan& input) {
    while (true) {
        if (!inPayload_) {
            const auto progress = readHeader(input);
            if (!progress.ok()) return progress.error();
            if (progress.value() == HeaderProgress::NeedsMore) return std::optional<Message>();
        }
        ChunkStream& stream = streams_[current_];
        if (const auto taken = takePayload(stream, input); !taken.ok()) return taken.error();
        if (chunkLeftBytes_ > 0) return std::optional<Message>();
        inPayload_ = false;
        if (stream.payload.size() < stream.lengthBytes) continue;
        auto message = endMessage(stream);
        if (!message.ok() || message.value().has_value()) return message;
    }
}

base::Result<ChunkReader::HeaderProgress> ChunkReader::readHeader(base::ByteSpan& input) {
    if (!fillHeader(input, 1)) return HeaderProgress::NeedsMore;
    const unsigned format = header_[0] >> 6U;
    const std::size_t basicBytes = basicHeaderBytes(header_[0]);
    if (!fillHeader(input, basicBytes)) return HeaderProgress::NeedsMore;

    const std::uint32_t id = chunkStreamId(base::ByteSpan(header_).first(basicBytes));
    ChunkStream* known = findStream(id);
    if (format == 3 && known != nullptr && known->inMessage) return readContinuation(*known, input, basicBytes);

    std::size_t sizeBytes = basicBytes + kMessageHeaderBytes[format];
    if (!fillHeader(input, sizeBytes)) return HeaderProgress::NeedsMore;
    const bool extended = format == 3
                              ? known != nullptr && known->extendedTimestamp
                              : base::ByteReader(base::ByteSpan(header_).subspan(basicBytes)).u24() == kExtendedMark;
    if (extended) sizeBytes += 4;
    if (!fillHeader(input, sizeBytes)) return HeaderProgress::NeedsMore;

    auto stream = streamForMessage(known, id, format);
    if (!stream.ok()) return stream.error();
    stream.value()->extendedTimestamp = extended;
    const auto begun =
        beginMessage(*stream.value(), format, base::ByteSpan(header_).first(sizeBytes).subspan(basicBytes));
    if (!begun.ok()) return begun.error();
    return HeaderProgress::Complete;
}

/// A chunk after the first of its message. Section 5.3.1.3 wants an extended timestamp repeated in it, and some
/// senders leave it out: four bytes that are not that timestamp are payload.
ChunkReader::HeaderProgress ChunkReader::readContinuation(ChunkStream& stream, base::ByteSpan& input,
                                                          std::size_t basicBytes) {
    const std::size_t repeatedBytes = stream.extendedTimestamp ? 4 : 0;
    while (headerBytes_ < basicBytes + repeatedBytes) {
        if (input.empty()) return HeaderProgress::NeedsMore;
        const std::size_t matched = headerBytes_ - basicBytes;
        const auto expected = static_cast<std::uint8_t>(stream.timestampField >> (24 - 8 * matched));
        if (input.front() != expected) {
            std::copy_n(header_.begin() + static_cast<std::ptrdiff_t>(basicBytes), matched, replay_.begin());
            replayBytes_ = static_cast<std::uint8_t>(matched);
            break;
        }
        header_[headerBytes_++] = expected;
        input = input.subspan(1);
    }
    beginChunk(stream);
    return replayBytes_ > 0 ? HeaderProgress::NeedsMore : HeaderProgress::Complete;
}

base::Result<ChunkReader::ChunkStream*> ChunkReader::streamForMessage(ChunkStream* known, std::uint32_t id,
                                                                      unsigned format) {
    if (known != nullptr) {
        if (!known->inMessage) return known;
        return base::Error{fmt::format("chunk stream {}: a new message (fmt {}) inside an unfinished one", id, format)};
    }
    // librtmp and what descends from it open a chunk stream with fmt 1, meaning message stream 0.
    if (format > 1) return base::Error{fmt::format("chunk stream {} begins with a chunk of fmt {}", id, format)};
    if (streams_.size() >= limits_.chunkStreams) {
        return base::Error{fmt::format("more than {} chunk streams", limits_.chunkStreams)};
    }
    streams_.emplace_back().id = id;
    return &streams_.back();
}

/// `messageHeader` is what follows the basic header, the extended timestamp included (sections 5.3.1.2 and 5.3.1.3).
base::Result<void> ChunkReader::beginMessage(ChunkStream& stream, unsigned format, base::ByteSpan messageHeader) {
    base::ByteReader reader(messageHeader);
    if (format < 3) stream.timestampField = reader.u24();
    if (format < 2) {
        stream.lengthBytes = reader.u24();
        stream.type = static_cast<MessageType>(reader.u8());
    }
    if (format == 0) stream.messageStreamId = littleEndian32(reader.bytes(4));
    if (stream.extendedTimestamp) stream.timestampField = reader.u32();
    // With fmt 3 the field of the message before is the delta, even if that was the absolute time of a fmt 0.
    stream.timestampMs = format == 0 ? stream.timestampField : stream.timestampMs + stream.timestampField;

    if (stream.lengthBytes > limits_.messageBytes) {
        return base::Error{
            fmt::format("a message of {} bytes; the limit is {}", stream.lengthBytes, limits_.messageBytes)};
    }
    stream.inMessage = true;
    beginChunk(stream);
    return {};
}

void ChunkReader::beginChunk(const ChunkStream& stream) {
    const auto leftBytes = static_cast<std::uint32_t>(stream.lengthBytes - stream.payload.size());
    chunkLeftBytes_ = std::min(chunkSizeBytes_, leftBytes);
    current_ = static_cast<std::size_t>(&stream - streams_.data());
    inPayload_ = true;
    headerBytes_ = 0;
}

base::Result<void> ChunkReader::takePayload(ChunkStream& stream, base::ByteSpan& input) {
    const std::size_t runBytes = std::min<std::size_t>(chunkLeftBytes_, input.size());
    if (runBytes == 0) return {};
    if (runBytes > limits_.partialBytes - std::min(partialBytes_, limits_.partialBytes)) {
        return base::Error{fmt::format("more than {} bytes in unfinished messages", limits_.partialBytes)};
    }
    reserveFor(stream.payload, runBytes, stream.lengthBytes);
    stream.payload.insert(stream.payload.end(), input.begin(), input.begin() + static_cast<std::ptrdiff_t>(runBytes));
    input = input.subspan(runBytes);
    chunkLeftBytes_ -= static_cast<std::uint32_t>(runBytes);
    partialBytes_ += static_cast<std::uint32_t>(runBytes);
    return {};
}

base::Result<std::optional<Message>> ChunkReader::endMessage(ChunkStream& stream) {
    base::Bytes payload = std::exchange(stream.payload, {});
    partialBytes_ -= static_cast<std::uint32_t>(payload.size());
    stream.inMessage = false;
    if (stream.type == MessageType::SetChunkSize || stream.type == MessageType::Abort) {
        const auto done = stream.type == MessageType::SetChunkSize ? setChunkSize(payload) : abortMessage(payload);
        if (!done.ok()) return done.error();
        return std::optional<Message>();
    }
    return std::optional<Message>(
        {stream.timestampMs, stream.type, stream.messageStreamId, stream.id, std::move(payload)});
}

/// Section 5.4.1. Sizes above 2^24 mean no more than that one, since no message is longer.
base::Result<void> ChunkReader::setChunkSize(base::ByteSpan payload) {
    base::ByteReader reader(payload);
    const std::uint32_t sizeBytes = reader.u32();
    if (!reader.ok() || sizeBytes == 0 || sizeBytes > 0x7FFFFFFFU) {
        return base::Error{fmt::format("Set Chunk Size: {} is no chunk size", sizeBytes)};
    }
    chunkSizeBytes_ = std::min(sizeBytes, kMaxChunkSizeBytes);
    return {};
}

/// Section 5.4.2.
base::Result<void> ChunkReader::abortMessage(base::ByteSpan payload) {
    base::ByteReader reader(payload);
    ChunkStream* stream = findStream(reader.u32());
    if (!reader.ok()) return base::Error{"Abort Message: shorter than a chunk stream id"};
    if (stream == nullptr || !stream->inMessage) return {};
    partialBytes_ -= static_cast<std::uint32_t>(std::exchange(stream->payload, {}).size());
    stream->inMessage = false;
    return {};
}

bool ChunkReader::fillHeader(base::ByteSpan& input, std::size_t sizeBytes) {
    if (headerBytes_ >= sizeBytes) return true;
    const std::size_t taken = std::min(sizeBytes - headerBytes_, input.size());
    std::copy_n(input.begin(), taken, header_.begin() + headerBytes_);
    headerBytes_ = static_cast<std::uint8_t>(headerBytes_ + taken);
    input = input.subspan(taken);
    return headerBytes_ == sizeBytes;
}

ChunkReader::ChunkStream* ChunkReader::findStream(std::uint32_t id) {
    const auto found = std::ranges::find(streams_, id, &ChunkStream::id);
    return found == streams_.end() ? nullptr : &*found;
}

} // namespace hookcast::rtmp
