// The first byte says what the rest is: a codec's configuration or parts of one. What can be written is read again as
// the same.
#include "media/AacConfig.h"
#include "media/AdtsHeader.h"
#include "media/AvcConfig.h"
#include "media/AvcNal.h"
#include "media/AvcSps.h"
#include "media/HevcConfig.h"
#include "media/HevcSps.h"
#include "media/Mp3Header.h"
#include "media/NalUnits.h"

#include <cstdlib>

namespace {

using namespace hookcast;

void check(bool condition) {
    if (!condition) std::abort();
}

template <typename Config>
void readRecord(base::ByteSpan bytes) {
    const auto config = Config::readRecord(bytes);
    if (!config.ok()) return;
    const auto written = config.value().writeRecord();
    if (!written.ok()) return;
    const auto again = Config::readRecord(written.value());
    check(again.ok() && again.value() == config.value());
}

template <typename Config>
void adoptAll(base::ByteSpan stream) {
    std::vector<base::ByteSpan> units;
    media::splitAnnexB(stream, units);
    Config config;
    for (const base::ByteSpan unit : units) {
        config.adopt(unit);
        check(!config.adopt(unit));
    }
    check(config.sps.size() <= 32 && config.pps.size() <= 256);
    const auto written = config.writeRecord();
    check(!written.ok() || Config::readRecord(written.value()).value() == config);
}

void readSps(base::ByteSpan bytes) {
    if (const auto sps = media::AvcSps::parse(bytes); sps.ok()) {
        check(sps.value().width > 0 && sps.value().height > 0 && sps.value().reorderFrames.value_or(0) <= 16);
    }
    if (const auto sps = media::HevcSps::parse(bytes); sps.ok()) {
        check(sps.value().width > 0 && sps.value().height > 0 && sps.value().reorderFrames <= 16);
    }
    (void)media::avcHasRecoveryPoint(bytes);
}

void readAac(base::ByteSpan bytes) {
    const auto config = media::AacConfig::read(bytes);
    if (!config.ok()) return;
    check(config.value().sampleRate > 0 && config.value().frameSamples > 0);
    const auto written = config.value().write();
    check(!written.ok() || media::AacConfig::read(written.value()).value() == config.value());
    const auto adts = media::AdtsHeader::write(config.value(), 100);
    check(!adts.ok() || media::AdtsHeader::read(adts.value()).value().frameBytes == 107);
}

void readFrameHeaders(base::ByteSpan bytes) {
    if (const auto header = media::Mp3Header::read(bytes); header.ok()) {
        check(header.value().frameBytes >= media::Mp3Header::kSizeBytes && header.value().frameBytes < 8192);
    }
    if (const auto header = media::AdtsHeader::read(bytes); header.ok()) {
        check(header.value().frameBytes >= header.value().headerBytes);
    }
}

void splitAndJoin(base::ByteSpan bytes) {
    for (const unsigned lengthSizeBytes : {1U, 2U, 3U, 4U}) {
        std::vector<base::ByteSpan> units;
        const bool ok = media::splitLengthPrefixed(bytes, lengthSizeBytes, units).ok();
        base::Bytes joined;
        media::appendLengthPrefixed(units, joined);
        std::vector<base::ByteSpan> again;
        check(media::splitLengthPrefixed(joined, 4, again).ok() && again.size() == units.size());
        check(!ok || lengthSizeBytes != 4 || joined.size() <= bytes.size());
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const base::ByteSpan bytes(data + 1, size - 1);
    switch (data[0] % 8) {
    case 0: readRecord<media::AvcConfig>(bytes); break;
    case 1: readRecord<media::HevcConfig>(bytes); break;
    case 2: adoptAll<media::AvcConfig>(bytes); break;
    case 3: adoptAll<media::HevcConfig>(bytes); break;
    case 4: readSps(bytes); break;
    case 5: readAac(bytes); break;
    case 6: readFrameHeaders(bytes); break;
    default: splitAndJoin(bytes); break;
    }
    return 0;
}
