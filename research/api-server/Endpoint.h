#pragma once

#include "api-server/Answer.h"
#include "api-server/ParsedBody.h"
#include "api-server/Request.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookcast::mock {

/// How an accepted call and an error code are written: the number alone, or `{"code":N,"data":null}`.
enum class ReplyMode { Plain, Json };

/// The error codes of SRS's api-server.
inline constexpr int kBadJsonCode = 100;
inline constexpr int kWrongActionCode = 200;

/// An answer that carries a code; its status is 200 whatever the code, as SRS's.
Answer codeAnswer(int code, ReplyMode mode);

/// What an endpoint makes of a call, before any rule has its say.
struct Outcome {
    Answer answer;
    std::string summary; ///< one line for the log, fit to be printed
};

/// One URL of the mock server. Any thread.
class Endpoint {
  public:
    explicit Endpoint(std::string path) : path_(std::move(path)) {}
    virtual ~Endpoint() = default;
    Endpoint(const Endpoint&) = delete;
    Endpoint& operator=(const Endpoint&) = delete;

    const std::string& path() const { return path_; }

    /// The last part of the path: how the log calls it.
    std::string_view name() const { return std::string_view(path_).substr(path_.rfind('/') + 1); }

    /// Whether a request for this path is for this endpoint. A slash at the end makes no difference.
    virtual bool owns(std::string_view path) const;

    /// The methods it answers.
    virtual std::vector<std::string_view> methods() const { return {"POST"}; }

    /// What the call says, for the rules and the list of calls.
    virtual ParsedBody parse(const Request& request) const { return parseJsonBody(request.body); }

    /// Only for paths that it owns and methods that it answers.
    virtual Outcome answer(const Request& request, const ParsedBody& body, ReplyMode mode) const = 0;

    /// What was decided in the end, rules included, about a call that answer() was asked about.
    virtual void answered(const Request& /*request*/, const Answer& /*answer*/) const {}

  private:
    std::string path_;
};

} // namespace hookcast::mock
