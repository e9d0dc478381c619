#include "cluster/RedisConnection.h"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Redis/Array.h>
#include <Poco/Redis/Error.h>
#include <Poco/Redis/Exception.h>
#include <Poco/Timespan.h>

#include <stdexcept>
#include <string_view>

namespace hookcast::cluster {

namespace {

using Poco::Redis::BulkString;
using Poco::Redis::RedisType;
using Poco::Redis::Type;

/// For the chain of a server's certificates.
constexpr int kVerificationDepth = 9;

Poco::Timespan timespanOf(std::int64_t ms) {
    constexpr std::int64_t kUsPerMs = 1000;
    return {ms * kUsPerMs};
}

Poco::Net::StreamSocket connect(const config::RedisAddress& server, const std::string& caFile,
                                const Poco::Timespan& timeout) {
    const Poco::Net::SocketAddress address(server.host, server.port);
    if (!server.isTls) {
        Poco::Net::StreamSocket plain(address.family());
        plain.connect(address, timeout);
        return plain;
    }
    Poco::Net::Context::Ptr context(new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, caFile,
                                                           Poco::Net::Context::VERIFY_STRICT, kVerificationDepth,
                                                           caFile.empty()));
    context->requireMinimumProtocol(Poco::Net::Context::PROTO_TLSV1_2);
    Poco::Net::SecureStreamSocket secure(context);
    secure.setPeerHostName(server.host);
    secure.connect(address, timeout);
    return secure;
}

} // namespace

RedisConnection::RedisConnection(const config::RedisAddress& server, const std::string& caFile, std::int64_t timeoutMs)
    : socket_(connect(server, caFile, timespanOf(timeoutMs))) {
    socket_.setReceiveTimeout(timespanOf(timeoutMs));
    socket_.setSendTimeout(timespanOf(timeoutMs));
    socket_.setNoDelay(true);
    input_ = std::make_unique<Poco::Redis::RedisInputStream>(socket_);
    if (!server.password.empty()) {
        std::vector<std::string> words = {"AUTH"};
        if (!server.user.empty()) words.push_back(server.user);
        words.push_back(server.password);
        call(words);
    }
    if (server.database != 0) call({"SELECT", std::to_string(server.database)});
}

RedisConnection::Reply RedisConnection::call(const std::vector<std::string>& words) {
    Poco::Redis::Array command;
    for (const std::string& word : words) command.add(word);
    const std::string bytes = command.toString();
    for (std::string_view rest = bytes; !rest.empty();) {
        const int sent = socket_.sendBytes(rest.data(), static_cast<int>(rest.size()));
        if (sent <= 0) throw std::runtime_error("the server takes nothing");
        rest.remove_prefix(static_cast<std::size_t>(sent));
    }
    const int marker = input_->get();
    Reply reply = RedisType::createRedisType(static_cast<char>(marker));
    if (!input_->good() || reply.isNull()) throw std::runtime_error("no answer of a Redis");
    reply->read(*input_);
    if (!input_->good()) throw std::runtime_error("an answer that ends too soon");
    if (const auto* error = dynamic_cast<const Type<Poco::Redis::Error>*>(reply.get()); error != nullptr)
        throw std::runtime_error(error->value().getMessage());
    return reply;
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
