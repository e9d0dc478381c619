// Backends that answer too slowly or too much, or whose name nobody knows any more: whoever asks them is refused, and
// nobody else is kept waiting.
#include "support/Applicant.h"
#include "support/Bystanders.h"
#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/Loopback.h"
#include "support/MockBackend.h"
#include "support/OddBackend.h"
#include "support/Sessions.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;

constexpr std::size_t kMegabyte = 1024UL * 1024;

/// The bystanders' vhost asks nobody; that of the others asks `url` when they connect.
std::string askingAt(const std::string& url, std::string_view more) {
    return defaultVhost("publish { firstpkt_timeout 600000; normal_timeout 600000; }") +
           vhost("odd.example.com", fmt::format("http_hooks {{ enabled on; on_connect {}; {} }}", url, more));
}

/// One who wants to connect, and does not wait for the verdict.
std::unique_ptr<RtmpClient> applicantAt(const HookcastServer& server) {
    auto client = std::make_unique<RtmpClient>(server.port());
    client->shakeHands();
    const ConnectRequest request = requestFor(server.port(), "live?vhost=odd.example.com");
    client->sendCommand(
        "connect", 1,
        {rtmp::Amf::object({{"app", rtmp::Amf::string(request.app)}, {"tcUrl", rtmp::Amf::string(request.tcUrl)}})});
    return client;
}

TEST(OddBackends, OneThatDripsIsGivenUpWhenItsTimeIsOver) {
    constexpr std::size_t kApplicants = 50;
    const OddBackend backend(OddBackend::Answer::Drips);
    HookcastServer server(askingAt(backend.url("/connect"), "timeout 2; breaker_failures 0;"));
    Bystanders bystanders(server);
    std::vector<std::unique_ptr<RtmpClient>> applicants;
    for (std::size_t i = 0; i < kApplicants; ++i) applicants.push_back(applicantAt(server));
    bystanders.expectToGoOn();
    for (const auto& applicant : applicants) applicant->expectClosed();
    bystanders.expectToGoOn();
    EXPECT_THAT(server.waitForLog("] refused: ", kApplicants), HasSubstr("cause=timeout"));
    server.stop();
}

TEST(OddBackends, OfAGibibyteNoMoreIsReadThanAnAnswerMayBe) {
    const OddBackend backend(OddBackend::Answer::Floods);
    HookcastServer server(askingAt(backend.url("/connect"), "breaker_failures 0;"));
    Bystanders bystanders(server);
    const std::size_t before = server.residentBytes();
    constexpr std::size_t kApplicants = 20;
    for (std::size_t i = 0; i < kApplicants; ++i) applicantAt(server)->expectClosed();
    EXPECT_THAT(server.waitForLog("] refused: ", kApplicants), HasSubstr("cause=long_answer"));
    bystanders.expectToGoOn();
    EXPECT_LT(server.residentBytes(), before + memoryAllowance(16 * kMegabyte));
    // What the system's buffers hold on its way counts as sent.
    EXPECT_LT(backend.sentBytes(), backend.connections() * 16 * kMegabyte);
    server.stop();
}

TEST(OddBackends, OneWhoseNameIsNoneIsNotReached) {
    HookcastServer server(askingAt("http://backend.invalid/connect", "breaker_failures 0;"));
    Bystanders bystanders(server);
    applicantAt(server)->expectClosed();
    EXPECT_THAT(server.waitForLog("] refused: "), HasSubstr("cause=dns"));
    bystanders.expectToGoOn();
    server.stop();
}

/// A name server that never answers: the system's resolver blocks whoever asks it.
TEST(OddBackends, ANameServerThatIsSilentHoldsUpNobodyElse) {
    if (::geteuid() != 0) GTEST_SKIP() << "it takes root to give a server a name server of its own";
    sockaddr_in address = loopback(53);
    address.sin_addr.s_addr = inet_addr("127.53.0.1");
    const Descriptor silent(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(::bind(silent.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    const TempFolder folder;
    const std::string resolver = folder.write("resolv.conf", "nameserver 127.53.0.1\noptions timeout:30 attempts:5\n");
    const std::string mount = fmt::format("mount --bind {} /etc/resolv.conf && exec \"$@\"", resolver);
    HookcastServer server(askingAt("http://backend.example.com/connect", "timeout 2; breaker_failures 0;"), {},
                          {"127.0.0.1", {"unshare", "-m", "sh", "-c", mount, "sh"}});
    Bystanders bystanders(server);
    constexpr std::size_t kApplicants = 20;
    std::vector<std::unique_ptr<RtmpClient>> applicants;
    for (std::size_t i = 0; i < kApplicants; ++i) applicants.push_back(applicantAt(server));
    bystanders.expectToGoOn();
    for (const auto& applicant : applicants) applicant->expectClosed();
    EXPECT_THAT(server.waitForLog("] refused: ", kApplicants), HasSubstr("cause=timeout"));
    bystanders.expectToGoOn();
    server.stop();
}

} // namespace
} // namespace hookcast::integration
