// The first byte says what is read: a record of a node, a capture, an errand or a stream, or the URL of a Redis or of a
// sentinel.
#include "cluster/Errands.h"
#include "cluster/Records.h"
#include "config/RedisAddress.h"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

void check(bool condition) {
    if (!condition) std::abort();
}

/// What has been read is written as it is read again.
template <typename Record>
void readRecord(const std::string& text) {
    const auto record = Record::read(text);
    if (!record) return;
    const auto again = Record::read(record->text());
    check(again.has_value() && *again == *record);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hookcast;
    if (size == 0) return 0;
    const std::string text(data + 1, data + size);
    switch (data[0] % 6) {
    case 0: readRecord<cluster::NodeRecord>(text); break;
    case 1: readRecord<cluster::CaptureRecord>(text); break;
    case 2:
        if (const auto address = config::readRedisUrl(text)) check(!address.value().host.empty());
        break;
    case 3:
        if (const auto address = config::readSentinel(text)) check(address.value().password.empty());
        break;
    case 4: readRecord<cluster::ErrandRecord>(text); break;
    default: readRecord<cluster::StreamRecord>(text); break;
    }
    return 0;
}
