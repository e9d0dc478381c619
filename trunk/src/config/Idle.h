#pragma once

#include "config/Directive.h"
#include "config/DirectiveTable.h"

namespace hookcast::config {

/// Whether `directive`, a child of `block` that `row` of `section` describes, asks for nothing, with SRS as here: a
/// block that is off, `mode local`, and a switch without effect that is off. Who moves here does not miss it.
bool isIdle(const Directive& block, const Directive& directive, const Section& section, const DirectiveRow& row);

} // namespace hookcast::config
