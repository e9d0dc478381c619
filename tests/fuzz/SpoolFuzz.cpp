// The input is a record of the spool's journal: whatever is read out of it must make the same record again.
#include "spool/EventText.h"
#include "spool/Record.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace hookcast;

void check(bool condition) {
    if (!condition) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    if (const auto targets = spool::parseTargets(input)) {
        const auto again = spool::parseTargets(spool::targetsText(targets.value()));
        check(again.ok() && again.value() == targets.value());
    }
    if (const auto event = spool::parseEvent(input)) {
        const std::string text = spool::eventText(event.value());
        const auto again = spool::parseEvent(text);
        check(again.ok() && spool::eventText(again.value()) == text);
    }
    const auto record = spool::parseRecord(input);
    if (record && record.value().row) {
        const spool::Row& row = *record.value().row;
        const auto again = spool::parseRecord(spool::recordText(row, record.value().opening));
        check(again.ok() && again.value().row.has_value() && again.value().row->event == row.event);
        spool::Pending pending;
        spool::add(record.value(), pending);
    }
    if (record && record.value().event.seq != 0) {
        const auto again = spool::parseRecord(spool::recordText(record.value().event));
        check(again.ok() && again.value().event.webhook == record.value().event.webhook);
        spool::Pending pending;
        spool::add(record.value(), pending);
    }
    return 0;
}
