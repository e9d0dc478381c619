#include "support/Bystanders.h"
#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/RtspSessions.h"
#include "support/TestFrames.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

constexpr const char* kPatient = "publish { firstpkt_timeout 600000; normal_timeout 600000; }";

using Client = std::unique_ptr<RtspClient>;

/// Something a client must not do, the limits under which it does it, and what comes of it.
struct Misbehaviour {
    const char* name;
    const char* limits;
    int status; ///< that the client is sent away with; 0: without a word
    const char* reason;
    std::function<Client(const HookcastServer&)> run;
};

std::ostream& operator<<(std::ostream& out, const Misbehaviour& misbehaviour) {
    return out << misbehaviour.name;
}

Client connected(const HookcastServer& server) {
    return std::make_unique<RtspClient>(server.rtspPort());
}

std::function<Client(const HookcastServer&)> says(const std::string& bytes) {
    return [bytes](const HookcastServer& server) {
        auto client = connected(server);
        client->tcp().trySend(base::asBytes(bytes));
        return client;
    };
}

std::function<Client(const HookcastServer&)> asks(const std::string& method, const std::string& path,
                                                  const std::string& body = "") {
    return [=](const HookcastServer& server) {
        auto client = connected(server);
        client->send(method, server.rtspUrl(path), {}, body);
        return client;
    };
}

/// Sends `piece` again and again, each a moment after the one before, until the server has had enough.
std::function<Client(const HookcastServer&)> drips(const std::string& beginning, const std::string& piece) {
    return [=](const HookcastServer& server) {
        auto client = connected(server);
        client->tcp().send(base::asBytes(beginning));
        const Deadline deadline;
        while (!deadline.passed() && client->tcp().trySend(base::asBytes(piece)) &&
               !client->tcp().waitReadable(Deadline(std::chrono::milliseconds(20)))) {
        }
        return client;
    };
}

std::string repeated(std::string_view piece, std::size_t times) {
    std::string text;
    for (std::size_t i = 0; i < times; ++i) text += piece;
    return text;
}

std::string announcing(const std::string& length) {
    return "ANNOUNCE rtsp://127.0.0.1/live/show RTSP/1.0\r\nCSeq: 1\r\nContent-Length: " + length + "\r\n\r\n";
}

const std::string kOptions = "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n";
const std::string kSection = "m=audio 0 RTP/AVP 0\r\n";

const std::vector<Misbehaviour> kMisbehaviours = {
    {"HeaderOverTheLimit", "", 413, "broken RTSP: a header of more than 16384 bytes",
     says(kOptions + "X: " + std::string(17000, 'x'))},
    {"HeaderOfManyFields", "", 413, "broken RTSP: a header of more than 16384 bytes",
     says(kOptions + repeated("X: y\r\n", 4000))},
    {"BodyOf2To40", "", 413, "broken RTSP: a body of 1099511627776 bytes; the limit is 65536",
     says(announcing("1099511627776"))},
    {"BodyBeyondNumbers", "", 413, "broken RTSP: a body of 99999999999999999999999 bytes",
     says(announcing("99999999999999999999999"))},
    {"BodyOfLessThanNothing", "", 400, "broken RTSP: Content-Length \"-1\"", says(announcing("-1"))},
    {"TwoLengths", "", 400, "broken RTSP: two different Content-Length headers",
     says(kOptions + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n")},
    {"Tls", "", 400, "broken RTSP: byte 0x16 begins no message", says("\x16\x03\x01\x02")},
    {"HttpInsteadOfRtsp", "", 400, "broken RTSP: a message begins with \"GET / HTTP/1.1\"",
     says("GET / HTTP/1.1\r\n\r\n")},
    {"Version2", "", 505, "broken RTSP: version \"RTSP/2.0\"", says("OPTIONS * RTSP/2.0\r\nCSeq: 1\r\n\r\n")},
    {"NoCSeq", "", 400, "a request without CSeq", says("OPTIONS * RTSP/1.0\r\n\r\n")},
    {"UrlTooLong", "url_size 1000;", 414, "the URL is longer than url_size",
     asks("DESCRIBE", "live/show?" + std::string(1000, 'x'))},
    {"NoStream", "", 404, "", asks("DESCRIBE", "")},
    {"NothingAtAll", "idle_timeout 1000;", 0, "neither publishes nor plays", says("")},
    {"HeaderByteByByte", "idle_timeout 1000;", 0, "neither publishes nor plays", drips(kOptions + "X: ", "x")},
    {"BodyByteByByte", "idle_timeout 1000;", 0, "neither publishes nor plays", drips(announcing("60000"), "x")},
    {"OnlyFrames", "idle_timeout 1000;", 0, "neither publishes nor plays",
     drips("", std::string("$\x00\x00\x04\x80\x60\x00\x00", 8))},
    {"NoDescription", "", 415, "the description cannot be used: the description has neither audio nor video",
     asks("ANNOUNCE", "live/show", "nonsense")},
    {"TooManyMediaSections", "", 400, "broken description: an SDP of more than 16 media sections",
     asks("ANNOUNCE", "live/show", "v=0\r\n" + repeated(kSection, 17))},
    {"RepliesLeftUnread", "control_buffer 4096;", 0, "too many replies left unread",
     [](const HookcastServer& server) {
         // Small buffers of the kernel, so that not many replies fit.
         auto client = std::make_unique<RtspClient>(server.rtspPort(), 4096);
         const std::string requests = repeated(kOptions + "\r\n", 1000);
         while (client->tcp().trySend(base::asBytes(requests))) {
         }
         return client;
     }},
};

class RtspMisbehaviours : public testing::TestWithParam<Misbehaviour> {};

TEST_P(RtspMisbehaviours, CloseTheirClientWithOneLineOfReasonAndDisturbNobody) {
    HookcastServer server(fmt::format("limits {{ {} }}\n", GetParam().limits) + defaultVhost(kPatient));
    Bystanders bystanders(server);
    const Client client = GetParam().run(server);
    if (GetParam().status == 0)
        client->tcp().drainUntilClosed();
    else
        EXPECT_EQ(client->expectAnyAnswer().status, GetParam().status);
    client->expectClosed();
    bystanders.expectToGoOn();
    server.waitForLog(std::string("] closed: ") + GetParam().reason);
    server.stop();
    // One for each bystander, whom the end of the server closes.
    EXPECT_THAT(server.closedLines(), SizeIs(1 + 2));
}

INSTANTIATE_TEST_SUITE_P(BadInput, RtspMisbehaviours, testing::ValuesIn(kMisbehaviours),
                         [](const auto& test) { return test.param.name; });

/// What a publisher may get wrong in its media: it is dropped, and told once.
struct WrongMedia {
    const char* name;
    const char* complaint;
    std::function<void(RtspPublisher&)> send;
};

std::ostream& operator<<(std::ostream& out, const WrongMedia& wrong) {
    return out << wrong.name;
}

const std::vector<WrongMedia> kWrongMedia = {
    {"UnknownChannels", "dropped an interleaved frame on channel 77, which was not set up",
     [](RtspPublisher& publisher) {
         for (unsigned i = 0; i < 1000; ++i)
             publisher.client().sendFrame(static_cast<std::uint8_t>(77 + i % 178), noise(100, i));
     }},
    {"WrongPayloadType", "dropped RTP of payload type 97, 96 was announced",
     [](RtspPublisher& publisher) {
         for (unsigned i = 0; i < 1000; ++i) {
             base::Bytes packet = publisher.packets().of(true, 20, 500, 1).front();
             packet[1] = static_cast<std::uint8_t>((packet[1] & 0x80U) | 97U);
             publisher.client().sendFrame(0, packet);
         }
     }},
    {"NoRtp", "dropped a broken RTP packet: ",
     [](RtspPublisher& publisher) {
         for (unsigned i = 0; i < 1000; ++i) publisher.client().sendFrame(0, noise(i % 12, i));
     }},
    {"NoRtcp", "dropped a broken RTCP packet: ",
     [](RtspPublisher& publisher) {
         for (unsigned i = 0; i < 1000; ++i) publisher.client().sendFrame(1, noise(i % 40, i));
     }},
};

class RtspWrongMedia : public testing::TestWithParam<WrongMedia> {};

TEST_P(RtspWrongMedia, IsDroppedWithOneLineAndTheStreamGoesOn) {
    HookcastServer server(defaultVhost(kPatient));
    Bystanders bystanders(server);
    RtspPublisher publisher(server.rtspPort());
    publisher.send(true, 0);
    publisher.sync();
    RtspPlayer player(server.rtspPort());
    player.expectPicture();
    GetParam().send(publisher);
    publisher.send(true, 80, 500, 2);
    EXPECT_EQ(player.expectPicture().unit, avcPicture(true, 500, 2));
    bystanders.expectToGoOn();
    EXPECT_THAT(server.closedLines(), SizeIs(0));
    EXPECT_THAT(server.waitForLog("[warn]"), HasSubstr(GetParam().complaint));
    server.stop();
    EXPECT_EQ(server.log().count("dropped "), 1U);
}

INSTANTIATE_TEST_SUITE_P(BadInput, RtspWrongMedia, testing::ValuesIn(kWrongMedia),
                         [](const auto& test) { return test.param.name; });

class RtspSequence : public testing::TestWithParam<RtpWay> {};

TEST_P(RtspSequence, MayJumpAndTheStreamGoesOn) {
    HookcastServer server(defaultVhost(kPatient));
    Bystanders bystanders(server);
    RtspPublisher publisher(server.rtspPort(), "live/show", GetParam());
    publisher.send(true, 0);
    publisher.sync();
    RtspPlayer player(server.rtspPort());
    player.expectPicture();
    std::int64_t ptsMs = 0;
    // A little, half of what there is, and back: none of the packets in between is ever sent.
    for (const int jump : {1, 200, 32768, -500, -1}) {
        publisher.packets().jump(jump);
        // Over UDP one stray packet does not make a jump.
        for (int i = 0; i < 3; ++i) {
            ptsMs += 40;
            publisher.send(true, ptsMs, 500, static_cast<unsigned>(ptsMs));
        }
        const base::Bytes last = avcPicture(true, 500, static_cast<unsigned>(ptsMs));
        while (player.expectPicture().unit != last) {
        }
    }
    bystanders.expectToGoOn();
    EXPECT_THAT(server.closedLines(), SizeIs(0));
    server.stop();
}

INSTANTIATE_TEST_SUITE_P(BadInput, RtspSequence, testing::Values(RtpWay::Tcp, RtpWay::Udp),
                         [](const auto& test) { return test.param == RtpWay::Tcp ? "Tcp" : "Udp"; });

} // namespace
} // namespace hookcast::integration
