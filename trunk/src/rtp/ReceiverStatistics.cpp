#include "rtp/ReceiverStatistics.h"

#include "rtp/RtpPacket.h"

#include <algorithm>
#include <cmath>

namespace hookcast::rtp {

namespace {

// RFC 3550, A.1.
constexpr int kMaxDropout = 3000;
constexpr int kMaxMisorder = 100;

constexpr std::int64_t kUsPerSecond = 1'000'000;

} // namespace

void ReceiverStatistics::onPacket(std::uint16_t sequence, std::uint32_t rtpTimestamp, std::int64_t arrivalUs) {
    if (!begun_) begin(sequence);
    const int distance = sequenceDistance(sequence, highest_);
    if (distance >= kMaxDropout || distance < -kMaxMisorder) {
        if (continuation_ != sequence) {
            continuation_ = static_cast<std::uint16_t>(sequence + 1);
            return;
        }
        begin(sequence);
    } else if (distance > 0) {
        advance(sequence);
    }
    continuation_.reset();
    ++received_;
    updateJitter(rtpTimestamp, arrivalUs);
}

void ReceiverStatistics::onSenderReport(const SenderReport& report, std::int64_t arrivalUs) {
    lastSenderReport_ = static_cast<std::uint32_t>(report.ntpTime >> 16U);
    lastSenderReportUs_ = arrivalUs;
}

ReportBlock ReceiverStatistics::report(std::uint32_t sourceSsrc, std::int64_t nowUs) {
    ReportBlock block;
    block.ssrc = sourceSsrc;
    if (begun_) {
        const std::int64_t expected = std::int64_t{highestSequence()} - first_ + 1;
        const auto received = static_cast<std::int64_t>(received_);
        const std::int64_t expectedNow = expected - expectedBefore_;
        const std::int64_t lostNow = expectedNow - (received - receivedBefore_);
        if (expectedNow > 0 && lostNow > 0) {
            block.fractionLost = static_cast<std::uint8_t>(std::min<std::int64_t>((lostNow << 8) / expectedNow, 255));
        }
        expectedBefore_ = expected;
        receivedBefore_ = received;
        block.cumulativeLost =
            static_cast<std::int32_t>(std::clamp<std::int64_t>(expected - received, -0x800000, 0x7FFFFF));
        block.highestSequence = highestSequence();
        block.jitter = static_cast<std::uint32_t>(jitter_);
    }
    block.lastSenderReport = lastSenderReport_;
    if (lastSenderReport_ != 0) {
        const std::int64_t delayUs = std::max<std::int64_t>(nowUs - lastSenderReportUs_, 0);
        block.delaySinceLastSenderReport = static_cast<std::uint32_t>(delayUs * 65536 / kUsPerSecond);
    }
    return block;
}

void ReceiverStatistics::begin(std::uint16_t sequence) {
    begun_ = true;
    first_ = sequence;
    highest_ = sequence;
    cycles_ = 0;
    received_ = 0;
    expectedBefore_ = 0;
    receivedBefore_ = 0;
    transit_.reset();
}

void ReceiverStatistics::advance(std::uint16_t sequence) {
    if (sequence < highest_) cycles_ += 0x10000;
    highest_ = sequence;
}

/// A.8, with the arrival time in timestamp units modulo 2^32.
void ReceiverStatistics::updateJitter(std::uint32_t rtpTimestamp, std::int64_t arrivalUs) {
    const auto us = static_cast<std::uint64_t>(arrivalUs);
    const std::uint64_t arrival = us / kUsPerSecond * clockRate_ + us % kUsPerSecond * clockRate_ / kUsPerSecond;
    const auto transit = static_cast<std::uint32_t>(arrival) - rtpTimestamp;
    if (transit_) {
        const double difference = std::abs(static_cast<double>(static_cast<std::int32_t>(transit - *transit_)));
        jitter_ += (difference - jitter_) / 16;
    }
    transit_ = transit;
}

} // namespace hookcast::rtp
