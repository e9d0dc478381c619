#include "rtp/Rtcp.h"

#include "base/ByteReader.h"
#include "base/ByteWriter.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace hookcast::rtp {

namespace {

constexpr std::uint8_t kSenderReport = 200;
constexpr std::uint8_t kReceiverReport = 201;
constexpr std::uint8_t kSourceDescription = 202;
constexpr std::uint8_t kGoodbye = 203;
constexpr std::uint8_t kItemEnd = 0;
constexpr std::uint8_t kItemCname = 1;
constexpr std::size_t kMaxBlocks = 31;
constexpr std::size_t kMaxTextBytes = 255;
constexpr unsigned kVersion2 = 0x80;

/// 24 bits, two's complement.
std::int32_t signed24(std::uint32_t value) {
    return static_cast<std::int32_t>(value << 8U) >> 8;
}

std::vector<ReportBlock> readBlocks(base::ByteReader& reader, unsigned count) {
    std::vector<ReportBlock> blocks;
    for (; count > 0; --count) {
        ReportBlock block;
        block.ssrc = reader.u32();
        block.fractionLost = reader.u8();
        block.cumulativeLost = signed24(reader.u24());
        block.highestSequence = reader.u32();
        block.jitter = reader.u32();
        block.lastSenderReport = reader.u32();
        block.delaySinceLastSenderReport = reader.u32();
        blocks.push_back(block);
    }
    return blocks;
}

void readSenderReport(base::ByteReader& reader, unsigned count, RtcpCompound& compound) {
    SenderReport report;
    report.ssrc = reader.u32();
    report.ntpTime = reader.u64();
    report.rtpTimestamp = reader.u32();
    report.packets = reader.u32();
    report.payloadBytes = reader.u32();
    report.blocks = readBlocks(reader, count);
    compound.senderReports.push_back(std::move(report));
}

/// RFC 3550, 6.5: each chunk ends with a zero and is filled up to 32 bits.
void readDescriptions(base::ByteReader& reader, unsigned count, RtcpCompound& compound) {
    for (; count > 0 && reader.ok(); --count) {
        SourceDescription description;
        description.ssrc = reader.u32();
        while (reader.ok()) {
            const std::uint8_t type = reader.u8();
            if (type == kItemEnd) break;
            const std::string_view text = base::asText(reader.bytes(reader.u8()));
            if (type == kItemCname) description.cname = text;
        }
        reader.bytes((4 - reader.position() % 4) % 4);
        compound.descriptions.push_back(std::move(description));
    }
}

void readGoodbye(base::ByteReader& reader, unsigned count, RtcpCompound& compound) {
    Goodbye goodbye;
    for (; count > 0; --count) goodbye.ssrcs.push_back(reader.u32());
    if (reader.ok() && reader.remaining() > 0) goodbye.reason = base::asText(reader.bytes(reader.u8()));
    compound.goodbyes.push_back(std::move(goodbye));
}

/// `packet` is all of one packet but its padding.
bool readPacket(base::ByteSpan packet, RtcpCompound& compound) {
    base::ByteReader reader(packet);
    const unsigned count = reader.u8() & 0x1FU;
    const std::uint8_t type = reader.u8();
    reader.u16();
    switch (type) {
    case kSenderReport: readSenderReport(reader, count, compound); break;
    case kReceiverReport: {
        const std::uint32_t ssrc = reader.u32();
        compound.receiverReports.push_back({ssrc, readBlocks(reader, count)});
        break;
    }
    case kSourceDescription: readDescriptions(reader, count, compound); break;
    case kGoodbye: readGoodbye(reader, count, compound); break;
    default: break;
    }
    return reader.ok();
}

void writeHeader(base::ByteWriter& writer, std::size_t count, std::uint8_t type, std::size_t sizeBytes) {
    writer.u8(static_cast<std::uint8_t>(kVersion2 | count));
    writer.u8(type);
    writer.u16(static_cast<std::uint16_t>(sizeBytes / 4 - 1));
}

void writeBlocks(base::ByteWriter& writer, std::span<const ReportBlock> blocks) {
    for (const ReportBlock& block : blocks) {
        writer.u32(block.ssrc);
        writer.u8(block.fractionLost);
        writer.u24(static_cast<std::uint32_t>(block.cumulativeLost) & 0xFFFFFFU);
        writer.u32(block.highestSequence);
        writer.u32(block.jitter);
        writer.u32(block.lastSenderReport);
        writer.u32(block.delaySinceLastSenderReport);
    }
}

void writeCname(base::ByteWriter& writer, std::uint32_t ssrc, std::string_view cname) {
    cname = cname.substr(0, kMaxTextBytes);
    // Header, SSRC, item header, text, at least one zero.
    const std::size_t unfilledBytes = 4 + 4 + 2 + cname.size();
    const std::size_t sizeBytes = unfilledBytes / 4 * 4 + 4;
    writeHeader(writer, 1, kSourceDescription, sizeBytes);
    writer.u32(ssrc);
    writer.u8(kItemCname);
    writer.u8(static_cast<std::uint8_t>(cname.size()));
    writer.text(cname);
    for (std::size_t i = unfilledBytes; i < sizeBytes; ++i) writer.u8(0);
}

std::span<const ReportBlock> writable(const std::vector<ReportBlock>& blocks) {
    return std::span(blocks).first(std::min(blocks.size(), kMaxBlocks));
}

constexpr std::size_t kBlockBytes = 24;

} // namespace

base::Result<RtcpCompound> parseRtcp(base::ByteSpan bytes) {
    RtcpCompound compound;
    while (!bytes.empty()) {
        base::ByteReader reader(bytes);
        const std::uint8_t first = reader.u8();
        reader.u8();
        const std::size_t sizeBytes = (reader.u16() + std::size_t{1}) * 4;
        if (!reader.ok() || sizeBytes > bytes.size()) {
            return base::Error{fmt::format("an RTCP packet of {} bytes with {} left", sizeBytes, bytes.size())};
        }
        if (first >> 6U != 2) return base::Error{fmt::format("RTCP version {} instead of 2", first >> 6U)};
        base::ByteSpan packet = bytes.first(sizeBytes);
        bytes = bytes.subspan(sizeBytes);
        if ((first & 0x20U) != 0) {
            const std::size_t paddingBytes = packet.back();
            if (paddingBytes == 0 || paddingBytes > sizeBytes - 4) return base::Error{"RTCP padding that does not fit"};
            packet = packet.first(sizeBytes - paddingBytes);
        }
        if (!readPacket(packet, compound)) return base::Error{"an RTCP packet that is cut short"};
    }
    return compound;
}

base::Bytes writeSenderReport(const SenderReport& report, std::string_view cname) {
    const auto blocks = writable(report.blocks);
    base::Bytes bytes;
    base::ByteWriter writer(bytes);
    writeHeader(writer, blocks.size(), kSenderReport, 28 + blocks.size() * kBlockBytes);
    writer.u32(report.ssrc);
    writer.u64(report.ntpTime);
    writer.u32(report.rtpTimestamp);
    writer.u32(report.packets);
    writer.u32(report.payloadBytes);
    writeBlocks(writer, blocks);
    writeCname(writer, report.ssrc, cname);
    return bytes;
}

base::Bytes writeReceiverReport(const ReceiverReport& report, std::string_view cname) {
    const auto blocks = writable(report.blocks);
    base::Bytes bytes;
    base::ByteWriter writer(bytes);
    writeHeader(writer, blocks.size(), kReceiverReport, 8 + blocks.size() * kBlockBytes);
    writer.u32(report.ssrc);
    writeBlocks(writer, blocks);
    writeCname(writer, report.ssrc, cname);
    return bytes;
}

base::Bytes writeGoodbye(std::uint32_t ssrc, std::string_view cname) {
    base::Bytes bytes = writeReceiverReport({ssrc, {}}, cname);
    base::ByteWriter writer(bytes);
    writeHeader(writer, 1, kGoodbye, 8);
    writer.u32(ssrc);
    return bytes;
}

std::uint64_t ntpFromUnixUs(std::int64_t unixUs) {
    constexpr std::uint64_t kUnixEpochInNtpSec = 2'208'988'800;
    const auto us = static_cast<std::uint64_t>(unixUs);
    const std::uint64_t fraction = ((us % 1'000'000) << 32U) / 1'000'000;
    return (us / 1'000'000 + kUnixEpochInNtpSec) << 32U | fraction;
}

} // namespace hookcast::rtp
