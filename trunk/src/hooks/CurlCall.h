#pragma once

#include "base/Clock.h"
#include "config/Addresses.h"
#include "hooks/AnswerHeader.h"
#include "hooks/ConnectionTrust.h"
#include "hooks/HookTransport.h"
#include "hooks/ResetConnections.h"

#include <curl/curl.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hookcast::hooks {

/// One call on its way through libcurl. Belongs to the transport's thread once started; its address must not change.
class CurlCall {
  public:
    CurlCall(HookRequest request, HookTransport::OnResponse onResponse, std::int64_t calledAtMs);
    ~CurlCall();
    CurlCall(const CurlCall&) = delete;
    CurlCall& operator=(const CurlCall&) = delete;

    /// How it connects; before prepare().
    void setUse(ConnectionTrust::Use use) { use_ = use; }
    ConnectionTrust::Use use() const { return use_; }

    /// What became of its connection; once it has ended.
    ConnectionTrust::Seen seen() const;

    /// Sets up the transfer; the handle belongs to this call and points back to it (CURLINFO_PRIVATE).
    /// `clock`, whose time the call is signed with, outlives it, and `resetConnections` libcurl's connections. Null
    /// when libcurl is out of memory.
    CURL* prepare(std::int64_t timeoutMs, const base::Clock& clock, ResetConnections& resetConnections);

    /// Tells the caller how the transfer ended. What throws std::bad_alloc may be called again, as abandon() may.
    void complete(CURLcode code, std::int64_t nowMs);

    /// Tells the caller that there was no transfer, or that it was given up.
    void abandon(HookResponse::Outcome outcome, const char* error, std::int64_t nowMs);

    CURL* handle() const { return handle_; }
    std::int64_t calledAtMs() const { return calledAtMs_; }
    std::int64_t timeoutMs() const { return request_.timeoutMs; }
    CallKind kind() const { return request_.kind; }
    const std::string& share() const { return request_.share; }

    /// Of this machine. Connections to one have no address that would tell them apart, by which a reset is seen, so
    /// none may be used twice; and a new one costs next to nothing.
    bool isToSocket() const { return socket_.has_value(); }

    /// `scheme://host:port` or `unix:/path`, the unit of connection limits. The URL itself when it has no such form.
    std::string endpoint() const;

  private:
    static std::size_t onHeader(char* data, std::size_t size, std::size_t count, void* call);
    static std::size_t onBody(char* data, std::size_t size, std::size_t count, void* call);
    static int onSend(void* call, char* remoteIp, char* localIp, int remotePort, int localPort);
    void addHeaders(std::int64_t unixS);
    void addHeader(const std::string& line);
    std::string_view signedContent() const;
    void applyOptions(std::int64_t timeoutMs);
    void applyAddress();
    void applyTrust();
    void applyConnectionOptions(ResetConnections& resetConnections);
    bool maySend(std::string localAddress);
    bool wasReset() const;
    void stopAwaiting();
    HookResponse::Outcome outcomeOf(CURLcode code) const;
    int statusCode() const;
    std::string errorText(CURLcode code) const;

    // given
    HookRequest request_;
    HookTransport::OnResponse onResponse_;
    std::int64_t calledAtMs_;
    // owned
    CURL* handle_ = nullptr;
    curl_slist* headers_ = nullptr;
    // state
    const base::Clock* clock_ = nullptr;      ///< from prepare()
    std::optional<config::SocketUrl> socket_; ///< parts of the request's URL; none: it has a host
    ConnectionTrust::Use use_ = ConnectionTrust::Use::Fresh;
    AnswerHeader header_;
    std::string answer_;
    bool tooLarge_ = false;
    ResetConnections* resetConnections_ = nullptr;
    std::string localAddress_; ///< of the connection over which it was sent; empty before
    bool isAwaiting_ = false;  ///< an answer, over a connection that has served another call
    bool resent_ = false;      ///< over another one, as nobody had read it
    bool dropped_ = false;     ///< by a backend that may have read it
    std::array<char, CURL_ERROR_SIZE> error_{};
};

} // namespace hookcast::hooks
