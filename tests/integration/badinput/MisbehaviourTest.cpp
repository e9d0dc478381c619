#include "support/Bystanders.h"
#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/Sessions.h"
#include "support/TestFrames.h"

#include "rtmp/Amf0.h"
#include "rtmp/ControlMessages.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using rtmp::Amf;
using rtmp::Message;
using rtmp::MessageType;
using testing::SizeIs;

constexpr const char* kPatient = "publish { firstpkt_timeout 600000; normal_timeout 600000; }";

std::unique_ptr<RtmpClient> shaken(const HookcastServer& server) {
    auto client = std::make_unique<RtmpClient>(server.port());
    client->shakeHands();
    return client;
}

std::unique_ptr<RtmpClient> publishing(const HookcastServer& server) {
    return startPublisher(server.port(), "misbehaving");
}

/// `depth` objects, one inside the other.
base::Bytes nestedObjects(std::size_t depth) {
    base::Bytes bytes;
    for (std::size_t i = 0; i < depth; ++i) bytes.insert(bytes.end(), {3, 0, 1, 'a'});
    bytes.push_back(5);
    for (std::size_t i = 0; i < depth; ++i) bytes.insert(bytes.end(), {0, 0, 9});
    return bytes;
}

/// A command or data message that begins with these values and ends with `rest`.
Message messageOf(MessageType type, const std::vector<Amf>& values, const base::Bytes& rest) {
    base::Bytes payload;
    for (const Amf& value : values) rtmp::writeAmf0(payload, value);
    payload.insert(payload.end(), rest.begin(), rest.end());
    return {0, type, type == MessageType::DataAmf0 ? 1U : 0U, 3, std::move(payload)};
}

/// Something a client must not do, the limits under which it does it, and why it is closed.
struct Misbehaviour {
    const char* name;
    const char* limits;
    const char* reason;
    std::function<std::unique_ptr<RtmpClient>(const HookcastServer&)> run;
};

std::ostream& operator<<(std::ostream& out, const Misbehaviour& misbehaviour) {
    return out << misbehaviour.name;
}

std::unique_ptr<RtmpClient> sendRaw(const HookcastServer& server, base::ByteSpan bytes) {
    auto client = std::make_unique<RtmpClient>(server.port());
    client->tcp().send(bytes);
    return client;
}

/// Sends `bytes` byte by byte, each a moment after the other, until the server has had enough.
void drip(RtmpClient& client, const base::Bytes& bytes) {
    for (const std::uint8_t byte : bytes) {
        if (!client.tcp().trySend({&byte, 1}) || client.tcp().waitReadable(Deadline(std::chrono::milliseconds(20))))
            return;
    }
}

const std::vector<Misbehaviour> kMisbehaviours = {
    {"HttpInsteadOfRtmp", "", "broken handshake: ",
     [](const HookcastServer& server) { return sendRaw(server, base::asBytes("GET / HTTP/1.1\r\n\r\n")); }},
    {"NothingAtAll", "handshake_timeout 1000;", "the handshake took longer than handshake_timeout",
     [](const HookcastServer& server) { return std::make_unique<RtmpClient>(server.port()); }},
    {"HandshakeByteByByte", "handshake_timeout 1000;", "the handshake took longer than handshake_timeout",
     [](const HookcastServer& server) {
         auto client = std::make_unique<RtmpClient>(server.port());
         drip(*client, rtmp::ClientHandshake(rtmp::ClientHandshake::Kind::Simple).start());
         return client;
     }},
    {"ConnectByteByByte", "idle_timeout 1000;", "neither publishes nor plays",
     [](const HookcastServer& server) {
         auto client = shaken(server);
         drip(*client, client->chunked(messageOf(MessageType::CommandAmf0, {Amf::string("connect")}, noise(3000, 1))));
         return client;
     }},
    {"ConnectedAndIdle", "idle_timeout 1000;", "neither publishes nor plays",
     [](const HookcastServer& server) { return connectClient(server.port()); }},
    {"MessageOverTheLimit", "message_size 20000;", "broken chunk stream: a message of 20001 bytes; the limit is 20000",
     [](const HookcastServer& server) {
         auto client = publishing(server);
         const base::Bytes chunks = client->chunked(avcKeyframe(0, 20001));
         client->tcp().send(base::ByteSpan(chunks).first(100));
         return client;
     }},
    {"TooMuchUnfinished", "message_size 20000; partial_size 30000;",
     "broken chunk stream: more than 30000 bytes in unfinished messages",
     [](const HookcastServer& server) {
         auto client = publishing(server);
         // Two messages, each of them but for its last chunk.
         constexpr std::size_t kChunkBytes = 19000;
         client->setChunkSize(kChunkBytes);
         for (std::uint32_t id = 10; id < 12; ++id) {
             Message message = avcKeyframe(0, 20000);
             message.chunkStreamId = id;
             client->tcp().trySend(base::ByteSpan(client->chunked(message)).first(12 + kChunkBytes));
         }
         return client;
     }},
    {"TooManyChunkStreams", "chunk_streams 8;", "broken chunk stream: more than 8 chunk streams",
     [](const HookcastServer& server) {
         auto client = publishing(server);
         for (std::uint32_t id = 10; id < 30; ++id) {
             Message message = aacFrame(0);
             message.chunkStreamId = id;
             client->tcp().trySend(client->chunked(message));
         }
         return client;
     }},
    {"ChunkSizeZero", "", "broken chunk stream: Set Chunk Size: 0 is no chunk size",
     [](const HookcastServer& server) {
         auto client = shaken(server);
         client->send({0, MessageType::SetChunkSize, 0, 2, {0, 0, 0, 0}});
         return client;
     }},
    {"CommandNestedDeeply", "", "broken command: value 2: AMF0: nested deeper than 32",
     [](const HookcastServer& server) {
         auto client = shaken(server);
         client->send(
             messageOf(MessageType::CommandAmf0, {Amf::string("connect"), Amf::number(1)}, nestedObjects(5000)));
         return client;
     }},
    {"CommandBeforeConnect", "", "command createStream before connect",
     [](const HookcastServer& server) {
         auto client = shaken(server);
         client->sendCommand("createStream", 1, {Amf::null()});
         return client;
     }},
    {"SecondConnect", "", "a second connect",
     [](const HookcastServer& server) {
         auto client = connectClient(server.port());
         client->sendCommand("connect", 2, {Amf::object({{"app", Amf::string("live")}})});
         return client;
     }},
    {"UnknownCommands", "unknown_commands 3;", "too many unknown commands, the last one nonsense\\x0a4",
     [](const HookcastServer& server) {
         auto client = connectClient(server.port());
         for (int i = 1; i <= 4; ++i) client->sendCommand(fmt::format("nonsense\n{}", i), 0, {Amf::null()});
         return client;
     }},
    {"RepliesLeftUnread", "control_buffer 4096;", "too many replies left unread",
     [](const HookcastServer& server) {
         // Small buffers of the kernel, so that not many replies fit.
         auto client = connectClient(server.port(), "live", 4096);
         base::Bytes pings;
         for (int i = 0; i < 10000; ++i) rtmp::appendUserControl(pings, rtmp::UserControlEvent::PingRequest, 1);
         while (client->tcp().trySend(pings)) {
         }
         return client;
     }},
    {"StreamWithoutName", "", "stream refused: the stream has no name",
     [](const HookcastServer& server) {
         auto client = connectClient(server.port());
         EXPECT_EQ(client->publish("?token=1").level, "error");
         return client;
     }},
    {"UrlTooLong", "url_size 1000;", "connect refused: the URL is longer than url_size",
     [](const HookcastServer& server) {
         auto client = shaken(server);
         EXPECT_EQ(client->connect(requestFor(server.port(), "live?x=" + std::string(1000, 'x'))).level, "error");
         return client;
     }},
    {"BrokenAggregate", "", "aggregate message: cut off",
     [](const HookcastServer& server) {
         auto client = publishing(server);
         Message aggregate = aggregateOf({avcKeyframe(0)}, 0);
         aggregate.payload.resize(100);
         client->send(aggregate);
         return client;
     }},
};

class Misbehaviours : public testing::TestWithParam<Misbehaviour> {};

TEST_P(Misbehaviours, CloseTheirClientWithOneLineOfReasonAndDisturbNobody) {
    HookcastServer server(fmt::format("limits {{ {} }}\n", GetParam().limits) + defaultVhost(kPatient));
    Bystanders bystanders(server);
    const auto client = GetParam().run(server);
    client->tcp().drainUntilClosed();
    bystanders.expectToGoOn();
    server.waitForLog(std::string("] closed: ") + GetParam().reason);
    server.stop();
    // One for each bystander, whom the end of the server closes.
    EXPECT_THAT(server.closedLines(), SizeIs(1 + 2));
}

INSTANTIATE_TEST_SUITE_P(BadInput, Misbehaviours, testing::ValuesIn(kMisbehaviours),
                         [](const auto& test) { return test.param.name; });

/// The timeouts of publishers, on a vhost of their own.
TEST(BadInput, APublisherThatSendsNothingAtFirstIsClosed) {
    HookcastServer server(defaultVhost(kPatient) +
                          vhost("impatient.example.com", "publish { firstpkt_timeout 300; normal_timeout 600000; }"));
    Bystanders bystanders(server);
    const auto client = startPublisher(server.port(), "silent", "live?vhost=impatient.example.com");
    client->expectClosed();
    bystanders.expectToGoOn();
    server.stop();
    EXPECT_THAT(server.closedLines("] closed: the publisher sent no media within firstpkt_timeout"), SizeIs(1));
    EXPECT_THAT(server.closedLines(), SizeIs(1 + 2));
}

TEST(BadInput, APublisherThatFallsSilentIsClosed) {
    HookcastServer server(defaultVhost(kPatient) +
                          vhost("impatient.example.com", "publish { firstpkt_timeout 600000; normal_timeout 300; }"));
    Bystanders bystanders(server);
    const auto client = startPublisher(server.port(), "silent", "live?vhost=impatient.example.com");
    client->send(avcKeyframe(0));
    client->expectClosed();
    bystanders.expectToGoOn();
    server.stop();
    EXPECT_THAT(server.closedLines("] closed: the publisher sent no media within normal_timeout"), SizeIs(1));
    EXPECT_THAT(server.closedLines(), SizeIs(1 + 2));
}

TEST(BadInput, APublisherThatDripsIsClosed) {
    HookcastServer server(defaultVhost(kPatient) +
                          vhost("impatient.example.com", "publish { firstpkt_timeout 600000; normal_timeout 300; }"));
    const auto client = startPublisher(server.port(), "drips", "live?vhost=impatient.example.com");
    client->send(avcKeyframe(0));
    drip(*client, client->chunked(avcKeyframe(40, 5000)));
    client->expectClosed();
    server.waitForLog("] closed: the publisher sent no media within normal_timeout");
}

TEST(BadInput, NoiseBehindTheHandshakeEndsNobodyElse) {
    constexpr unsigned kNoisy = 100;
    HookcastServer server("srs_log_level info;\nlimits { idle_timeout 1000; }\n" + defaultVhost(kPatient));
    Bystanders bystanders(server);
    std::vector<std::unique_ptr<RtmpClient>> noisy;
    for (unsigned seed = 0; seed < kNoisy; ++seed) {
        noisy.push_back(shaken(server));
        noisy.back()->tcp().trySend(noise(20000, seed));
    }
    for (const auto& client : noisy) client->tcp().drainUntilClosed();
    bystanders.expectToGoOn();
    server.stop();
    EXPECT_THAT(server.closedLines(), SizeIs(kNoisy + 2));
}

} // namespace
} // namespace hookcast::integration
