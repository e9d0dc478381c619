#pragma once

#include "config/DirectiveRow.h"

#include <string>
#include <string_view>
#include <vector>

namespace hookcast::config {

/// The one directive table: every name that SRS 1.0 to 8.0 accepts somewhere, and our own. Constant data; any thread.
/// Its rows live in the *Rows.cpp files, by area.
std::vector<const Section*> allSections();

/// The section of a context such as `vhost.play`; null for a context that the table does not describe.
const Section* findSection(std::string_view context);

/// Null for an unknown name.
const DirectiveRow* findRow(const Section& section, std::string_view name);

/// What a block's children are checked against; null where `row` is not a block or its contents are not described.
const Section* childSection(const Section& parent, const DirectiveRow& row);

/// `vhost.play.gop_cache`
/// Whether a row of `section` decides who comes in, by itself or by what its block holds: nothing of it is guessed.
bool guards(const Section& section, const DirectiveRow& row);

/// Whether a guarding block has that name, in whatever context.
bool namesGuardingBlock(std::string_view name);

std::string pathOf(const Section& section, std::string_view name);

/// The variables that set a row's directive, the strongest first; none where it has none.
std::vector<std::string> variablesOf(const Section& section, const DirectiveRow& row);

/// For messages: `at the top level`, `in vhost.play`.
std::string placeOf(const Section& section);

/// A hint for a name that `section` does not know: where it does belong, else the nearest name that the section
/// knows. Empty where nothing comes near.
std::string suggestionFor(const Section& section, std::string_view name);

/// How many single-letter changes (insert, drop, replace, swap two neighbours) lead from one word to the other.
std::size_t editDistance(std::string_view one, std::string_view other);

/// Rows of one area, for DirectiveTable.cpp.
std::span<const Section> rootSections();
std::span<const Section> serverSections();
std::span<const Section> vhostSections();
std::span<const Section> hookSections();
std::span<const Section> outputSections();
std::span<const Section> mediaSections();
std::span<const Section> srtSections();
std::span<const Section> inputSections();
std::span<const Section> clusterSections();
std::span<const Section> spoolSections();
std::span<const Section> hlsSections();

} // namespace hookcast::config
