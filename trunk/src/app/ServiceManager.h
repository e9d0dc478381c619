#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hookcast::app {

/// Whoever has started this process as a service, as systemd does with Type=notify, and wants to hear how it goes: a
/// datagram socket whose name is in NOTIFY_SOCKET (sd_notify(3)). Where nobody wants to, nothing is told. Any thread;
/// all but tellAlive() may wait for two seconds where what has been told is not read.
class ServiceManager {
  public:
    /// Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID.
    ServiceManager();
    ~ServiceManager();
    ServiceManager(const ServiceManager&) = delete;
    ServiceManager& operator=(const ServiceManager&) = delete;

    void tellServing(std::string_view status) const;
    void tellReloading() const;
    void tellStopping() const;
    void tellAlive() const;

    /// The service's main process is another one from now on; this one tells nothing more.
    void tellSuccessor(pid_t process);

    /// How often it wants to hear tellAlive() at least; nothing: never.
    std::optional<std::int64_t> watchdogMs() const { return watchdogMs_; }

  private:
    void tell(const std::string& text, int flags = 0) const;

    std::string address_; ///< as in NOTIFY_SOCKET
    std::optional<std::int64_t> watchdogMs_;
    int socket_ = -1; ///< -1: nobody wants to hear
    std::atomic<bool> isSilent_{false};
};

} // namespace hookcast::app
