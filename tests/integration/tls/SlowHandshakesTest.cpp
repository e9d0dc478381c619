// Handshakes of TLS that go no further, and what they cost meanwhile.
#include "support/Bystanders.h"
#include "support/Configs.h"
#include "support/HttpHookcast.h"
#include "support/TcpClient.h"
#include "support/TlsHookcast.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

constexpr std::size_t kMegabyte = 1024UL * 1024;
constexpr std::size_t kConnections = 800;

class SlowHandshakes : public testing::Test {
  protected:
    /// A byte comes to each of them, and then another one, on both ports.
    void drip(const std::string& begin) {
        for (std::size_t i = 0; i < kConnections; ++i)
            slow_.emplace_back(i % 2 == 0 ? hookcast_.rtmpsPort() : hookcast_.httpsPort());
        for (const char byte : begin)
            for (TcpClient& one : slow_) one.send(base::asBytes(std::string(1, byte)));
        // Who comes behind them is served, on each loop.
        for (int i = 0; i < 8; ++i) {
            EXPECT_TRUE(hookcast_.isShown(hookcast_.rtmpsPort(), "localhost"));
            EXPECT_TRUE(hookcast_.isShown(hookcast_.httpsPort(), "localhost"));
        }
    }

    TlsHookcast hookcast_{"limits { handshake_timeout 600000; header_timeout 600000; }\n" + defaultVhost(kAllMounts)};
    std::vector<TcpClient> slow_;
};

/// OpenSSL has 48 kB for one whose first byte it has seen.
TEST_F(SlowHandshakes, CostWhatSlowConnectionsDoUntilTheFirstRecordIsThere) {
    const std::size_t before = hookcast_.server().residentBytes();
    drip(std::string("\x16\x03\x01\x02\x00\x01", 6));
    const std::size_t after = hookcast_.server().residentBytes();
    const std::size_t grownBytes = after - std::min(before, after);
    RecordProperty("bytes_each", static_cast<int>(grownBytes / kConnections));
    EXPECT_LT(grownBytes, memoryAllowance(kConnections * 16 * 1024 + 4 * kMegabyte));
    for (const TcpClient& one : slow_) ASSERT_FALSE(one.waitReadable(Deadline(std::chrono::milliseconds(0))));
}

} // namespace
} // namespace hookcast::integration
