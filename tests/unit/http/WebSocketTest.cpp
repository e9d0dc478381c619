#include "http/WebSocket.h"

#include <gmock/gmock.h>

#include <string>

namespace hookcast::http {
namespace {

using testing::ElementsAre;

/// The example of RFC 6455, 1.2.
HttpRequest handshake() {
    HttpRequest request;
    request.head.setMethod("GET");
    request.head.setVersion("HTTP/1.1");
    request.head.set("Upgrade", "WebSocket");
    request.head.set("Connection", "keep-alive, Upgrade");
    request.head.set("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
    return request;
}

TEST(WebSocketTest, AnswersTheHandshakeOfTheSpecification) {
    EXPECT_TRUE(wantsWebSocket(handshake()));
    const auto accept = webSocketAccept(handshake());
    ASSERT_TRUE(accept.ok());
    EXPECT_EQ(accept.value(), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(WebSocketTest, RefusesABrokenHandshake) {
    const auto errorWith = [](auto change) {
        HttpRequest request = handshake();
        change(request.head);
        const auto accept = webSocketAccept(request);
        return accept.ok() ? std::string() : accept.error().message;
    };
    EXPECT_EQ(errorWith([](auto& head) { head.setMethod("POST"); }), "a WebSocket begins with GET");
    EXPECT_EQ(errorWith([](auto& head) { head.setVersion("HTTP/1.0"); }), "a WebSocket needs HTTP/1.1");
    EXPECT_EQ(errorWith([](auto& head) { head.set("Connection", "close"); }), "a WebSocket needs Connection: Upgrade");
    for (const char* key : {"", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZSEh", "dGhlIHNhbXBsZSBub25j!Q=="})
        EXPECT_EQ(errorWith([key](auto& head) { head.set("Sec-WebSocket-Key", key); }), "a broken Sec-WebSocket-Key")
            << key;
    HttpRequest plain = handshake();
    plain.head.set("Upgrade", "h2c");
    EXPECT_FALSE(wantsWebSocket(plain));
}

TEST(WebSocketTest, TakesTheFirstSubProtocolThatIsOffered) {
    const auto answerTo = [](const std::string& offered) {
        HttpRequest request = handshake();
        request.head.set("Sec-WebSocket-Protocol", offered);
        return webSocketProtocol(request);
    };
    EXPECT_EQ(webSocketProtocol(handshake()), "");
    EXPECT_EQ(answerTo("null"), "null");
    EXPECT_EQ(answerTo("flv.live"), "flv.live");
    EXPECT_EQ(answerTo(" a , b"), "a");
    EXPECT_EQ(answerTo(",, b"), "b");
    EXPECT_EQ(answerTo("a b, c/d, \"e\", f"), "f") << "names are tokens";
    EXPECT_EQ(answerTo(""), "");
}

TEST(WebSocketTest, WritesTheShortestLength) {
    const auto header = [](std::size_t payloadBytes) {
        base::Bytes out;
        appendWebSocketHeader(out, WebSocketOpcode::Binary, payloadBytes);
        return out;
    };
    EXPECT_THAT(header(0), ElementsAre(0x82, 0));
    EXPECT_THAT(header(125), ElementsAre(0x82, 125));
    EXPECT_THAT(header(126), ElementsAre(0x82, 126, 0, 126));
    EXPECT_THAT(header(65535), ElementsAre(0x82, 126, 0xFF, 0xFF));
    EXPECT_THAT(header(65536), ElementsAre(0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0));
}

TEST(WebSocketTest, WritesControlFrames) {
    EXPECT_THAT(webSocketFrame(WebSocketOpcode::Pong, base::asBytes("hi")), ElementsAre(0x8A, 2, 'h', 'i'));
    EXPECT_THAT(webSocketCloseFrame(WebSocketCloseCode::Normal), ElementsAre(0x88, 2, 0x03, 0xE8));
}

} // namespace
} // namespace hookcast::http
