#include "cluster/RedisConnection.h"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Redis/Array.h>
#include <Poco/Redis/Error.h>
#include <Poco/Timespan.h>

#include <poll.h>

#include <cerrno>
#include <stdexcept>
#include <string_view>

namespace hookcast::cluster {

namespace {

using Poco::Net::SecureStreamSocket;
using Poco::Redis::BulkString;
using Poco::Redis::Type;

/// For the chain of a server's certificates.
constexpr int kVerificationDepth = 9;

/// One that does not block. TLS shakes hands with the first bytes that are sent.
Poco::Net::StreamSocket connect(const config::RedisAddress& server, const std::string& caFile, std::int64_t timeoutMs) {
    constexpr std::int64_t kUsPerMs = 1000;
    const Poco::Net::SocketAddress address(server.host, server.port);
    Poco::Net::StreamSocket plain(address.family());
    plain.connect(address, Poco::Timespan(timeoutMs * kUsPerMs));
    plain.setNoDelay(true);
    plain.setBlocking(false);
    if (!server.isTls) return plain;
    Poco::Net::Context::Ptr context(new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, caFile,
                                                           Poco::Net::Context::VERIFY_STRICT, kVerificationDepth,
                                                           caFile.empty()));
    context->requireMinimumProtocol(Poco::Net::Context::PROTO_TLSV1_2);
    return SecureStreamSocket::attach(plain, server.host, context);
}

} // namespace

RedisConnection::RedisConnection(const config::RedisAddress& server, const std::string& caFile, std::int64_t timeoutMs)
    : timeout_(timeoutMs), deadline_(Clock::now() + timeout_), socket_(connect(server, caFile, timeoutMs)),
      reader_([this](char* into, std::size_t mostBytes) { return receive(into, mostBytes); }) {
    if (!server.password.empty()) {
        std::vector<std::string> words = {"AUTH"};
        if (!server.user.empty()) words.push_back(server.user);
        words.push_back(server.password);
        talk(words);
    }
    if (server.database != 0) talk({"SELECT", std::to_string(server.database)});
}

RedisConnection::Reply RedisConnection::call(const std::vector<std::string>& words) {
    deadline_ = Clock::now() + timeout_;
    return talk(words);
}

RedisConnection::Reply RedisConnection::talk(const std::vector<std::string>& words) {
    Poco::Redis::Array command;
    for (const std::string& word : words) command.add(word);
    send(command.toString());
    Reply reply = reader_.next();
    if (const auto* error = dynamic_cast<const Type<Poco::Redis::Error>*>(reply.get()); error != nullptr)
        throw std::runtime_error(error->value().getMessage());
    return reply;
}

void RedisConnection::send(const std::string& bytes) {
    for (std::string_view rest = bytes; !rest.empty();) {
        const int sent = socket_.sendBytes(rest.data(), static_cast<int>(rest.size()));
        if (sent > 0)
            rest.remove_prefix(static_cast<std::size_t>(sent));
        else
            waitFor(sent == SecureStreamSocket::ERR_SSL_WANT_READ && socket_.secure() ? POLLIN : POLLOUT);
    }
}

std::size_t RedisConnection::receive(char* into, std::size_t mostBytes) {
    for (;;) {
        const int received = socket_.receiveBytes(into, static_cast<int>(mostBytes));
        if (received == 0) throw std::runtime_error("the server has closed the connection");
        // What drips is taken for as long as there is time.
        if (Clock::now() >= deadline_) throw std::runtime_error("no whole answer in time");
        if (received > 0) return static_cast<std::size_t>(received);
        waitFor(received == SecureStreamSocket::ERR_SSL_WANT_WRITE && socket_.secure() ? POLLOUT : POLLIN);
    }
}

/// Or until it has ended: the next attempt tells.
void RedisConnection::waitFor(short events) const {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now());
    pollfd socket{socket_.impl()->sockfd(), events, 0};
    const int ready = left.count() > 0 ? ::poll(&socket, 1, static_cast<int>(left.count())) : 0;
    if (ready == 0) throw std::runtime_error("no whole answer in time");
    if (ready < 0 && errno != EINTR) throw std::runtime_error("the system does not watch the connection");
}

std::string RedisConnection::text(const std::vector<std::string>& words) {
    return textOf(call(words));
}

std::string RedisConnection::textOf(const Reply& reply) {
    if (const auto* simple = dynamic_cast<const Type<std::string>*>(reply.get()); simple != nullptr)
        return simple->value();
    if (const auto* bulk = dynamic_cast<const Type<BulkString>*>(reply.get()); bulk != nullptr)
        return bulk->value().isNull() ? std::string() : bulk->value().value();
    throw std::runtime_error("an answer of another type than asked for");
}

std::vector<std::string> RedisConnection::textsOf(const Reply& reply) {
    const auto* array = dynamic_cast<const Type<Poco::Redis::Array>*>(reply.get());
    if (array == nullptr || array->value().isNull()) throw std::runtime_error("an answer that is no list");
    std::vector<std::string> texts;
    for (const Reply& element : array->value()) texts.push_back(textOf(element));
    return texts;
}

std::string RedisConnection::reasonOf(const std::exception& thrown) {
    const auto* ofPoco = dynamic_cast<const Poco::Exception*>(&thrown);
    return ofPoco == nullptr ? thrown.what() : ofPoco->displayText();
}

} // namespace hookcast::cluster
