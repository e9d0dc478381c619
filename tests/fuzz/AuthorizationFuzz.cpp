// What a client writes behind Authorization. Whatever it is, what is read of it is text, and no answer to a challenge
// that was never made.
#include "base/Utf8.h"
#include "rtsp/Authenticator.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

namespace {

using namespace hookcast;

void check(bool condition) {
    if (!condition) std::abort();
}

void checkText(const std::string& text) {
    check(base::toValidUtf8(text) == text);
    check(std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; }));
}

/// Written anew it is read as the same.
void checkWritten(const rtsp::DigestAnswer& answer) {
    std::string header = "Digest ";
    const auto add = [&header](std::string_view name, const std::string& value) {
        header.append(name).append("=\"");
        for (const char c : value) header.append(c == '"' || c == '\\' ? "\\" : "").push_back(c);
        header += "\", ";
    };
    add("username", answer.user);
    add("realm", answer.realm);
    add("nonce", answer.nonce);
    add("uri", answer.uri);
    add("response", answer.response);
    add("algorithm", answer.algorithm);
    add("qop", answer.qop);
    add("nc", answer.nonceCount);
    add("cnonce", answer.clientNonce);
    const auto again = rtsp::parseAuthorization(header);
    check(again.ok() && std::get<rtsp::DigestAnswer>(again.value()) == answer);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // A copy of its own, so that a look behind the end is caught.
    const std::string header(data, data + size);
    const auto read = rtsp::parseAuthorization(header);
    rtsp::RtspRequest request{"DESCRIBE", "rtsp://h/live/show", {}, {}};
    request.headers.add("Authorization", header);
    rtsp::Authenticator authenticator;
    const config::RtspAuthConfig terms{{"basic", "digest", "digest-sha-256"}, "hookcast"};
    const auto before = authenticator.examine(terms, request, 0);
    rtsp::RtspResponse response;
    authenticator.challenge(terms, false, 0, response);
    const auto after = authenticator.examine(terms, request, 0);
    if (!read) {
        check(read.error().message.size() < 100);
        check(before.credentials == nullptr && after.credentials == nullptr);
        return 0;
    }
    checkText(rtsp::userOf(read.value()));
    if (const auto* basic = std::get_if<rtsp::BasicAnswer>(&read.value())) {
        checkText(basic->password);
        check(before.credentials != nullptr && before.credentials->password == basic->password);
    } else {
        checkWritten(std::get<rtsp::DigestAnswer>(read.value()));
        check(before.credentials == nullptr && after.credentials == nullptr);
    }
    return 0;
}
