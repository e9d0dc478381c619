#include "srtp/Protection.h"

namespace hookcast::srtp {

base::Result<std::unique_ptr<Protection>> Protection::make(const Keying& ours, const Keying& theirs) {
    auto out = Outbound::make(ours);
    if (!out) return out.error();
    auto in = Inbound::make(theirs);
    if (!in) return in.error();
    auto protection = std::make_unique<Protection>();
    protection->out = out.take();
    protection->in = in.take();
    return protection;
}

} // namespace hookcast::srtp
