#pragma once

#include "base/EnumSize.h"
#include "config/Protocol.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hookcast::config {

/// In what words, and at which moments, the backends of a vhost's http_hooks are asked.
enum class HookDialectName : std::uint8_t {
    Srs,  ///< as SRS's HTTP callback page has it: releases 1 to 3
    Srs4, ///< as SRS 4 to 8 do it
};

/// client_id, as a block has it.
enum class ClientIdForm : std::uint8_t {
    Auto, ///< as the dialect has it
    Integer,
    String,
};

/// What dialects differ in beside the words of a call, which are its class's (hooks::HookDialect). Whoever wants to
/// know something of a dialect asks its traits, and compares no names.
struct HookDialectTraits {
    HookDialectName dialect;   ///< whose row it is
    std::string_view name;     ///< in directives
    ClientIdForm clientIdForm; ///< where the block leaves it open
    /// on_connect is asked when the client has named its stream, not before: at the vhost and with the application and
    /// the query of that stream.
    bool connectNamesStream;
    /// Whose connections are told of, in the order of Protocol; of the others only what they publish and play is.
    std::array<bool, kProtocols.size()> tellsConnections;
    int lastAdmittingStatus; ///< from 200 on

    constexpr bool tellsConnectionsOf(Protocol protocol) const {
        return tellsConnections[static_cast<std::size_t>(protocol)];
    }
    constexpr bool admits(int status) const { return status >= 200 && status <= lastAdmittingStatus; }
};

/// One row for each, in the order of HookDialectName; it does not compile otherwise.
inline constexpr std::array kHookDialects = {
    HookDialectTraits{HookDialectName::Srs, "srs", ClientIdForm::Integer, false, {true, true, true, true, true}, 200},
    HookDialectTraits{HookDialectName::Srs4, "srs4", ClientIdForm::String, true, {true, true, true, false, false}, 201},
};

static_assert(kHookDialects.size() == base::enumSize<HookDialectName>(), "a dialect without a row");
static_assert(std::ranges::all_of(kHookDialects,
                                  [](const HookDialectTraits& row) {
                                      return &row == &kHookDialects[static_cast<std::size_t>(row.dialect)];
                                  }),
              "a row in another's place");

constexpr const HookDialectTraits& traitsOf(HookDialectName dialect) {
    return kHookDialects[static_cast<std::size_t>(dialect)];
}

} // namespace hookcast::config
