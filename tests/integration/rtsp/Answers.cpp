#include "rtsp/Answers.h"

#include "base/Base64.h"
#include "base/Bytes.h"

#include <fmt/format.h>

namespace hookcast::integration {

RtspClient::Headers basic(std::string_view pair) {
    return {{"Authorization", "Basic " + base::toBase64(base::asBytes(pair))}};
}

std::vector<std::string> challengesIn(const rtsp::RtspResponse& answer) {
    std::vector<std::string> all;
    for (const auto& [name, value] : answer.headers.fields())
        if (name == "WWW-Authenticate") all.push_back(value);
    return all;
}

std::string parameterIn(const rtsp::RtspResponse& answer, const std::string& name) {
    for (const std::string& challenge : challengesIn(answer)) {
        const std::size_t at = challenge.find(name + "=\"");
        if (at == std::string::npos) continue;
        const std::size_t begin = at + name.size() + 2;
        return challenge.substr(begin, challenge.find('"', begin) - begin);
    }
    return {};
}

RtspClient::Headers DigestLogin::answer(const rtsp::RtspResponse& challenged, const std::string& method,
                                        const std::string& url) const {
    rtsp::DigestAnswer answer;
    answer.realm = parameterIn(challenged, "realm");
    answer.nonce = parameterIn(challenged, "nonce");
    answer.uri = url;
    answer.qop = qop;
    answer.nonceCount = "00000001";
    answer.clientNonce = "0a4f113b";
    const std::string ha1 = *rtsp::digestOf(scheme, user + ":" + answer.realm + ":" + password);
    const std::string response = *rtsp::digestOf(scheme, ha1 + ":" + *rtsp::digestRest(scheme, answer, method));
    std::string quoted;
    for (const char c : user) quoted.append(c == '"' || c == '\\' ? "\\" : "").push_back(c);
    std::string header =
        fmt::format("Digest username=\"{}\", realm=\"{}\", nonce=\"{}\", uri=\"{}\", response=\"{}\", algorithm={}",
                    quoted, answer.realm, answer.nonce, url, response, rtsp::algorithmOf(scheme));
    if (!qop.empty())
        header += fmt::format(", qop={}, nc={}, cnonce=\"{}\"", qop, answer.nonceCount, answer.clientNonce);
    return {{"Authorization", header}};
}

} // namespace hookcast::integration
