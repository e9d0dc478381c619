#include "hooks/CurlCall.h"

#include "base/Log.h"
#include "hooks/CallTrace.h"
#include "hooks/Signature.h"

#include <Poco/Exception.h>
#include <Poco/URI.h>
#include <fmt/format.h>

#include <cerrno>
#include <new>
#include <system_error>
#include <utility>

namespace hookcast::hooks {

namespace {

// A backend that closes idle connections announces it to nobody, and a call that crosses with it is lost. Servers wait
// 5 s and more; whoever gives its connections up sooner never meets that.
constexpr long kMaxIdleSeconds = 4;

} // namespace

CurlCall::CurlCall(HookRequest request, HookTransport::OnResponse onResponse, std::int64_t calledAtMs)
    : request_(std::move(request)), onResponse_(std::move(onResponse)), calledAtMs_(calledAtMs),
      socket_(config::socketUrlOf(request_.url)) {}

CurlCall::~CurlCall() {
    stopAwaiting();
    if (handle_ != nullptr) handles_->giveBack(handle_, code_);
    curl_slist_free_all(headers_);
}

CURL* CurlCall::prepare(std::int64_t timeoutMs, const base::Clock& clock, CurlHandles& handles,
                        ResetConnections& resetConnections) {
    clock_ = &clock;
    handles_ = &handles;
    handle_ = handles.take();
    if (handle_ == nullptr) return nullptr;
    addHeaders(clock.unixS());
    applyOptions(timeoutMs);
    applyAddress();
    applyTrust();
    applyConnectionOptions(resetConnections);
    return handle_;
}

void CurlCall::addHeaders(std::int64_t unixS) {
    if (request_.method == config::HttpMethod::Post) {
        addHeader("Content-Type: " + request_.contentType);
        // Without this libcurl asks for permission (100-continue) before it sends a body over 1 MB.
        addHeader("Expect:");
    }
    // An answer is a few bytes. One that is packed all the same is unpacked when it is whole: libcurl would not notice
    // that it is cut, and so is not told to.
    addHeader("Accept-Encoding: identity");
    for (const auto& [name, value] : request_.terms->headers) addHeader(std::string(name).append(": ").append(value));
    if (request_.id.empty()) return;
    addHeader("webhook-id: " + request_.id);
    if (request_.terms->secrets.empty()) return;
    addHeader("webhook-timestamp: " + std::to_string(unixS));
    addHeader("webhook-signature: " + signatureOf(request_.terms->secrets, request_.id, unixS, signedContent()));
}

/// A call that lacks one would be refused, or be taken for unsigned: it is not made then.
void CurlCall::addHeader(const std::string& line) {
    curl_slist* const longer = curl_slist_append(headers_, line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    headers_ = longer;
}

/// What a GET tells stands in its query.
std::string_view CurlCall::signedContent() const {
    if (request_.method == config::HttpMethod::Post) return request_.body;
    const std::string_view url = std::string_view(request_.url).substr(0, request_.url.find('#'));
    const std::size_t query = url.find('?');
    return query == std::string_view::npos ? std::string_view() : url.substr(query + 1);
}

void CurlCall::applyOptions(std::int64_t timeoutMs) {
    curl_easy_setopt(handle_, CURLOPT_PRIVATE, this);
    curl_easy_setopt(handle_, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle_, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(handle_, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(handle_, CURLOPT_PROXY, "");
    curl_easy_setopt(handle_, CURLOPT_USERAGENT, request_.terms->userAgent.c_str());
    curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, headers_);
    if (request_.method == config::HttpMethod::Post) {
        curl_easy_setopt(handle_, CURLOPT_POST, 1L);
        curl_easy_setopt(handle_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
        curl_easy_setopt(handle_, CURLOPT_POSTFIELDS, request_.body.data());
    }
    curl_easy_setopt(handle_, CURLOPT_TIMEOUT_MS, static_cast<long>(timeoutMs));
    curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);
    // Else a call that is given up waits for its name server, and all other calls with it.
    curl_easy_setopt(handle_, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(handle_, CURLOPT_ERRORBUFFER, error_.data());
    curl_easy_setopt(handle_, CURLOPT_HEADERFUNCTION, &CurlCall::onHeader);
    curl_easy_setopt(handle_, CURLOPT_HEADERDATA, this);
    curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, &CurlCall::onBody);
    curl_easy_setopt(handle_, CURLOPT_WRITEDATA, this);
    if (request_.trace != nullptr) request_.trace->watch(handle_);
}

void CurlCall::applyAddress() {
    if (!socket_) {
        curl_easy_setopt(handle_, CURLOPT_URL, request_.url.c_str());
        return;
    }
    curl_easy_setopt(handle_, CURLOPT_UNIX_SOCKET_PATH, std::string(socket_->socket).c_str());
    curl_easy_setopt(handle_, CURLOPT_URL, ("http://localhost" + std::string(socket_->target)).c_str());
}

void CurlCall::applyTrust() {
    const config::CallTerms& terms = *request_.terms;
    if (terms.isInsecure) {
        curl_easy_setopt(handle_, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(handle_, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (!terms.caFile.empty()) curl_easy_setopt(handle_, CURLOPT_CAINFO, terms.caFile.c_str());
    if (terms.certFile.empty()) return;
    curl_easy_setopt(handle_, CURLOPT_SSLCERT, terms.certFile.c_str());
    curl_easy_setopt(handle_, CURLOPT_SSLKEY, terms.keyFile.empty() ? terms.certFile.c_str() : terms.keyFile.c_str());
}

void CurlCall::applyConnectionOptions(ResetConnections& resetConnections) {
    resetConnections_ = &resetConnections;
    curl_easy_setopt(handle_, CURLOPT_SOCKOPTFUNCTION, &ResetConnections::openSocket);
    curl_easy_setopt(handle_, CURLOPT_SOCKOPTDATA, &resetConnections);
    curl_easy_setopt(handle_, CURLOPT_CLOSESOCKETFUNCTION, &ResetConnections::closeSocket);
    curl_easy_setopt(handle_, CURLOPT_CLOSESOCKETDATA, &resetConnections);
    curl_easy_setopt(handle_, CURLOPT_MAXAGE_CONN, kMaxIdleSeconds);
    curl_easy_setopt(handle_, CURLOPT_PREREQFUNCTION, &CurlCall::onSend);
    curl_easy_setopt(handle_, CURLOPT_PREREQDATA, this);
    using Use = ConnectionTrust::Use;
    curl_easy_setopt(handle_, CURLOPT_FRESH_CONNECT, use_ == Use::Fresh || use_ == Use::Probe ? 1L : 0L);
    curl_easy_setopt(handle_, CURLOPT_FORBID_REUSE, use_ == Use::Fresh ? 1L : 0L);
}

void CurlCall::complete(CURLcode code, std::int64_t nowMs) {
    code_ = code;
    if (request_.trace != nullptr) request_.trace->conclude(handle_);
    if (code != CURLE_OK) {
        abandon(outcomeOf(code), errorText(code).c_str(), nowMs);
        return;
    }
    const Unpacking unpacking = unpack(header_.coding(), answer_, request_.mostAnswerBytes);
    if (unpacking != Unpacking::Done) {
        tooLarge_ = unpacking == Unpacking::TooLong;
        abandon(tooLarge_ ? HookResponse::Outcome::TooLarge : HookResponse::Outcome::Broken,
                "the packed answer is cut or damaged", nowMs);
        return;
    }
    HookResponse response;
    response.outcome = HookResponse::Outcome::Answered;
    response.status = statusCode();
    response.body = answer_;
    response.retryAfterMs = header_.retryAfterMs();
    response.maxAgeMs = header_.maxAgeMs();
    response.elapsedMs = nowMs - calledAtMs_;
    onResponse_(std::move(response));
}

std::string CurlCall::errorText(CURLcode code) const {
    std::string text = error_[0] != '\0' ? error_.data() : curl_easy_strerror(code);
    long error = 0;
    if (code == CURLE_COULDNT_CONNECT && curl_easy_getinfo(handle_, CURLINFO_OS_ERRNO, &error) == CURLE_OK &&
        error != 0)
        text += " (" + std::generic_category().message(static_cast<int>(error)) + ")";
    return socket_ ? base::printable(socket_->socket) + ": " + text : text;
}

void CurlCall::abandon(HookResponse::Outcome outcome, const char* error, std::int64_t nowMs) {
    HookResponse response;
    response.outcome = outcome;
    response.error = error;
    if (dropped_) response.error = "the connection was closed without an answer";
    if (!header_.fault().empty()) response.error = header_.fault();
    if (tooLarge_) {
        response.error = request_.mostAnswerBytes == kMaxAnswerBytes
                             ? "the answer is longer than 64 KiB"
                             : fmt::format("the answer is longer than {} bytes", request_.mostAnswerBytes);
        response.status = statusCode();
        response.retryAfterMs = header_.retryAfterMs();
    }
    response.elapsedMs = nowMs - calledAtMs_;
    onResponse_(std::move(response));
}

int CurlCall::statusCode() const {
    long status = 0;
    curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
    return static_cast<int>(status);
}

std::string CurlCall::endpoint() const {
    if (socket_) return "unix:" + std::string(socket_->socket);
    try {
        const Poco::URI uri(request_.url);
        return uri.getScheme() + "://" + uri.getHost() + ":" + std::to_string(uri.getPort());
    } catch (const Poco::Exception&) {
        return request_.url;
    }
}

std::size_t CurlCall::onBody(char* data, std::size_t size, std::size_t count, void* call) {
    auto& self = *static_cast<CurlCall*>(call);
    const std::size_t bytes = size * count;
    if (self.answer_.size() + bytes > self.request_.mostAnswerBytes) {
        self.tooLarge_ = true;
        return 0; // fewer than offered: libcurl gives the transfer up
    }
    try {
        self.answer_.append(data, bytes);
        return bytes;
    } catch (const std::bad_alloc&) { // nothing may be thrown through libcurl
        return 0;
    }
}

// libcurl sends a request a second time when a connection that it uses again ends before any answer. The backend may
// have acted on it, and must not hear it twice; unless it reset the connection, as a system does for a program that
// has left what came unread.
int CurlCall::onSend(void* call, char* /*remoteIp*/, char* localIp, int /*remotePort*/, int localPort) {
    try {
        return static_cast<CurlCall*>(call)->maySend(ResetConnections::addressOf(localIp, localPort))
                   ? CURL_PREREQFUNC_OK
                   : CURL_PREREQFUNC_ABORT;
    } catch (const std::bad_alloc&) { // nothing may be thrown through libcurl
        return CURL_PREREQFUNC_ABORT;
    }
}

bool CurlCall::maySend(std::string localAddress) {
    const bool again = !localAddress_.empty();
    resent_ = again && wasReset();
    dropped_ = again && !resent_;
    stopAwaiting();
    localAddress_ = std::move(localAddress);
    long newConnections = 0;
    curl_easy_getinfo(handle_, CURLINFO_NUM_CONNECTS, &newConnections);
    if (newConnections == 0) {
        resetConnections_->await(localAddress_);
        isAwaiting_ = true;
    }
    return !dropped_;
}

/// The connection over which this was sent. Whoever reads from a socket after its reset is told of that once: libcurl
/// then, or else what closed the socket.
bool CurlCall::wasReset() const {
    long error = 0;
    curl_easy_getinfo(handle_, CURLINFO_OS_ERRNO, &error);
    return error == ECONNRESET || error == EPIPE || resetConnections_->wasReset(localAddress_);
}

ConnectionTrust::Seen CurlCall::seen() const {
    using Seen = ConnectionTrust::Seen;
    if (resent_ || dropped_) return Seen::Ended;
    long newConnections = 0;
    if (localAddress_.empty() || curl_easy_getinfo(handle_, CURLINFO_NUM_CONNECTS, &newConnections) != CURLE_OK)
        return Seen::Nothing;
    return newConnections == 0 ? Seen::Reused : Seen::New;
}

void CurlCall::stopAwaiting() {
    if (std::exchange(isAwaiting_, false)) resetConnections_->forget(localAddress_);
}

std::size_t CurlCall::onHeader(char* data, std::size_t size, std::size_t count, void* call) {
    auto& self = *static_cast<CurlCall*>(call);
    self.stopAwaiting();
    try {
        self.header_.feed({data, size * count}, self.clock_->unixS());
        return self.header_.fault().empty() ? size * count : 0;
    } catch (const std::bad_alloc&) { // nothing may be thrown through libcurl
        return 0;
    }
}

HookResponse::Outcome CurlCall::outcomeOf(CURLcode code) const {
    if (tooLarge_) return HookResponse::Outcome::TooLarge;
    switch (code) {
    case CURLE_OPERATION_TIMEDOUT: return HookResponse::Outcome::TimedOut;
    case CURLE_COULDNT_RESOLVE_HOST: return HookResponse::Outcome::NoSuchHost;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM: // of our own
    case CURLE_SSL_CACERT_BADFILE: return HookResponse::Outcome::TlsFailed;
    case CURLE_COULDNT_CONNECT:
    case CURLE_URL_MALFORMAT: return HookResponse::Outcome::ConnectFailed;
    // CURLE_UNSUPPORTED_PROTOCOL among them: an answer that is no HTTP ends so too, and that backend has heard us.
    default: return HookResponse::Outcome::Broken;
    }
}

} // namespace hookcast::hooks
