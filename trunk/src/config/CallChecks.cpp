#include "config/CallChecks.h"

#include "base/Base64.h"
#include "base/Log.h"
#include "config/KeyPair.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <set>
#include <utility>

namespace hookcast::config {

namespace {

constexpr std::size_t kLongestHeaderBytes = 8192;
constexpr std::size_t kShortestKeyBytes = 24;
constexpr std::size_t kLongestKeyBytes = 64;

/// What the call itself or the connection says: a second word about it would make two of it, or break the call.
constexpr std::array<std::string_view, 13> kOwnHeaders = {
    "accept-encoding", "connection", "content-length", "content-type",      "expect",  "host",
    "keep-alive",      "te",         "trailer",        "transfer-encoding", "upgrade", "user-agent",
    "proxy-connection"};

std::string lowered(std::string_view text) {
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower;
}

/// RFC 9110, section 5.6.2.
bool isTokenByte(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool isControl(char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
}

bool isBlank(char c) {
    return c == ' ' || c == '\t';
}

} // namespace

std::string faultInSecret(std::string_view secret) {
    if (!secret.starts_with(kSecretPrefix)) return fmt::format("a secret begins with {}", kSecretPrefix);
    const std::optional<base::Bytes> key = base::fromBase64(secret.substr(kSecretPrefix.size()));
    if (!key) return fmt::format("what follows {} in a secret is base64, and this is none", kSecretPrefix);
    if (key->empty()) return "a secret holds a key, of 24 to 64 bytes, and this one holds none";
    return {};
}

bool namesHeader(const CallTerms& terms, std::string_view name) {
    return std::ranges::any_of(terms.headers, [name](const auto& header) { return lowered(header.first) == name; });
}

std::string faultInHeader(std::string_view name, std::string_view value) {
    if (name.empty() || !std::ranges::all_of(name, isTokenByte))
        return "its name may have letters, digits and !#$%&'*+-.^_`|~ only, without a colon";
    const std::string lower = lowered(name);
    if (lower == "user-agent") return "'user_agent' says it";
    if (std::ranges::find(kOwnHeaders, lower) != kOwnHeaders.end() || lower.starts_with("webhook-"))
        return "the server writes it itself";
    if (value.empty()) return "a value is missing";
    if (std::ranges::any_of(value, isControl)) return "its value has a control character";
    if (isBlank(value.front()) || isBlank(value.back())) return "its value begins or ends with a blank";
    if (name.size() + value.size() > kLongestHeaderBytes)
        return fmt::format("it is longer than {} bytes", kLongestHeaderBytes);
    return {};
}

void CallChecks::checkWords() const {
    if (const Directive* secret = valued("secret")) {
        for (const std::string& value : secret->args) checkSecret(*secret, value);
    }
    std::set<std::string> names;
    for (const Directive& header : block_.children) {
        if (header.name != "header" || header.args.size() != 2) continue; // the shape has been checked
        const std::string& name = header.args.front();
        if (const std::string fault = faultInHeader(name, header.args.back()); !fault.empty())
            findings_.error(header.location, fmt::format("'header': '{}': {}", base::printable(name), fault));
        else if (!names.insert(lowered(name)).second)
            findings_.error(header.location, fmt::format("'header': '{}' stands here twice", name));
    }
    const Directive* agent = valued("user_agent");
    if (agent != nullptr && std::ranges::any_of(agent->firstArg(), isControl))
        findings_.error(agent->location, "'user_agent': it has a control character");
}

/// Shorter keys can be guessed, longer ones other libraries may refuse; the document has 24 to 64 bytes.
void CallChecks::checkSecret(const Directive& directive, std::string_view secret) const {
    if (const std::string fault = faultInSecret(secret); !fault.empty()) {
        findings_.error(directive.location, fmt::format("'secret': {}", fault));
        return;
    }
    const std::size_t bytes = base::fromBase64(secret.substr(kSecretPrefix.size()))->size();
    if (bytes < kShortestKeyBytes || bytes > kLongestKeyBytes)
        findings_.warning(directive.location, fmt::format("'secret': its key has {} bytes; {} to {} are expected",
                                                          bytes, kShortestKeyBytes, kLongestKeyBytes));
}

void CallChecks::checkFiles(bool areErrors) const {
    const Directive* insecure = valued("insecure");
    if (insecure != nullptr && insecure->firstArg() == "on")
        findings_.warning(insecure->location,
                          "'insecure': nobody looks whose certificate a backend shows; whoever is on "
                          "the way to it can answer for it");
    checkAuthorities(areErrors);
    bool areThere = checkFile(areErrors, "cert_file", "CERTIFICATE-----", "certificate");
    areThere = checkFile(areErrors, "key_file", "PRIVATE KEY-----", "private key") && areThere;
    const Directive* certificate = valued("cert_file");
    const Directive* key = valued("key_file");
    if (key != nullptr && certificate == nullptr)
        tell(areErrors, *key, "'key_file' needs a 'cert_file', whose key it is");
    if (certificate != nullptr && key == nullptr)
        areThere = checkFile(areErrors, "cert_file", "PRIVATE KEY-----", "private key, and there is no 'key_file'") &&
                   areThere;
    if (certificate != nullptr && areThere) checkPair(areErrors, *certificate, key == nullptr ? *certificate : *key);
}

void CallChecks::checkAuthorities(bool areErrors) const {
    const Directive* file = valued("ca_file");
    if (file == nullptr) return;
    const base::Result<std::string> pem = read(*file);
    std::string fault;
    if (!pem)
        fault = pem.error().message;
    else if (const std::string inPem = faultInAuthorities(pem.value()); !inPem.empty())
        fault = fmt::format("'{}': {}", base::printable(file->firstArg()), inPem);
    if (!fault.empty()) tell(areErrors, *file, fmt::format("'ca_file': {}", fault));
}

/// `wanted` is a part of the line before what it holds.
bool CallChecks::checkFile(bool isError, std::string_view name, std::string_view wanted, const char* what) const {
    const Directive* file = valued(name);
    if (file == nullptr) return true;
    const base::Result<std::string> pem = read(*file);
    std::string fault;
    if (!pem)
        fault = pem.error().message;
    else if (pem.value().find(wanted) == std::string::npos)
        fault = fmt::format("'{}' holds no {} in PEM", base::printable(file->firstArg()), what);
    if (!fault.empty()) tell(isError, *file, fmt::format("'{}': {}", name, fault));
    return fault.empty();
}

/// Both can be read.
void CallChecks::checkPair(bool isError, const Directive& certificate, const Directive& key) const {
    const base::Result<std::string> certificatePem = read(certificate);
    const base::Result<std::string> keyPem = read(key);
    if (!certificatePem || !keyPem) return;
    const std::string fault = faultInKeyPair(certificatePem.value(), keyPem.value());
    if (!fault.empty())
        tell(isError, key, fmt::format("'{}': '{}': {}", key.name, base::printable(key.firstArg()), fault));
}

base::Result<std::string> CallChecks::read(const Directive& file) const {
    return readPem(files_, workDir_, file.firstArg());
}

void CallChecks::tell(bool isError, const Directive& directive, std::string message) const {
    if (isError)
        findings_.error(directive.location, std::move(message));
    else
        findings_.warning(directive.location, std::move(message) + "; no call will succeed");
}

/// Null where it stands nowhere, or has no value.
const Directive* CallChecks::valued(std::string_view name) const {
    const Directive* directive = block_.find(name);
    return directive == nullptr || directive->args.empty() ? nullptr : directive;
}

} // namespace hookcast::config
