#pragma once

#include "base/Result.h"
#include "hooks/HookEvent.h"
#include "hooks/KeptTarget.h"

#include <string>
#include <string_view>

namespace hookcast::spool {

/// An event as compact JSON, from which the same event can be made, byte for byte: what is no UTF-8 stands there as
/// Base64. Any thread.
std::string eventText(const hooks::HookEvent& event);

/// `text` may be anything. The client's log name has no introduction.
base::Result<hooks::HookEvent> parseEvent(std::string_view text);

std::string targetsText(const hooks::KeptTargets& targets);
base::Result<hooks::KeptTargets> parseTargets(std::string_view text);

} // namespace hookcast::spool
