#include "net/Doorway.h"

#include <utility>

namespace hookcast::net {

Doorway::Progress Doorway::enter(base::ByteSpan input) {
    if (!kept_.empty()) {
        kept_.insert(kept_.end(), input.begin(), input.end());
        input = kept_;
    }
    Progress progress;
    while (!steps_.empty()) {
        Step::Verdict verdict = input.empty() ? Step::More() : steps_.front()->look(input);
        if (auto* const refused = std::get_if<Step::Refused>(&verdict)) {
            progress.state = Progress::State::Refused;
            progress.why = std::move(refused->why);
            return progress;
        }
        auto* const done = std::get_if<Step::Done>(&verdict);
        if (done == nullptr) {
            keep(input);
            return progress;
        }
        input = input.subspan(done->sizeBytes);
        progress.takenBytes += done->sizeBytes;
        if (done->client) progress.client = done->client;
        steps_.erase(steps_.begin());
    }
    progress.state = Progress::State::Passed;
    progress.rest = input;
    return progress;
}

void Doorway::keep(base::ByteSpan input) {
    // As often as not it is what is kept already.
    if (input.size() != kept_.size()) kept_ = base::Bytes(input.begin(), input.end());
}

} // namespace hookcast::net
