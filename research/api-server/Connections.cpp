#include "api-server/Connections.h"

#include <Poco/Exception.h>
#include <Poco/Net/StreamSocket.h>

#include <utility>

namespace hookcast::mock {

void Connections::add(Connection& connection) {
    const std::scoped_lock lock(mutex_);
    open_.insert(&connection);
    if (ending_) connection.end();
}

void Connections::remove(Connection& connection) {
    const std::scoped_lock lock(mutex_);
    open_.erase(&connection);
}

void Connections::endAll() {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
    for (Connection* connection : open_) connection->end();
}

Connection::Connection(Connections& open, const Poco::Net::StreamSocket& socket,
                       Poco::Net::HTTPServerParams::Ptr params, Poco::Net::HTTPRequestHandlerFactory::Ptr handlers)
    : HTTPServerConnection(socket, std::move(params), std::move(handlers)), open_(open) {
    open_.add(*this);
}

Connection::~Connection() {
    open_.remove(*this);
}

void Connection::end() {
    try {
        socket().shutdown();
    } catch (const Poco::Exception&) { // the client was faster
    }
}

ConnectionFactory::ConnectionFactory(Connections& open, Poco::Net::HTTPServerParams::Ptr params,
                                     Poco::Net::HTTPRequestHandlerFactory::Ptr handlers)
    : open_(open), params_(std::move(params)), handlers_(std::move(handlers)) {}

Poco::Net::TCPServerConnection* ConnectionFactory::createConnection(const Poco::Net::StreamSocket& socket) {
    return new Connection(open_, socket, params_, handlers_);
}

} // namespace hookcast::mock
