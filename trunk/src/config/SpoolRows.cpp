#include "config/DirectiveTable.h"
#include "config/RowMakers.h"

#include <array>

namespace hookcast::config {

namespace {

using namespace rows;

constexpr double kMostMb = 1024 * 1024;
constexpr double kYearS = 365.0 * 24 * 3600;
constexpr double kDayS = 24.0 * 3600;

constexpr std::array kSpool = {
    onSwitch("enabled", "Keep it on the disk; else in memory, and it is lost when the server ends.")
        .in([](Scope s) -> bool& { return s.config.spool.enabled; })
        .onlyAtStart(),
    text("path", "./objs/spool", "Folder; its files are named after the pid file, so that servers may share it.")
        .in([](Scope s) -> std::string& { return s.config.spool.path; })
        .onlyAtStart(),
    sizeMb("size", "256m", "At most so much disk; the oldest goes first, and what is still owed last.")
        .within(1, kMostMb)
        .in([](Scope s) -> std::uint32_t& { return s.config.spool.sizeMb; }),
    duration("keep", "7d", "For so long what backends were told is kept, and what they were not is tried again.")
        .within(1, kYearS)
        .in([](Scope s) -> std::int64_t& { return s.config.spool.keepMs; }),
    duration("retry", "10m", "The longest wait between two attempts to tell a backend; the first is 1 s.")
        .within(1, kDayS)
        .in([](Scope s) -> std::int64_t& { return s.config.spool.retryMs; }),
};

constexpr std::array kSections = {
    Section{.context = "spool", .rows = kSpool},
};

} // namespace

std::span<const Section> spoolSections() {
    return kSections;
}

} // namespace hookcast::config
