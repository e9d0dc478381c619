#include "hooks/HookEvent.h"

namespace hookcast::hooks {

std::string_view nameOf(HookAction action) {
    switch (action) {
    case HookAction::Connect: return "on_connect";
    case HookAction::Close: return "on_close";
    case HookAction::Publish: return "on_publish";
    case HookAction::Unpublish: return "on_unpublish";
    case HookAction::Play: return "on_play";
    case HookAction::Stop: return "on_stop";
    case HookAction::Dvr: return "on_dvr";
    }
    return "unknown";
}

HookAction closingOf(HookAction opening) {
    switch (opening) {
    case HookAction::Publish: return HookAction::Unpublish;
    case HookAction::Play: return HookAction::Stop;
    default: return HookAction::Close;
    }
}

bool isClosing(HookAction action) {
    return action == HookAction::Close || action == HookAction::Unpublish || action == HookAction::Stop;
}

} // namespace hookcast::hooks
