#pragma once

#include "hooks/Admission.h"
#include "hooks/HookEvent.h"
#include "hooks/StreamKey.h"
#include "visits/AdmittedClient.h"
#include "visits/ClientBook.h"

#include <optional>
#include <vector>

namespace hookcast::visits {

/// Who publishes and plays `key` here, or only those who do `only`, and is to be ended. What backends have said about
/// the stream, and about whoever comes from these clients' addresses, is forgotten by then, so that none of them comes
/// back unasked. Any thread.
std::vector<AdmittedClientPtr> beginKick(hooks::Admission& admission, const ClientBook& clients,
                                         const hooks::StreamKey& key, std::optional<hooks::HookAction> only = {});

} // namespace hookcast::visits
