#pragma once

#include "shared/CertificateAuthority.h"
#include "support/ChildProcess.h"
#include "support/FreePort.h"
#include "support/TempFolder.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::integration {

/// Debian's redis-server, for one test, with nothing on the disk. One thread.
class RedisProcess {
  public:
    /// Returns when it serves. `options` are further arguments of the program.
    explicit RedisProcess(std::vector<std::string> options = {});

    /// One that speaks TLS only, with a certificate of `authority` for 127.0.0.1.
    explicit RedisProcess(const support::CertificateAuthority& authority);

    /// `redis://127.0.0.1:PORT`, or `rediss`.
    std::string url() const;
    std::uint16_t port() const { return port_.number(); }

    /// Ends it, with all that it knew; connections to its port are then refused.
    void stop();

    /// Begins again on the same port, empty.
    void start();

    /// SIGSTOP freezes it, SIGCONT lets it go on.
    void signal(int number) const { process_->signal(number); }

    /// What it writes.
    const LineLog& log() const { return process_->output(); }

    /// What redis-cli prints for a command. Not over TLS.
    std::string command(const std::vector<std::string>& words) const;

  private:
    TempFolder folder_;
    FreePort port_;
    bool isTls_ = false;
    std::vector<std::string> options_;
    std::unique_ptr<ChildProcess> process_;
};

/// A sentinel beside it that watches a master as `main`, alone: what it thinks is so.
class SentinelProcess {
  public:
    /// It thinks the master dead after this time without an answer.
    static constexpr int kDownAfterMs = 2000;

    explicit SentinelProcess(const RedisProcess& master) : SentinelProcess(master.port()) {}

    /// The master is at this port of 127.0.0.1.
    explicit SentinelProcess(std::uint16_t masterPort);

    /// `127.0.0.1:PORT`
    std::string address() const;

    /// What it writes: `+slave`, `+switch-master`.
    const LineLog& log() const { return process_->output(); }

  private:
    TempFolder folder_;
    FreePort port_;
    std::unique_ptr<ChildProcess> process_;
};

} // namespace hookcast::integration
