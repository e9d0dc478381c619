#include "api-server/Verdict.h"

#include "api-server/FormText.h"
#include "api-server/JsonText.h"

#include "hooks/AnswerText.h"
#include "hooks/FormNotifyDialect.h"
#include "hooks/HookEvent.h"
#include "hooks/SrsJsonDialect.h"

#include <Poco/JSON/Object.h>
#include <fmt/format.h>

#include <array>
#include <optional>
#include <string_view>

namespace hookcast::mock {

namespace {

using hooks::HookAction;
using hooks::HookResponse;
using Outcome = HookResponse::Outcome;

HookResponse responseOf(const Answer& answer) {
    HookResponse response;
    response.status = answer.status;
    response.body = answer.body;
    response.outcome = answer.dropped                                ? Outcome::Broken
                       : answer.body.size() > hooks::kMaxAnswerBytes ? Outcome::TooLarge
                                                                     : Outcome::Answered;
    if (answer.dropped) response.error = "the connection ends without an answer";
    if (response.outcome == Outcome::TooLarge)
        response.error = fmt::format("more than {} bytes", hooks::kMaxAnswerBytes);
    return response;
}

template <typename Judged>
Verdict verdict(const Judged& judged, const char* yes, const char* no) {
    if (judged) return {true, yes};
    return {false, fmt::format("{}: {}", no, judged.error().message)};
}

/// Of event batches and heartbeats any status of 200 to 299 will do.
Verdict ofStatus(const HookResponse& response, const char* yes, const char* no) {
    const bool isWhole = response.outcome == Outcome::Answered || response.outcome == Outcome::TooLarge;
    if (isWhole && response.status >= 200 && response.status < 300) return {true, yes};
    return {false,
            isWhole ? fmt::format("{}: status {}", no, response.status) : fmt::format("{}: {}", no, response.error)};
}

Verdict ofJson(const std::string& action, const HookResponse& response) {
    constexpr std::array kTold = {HookAction::Unpublish, HookAction::Stop, HookAction::Close, HookAction::Dvr};
    bool isTold = false;
    for (const HookAction told : kTold) isTold = isTold || action == nameOf(told);
    const auto judged = hooks::SrsJsonDialect::judge(response);
    return isTold ? verdict(judged, "heard", "not accepted, which changes nothing")
                  : verdict(judged, "admits", "refuses");
}

Verdict ofForm(const std::string& call, const HookResponse& response) {
    const bool isDone = call == "done";
    const auto judged = hooks::FormNotifyDialect().judge(isDone ? HookAction::Stop : HookAction::Play, response);
    return isDone ? verdict(judged, "heard", "not heard") : verdict(judged, "admits", "refuses");
}

/// Of a JSON object; none: it is a heartbeat.
std::optional<std::string> actionIn(const std::string& body) {
    const auto document = parseJson(body);
    if (!document || document.value().type() != typeid(Poco::JSON::Object::Ptr)) return std::string();
    const auto& object = document.value().extract<Poco::JSON::Object::Ptr>();
    if (!object->has("action")) return std::nullopt;
    return valueText(object->get("action"));
}

std::string callIn(std::string_view fields) {
    for (const auto& [name, value] : fieldsOf(fields, Plus::IsBlank))
        if (name == "call") return value;
    return {};
}

} // namespace

Verdict verdictOn(const Request& request, const Answer& answer) {
    const HookResponse response = responseOf(answer);
    const std::string_view body = hooks::answerText(request.body);
    if (body.starts_with('[')) return ofStatus(response, "confirms", "does not confirm");
    if (body.starts_with('{')) {
        const std::optional<std::string> action = actionIn(request.body);
        return action ? ofJson(*action, response) : ofStatus(response, "heard", "not heard");
    }
    const std::string call = callIn(request.method == "GET" ? request.query : request.body);
    if (!call.empty()) return ofForm(call, response);
    return ofJson({}, response);
}

} // namespace hookcast::mock
