// The input is a backend's answer, and what a client sends: the answer must be judged, and the client's text must make
// a body that is JSON, and a form that says the same byte for byte.
#include "api-server/FormText.h"
#include "base/Log.h"
#include "base/Utf8.h"
#include "hooks/AnswerData.h"
#include "hooks/AnswerText.h"
#include "hooks/FormNotifyDialect.h"
#include "hooks/PackedAnswer.h"
#include "hooks/SrsJsonDialect.h"

#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>

namespace {

using namespace hookcast;

void check(bool condition) {
    if (!condition) std::abort();
}

void readData(const std::string& input) {
    const hooks::AnswerData data = hooks::readAnswerData(input).data;
    constexpr std::int64_t kMost = 1'000'000'000'000;
    check(data.maxDurationMs >= 0 && data.maxDurationMs <= kMost);
    check(data.maxBitsPerS >= 0 && data.maxBitsPerS <= kMost);
    if (data.stream.empty()) return;
    check(hooks::faultIn(data.stream).empty() && data.stream.find('/') == std::string::npos);
    check(data.stream != "." && data.stream != "..");
}

void judge(const std::string& input) {
    hooks::HookResponse response;
    response.outcome = hooks::HookResponse::Outcome::Answered;
    response.status = 200;
    response.body = input;
    const auto judged = hooks::SrsJsonDialect::judge(response);
    // Whatever admits says 0 somewhere, and says it once.
    if (judged) check(input.find('0') != std::string::npos);
    const std::string object(hooks::answerText(input));
    if (object.starts_with('{')) {
        response.body = R"({"code":1,)" + object.substr(1);
        check(!hooks::SrsJsonDialect::judge(response));
        response.body = input;
    }
    const auto ttlMs = hooks::ttlMsIn(input);
    check(!ttlMs || (*ttlMs >= 0 && *ttlMs <= 1'000'000'000'000));
    readData(input);
    response.status = 403;
    check(!hooks::SrsJsonDialect::judge(response));
    check(!hooks::FormNotifyDialect().judge(hooks::HookAction::Publish, response));
    check(hooks::FormNotifyDialect().judge(hooks::HookAction::Stop, response).ok());
}

void unpack(const std::string& input) {
    constexpr std::size_t kMost = 65536;
    for (const auto coding : {hooks::AnswerCoding::Gzip, hooks::AnswerCoding::Deflate}) {
        std::string body = input;
        if (hooks::unpack(coding, body, kMost) == hooks::Unpacking::Done) check(body.size() <= kMost);
    }
}

void writeForm(const hooks::HookEvent& event, const std::string& input) {
    const std::string form = hooks::FormNotifyDialect::fields(event);
    check(form.find_first_of(" \r\n#\"<>") == std::string::npos);
    std::size_t found = 0;
    for (const auto& [name, value] : mock::fieldsOf(form, mock::Plus::IsBlank)) {
        if (name != "app" && name != "name" && name != "url") continue;
        check(value == input);
        ++found;
    }
    check(found == 3);
}

void write(const std::string& input) {
    static const hooks::SrsJsonDialect kDialect("server", "service");
    auto client = std::make_shared<hooks::ClientInfo>();
    hooks::ClientPlace place;
    place.app = input;
    place.tcUrl = input;
    client->who = std::make_shared<const hooks::ClientIdentity>();
    client->place = std::make_shared<const hooks::ClientPlace>(std::move(place));
    const auto stream = std::make_shared<const hooks::NamedStream>(hooks::NamedStream{input, input, {}, {}});
    const hooks::HookEvent event{client, hooks::HookEvent::Publish{stream}, "id"};
    const std::string body = kDialect.write(event, config::ClientIdForm::Integer);
    const auto json =
        Poco::JSON::Parser(Poco::makeShared<Poco::JSON::ParseHandler>()).parse(body).extract<Poco::JSON::Object::Ptr>();
    check(json->getValue<std::string>("stream") == base::toValidUtf8(input));
    check(json->getValue<std::string>("action") == "on_publish");
    writeForm(event, input);
}

void print(const std::string& input) {
    const std::string shown = base::printable(input);
    const auto breaks = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == '"'; };
    check(std::none_of(shown.begin(), shown.end(), breaks));
    check(base::toValidUtf8(shown) == shown);
    base::withoutSecrets(input);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string input(reinterpret_cast<const char*>(data), size);
    judge(input);
    unpack(input);
    write(input);
    print(input);
    return 0;
}
