#include "api-server/AllEndpoints.h"
#include "api-server/ControlHandler.h"
#include "api-server/HookHandler.h"
#include "base/Bytes.h"
#include "base/Clock.h"

#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>

namespace {

using namespace hookcast::mock;

/// The first line of the input is the request's target, the rest its body.
Request requestOf(std::string_view input) {
    const std::size_t lineEnd = std::min(input.find('\n'), input.size());
    const std::string_view target = input.substr(0, lineEnd);
    const std::size_t mark = std::min(target.find('?'), target.size());
    Request request;
    request.method = "POST";
    request.path = target.substr(0, mark);
    request.query = target.substr(std::min(mark + 1, target.size()));
    request.headers = {{"user-agent", std::string(target)}};
    request.body = input.substr(std::min(lineEnd + 1, input.size()));
    return request;
}

void demandJson(const std::string& text) {
    try {
        Poco::JSON::Parser().parse(text);
    } catch (const Poco::Exception&) {
        std::abort();
    }
}

std::string written(const Rule& rule) {
    hookcast::base::JsonWriter json;
    json.beginObject();
    writeMembers(json, rule);
    json.endObject();
    return json.take();
}

/// A rule that was read is written as it is read.
void checkRule(const std::string& json) {
    const auto rule = parseRule(json);
    if (!rule) return;
    const std::string text = written(rule.value());
    const auto again = parseRule(text);
    if (!again || written(again.value()) != text) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Request request = requestOf(hookcast::base::asText({data, size}));
    checkRule(request.body);

    const hookcast::base::SystemClock clock;
    RuleSet rules;
    CallStore calls({}, clock);
    CallLog log(-1);
    EventStore events({}, clock);
    const HookHandler hooks(allEndpoints(events), ReplyMode::Json, rules, calls, log);
    const ControlHandler control(rules, calls, events);
    calls.close();
    events.close();

    Request steering = request;
    steering.path = "/control/rules";
    demandJson(control.handle(steering).answer.body);
    for (const char* method : {"POST", "GET"}) {
        Request call = request;
        call.method = method;
        hooks.handle(std::move(call));
    }
    steering.method = "GET";
    demandJson(control.handle(steering).answer.body);
    steering.path = "/control/calls";
    const ControlReply asked = control.handle(steering);
    if (!asked.page) demandJson(asked.answer.body);
    steering.path = "/control/events";
    const ControlReply askedEvents = control.handle(steering);
    if (!askedEvents.events) demandJson(askedEvents.answer.body);

    steering.query.clear();
    std::ostringstream eventPage;
    writeJson(eventPage, *control.handle(steering).events);
    demandJson(eventPage.str());
    steering.path = "/control/calls";
    std::ostringstream page;
    writeJson(page, *control.handle(steering).page);
    demandJson(page.str());
    return 0;
}
