#pragma once

#include "api-server/Answer.h"
#include "api-server/ControlHandler.h"
#include "api-server/StopSignal.h"

#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>

namespace hookcast::mock {

/// Writes the answer to one request. Belongs to the connection's thread; every method may throw Poco::Exception when
/// the client is gone.
class ResponseWriter {
  public:
    /// Everything given must outlive the writer.
    ResponseWriter(Poco::Net::HTTPServerRequestImpl& request, const StopSignal& stop)
        : request_(request), response_(request.response()), stop_(stop) {}

    /// Keeps the answer's delay first; a client that leaves meanwhile, and a server that stops, get no answer.
    void send(const Answer& answer);

    void sendPage(const CallStore::Page& page);
    void sendPage(const EventStore::Page& page);

    /// For a request whose body has not been read to its end: answers, then closes.
    void sendAndClose(const Answer& answer);

  private:
    std::ostream& beginPage();
    bool keepDelay(std::int64_t delayMs);
    void drop();
    void write(const Answer& answer);
    void discardRest();

    Poco::Net::HTTPServerRequestImpl& request_;
    Poco::Net::HTTPServerResponse& response_;
    const StopSignal& stop_;
};

} // namespace hookcast::mock
