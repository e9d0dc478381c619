#include "http/AnswerRest.h"

#include <sys/uio.h>

#include <utility>

namespace hookcast::http {

namespace {

constexpr const char* kTakesNothing = "the client took nothing of an answer for idle_timeout";

} // namespace

AnswerRest::AnswerRest(net::SessionPort& session, std::string answer, std::size_t sentBytes, std::int64_t timeoutMs,
                       std::function<void()> onSent)
    : session_(session), answer_(std::move(answer)), sentBytes_(sentBytes), timeoutMs_(timeoutMs),
      onSent_(std::move(onSent)) {}

void AnswerRest::start() {
    session_.expect(timeoutMs_, kTakesNothing);
}

void AnswerRest::onWritable() {
    const iovec rest{answer_.data() + sentBytes_, answer_.size() - sentBytes_};
    const std::size_t taken = session_.write({&rest, 1});
    sentBytes_ += taken;
    if (sentBytes_ == answer_.size())
        onSent_();
    else if (taken > 0)
        session_.expect(timeoutMs_, kTakesNothing);
}

} // namespace hookcast::http
