#pragma once

#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServerConnection.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/TCPServerConnectionFactory.h>

#include <mutex>
#include <set>

namespace hookcast::mock {

class Connection;

/// The open connections, so that a stop reaches each of them, also one that is just being handed to its thread (which
/// Poco's HTTPServer::stopAll misses). Any thread.
class Connections {
  public:
    void add(Connection& connection);
    void remove(Connection& connection);

    /// Ends every connection, open or yet to come.
    void endAll();

  private:
    std::mutex mutex_;
    std::set<Connection*> open_;
    bool ending_ = false;
};

/// Poco's HTTP connection, known to Connections from its first moment to its last. Belongs to its thread.
class Connection final : public Poco::Net::HTTPServerConnection {
  public:
    /// `open` must outlive the connection.
    Connection(Connections& open, const Poco::Net::StreamSocket& socket, Poco::Net::HTTPServerParams::Ptr params,
               Poco::Net::HTTPRequestHandlerFactory::Ptr handlers);
    ~Connection() override;

    /// Any thread: whatever the connection reads or writes from now on fails.
    void end();

  private:
    Connections& open_;
};

/// Any thread.
class ConnectionFactory final : public Poco::Net::TCPServerConnectionFactory {
  public:
    /// `open` must outlive every connection.
    ConnectionFactory(Connections& open, Poco::Net::HTTPServerParams::Ptr params,
                      Poco::Net::HTTPRequestHandlerFactory::Ptr handlers);

    Poco::Net::TCPServerConnection* createConnection(const Poco::Net::StreamSocket& socket) override;

  private:
    // given
    Connections& open_;

    // owned
    const Poco::Net::HTTPServerParams::Ptr params_;
    const Poco::Net::HTTPRequestHandlerFactory::Ptr handlers_;
};

} // namespace hookcast::mock
