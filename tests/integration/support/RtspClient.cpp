#include "support/RtspClient.h"

#include "rtsp/HeaderFields.h"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>
#include <variant>

namespace hookcast::integration {

using rtsp::RtspResponse;

std::uint32_t RtspClient::send(std::string_view method, std::string_view url, const Headers& headers,
                               std::string_view body) {
    rtsp::RtspRequest request;
    request.method = method;
    request.url = url;
    request.headers.add("CSeq", std::to_string(++lastCseq_));
    if (!session_.empty()) request.headers.add("Session", session_);
    for (const auto& [name, value] : headers) request.headers.add(name, value);
    request.body.assign(body.begin(), body.end());
    tcp_.send(rtsp::serialize(request));
    return lastCseq_;
}

RtspResponse RtspClient::expectAnswer(std::uint32_t cseq, const Deadline& deadline) {
    for (;;) {
        RtspResponse answer = expectAnyAnswer(deadline);
        if (answer.headers.get("CSeq") != std::to_string(cseq)) continue;
        const auto session = rtsp::parseSession(answer.headers.get("Session"));
        if (session) session_ = session.value().id;
        return answer;
    }
}

RtspResponse RtspClient::expectAnyAnswer(const Deadline& deadline) {
    while (answers_.empty()) {
        if (!receiveSomething(deadline))
            throw std::runtime_error(fmt::format("the server closed the connection after request {}", lastCseq_));
    }
    RtspResponse answer = std::move(answers_.front());
    answers_.pop_front();
    return answer;
}

RtspResponse RtspClient::request(std::string_view method, std::string_view url, const Headers& headers,
                                 std::string_view body) {
    return expectAnswer(send(method, url, headers, body));
}

RtspResponse RtspClient::require(std::string_view method, std::string_view url, const Headers& headers,
                                 std::string_view body) {
    RtspResponse answer = request(method, url, headers, body);
    if (answer.status != 200) throw std::runtime_error(fmt::format("{} is answered with {}", method, answer.status));
    return answer;
}

void RtspClient::sendFrame(std::uint8_t channel, base::ByteSpan payload) {
    base::Bytes bytes = {'$', channel, static_cast<std::uint8_t>(payload.size() >> 8U),
                         static_cast<std::uint8_t>(payload.size())};
    bytes.insert(bytes.end(), payload.begin(), payload.end());
    tcp_.send(bytes);
}

std::optional<RtspClient::Frame> RtspClient::receiveFrame(const Deadline& deadline) {
    while (frames_.empty()) {
        if (!receiveSomething(deadline)) return std::nullopt;
    }
    Frame frame = std::move(frames_.front());
    frames_.pop_front();
    return frame;
}

RtspClient::Frame RtspClient::expectFrame(const Deadline& deadline) {
    auto frame = receiveFrame(deadline);
    if (!frame) throw std::runtime_error("the server closed the connection instead of sending media");
    return std::move(*frame);
}

void RtspClient::expectClosed(const Deadline& deadline) {
    while (receiveSomething(deadline)) {
    }
}

bool RtspClient::receiveSomething(const Deadline& deadline) {
    for (;;) {
        base::ByteSpan unread = base::ByteSpan(input_).subspan(inputRead_);
        auto next = reader_.next(unread);
        inputRead_ = input_.size() - unread.size();
        if (!next) throw std::runtime_error("the server sends nonsense: " + next.error().message);
        if (next.value()) {
            if (auto* answer = std::get_if<RtspResponse>(&*next.value()))
                answers_.push_back(std::move(*answer));
            else if (const auto* frame = std::get_if<rtsp::InterleavedFrame>(&*next.value()))
                frames_.push_back({frame->channel, {frame->payload.begin(), frame->payload.end()}});
            return true;
        }
        auto received = tcp_.receive(deadline);
        if (!received) return false;
        input_ = std::move(*received);
        inputRead_ = 0;
    }
}

} // namespace hookcast::integration
