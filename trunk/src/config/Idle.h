#pragma once

#include "config/Directive.h"
#include "config/DirectiveTable.h"

#include <string_view>

namespace hookcast::config {

/// Whether `directive`, a child of `block` that `row` of `section` describes, asks for nothing, with SRS as here: a
/// block that is off, `mode local`, and a switch without effect that is off. Who moves here does not miss it.
bool isIdle(const Directive& block, const Directive& directive, const Section& section, const DirectiveRow& row);

/// Whether a directive without effect is a switch that `word` turns off, likewise.
bool isIdleSwitch(const DirectiveRow& row, std::string_view word);

} // namespace hookcast::config
