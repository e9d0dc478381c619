#pragma once

#include "support/MockBackend.h"

#include <string>
#include <string_view>

namespace hookcast::integration {

/// An `http_hooks` block as hooksTo() makes it, but with `urls` for `opening`: on_connect, on_publish or on_play.
std::string hooksWith(const MockBackend& backend, std::string_view opening, std::string_view urls,
                      std::string_view more = "");

/// Where SRS's api-server takes an opening: `/api/v1/clients`, `/api/v1/streams` or `/api/v1/sessions`.
std::string pathOf(std::string_view opening);

/// The event that ends what `opening` began.
std::string closingOf(std::string_view opening);

} // namespace hookcast::integration
