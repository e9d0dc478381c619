#include "net/ProxyHeaderStep.h"

#include "net/ProxyHeader.h"

namespace hookcast::net {

Doorway::Step::Verdict ProxyHeaderStep::look(base::ByteSpan input) {
    using Stage = ProxyHeader::Stage;
    const base::Result<ProxyHeader> read = readProxyHeader(input, limitBytes_);
    const Stage stage = read ? read.value().stage : Stage::Begun;
    if ((stage == Stage::Begun || stage == Stage::Complete) && !isTrusted_)
        return Refused{"a PROXY header from an address that is none of trusted_proxies"};
    if (!read) return Refused{read.error().message};
    hasBegun_ = stage == Stage::Begun;
    if (stage == Stage::Undecided || stage == Stage::Begun) return More{};
    return Done{read.value().sizeBytes, read.value().client};
}

const char* ProxyHeaderStep::lateness() const {
    return hasBegun_ ? "the PROXY header was not complete in time" : nullptr;
}

} // namespace hookcast::net
