#pragma once

#include "base/Bytes.h"
#include "base/Result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::rtp {

/// What one receiver tells of one source (RFC 3550, 6.4.1).
struct ReportBlock {
    std::uint32_t ssrc = 0;
    std::uint8_t fractionLost = 0;                ///< since the report before, in 1/256
    std::int32_t cumulativeLost = 0;              ///< 24 bits, signed
    std::uint32_t highestSequence = 0;            ///< with its cycles above
    std::uint32_t jitter = 0;                     ///< in timestamp units
    std::uint32_t lastSenderReport = 0;           ///< the middle 32 bits of its NTP time; 0: none yet
    std::uint32_t delaySinceLastSenderReport = 0; ///< in 1/65536 s

    bool operator==(const ReportBlock&) const = default;
};

struct SenderReport {
    std::uint32_t ssrc = 0;
    std::uint64_t ntpTime = 0; ///< 32.32 fixed point seconds since 1900
    std::uint32_t rtpTimestamp = 0;
    std::uint32_t packets = 0;
    std::uint32_t payloadBytes = 0;
    std::vector<ReportBlock> blocks;

    bool operator==(const SenderReport&) const = default;
};

struct ReceiverReport {
    std::uint32_t ssrc = 0;
    std::vector<ReportBlock> blocks;

    bool operator==(const ReceiverReport&) const = default;
};

/// One chunk of an SDES packet, of which only the CNAME is kept.
struct SourceDescription {
    std::uint32_t ssrc = 0;
    std::string cname;

    bool operator==(const SourceDescription&) const = default;
};

struct Goodbye {
    std::vector<std::uint32_t> ssrcs;
    std::string reason;

    bool operator==(const Goodbye&) const = default;
};

/// All that a compound packet holds and that is known here, by kind and in order.
struct RtcpCompound {
    std::vector<SenderReport> senderReports;
    std::vector<ReceiverReport> receiverReports;
    std::vector<SourceDescription> descriptions;
    std::vector<Goodbye> goodbyes;
};

/// Reads a compound packet (RFC 3550, 6.1). Packets of other types are skipped, and it need not begin with a report
/// (RFC 5506).
base::Result<RtcpCompound> parseRtcp(base::ByteSpan bytes);

/// Compound packets: a report and the CNAME of its sender. At most 31 blocks and 255 bytes of CNAME are written.
base::Bytes writeSenderReport(const SenderReport& report, std::string_view cname);
base::Bytes writeReceiverReport(const ReceiverReport& report, std::string_view cname);

/// An empty receiver report, the CNAME and BYE.
base::Bytes writeGoodbye(std::uint32_t ssrc, std::string_view cname);

/// Wall-clock time as SR has it.
std::uint64_t ntpFromUnixUs(std::int64_t unixUs);

} // namespace hookcast::rtp
