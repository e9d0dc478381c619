#include "api-server/Verdict.h"

#include "api-server/FormText.h"
#include "api-server/JsonText.h"

#include "hooks/AnswerData.h"
#include "hooks/AnswerText.h"
#include "hooks/FormNotifyDialect.h"
#include "hooks/HookEvent.h"
#include "hooks/SrsJsonDialect.h"

#include <Poco/JSON/Object.h>
#include <fmt/format.h>

#include <algorithm>
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

/// What an answer that admits says beside yes; empty where it says nothing.
std::string dataIn(const std::string& action, const HookResponse& response) {
    if (action != nameOf(HookAction::Publish) && action != nameOf(HookAction::Play)) return {};
    const hooks::AnswerDataReading reading = hooks::readAnswerData(response.body);
    std::string text = reading.data.text();
    for (const std::string& fault : reading.passedOver)
        text += fmt::format("{}{}, which is passed over", text.empty() ? "" : "; ", fault);
    return text.empty() ? text : "; with answer_data on: " + text;
}

/// Of what is told: a backend that has failed hears it again.
template <typename Judged>
Verdict ofTold(const Judged& judged, const HookResponse& response, bool isRepeated) {
    const bool comesAgain = isRepeated && hooks::hasFailed(response);
    return verdict(judged, "heard", comesAgain ? "not heard, and told again" : "not accepted, and not told again");
}

/// What is seen of a call that is a JSON object.
struct JsonCall {
    std::string action;
    /// As of `dialect srs4`; `client_id string` makes one of `dialect srs` look so, too.
    bool hasTextId = false;
};

Verdict ofJson(const JsonCall& call, const HookResponse& response) {
    constexpr std::array kTold = {HookAction::Unpublish, HookAction::Stop, HookAction::Close,
                                  HookAction::Dvr,       HookAction::Hls,  HookAction::Update};
    const bool isTold =
        std::ranges::any_of(kTold, [&call](HookAction told) { return call.action == hooks::nameOf(told); });
    const auto judged = hooks::SrsJsonDialect::judge(response);
    const auto judgedBySrs4 = hooks::JsonDialect::judge(response, config::traitsOf(config::HookDialectName::Srs4));
    const bool isFirmlySrs = !call.hasTextId || judged.ok() == judgedBySrs4.ok();
    if (isTold)
        return ofTold(isFirmlySrs ? judged : judgedBySrs4, response, call.action != hooks::nameOf(HookAction::Update));
    Verdict opened =
        isFirmlySrs
            ? verdict(judged, "admits", "refuses")
            : Verdict{true, fmt::format("admits with dialect srs4 (with srs it refuses: {})", judged.error().message)};
    if (opened.isGood) opened.text += dataIn(call.action, response);
    return opened;
}

Verdict ofForm(const std::string& call, const HookResponse& response) {
    const bool isTold = call == "done" || call == "update";
    const auto judged = hooks::FormNotifyDialect().judge(isTold ? HookAction::Stop : HookAction::Play, response);
    return isTold ? ofTold(judged, response, call == "done") : verdict(judged, "admits", "refuses");
}

/// Of a JSON object; none: it is a heartbeat.
std::optional<JsonCall> callInJson(const std::string& body) {
    const auto document = parseJson(body);
    if (!document || document.value().type() != typeid(Poco::JSON::Object::Ptr)) return JsonCall();
    const auto& object = document.value().extract<Poco::JSON::Object::Ptr>();
    if (!object->has("action")) return std::nullopt;
    return JsonCall{valueText(object->get("action")), object->get("client_id").isString()};
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
        const std::optional<JsonCall> call = callInJson(request.body);
        return call ? ofJson(*call, response) : ofStatus(response, "heard", "not heard");
    }
    const std::string call = callIn(request.method == "GET" ? request.query : request.body);
    if (!call.empty()) return ofForm(call, response);
    return ofJson({}, response);
}

} // namespace hookcast::mock
