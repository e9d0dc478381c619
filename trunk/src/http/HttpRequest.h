#pragma once

#include "http/RequestHead.h"

#include <string>
#include <string_view>

namespace hookcast::http {

/// One request's header. There is no body: nothing that is served here wants one.
struct HttpRequest {
    RequestHead head;

    const std::string& method() const { return head.method(); }

    /// Empty when there is no such field.
    const std::string& field(std::string_view name) const {
        static const std::string kNone;
        const std::string* const found = head.find(name);
        return found == nullptr ? kNone : *found;
    }

    /// Whether a field that is a list of words, such as Connection, holds `word`, in whatever case (RFC 9110, 5.6.1).
    bool fieldHas(std::string_view name, std::string_view word) const;

    /// Whether the client wants the connection to go on after the answer (RFC 9112, 9.3).
    bool wantsKeepAlive() const;
};

} // namespace hookcast::http
