#include "srtp/Inbound.h"

#include "base/ByteReader.h"

#include <srtp2/srtp.h>

#include <algorithm>
#include <span>

namespace hookcast::srtp {

namespace {

constexpr std::size_t kSsrcOfRtp = 8;
constexpr std::size_t kSsrcOfRtcp = 4;

int openRtp(srtp_ctx_t_* session, void* packet, int* sizeBytes, bool hasMki) {
    return srtp_unprotect_mki(session, packet, sizeBytes, hasMki ? 1U : 0U);
}

int openRtcp(srtp_ctx_t_* session, void* packet, int* sizeBytes, bool hasMki) {
    return srtp_unprotect_rtcp_mki(session, packet, sizeBytes, hasMki ? 1U : 0U);
}

} // namespace

base::Result<std::unique_ptr<Inbound>> Inbound::make(const Keying& keying) {
    auto session = makeSession(keying);
    if (!session) return session.error();
    return std::make_unique<Inbound>(session.take(), !keying.mki.empty());
}

std::optional<base::ByteSpan> Inbound::rtp(base::ByteSpan packet) {
    return open(packet, kSsrcOfRtp, openRtp);
}

std::optional<base::ByteSpan> Inbound::rtcp(base::ByteSpan packet) {
    return open(packet, kSsrcOfRtcp, openRtcp);
}

std::optional<base::ByteSpan> Inbound::open(base::ByteSpan packet, std::size_t ssrcAt, Open how) {
    base::ByteReader header(packet);
    header.bytes(ssrcAt);
    const std::uint32_t ssrc = header.u32();
    int size = static_cast<int>(packet.size());
    packet_.assign(packet.begin(), packet.end());
    if (!header.ok() || !mayComeFrom(ssrc) ||
        how(session_.get(), packet_.data(), &size, hasMki_) != srtp_err_status_ok) {
        ++dropped_;
        return std::nullopt;
    }
    const std::span known(sources_.data(), sourceCount_);
    if (std::ranges::find(known, ssrc) == known.end()) sources_[sourceCount_++] = ssrc;
    return base::ByteSpan(packet_.data(), static_cast<std::size_t>(size));
}

bool Inbound::mayComeFrom(std::uint32_t ssrc) const {
    const std::span known(sources_.data(), sourceCount_);
    return sourceCount_ < kMaxSources || std::ranges::find(known, ssrc) != known.end();
}

} // namespace hookcast::srtp
