#include "support/Bystanders.h"
#include "support/Configs.h"
#include "support/FlvTags.h"
#include "support/HttpClient.h"
#include "support/HttpHookcast.h"
#include "support/Seen.h"
#include "support/Sessions.h"
#include "support/TestFrames.h"
#include "support/WebSocketClient.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using rtmp::Message;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::size_t kMegabyte = 1024UL * 1024;
constexpr const char* kPatientPublish = "publish { firstpkt_timeout 600000; normal_timeout 600000; }\n";

std::string patientVhost() {
    return defaultVhost(std::string(kAllMounts) + kPatientPublish);
}

TEST(HttpBadInput, AHeaderThatComesSlowlyIsNotWaitedForForever) {
    HttpHookcast hookcast("srs_log_level info;\nlimits { header_timeout 700; }\n" + patientVhost());
    Bystanders bystanders(hookcast.server());
    HttpClient silent(hookcast.httpPort());
    HttpClient slow(hookcast.httpPort());
    const Deadline deadline;
    const std::string header = "GET /live/show.flv HTTP/1.1\r\nHost: a\r\nX: " + std::string(8000, 'x');
    // A byte at a time, each as soon as the one before is there, never a whole header.
    std::size_t sent = 0;
    while (!deadline.passed() && !slow.tcp().waitReadable(Deadline(std::chrono::milliseconds(1))))
        slow.sendRaw(header.substr(sent++, 1));
    EXPECT_EQ(slow.receive().status, 408);
    EXPECT_EQ(silent.receive().status, 408);
    EXPECT_EQ(slow.receiveToEnd(), "");
    bystanders.expectToGoOn();
    hookcast.server().stop();
    EXPECT_THAT(hookcast.server().closedLines("408 no whole request header within header_timeout"), SizeIs(2));
}

TEST(HttpBadInput, AThousandIdleConnectionsDisturbNobodyAndEnd) {
    constexpr std::size_t kIdle = 1000;
    HttpHookcast hookcast("srs_log_level info;\nmax_connections 2000;\nlimits { keepalive_timeout 3000; }\n" +
                          patientVhost());
    Bystanders bystanders(hookcast.server());
    const std::size_t before = hookcast.server().residentBytes();
    std::vector<std::unique_ptr<HttpClient>> idle;
    for (std::size_t i = 0; i < kIdle; ++i) {
        idle.push_back(std::make_unique<HttpClient>(hookcast.httpPort()));
        ASSERT_EQ(idle.back()->get("/nothing.html").status, 404);
        if (i % 100 == 0) bystanders.expectToGoOn();
    }
    EXPECT_LT(hookcast.server().residentBytes(), before + memoryAllowance(32 * kMegabyte));
    for (const auto& client : idle) EXPECT_EQ(client->receiveToEnd(), "");
    bystanders.expectToGoOn();
    hookcast.server().stop();
    EXPECT_THAT(hookcast.server().closedLines("closed: no further request within keepalive_timeout"), SizeIs(kIdle));
}

struct Nonsense {
    const char* name;
    std::string request;
    int status;
    bool closes;
};

std::ostream& operator<<(std::ostream& out, const Nonsense& nonsense) {
    return out << nonsense.name;
}

std::vector<Nonsense> allNonsense() {
    const std::string host = "Host: a\r\n\r\n";
    return {
        {"GoesUp", "GET /../../etc/passwd HTTP/1.1\r\n" + host, 400, false},
        {"GoesUpEncoded", "GET /live/%2e%2E/%2e%2e/etc/passwd HTTP/1.1\r\n" + host, 400, false},
        {"GoesUpWithEncodedSlash", "GET /live/..%2f..%2fetc/passwd HTTP/1.1\r\n" + host, 400, false},
        {"GoesUpInAWholeUrl", "GET http://a/live/../x.flv HTTP/1.1\r\n" + host, 400, false},
        {"ZeroByte", "GET /live/x%00.flv HTTP/1.1\r\n" + host, 400, false},
        {"HugeHeader", "GET / HTTP/1.1\r\nX: " + std::string(9000, 'x'), 431, true},
        {"HugeTarget", "GET /" + std::string(9000, 'x'), 414, true},
        {"HugeBody", "POST / HTTP/1.1\r\nContent-Length: 1099511627776\r\n" + host, 413, true},
        {"Chunked", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + host, 411, true},
        {"TwoLengths", "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n" + host, 400, true},
        {"NoHost", "GET / HTTP/1.1\r\n\r\n", 400, true},
        {"Tls", std::string("\x16\x03\x01\x02\x00", 5), 400, true},
        {"Rtmp", "\x03" + std::string(1536, '\x5A'), 400, true},
        {"Http2", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505, true},
    };
}

class HttpNonsense : public testing::TestWithParam<Nonsense> {};

TEST_P(HttpNonsense, GetsAClearAnswerAndOneLine) {
    HttpHookcast hookcast(patientVhost());
    Bystanders bystanders(hookcast.server());
    HttpClient client(hookcast.httpPort());
    client.sendRaw(GetParam().request);
    const HttpAnswer answer = client.receive();
    EXPECT_EQ(answer.status, GetParam().status);
    EXPECT_EQ(answer.field("connection"), GetParam().closes ? "close" : "keep-alive");
    if (GetParam().closes) {
        EXPECT_EQ(client.receiveToEnd(), "");
    }
    bystanders.expectToGoOn();
    hookcast.server().stop();
    const std::string reason = answer.body.substr(0, answer.body.find('\n'));
    EXPECT_EQ(hookcast.server().log().count(fmt::format(": {} {}", GetParam().status, reason)), 1U);
}

INSTANTIATE_TEST_SUITE_P(Http, HttpNonsense, testing::ValuesIn(allNonsense()),
                         [](const auto& test) { return test.param.name; });

TEST(HttpBadInput, WhatIsNoFrameOfHttp2EndsItsConnection) {
    HttpHookcast hookcast(patientVhost());
    Bystanders bystanders(hookcast.server());
    for (const std::string& nonsense :
         {std::string(100, '\xFF'), std::string("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), std::string(100, '\0')}) {
        HttpClient client(hookcast.httpPort());
        client.sendRaw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + nonsense);
        client.receiveToEnd();
    }
    bystanders.expectToGoOn();
    hookcast.server().stop();
    EXPECT_EQ(hookcast.server().log().count("closed: HTTP/2: PROTOCOL_ERROR"), 1U);
    EXPECT_EQ(hookcast.server().log().count("2 more from 127.0.0.1: HTTP/2: PROTOCOL_ERROR"), 1U);
}

TEST(HttpBadInput, AWebSocketClientThatTalksTooMuchIsClosed) {
    HttpHookcast hookcast(patientVhost());
    Bystanders bystanders(hookcast.server());
    WebSocketClient client(hookcast.httpPort(), "/live/bystanders.flv");
    ASSERT_EQ(client.answer().status, 101);
    // A message of 2^40 bytes.
    client.http().sendRaw(std::string("\x82\xFF\x00\x00\x01\x00\x00\x00\x00\x00mask", 14));
    for (;;) {
        const WebSocketClient::Frame frame = client.receive();
        if (frame.opcode != 8) continue;
        EXPECT_EQ(frame.payload, "\x03\xF1");
        break;
    }
    bystanders.expectToGoOn();
    hookcast.server().stop();
    EXPECT_THAT(hookcast.server().closedLines("broken WebSocket: a message longer than websocket_message"), SizeIs(1));
}

constexpr std::uint32_t kFramesPerGroup = 10;
constexpr std::uint32_t kFrameMs = 40;

Message frame(std::uint32_t number) {
    constexpr std::size_t kFrameBytes = 50000;
    return number % kFramesPerGroup == 0 ? avcKeyframe(number * kFrameMs, kFrameBytes, number)
                                         : avcInterFrame(number * kFrameMs, kFrameBytes, number);
}

TEST(HttpBadInput, APlayerThatReadsNothingCostsNobodyElseAPacketAndTheServerNoMemory) {
    HttpHookcast hookcast("limits { log_size 8388608; }\nvhost __defaultVhost__ {\nplay { mw_latency 0; queue_length "
                          "3600; }\n" +
                          std::string(kAllMounts) + kPatientPublish + "}\n");
    const auto publisher = startPublisher(hookcast.rtmpPort(), "show");
    publisher->setChunkSize(65536);
    HttpClient frozen(hookcast.httpPort(), 4096);
    EXPECT_EQ(frozen.get("/live/show.flv").status, 200);
    WebSocketClient frozenToo(hookcast.httpPort(), "/live/show.flv");
    HttpClient witness(hookcast.httpPort());
    EXPECT_EQ(witness.get("/live/show.flv").status, 200);
    std::string flv = witness.receiveBytes(kFlvHeaderBytes);
    const std::string header = flv;
    const std::size_t before = hookcast.server().residentBytes();
    for (std::uint32_t group = 0; group < 300; ++group) {
        std::vector<Seen> sent;
        std::size_t bytes = 0;
        for (std::uint32_t i = 0; i < kFramesPerGroup; ++i) {
            const Message next = frame(group * kFramesPerGroup + i);
            publisher->send(next);
            sent.push_back(seen(next));
            bytes += next.payload.size() + 15;
        }
        ASSERT_EQ(seen(readFlv(header + witness.receiveBytes(bytes))), sent);
    }
    EXPECT_LT(hookcast.server().residentBytes(), before + memoryAllowance(48 * kMegabyte));
    hookcast.server().waitForLog("slow player of __defaultVhost__/live/show jumped to the newest keyframe");
    EXPECT_THAT(hookcast.server().closedLines(), IsEmpty());
    hookcast.server().stop();
}

TEST(HttpBadInput, APlayerThatTakesNothingForTheSendTimeoutIsClosed) {
    HttpHookcast hookcast("vhost __defaultVhost__ {\nplay { mw_latency 0; queue_length 1; send_timeout 500; }\n" +
                          std::string(kAllMounts) + kPatientPublish + "}\n");
    const auto publisher = startPublisher(hookcast.rtmpPort(), "show");
    publisher->setChunkSize(65536);
    HttpClient frozen(hookcast.httpPort(), 4096);
    EXPECT_EQ(frozen.get("/live/show.flv").status, 200);
    const Deadline deadline;
    for (std::uint32_t i = 0; hookcast.server().closedLines().empty() && !deadline.passed(); ++i) {
        publisher->send(frame(i));
        publisher->sync();
    }
    EXPECT_THAT(hookcast.server().closedLines("closed: the player took nothing for the send timeout"), SizeIs(1));
    hookcast.server().stop();
}

} // namespace
} // namespace hookcast::integration
