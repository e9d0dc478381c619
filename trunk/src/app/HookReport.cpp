#include "app/HookReport.h"

#include "app/HookConsequences.h"
#include "base/Secrets.h"
#include "base/Utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <ostream>
#include <utility>

namespace hookcast::app {

namespace {

constexpr std::size_t kMaxShownBytes = 4000;
constexpr std::size_t kShortestSecret = 4; ///< a shorter one would be found in everything

using Header = std::pair<std::string, std::string>;

/// The lines of a head behind its first one, names in lower case.
std::vector<Header> headersOf(std::string_view head) {
    std::vector<Header> headers;
    for (std::size_t at = head.find('\n'); at != std::string_view::npos;) {
        const std::size_t next = head.find('\n', at + 1);
        std::string_view line = head.substr(at + 1, next == std::string_view::npos ? next : next - at - 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
            std::string name(line.substr(0, colon));
            std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
            line.remove_prefix(std::min(line.find_first_not_of(' ', colon + 1), line.size()));
            headers.emplace_back(std::move(name), line);
        }
        at = next;
    }
    return headers;
}

/// Those that any call has, and nobody looks for.
bool isDull(std::string_view name) {
    constexpr std::array<std::string_view, 7> kDull = {
        "host", "accept", "accept-encoding", "content-length", "connection", "keep-alive", "date"};
    return std::ranges::find(kDull, name) != kDull.end();
}

/// By its name alone a header that lets somebody in.
bool isCredential(std::string_view name) {
    constexpr std::array<std::string_view, 4> kNames = {"authorization", "proxy-authorization", "cookie", "set-cookie"};
    return std::ranges::find(kNames, name) != kNames.end();
}

bool sameName(std::string_view one, std::string_view lowerCase) {
    return std::ranges::equal(one, lowerCase, [](unsigned char a, char b) { return std::tolower(a) == b; });
}

/// One line, in which a terminal obeys nothing. Quotes stay, as most of it is JSON.
std::string forTerminal(std::string_view text) {
    std::string shown;
    for (const char c : base::toValidUtf8(text)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f)
            shown += fmt::format("\\x{:02x}", byte);
        else
            shown.push_back(c);
    }
    // The control characters of Latin-1, which some terminals obey, are C2 80 to C2 9F.
    for (std::size_t at = shown.find('\xC2'); at != std::string::npos; at = shown.find('\xC2', at + 1))
        if (at + 1 < shown.size() && static_cast<unsigned char>(shown[at + 1]) < 0xA0) shown.replace(at, 2, "?");
    return shown;
}

std::string ms(std::int64_t us) {
    return fmt::format("{:.1f} ms", static_cast<double>(us) / 1000.0);
}

} // namespace

std::vector<std::string> secretsIn(std::string_view text) {
    constexpr std::string_view kEnds = "?&;/# \t\r\n";
    std::vector<std::string> secrets;
    for (std::size_t at = text.find('='); at != std::string_view::npos; at = text.find('=', at + 1)) {
        const std::size_t before = text.substr(0, at).find_last_of(kEnds);
        const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
        const std::string_view value = text.substr(at + 1, text.find_first_of("&; \t\r\n", at) - at - 1);
        const std::string pair = fmt::format("?{}={}", text.substr(begin, at - begin), value);
        if (base::maskSecretWords(pair) != pair) secrets.emplace_back(value);
    }
    const std::size_t scheme = text.find("://");
    if (scheme == std::string_view::npos) return secrets;
    text.remove_prefix(scheme + 3);
    const std::string_view authority = text.substr(0, text.find_first_of("/?#"));
    const std::size_t user = authority.rfind('@');
    if (user == std::string_view::npos) return secrets;
    secrets.emplace_back(authority.substr(0, user));
    if (const std::size_t colon = authority.find(':'); colon < user)
        secrets.emplace_back(authority.substr(colon + 1, user - colon - 1));
    return secrets;
}

HookReport::HookReport(std::ostream& out, const config::Config& config, const hooks::HookEvent& event,
                       const hooks::HookEvent& shown)
    : out_(out), config_(config), event_(event), shown_(shown) {}

void HookReport::print(std::size_t number, const hooks::HookTarget& target, const hooks::CallTrace& trace,
                       const hooks::HookResponse& response) {
    const hooks::ClientInfo& client = *event_.client;
    const bool isAboutStream =
        event_.action() != hooks::HookAction::Connect && event_.action() != hooks::HookAction::Close;
    secrets_ = secretsIn(isAboutStream ? event_.stream().paramOf(client) : client.param);
    std::ranges::move(secretsIn(target.url), std::back_inserter(secrets_));
    std::ranges::copy(target.terms->secrets, std::back_inserter(secrets_));
    for (const auto& [name, value] : target.terms->headers) {
        secrets_.push_back(value);
        secrets_.push_back(value.substr(std::min(value.find(' '), value.size() - 1) + 1)); // behind `Bearer`
    }
    std::erase_if(secrets_, [](const std::string& secret) { return secret.size() < kShortestSecret; });
    out_ << fmt::format("{}. {}, asked as {} says\n", number, base::maskSecrets(target.url),
                        target.dialect->directiveOf(event_.action()));
    printRequest(target, trace);
    printSteps(trace);
    printAnswer(trace, response);
    printVerdict(target, response);
}

void HookReport::printRequest(const hooks::HookTarget& target, const hooks::CallTrace& trace) {
    const hooks::HookRequest request = requestFor(target, shown_);
    const bool isPost = request.method == config::HttpMethod::Post;
    out_ << fmt::format("   > {} {}\n", isPost ? "POST" : "GET", base::maskSecrets(request.url));
    if (trace.sentHead().empty()) out_ << "   > (nothing was sent)\n";
    for (const auto& field : headersOf(trace.sentHead())) {
        const auto& name = field.first; // what a structured binding names cannot be captured everywhere
        if (isDull(name)) continue;
        const bool isOurs = std::ranges::any_of(target.terms->headers,
                                                [&](const auto& header) { return sameName(header.first, name); });
        out_ << fmt::format("   > {}: {}\n", name,
                            isOurs || isCredential(name) ? base::kSecretMask : fit(field.second));
    }
    if (isPost) out_ << fmt::format("   > {}\n", fit(request.body));
}

void HookReport::printSteps(const hooks::CallTrace& trace) {
    const hooks::CallTrace::Times& at = trace.times();
    const auto step = [this](const char* name, std::int64_t us, std::string_view more) {
        out_ << fmt::format("   {:<6} {}{}{}\n", name, ms(us), more.empty() ? "" : ", ", more);
    };
    if (trace.isReused()) {
        out_ << fmt::format("   TCP    the connection of the call before, {}\n", trace.peer());
    } else {
        if (at.namedUs > 0) step("DNS", at.namedUs, "");
        if (at.connectedUs > 0) step("TCP", at.connectedUs - at.namedUs, trace.peer());
        if (at.securedUs > 0) step("TLS", at.securedUs - at.connectedUs, trace.tls());
    }
    const std::int64_t sentUs = std::max(at.connectedUs, at.securedUs);
    if (at.firstByteUs > 0) step("answer", at.firstByteUs - sentUs, "to its first byte");
    step("total", at.wholeUs, "");
}

void HookReport::printAnswer(const hooks::CallTrace& trace, const hooks::HookResponse& response) {
    if (response.status == 0 && trace.receivedHead().empty()) return;
    const std::string_view head = trace.receivedHead();
    out_ << fmt::format("   < {}\n", fit(head.substr(0, head.find_first_of("\r\n"))));
    for (const auto& [name, value] : headersOf(head))
        if (!isDull(name))
            out_ << fmt::format("   < {}: {}\n", name, isCredential(name) ? base::kSecretMask : fit(value));
    if (response.outcome == hooks::HookResponse::Outcome::Answered)
        out_ << fmt::format("   < {}\n", response.body.empty() ? "(no body)" : fit(response.body));
}

void HookReport::printVerdict(const hooks::HookTarget& target, const hooks::HookResponse& response) {
    const hooks::HookAction action = event_.action();
    const hooks::Judgement judged = target.dialect->judge(action, response);
    const bool isOpening = hooks::isOpening(action);
    std::string text = isOpening ? "admits" : "heard";
    if (!judged)
        text = fmt::format("{} ({}): {}", isOpening ? "refuses" : "not accepted", nameOf(judged.error().cause),
                           fit(judged.error().message));
    out_ << fmt::format("   {}, after {} ms\n", text, response.elapsedMs);
    if (judged && (action == hooks::HookAction::Publish || action == hooks::HookAction::Play))
        printData(target, response);
    if (!judged && isOpening && target.showsMessage)
        if (const std::string message = target.dialect->messageFor(response); !message.empty())
            out_ << fmt::format("   the client reads: {}\n", fit(message));
    const HookConsequences consequences(config_, target);
    if (isOpening)
        if (const std::string kept = consequences.kept(response); !kept.empty()) out_ << fmt::format("   {}\n", kept);
    out_ << fmt::format("   {}\n", consequences.ofFailure(action));
}

/// Of a yes.
void HookReport::printData(const hooks::HookTarget& target, const hooks::HookResponse& response) {
    const hooks::AnswerDataReading reading = target.dialect->dataIn(response);
    if (!reading.data.isEmpty())
        out_ << fmt::format("   its data{}: {}\n", target.readsData ? "" : ", which answer_data off passes over",
                            fit(reading.data.text()));
    for (const std::string& fault : reading.passedOver)
        if (target.readsData) out_ << fmt::format("   passed over in its data: {}\n", fault);
}

std::string HookReport::fit(std::string_view text) const {
    std::string shown(text.substr(0, kMaxShownBytes));
    for (const std::string& secret : secrets_) {
        for (std::size_t at = shown.find(secret); at != std::string::npos;
             at = shown.find(secret, at + base::kSecretMask.size()))
            shown.replace(at, secret.size(), base::kSecretMask);
    }
    if (text.size() > kMaxShownBytes) shown += "...";
    return forTerminal(shown);
}

} // namespace hookcast::app
