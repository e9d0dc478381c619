#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::hooks {

/// What a call's webhook-signature says (Standard Webhooks, "Signature scheme"): for each secret `v1,` and the
/// HMAC-SHA256 of `id.timestamp.content` in base 64, with a blank between two. `secrets`: `whsec_` and base 64; what is
/// none signs nothing. Throws std::bad_alloc.
std::string signatureOf(const std::vector<std::string>& secrets, std::string_view id, std::int64_t timestampS,
                        std::string_view content);

/// The id of what has none of its own but what it says: the same for the same content, and for no other.
std::string idOfContent(std::string_view content);

} // namespace hookcast::hooks
