#include "net/Reception.h"

#include <Poco/Exception.h>

#include <exception>

namespace hookcast::net {

void tellFailedBeginning(base::Log& log, std::string_view who) {
    try {
        throw;
    } catch (const Poco::Exception& e) {
        log.info(who, "a connection was gone at once: {}", e.displayText());
    } catch (const std::exception& e) {
        log.error(who, "a session could not begin: {}", e.what());
    } catch (...) {
        log.error(who, "a session could not begin: what was thrown is no exception");
    }
}

} // namespace hookcast::net
