#pragma once

#include "base/Bytes.h"
#include "base/Result.h"
#include "rtsp/RtspStatus.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookcast::rtsp {

/// Header fields in the order they came; names are compared without regard to case.
class RtspHeaders {
  public:
    using Field = std::pair<std::string, std::string>;

    /// The first field with this name, or null. Valid until the headers change.
    const std::string* find(std::string_view name) const;

    /// The value of the first field with this name; empty when there is none.
    std::string_view get(std::string_view name) const;

    /// Values hold no line breaks: who puts text of unknown origin here sees to that.
    void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }

    /// Adds to the value of the newest field, behind a blank. There must be one.
    void continueLast(std::string_view text) { fields_.back().second.append(" ").append(text); }

    /// Replaces all fields with this name.
    void set(std::string_view name, std::string value);

    const std::vector<Field>& fields() const { return fields_; }

    bool operator==(const RtspHeaders&) const = default;

  private:
    std::vector<Field> fields_;
};

/// A request (RFC 2326, section 6).
struct RtspRequest {
    std::string method; ///< as written: methods are case-sensitive
    std::string url;    ///< byte for byte
    RtspHeaders headers;
    base::Bytes body;

    /// The value of CSeq (12.17); none when it is missing or no number.
    std::optional<std::uint32_t> cseq() const;

    bool operator==(const RtspRequest&) const = default;
};

/// A response (RFC 2326, section 7).
struct RtspResponse {
    int status = kOk;
    std::string reason; ///< empty: the standard's phrase for the status is written
    RtspHeaders headers;
    base::Bytes body;

    bool operator==(const RtspResponse&) const = default;
};

/// The bytes of a message. Content-Length is added when there is a body, and must not be among the headers.
base::Bytes serialize(const RtspRequest& request);
base::Bytes serialize(const RtspResponse& response);

} // namespace hookcast::rtsp
