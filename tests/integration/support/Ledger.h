#pragma once

#include "support/HookCall.h"

#include <cstddef>
#include <string>
#include <vector>

namespace hookcast::integration {

/// The books of a backend: what it let in has to go out again, once, and in the right order.
struct Ledger {
    std::size_t sessions = 0;          ///< different clients, once for each dialect
    std::size_t admitted = 0;          ///< openings that it said yes to
    std::size_t refused = 0;           ///< openings that it said no to
    std::size_t closed = 0;            ///< closing events
    std::vector<std::string> mistakes; ///< one line for each, with the client's whole story
};

/// Goes through the calls client by client, of JSON hooks and of form notify, each of which keeps books of its own;
/// form notify has no call for the end of a connection, and so its calls about connecting are not counted. A mistake
/// is: an admitted opening that is never closed; a closing without an opening, or a second one; a connection closed
/// before what was opened on it; anything after the connection's end.
Ledger settle(const HookCalls& calls);

/// Fails the test where there is a mistake, or something that began has not ended.
void expectBalance(const HookCalls& calls);

} // namespace hookcast::integration
