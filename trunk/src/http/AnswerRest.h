#pragma once

#include "http/HttpHandler.h"
#include "net/SessionPort.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace hookcast::http {

/// What the connection does not take at once of an answer that is there as a whole: it is sent as the client reads, and
/// the next request waits for it. So no answer is too large, and a client has one at most in our memory. Loop thread of
/// its session only.
class AnswerRest final : public HttpActivity {
  public:
    /// `session` outlives it. `answer` is sent from `sentBytes` on; a client that takes nothing of it for `timeoutMs`
    /// is closed. `onSent` is called once, within onWritable(), and may end the session.
    AnswerRest(net::SessionPort& session, std::string answer, std::size_t sentBytes, std::int64_t timeoutMs,
               std::function<void()> onSent);

    // HttpActivity
    void start() override;
    void onWritable() override;
    void close(const std::string& /*reason*/) override {}

  private:
    // given
    net::SessionPort& session_;
    std::string answer_;
    std::size_t sentBytes_;
    std::int64_t timeoutMs_;
    std::function<void()> onSent_;
};

} // namespace hookcast::http
