#include "visits/ClientState.h"

namespace hookcast::visits {

std::string_view nameOf(WaitsFor what) {
    switch (what) {
    case WaitsFor::Nothing: return "nothing";
    case WaitsFor::Client: return "client";
    case WaitsFor::Verdict: return "verdict";
    case WaitsFor::Turn: return "turn";
    case WaitsFor::Name: return "name";
    case WaitsFor::Stream: return "stream";
    case WaitsFor::FirstMedia: return "first_media";
    case WaitsFor::Media: return "media";
    }
    return {};
}

} // namespace hookcast::visits
