#pragma once

#include <Poco/Net/HTTPRequest.h>

#include <string>
#include <string_view>

namespace hookcast::http {

/// One request's header. There is no body: nothing that is served here wants one.
struct HttpRequest {
    Poco::Net::HTTPRequest head;

    const std::string& method() const { return head.getMethod(); }

    /// Empty when there is no such field.
    const std::string& field(const std::string& name) const {
        static const std::string kNone;
        return head.get(name, kNone);
    }

    /// Whether a field that is a list of words, such as Connection, holds `word`, in whatever case (RFC 9110, 5.6.1).
    bool fieldHas(const std::string& name, std::string_view word) const;

    /// Whether the client wants the connection to go on after the answer (RFC 9112, 9.3).
    bool wantsKeepAlive() const;
};

} // namespace hookcast::http
