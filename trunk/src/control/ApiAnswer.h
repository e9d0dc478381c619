#pragma once

#include "control/ApiQuery.h"
#include "visits/ClientCensus.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::control {

using Json = Poco::JSON::Object;

/// An object whose keys stay in the order in which they are set.
inline Json orderedJson() {
    return Json(Poco::JSON_PRESERVE_KEY_ORDER);
}

/// What a page answers: its own fields, to be put behind those of every answer, or text of another kind.
struct ApiAnswer {
    /// SRS's codes; 0: all is well.
    enum Code {
        kOk = 0,
        kRawFailed = 1060,
        kRawDisabled = 1061,
        kVhostNotFound = 2014,
        kStreamNotFound = 2048,
        kClientNotFound = 2049,
        // Ours; SRS leaves these numbers to others.
        kNodeSilent = 9001,
        kNodeBusy = 9002,
    };
    /// Called once, on any thread, with how the answer is written, which is done on the interface's thread.
    using OnAnswer = std::function<void(std::function<ApiAnswer()>)>;

    int code = kOk;
    Json fields = orderedJson();
    std::string text;        ///< instead of JSON, where it is not empty
    std::string contentType; ///< of the text
    int status = 200;        ///< of HTTP; another one has a text
    /// Instead of all above, where it is set: who else is to be asked first.
    std::function<void(OnAnswer)> later;

    static ApiAnswer failed(Code code) {
        ApiAnswer answer;
        answer.code = code;
        return answer;
    }
    /// In words, for people.
    static ApiAnswer refused(int status, const std::string& text) {
        ApiAnswer answer;
        answer.status = status;
        answer.contentType = "text/plain";
        answer.text = text;
        return answer;
    }
    static ApiAnswer after(std::function<void(OnAnswer)> question) {
        ApiAnswer answer;
        answer.later = std::move(question);
        return answer;
    }
    static ApiAnswer data(const Json& data) {
        ApiAnswer answer;
        answer.fields.set("data", data);
        return answer;
    }
};

/// Everybody who publishes or plays, as the census found them; and, where the page is about one client, what goes on
/// with it.
struct Census {
    std::vector<visits::ClientFigures> clients;
    std::optional<visits::ClientState> meant; ///< none: it is not here

    auto begin() const { return clients.begin(); }
    auto end() const { return clients.end(); }
    std::size_t size() const { return clients.size(); }
};

} // namespace hookcast::control
