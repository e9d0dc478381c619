#pragma once

#include "api-server/Request.h"

#include <Poco/Net/HTTPServerRequest.h>

#include <cstddef>

namespace hookcast::mock {

enum class ReadEnd {
    Complete,
    TooLarge, ///< the body is over the limit; what is left of it is unread
    Malformed ///< the body's framing is broken, or its end never came
};

struct ReadRequest {
    ReadEnd end;
    Request request; ///< the body only when Complete
};

/// Whether the header block alone tells that the body is over `maxBodyBytes`.
bool announcesTooLarge(const Poco::Net::HTTPServerRequest& request, std::size_t maxBodyBytes);

/// Reads the body, at most `maxBodyBytes` of it and nothing where the announced length is above. Blocks as long as
/// the socket's receive timeout allows; the calling thread is the connection's.
ReadRequest readRequest(Poco::Net::HTTPServerRequest& request, std::size_t maxBodyBytes);

} // namespace hookcast::mock
