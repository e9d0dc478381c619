#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookcast::http {

/// Names of fields and words in them, in whatever case (RFC 9110, 5.1).
bool sameWord(std::string_view one, std::string_view other);

/// A request's line and its fields in their order, byte for byte, without the blanks around a value. A plain value,
/// which moves without being copied: it goes through many hands.
class RequestHead {
  public:
    using Field = std::pair<std::string, std::string>;
    using Fields = std::vector<Field>;

    static constexpr const char* kHttp10 = "HTTP/1.0";
    static constexpr const char* kHttp11 = "HTTP/1.1";
    static constexpr const char* kHttp2 = "HTTP/2.0"; ///< of its preface alone

    /// How a connection begins that speaks HTTP/2 (RFC 9113, section 3.4), up to its empty line.
    static constexpr std::string_view kHttp2Preface = "PRI * HTTP/2.0\r\n\r\n";

    static constexpr std::size_t kMostFields = 100; ///< of one header, that anybody has a use for
    static constexpr const char* kGet = "GET";
    static constexpr const char* kHead = "HEAD";
    static constexpr const char* kOptions = "OPTIONS";

    const std::string& method() const { return method_; }
    const std::string& uri() const { return uri_; }
    const std::string& version() const { return version_; }
    void setMethod(std::string_view method) { method_ = method; }
    void setUri(std::string_view uri) { uri_ = uri; }
    void setVersion(std::string_view version) { version_ = version; }

    /// Behind those that are there, of its own name, too.
    void add(std::string_view name, std::string_view value) { fields_.emplace_back(name, value); }

    /// In place of the first of its name, where there is one.
    void set(std::string_view name, std::string_view value);

    /// The first of that name; null where there is none.
    const std::string* find(std::string_view name) const;
    bool has(std::string_view name) const { return find(name) != nullptr; }

    std::size_t size() const { return fields_.size(); }
    Fields::const_iterator begin() const { return fields_.begin(); }
    Fields::const_iterator end() const { return fields_.end(); }

  private:
    std::string method_;
    std::string uri_;
    std::string version_;
    Fields fields_;
};

} // namespace hookcast::http
