#include "config/HookPolicy.h"

namespace hookcast::config {

std::string_view nameOf(Opening opening) {
    switch (opening) {
    case Opening::Connect: return "connect";
    case Opening::Publish: return "publish";
    case Opening::Play: return "play";
    }
    return {};
}

std::string_view nameOf(OnFailure choice) {
    switch (choice) {
    case OnFailure::Reject: return "reject";
    case OnFailure::Allow: return "allow";
    case OnFailure::Last: return "last";
    }
    return {};
}

OnFailure HookPolicy::onFailure(Opening opening) const {
    OnFailure choice = OnFailure::Reject;
    for (const FailureRule& rule : failureRules) {
        if (rule.opening == opening) return rule.choice;
        if (!rule.opening) choice = rule.choice;
    }
    return choice;
}

} // namespace hookcast::config
