#if defined(__SANITIZE_THREAD__)

/// The test backend is Poco's HTTP server, and the distribution's Poco is built without ThreadSanitizer, which
/// therefore does not see that Poco's reference counts are atomic: it takes the freeing of a socket or a delegate, by
/// whichever thread lets go of it last, for a race with every earlier use of it.
extern "C" const char* __tsan_default_suppressions() { // NOLINT(bugprone-reserved-identifier)
    return "race:Poco::Net::TCPServer::run\n"
           "race:Poco::Net::TCPServerDispatcher::run\n"
           "race:Poco::Delegate<Poco::Net::HTTPServerConnection\n";
}

#endif
