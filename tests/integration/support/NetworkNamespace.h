#pragma once

#include "support/ChildProcess.h"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace hookcast::integration {

/// A network of its own for programs that a test starts, with one cable to the test's network. The test's end has two
/// addresses, each in a subnet of its own, so that programs can be cut off from one of them alone. It lives as long as
/// a process of it: a test that crashes leaves nothing behind. One thread.
class NetworkNamespace {
  public:
    /// What the machine does not let the test have; it says what the system said.
    struct Forbidden : std::runtime_error {
        using std::runtime_error::runtime_error;
    };

    /// Throws Forbidden.
    NetworkNamespace();
    ~NetworkNamespace();
    NetworkNamespace(const NetworkNamespace&) = delete;
    NetworkNamespace& operator=(const NetworkNamespace&) = delete;

    /// The words before a command that is to run in it. The process that is started becomes the command's.
    std::vector<std::string> prefix() const;

    /// Of the test's end, for servers to listen on: one that loseBetween() cuts off, and one that it does not.
    std::string cuttableAddress() const { return address(kCuttable); }
    std::string otherAddress() const { return address(kOther); }

    /// What programs in it send to cuttableAddress() does not arrive, or what they are sent from there, or both;
    /// nobody is told. From now on, for all connections; what was sent meanwhile arrives when TCP repeats it.
    void loseBetween(bool requests, bool answers) const;

    /// False: the cable is out, and programs find no way anywhere. Ends what loseBetween() does to their side.
    void setCable(bool isIn) const;

  private:
    static constexpr unsigned kCuttable = 1; ///< the inner end is the next address
    static constexpr unsigned kOther = 5;

    void claimNumber();
    std::string address(unsigned host) const;
    std::string outerName() const;
    void runInside(std::vector<std::string> words) const;
    void loseTo(unsigned host, const std::string& device, bool isInside, bool isLost) const;

    std::unique_ptr<ChildProcess> holder_; ///< its first process, which does nothing
    unsigned number_ = 0;                  ///< of its block of addresses; the test's end of the cable is named after it
};

} // namespace hookcast::integration
