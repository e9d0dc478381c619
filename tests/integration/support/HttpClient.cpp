#include "support/HttpClient.h"

#include <Poco/String.h>
#include <fmt/format.h>

#include <sstream>
#include <stdexcept>
#include <utility>

namespace hookcast::integration {

namespace {

HttpAnswer parseHead(const std::string& head) {
    HttpAnswer answer;
    std::istringstream lines(head);
    std::string version;
    lines >> version >> answer.status;
    std::string line;
    std::getline(lines, line);
    while (std::getline(lines, line) && line != "\r") {
        const std::size_t colon = line.find(':');
        if (colon == std::string::npos) throw std::runtime_error("a broken field in the answer: " + line);
        answer.fields[Poco::toLower(line.substr(0, colon))] = Poco::trim(line.substr(colon + 1));
    }
    return answer;
}

} // namespace

void HttpClient::send(std::string_view method, std::string_view target, std::string_view fields) {
    sendRaw(fmt::format("{} {} HTTP/1.1\r\nHost: 127.0.0.1\r\n{}\r\n", method, target, fields));
}

HttpAnswer HttpClient::receive(bool bodyless, const Deadline& deadline) {
    constexpr std::string_view kHeadEnd = "\r\n\r\n";
    while (received_.find(kHeadEnd) == std::string::npos) {
        if (!receiveMore(deadline)) throw std::runtime_error("no answer but: " + received_);
    }
    const std::size_t headBytes = received_.find(kHeadEnd) + kHeadEnd.size();
    HttpAnswer answer = parseHead(received_.substr(0, headBytes));
    received_.erase(0, headBytes);
    const std::string length = answer.field("content-length");
    if (!length.empty() && !bodyless) answer.body = receiveBytes(std::stoul(length), deadline);
    answer.sizeBytes = headBytes + answer.body.size();
    return answer;
}

std::string HttpClient::receiveBytes(std::size_t count, const Deadline& deadline) {
    while (received_.size() < count) {
        if (!receiveMore(deadline)) throw std::runtime_error("the connection ended too early");
    }
    std::string bytes = received_.substr(0, count);
    received_.erase(0, count);
    return bytes;
}

std::string HttpClient::receiveToEnd(const Deadline& deadline) {
    while (receiveMore(deadline)) {
    }
    return std::exchange(received_, {});
}

bool HttpClient::receiveMore(const Deadline& deadline) {
    const auto bytes = tcp_.receive(deadline);
    if (bytes) received_ += base::asText(*bytes);
    return bytes.has_value();
}

} // namespace hookcast::integration
