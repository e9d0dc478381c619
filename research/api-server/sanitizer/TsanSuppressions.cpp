#if defined(__SANITIZE_THREAD__)

/// The distribution's Poco is built without ThreadSanitizer, which therefore does not see that the reference counts of
/// its sockets are atomic: it takes the freeing of a socket, by whichever thread lets go of it last, for a race with
/// every earlier use of it. Weak, so that a program may bring a list of its own.
extern "C" __attribute__((weak)) const char* __tsan_default_suppressions() {
    return "race:Poco::Net::TCPServer::run\n"
           "race:Poco::Net::TCPServerDispatcher::run\n";
}

#endif
