// Clients of HTTP/2 who let the server do much for little, and take nothing of it. They write their frames by hand, as
// no library would send these.
#include "support/Bystanders.h"
#include "support/Configs.h"
#include "support/HttpHookcast.h"
#include "support/MockBackend.h"
#include "support/RtmpClient.h"
#include "support/TcpClient.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::attacks {
namespace {

using namespace integration;

enum Type : std::uint8_t { kHeaders = 1, kSettings = 4, kContinuation = 9 };
enum Flag : std::uint8_t { kEndStream = 1, kEndHeaders = 4 };

constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// `:method: GET`, `:scheme: http`, and `:authority: a` (RFC 7541, appendix A and section 6).
constexpr std::string_view kGet = "\x82\x86\x41\x01"
                                  "a";

/// For bystanders, who do not publish all the time.
std::string patientVhost(const std::string& more = "") {
    return defaultVhost(more + kAllMounts + "publish { firstpkt_timeout 600000; normal_timeout 600000; }\n");
}

std::string number(std::uint32_t value, std::size_t sizeBytes) {
    std::string text;
    for (std::size_t i = sizeBytes; i > 0; --i) text += static_cast<char>(value >> (8 * (i - 1)) & 0xFFU);
    return text;
}

/// RFC 9113, 4.1.
std::string frame(Type type, unsigned flags, std::uint32_t stream, std::string_view content = "") {
    return number(static_cast<std::uint32_t>(content.size()), 3) + static_cast<char>(type) + static_cast<char>(flags) +
           number(stream, 4) + std::string(content);
}

std::string get(std::uint32_t stream, std::string_view path) {
    const std::string header = std::string(kGet) + '\x04' + static_cast<char>(path.size()) + std::string(path);
    return frame(kHeaders, kEndStream | kEndHeaders, stream, header);
}

/// Of the client: it takes so many bytes of each stream.
std::string window(std::uint32_t sizeBytes) {
    return std::string(kPreface) + frame(kSettings, 0, 0, number(4, 2) + number(sizeBytes, 4));
}

std::uint32_t idOf(std::size_t request) {
    return static_cast<std::uint32_t>(2 * request + 1);
}

TEST(Http2, StreamsThatAreRefusedAndNotReadTakeNoMemory) {
    constexpr std::size_t kMegabyte = 1024 * 1024;
    constexpr std::size_t kRequests = 1'000'000;
    HttpHookcast hookcast(patientVhost());
    Bystanders bystanders(hookcast.server());
    const std::size_t before = hookcast.server().residentBytes();
    TcpClient client(hookcast.httpPort(), 4096);
    bool isTaken = client.trySend(base::asBytes(window(0)));
    for (std::size_t i = 0; i < kRequests && isTaken; i += 1000) {
        std::string many;
        for (std::size_t k = 0; k < 1000; ++k) many += get(idOf(i + k), "/");
        isTaken = client.trySend(base::asBytes(many));
    }
    EXPECT_LT(hookcast.server().residentBytes(), before + memoryAllowance(30 * kMegabyte));
    hookcast.server().waitForLog("closed: HTTP/2: streams are begun and given up too fast");
    bystanders.expectToGoOn();
}

TEST(Http2, PlayersWhoTakeNothingLeaveTheirPlaces) {
    MockBackend backend;
    constexpr std::size_t kPlayers = 40;
    HttpHookcast hookcast("max_connections 60;\n" + patientVhost(hooksTo(backend) + "play { send_timeout 1000; }"));
    Bystanders bystanders(hookcast.server());
    TcpClient client(hookcast.httpPort());
    std::string requests = window(0);
    for (std::size_t i = 0; i < kPlayers; ++i) requests += get(idOf(i), "/live/bystanders.flv");
    client.send(base::asBytes(requests));
    backend.waitForCall("on_play", kPlayers + 1); // with the bystander
    const Deadline deadline;
    const auto stops = [&backend] { return withAction(backend.calls(), "on_stop").size(); };
    // There has to be something to be taken.
    while (stops() < kPlayers && !deadline.passed()) bystanders.expectToGoOn();
    ASSERT_EQ(stops(), kPlayers);
    // Beside 40 who have no place any more there would be no room.
    std::vector<std::unique_ptr<RtmpClient>> later;
    for (std::size_t i = 0; i < kPlayers; ++i) {
        later.push_back(std::make_unique<RtmpClient>(hookcast.rtmpPort()));
        later.back()->shakeHands();
    }
    bystanders.expectToGoOn();
}

TEST(Http2, ATrailerDoesNotKeepTheProcessorBusy) {
    constexpr std::size_t kFields = 100'000;
    HttpHookcast hookcast(patientVhost());
    Bystanders bystanders(hookcast.server());
    TcpClient client(hookcast.httpPort());
    // A field of 4,000 bytes that goes into the table, and then, in one byte each, the same again.
    const std::string large = std::string("\x40\x01x\x7F\xA1\x1E", 6) + std::string(4000, 'y');
    std::string sent = window(0) + frame(kHeaders, kEndHeaders, 1, std::string(kGet) + "\x84");
    sent += frame(kHeaders, kEndStream, 1, large);
    for (std::size_t i = 0; i < kFields; i += 10'000)
        sent += frame(kContinuation, i + 10'000 == kFields ? kEndHeaders : 0, 1, std::string(10'000, '\xBE'));
    client.trySend(base::asBytes(sent));
    hookcast.server().waitForLog("closed: HTTP/2: the header is longer than header_size");
    bystanders.expectToGoOn();
}

} // namespace
} // namespace hookcast::attacks
