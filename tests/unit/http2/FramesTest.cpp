#include "http2/Frames.h"

#include "unit/http2/Http2Client.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace hookcast::http2 {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Frames::Limits kLimits{4, 1024, 2048};

/// A body that is there as far as the test has put it there.
class GivenBody final : public Frames::Body {
  public:
    explicit GivenBody(std::string text = "", bool isWhole = true) : text_(std::move(text)), isWhole_(isWhole) {}

    Piece take(std::span<std::uint8_t> into) override {
        const std::size_t size = std::min(text_.size(), into.size());
        std::memcpy(into.data(), text_.data(), size);
        text_.erase(0, size);
        return {size, isWhole_ && text_.empty()};
    }
    void onHead(std::size_t sizeBytes) override { headBytes += sizeBytes; }

    void add(const std::string& text, bool isWhole) {
        text_ += text;
        isWhole_ = isWhole;
    }
    std::size_t left() const { return text_.size(); }

    std::size_t headBytes = 0;

  private:
    std::string text_;
    bool isWhole_;
};

class FramesTest : public testing::Test {
  protected:
    /// All that both have to say to each other.
    base::Result<void> talk() {
        base::Result<void> result;
        for (bool isSilent = false; !isSilent && result;) {
            const std::string said = client_.toSend();
            if (!said.empty()) result = frames_.receive(base::asBytes(said));
            const std::string answered = produced();
            isSilent = said.empty() && answered.empty();
            EXPECT_TRUE(client_.hear(answered));
        }
        return result;
    }

    std::string produced() {
        std::string all;
        std::vector<std::uint8_t> buffer(100); // less than a frame
        while (const std::size_t size = frames_.produce(buffer))
            all.append(reinterpret_cast<const char*>(buffer.data()), size);
        return all;
    }

    /// The one request that has come of what the client has said.
    Frames::Request request() {
        EXPECT_TRUE(talk());
        std::vector<Frames::Request> requests = frames_.takeRequests();
        EXPECT_THAT(requests, SizeIs(1));
        return requests.empty() ? Frames::Request{} : requests.front();
    }

    static http::HttpResponse liveHead() {
        http::HttpResponse head;
        head.isStream = true;
        return head;
    }

    void answer(std::int32_t stream, GivenBody& body, bool hasBody = true,
                const http::HttpResponse& head = liveHead()) {
        http::ResponseFraming framing;
        framing.serverName = "hookcast/test";
        frames_.answer(stream, head, framing, body, hasBody);
    }

    Frames frames_{kLimits};
    Http2Client client_;
};

TEST_F(FramesTest, ARequestIsThatOfHttp1) {
    const std::int32_t stream = client_.ask({{":method", "POST"},
                                             {":scheme", "https"},
                                             {":authority", "b.example:8443"},
                                             {":path", "/live/show.flv?token=x"},
                                             {"cookie", "a=1"},
                                             {"x-y", "z"},
                                             {"cookie", "b=2"}});
    const Frames::Request asked = request();
    EXPECT_EQ(asked.stream, stream);
    EXPECT_EQ(asked.status, 0);
    EXPECT_EQ(asked.request.method(), "POST");
    EXPECT_EQ(asked.request.head.uri(), "/live/show.flv?token=x");
    EXPECT_EQ(asked.request.field("Host"), "b.example:8443");
    EXPECT_EQ(asked.request.field("X-Y"), "z");
    EXPECT_EQ(asked.request.field("Cookie"), "a=1; b=2");
    EXPECT_EQ(asked.request.head.version(), http::RequestHead::kHttp2);
    EXPECT_EQ(client_.streamsAllowed(), kLimits.streams);
}

TEST_F(FramesTest, AnAnswerHasItsFieldsInLowerCaseAndNoneOfTheConnection) {
    client_.get("/");
    const std::int32_t stream = request().stream;
    http::HttpResponse head;
    head.status = 404;
    head.contentType = "text/plain";
    head.bodyBytes = 5;
    head.fields = {{"X-Y", "Z"}, {"Connection", "Upgrade"}, {"Upgrade", "websocket"}};
    GivenBody body("hello");
    answer(stream, body, true, head);
    EXPECT_TRUE(talk());
    const Http2Client::Answer& got = client_.answer(stream);
    EXPECT_EQ(got.status, "404");
    EXPECT_EQ(got.body, "hello");
    EXPECT_EQ(got.fields.at("x-y"), "Z");
    EXPECT_EQ(got.fields.at("content-length"), "5");
    EXPECT_EQ(got.fields.at("content-type"), "text/plain");
    EXPECT_EQ(got.fields.at("server"), "hookcast/test");
    EXPECT_FALSE(got.fields.contains("connection"));
    EXPECT_FALSE(got.fields.contains("upgrade"));
    EXPECT_TRUE(got.isWhole);
    EXPECT_EQ(body.headBytes, got.wireBytes - 5 - Frames::kHeadBytes);
    const std::vector<Frames::Ended> ended = frames_.takeEnded();
    ASSERT_THAT(ended, SizeIs(1));
    EXPECT_EQ(ended[0].stream, stream);
    EXPECT_FALSE(ended[0].isReset);
}

TEST_F(FramesTest, AnAnswerWithoutABodyEndsWithItsHead) {
    client_.get("/");
    const std::int32_t stream = request().stream;
    GivenBody body("never asked for");
    answer(stream, body, false);
    EXPECT_TRUE(talk());
    EXPECT_TRUE(client_.answer(stream).isWhole);
    EXPECT_EQ(client_.answer(stream).body, "");
}

TEST_F(FramesTest, ABodyComesAsItIsThere) {
    client_.get("/");
    const std::int32_t stream = request().stream;
    GivenBody body("", false);
    answer(stream, body);
    EXPECT_TRUE(talk());
    EXPECT_EQ(client_.answer(stream).status, "200");
    EXPECT_FALSE(client_.answer(stream).isWhole);
    body.add("one", false);
    EXPECT_TRUE(talk());
    EXPECT_EQ(client_.answer(stream).body, "") << "nobody has said that there is something";
    frames_.resume(stream);
    EXPECT_TRUE(talk());
    EXPECT_EQ(client_.answer(stream).body, "one");
    body.add("two", true);
    frames_.resume(stream);
    EXPECT_TRUE(talk());
    EXPECT_EQ(client_.answer(stream).body, "onetwo");
    EXPECT_TRUE(client_.answer(stream).isWhole);
}

TEST_F(FramesTest, ABodyIsNotTakenBeforeTheClientHasRoom) {
    constexpr std::size_t kWindowBytes = 65'535;
    client_.takeNoBodies();
    client_.get("/");
    const std::int32_t stream = request().stream;
    EXPECT_TRUE(frames_.hasRoom(stream));
    GivenBody body(std::string(kWindowBytes + 10, 'x'));
    answer(stream, body);
    EXPECT_TRUE(talk());
    EXPECT_EQ(body.left(), 10U);
    EXPECT_FALSE(frames_.hasRoom(stream));
    client_.makeRoom(stream, 100);
    EXPECT_TRUE(talk());
    EXPECT_FALSE(frames_.hasRoom(stream)) << "the connection has none";
    client_.makeRoom(0, 100);
    EXPECT_TRUE(talk());
    EXPECT_EQ(body.left(), 0U);
    EXPECT_TRUE(client_.answer(stream).isWhole);
}

struct Bad {
    Http2Client::Fields fields;
    int status;
};

TEST_F(FramesTest, WhatCannotBeAnsweredIsToldWithItsStatus) {
    const std::string longValue(kLimits.headerBytes, 'x');
    const Http2Client::Fields get{{":method", "GET"}, {":scheme", "http"}, {":path", "/"}};
    const auto with = [&get](const Http2Client::Fields& more) {
        Http2Client::Fields all = get;
        all.insert(all.end(), more.begin(), more.end());
        return all;
    };
    const std::vector<Bad> all = {
        {with({{":authority", "a"}, {"host", "b"}}), 400},
        {with({{":authority", "a"}, {"x", longValue}}), 431},
        {with({{":authority", "a"}, {"content-length", "2049"}}), 413},
        {with({{":authority", "a"}, {"host", "a"}}), 0},
        {with({{"host", "a"}}), 0},
    };
    for (const Bad& bad : all) {
        const bool hasMore = bad.fields.back().first == "content-length";
        const std::int32_t stream = client_.ask(bad.fields, hasMore);
        const Frames::Request asked = request();
        EXPECT_EQ(asked.status, bad.status) << bad.fields.back().first << ": " << bad.fields.back().second;
        EXPECT_EQ(asked.fault.empty(), bad.status == 0);
        GivenBody body;
        answer(stream, body, false);
        EXPECT_TRUE(talk());
    }
}

TEST_F(FramesTest, MoreFieldsThanAnybodyNeedsAreTooMany) {
    Frames wide({4, 65'536, 2048});
    Http2Client::Fields fields;
    for (std::size_t i = 0; i <= http::RequestHead::kMostFields; ++i) fields.emplace_back("x" + std::to_string(i), "y");
    client_.get("/", fields);
    EXPECT_TRUE(wide.receive(base::asBytes(client_.toSend())));
    const std::vector<Frames::Request> requests = wide.takeRequests();
    ASSERT_THAT(requests, SizeIs(1));
    EXPECT_EQ(requests[0].status, 431);
}

TEST_F(FramesTest, AHeaderWithoutAnEndEndsTheConnection) {
    Http2Client::Fields fields;
    for (int i = 0; i < 10; ++i) fields.emplace_back("x" + std::to_string(i), std::string(kLimits.headerBytes, 'y'));
    client_.get("/", fields);
    const base::Result<void> result = talk();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().message, "the header is longer than header_size");
    EXPECT_THAT(frames_.takeRequests(), IsEmpty());
    EXPECT_THAT(client_.goneWith(), ElementsAre(NGHTTP2_PROTOCOL_ERROR));
    EXPECT_TRUE(frames_.isOver());
}

TEST_F(FramesTest, ATrailerIsReadOverAndMustNotBeLong) {
    const Http2Client::Fields post{{":method", "POST"}, {":scheme", "http"}, {":authority", "a"}, {":path", "/"}};
    const std::int32_t small = client_.ask(post, true);
    EXPECT_TRUE(talk());
    client_.endWith(small, {{"x", "y"}});
    EXPECT_TRUE(talk());
    const std::int32_t large = client_.ask(post, true);
    EXPECT_TRUE(talk());
    client_.endWith(large, {{"x", std::string(kLimits.headerBytes, 'y')}});
    const base::Result<void> result = talk();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().message, "the header is longer than header_size");
}

TEST_F(FramesTest, StreamsThatComeToNothingAreCountedWhoeverEndsThem) {
    const std::int32_t stream = client_.get("/");
    request();
    EXPECT_EQ(frames_.takeResets(), 0U);
    EXPECT_TRUE(frames_.receive(base::asBytes(Http2Client::tooMuchRoom(stream))));
    EXPECT_TRUE(talk());
    EXPECT_TRUE(client_.answer(stream).isOver);
    EXPECT_EQ(frames_.takeResets(), 1U);
    EXPECT_EQ(frames_.takeResets(), 0U);
    client_.reset(client_.get("/"));
    EXPECT_TRUE(talk());
    EXPECT_THAT(frames_.takeRequests(), IsEmpty()) << "it need not be begun";
}

TEST_F(FramesTest, WhatIsRefusedWithoutBeingReadIsSeenToQueueUp) {
    Http2Client hasty;
    for (int i = 0; i < 100; ++i) hasty.get("/");
    Frames frames(kLimits);
    EXPECT_TRUE(frames.receive(base::asBytes(hasty.toSend())));
    EXPECT_GT(frames.queued(), 90U);
    std::vector<std::uint8_t> buffer(10'000);
    while (frames.produce(buffer) > 0) {
    }
    EXPECT_EQ(frames.queued(), 0U);
    EXPECT_EQ(frames.takeResets(), 100 - kLimits.streams);
    const Frames::Counts counts = frames.takeCounts();
    EXPECT_EQ(counts.requests, kLimits.streams);
    EXPECT_EQ(counts.refused, 100 - kLimits.streams);
    EXPECT_EQ(counts.resets, counts.refused);
    EXPECT_EQ(frames.takeCounts().requests, 0U);
}

TEST_F(FramesTest, ABodyIsReadOverAndMustNotGoOnForEver) {
    const Http2Client::Fields post{{":method", "POST"}, {":scheme", "http"}, {":authority", "a"}, {":path", "/"}};
    const std::int32_t kept = client_.ask(post, true);
    client_.say(kept, kLimits.bodyBytes, true);
    const std::int32_t endless = client_.ask(post, true);
    client_.say(endless, kLimits.bodyBytes + 1, false);
    EXPECT_TRUE(talk());
    EXPECT_THAT(frames_.takeRequests(), SizeIs(1)) << "the other one is over";
    const Frames::Counts counts = frames_.takeCounts();
    EXPECT_EQ(counts.requests, 2U);
    EXPECT_EQ(counts.tooLong, 1U);
    EXPECT_EQ(counts.refused, 0U);
    EXPECT_FALSE(client_.answer(kept).isOver);
    EXPECT_TRUE(client_.answer(endless).isOver);
    EXPECT_EQ(client_.answer(endless).code, NGHTTP2_ENHANCE_YOUR_CALM);
}

TEST_F(FramesTest, WhatFollowsAnAnswerIsNotWaitedFor) {
    const std::int32_t stream =
        client_.ask({{":method", "POST"}, {":scheme", "http"}, {":authority", "a"}, {":path", "/"}}, true);
    request();
    GivenBody body("enough");
    answer(stream, body);
    EXPECT_TRUE(talk());
    EXPECT_TRUE(client_.answer(stream).isWhole);
    EXPECT_TRUE(client_.answer(stream).isOver);
    EXPECT_EQ(client_.answer(stream).code, NGHTTP2_NO_ERROR);
    EXPECT_THAT(frames_.takeEnded(), SizeIs(1));
}

TEST_F(FramesTest, MoreStreamsThanAllowedAreRefusedAndAreNoRequests) {
    EXPECT_TRUE(talk());
    std::vector<std::int32_t> streams;
    // The client's library would wait: these come as from one that does not.
    Http2Client hasty;
    for (std::uint32_t i = 0; i < kLimits.streams + 1; ++i) streams.push_back(hasty.get("/"));
    Frames frames(kLimits);
    EXPECT_TRUE(frames.receive(base::asBytes(hasty.toSend())));
    EXPECT_THAT(frames.takeRequests(), SizeIs(kLimits.streams));
}

TEST_F(FramesTest, AStreamThatTheClientEndsIsTold) {
    const std::int32_t stream = client_.get("/");
    request();
    client_.reset(stream);
    EXPECT_TRUE(talk());
    const std::vector<Frames::Ended> ended = frames_.takeEnded();
    ASSERT_THAT(ended, SizeIs(1));
    EXPECT_TRUE(ended[0].isReset);
    frames_.resume(stream); // which is not there any more
    frames_.reset(stream, NGHTTP2_CANCEL);
    EXPECT_TRUE(talk());
}

TEST_F(FramesTest, WhoAsksAndGivesUpAllTheTimeIsSentAway) {
    base::Result<void> result;
    for (int i = 0; i < 300 && result; ++i) {
        client_.reset(client_.get("/"));
        const std::int32_t stream = client_.get("/");
        const std::string asked = client_.toSend();
        result = frames_.receive(base::asBytes(asked));
        client_.reset(stream);
        if (result) result = frames_.receive(base::asBytes(client_.toSend()));
        frames_.takeRequests();
        produced();
    }
    ASSERT_FALSE(result && !frames_.isOver());
}

TEST_F(FramesTest, WhatIsNoHttp2EndsTheConnection) {
    for (const char* text : {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"}) {
        Frames frames(kLimits);
        const base::Result<void> result = frames.receive(base::asBytes(text));
        ASSERT_FALSE(result) << text;
        EXPECT_FALSE(result.error().message.empty());
        EXPECT_THAT(frames.takeRequests(), IsEmpty());
    }
}

TEST_F(FramesTest, FieldsThatWouldMeanSomethingElseBehindAProxyAreNoRequest) {
    for (const Http2Client::Fields& wrong : std::vector<Http2Client::Fields>{{{"connection", "upgrade"}},
                                                                             {{"transfer-encoding", "chunked"}},
                                                                             {{"x", "a\nb"}},
                                                                             {{"content-length", "x"}}}) {
        const std::int32_t stream = client_.get("/", wrong);
        EXPECT_TRUE(talk());
        EXPECT_THAT(frames_.takeRequests(), IsEmpty()) << wrong[0].first;
        EXPECT_TRUE(client_.answer(stream).isOver) << wrong[0].first;
        EXPECT_EQ(client_.answer(stream).status, "") << wrong[0].first;
    }
}

TEST_F(FramesTest, TheEndIsSaidToTheClient) {
    client_.get("/");
    request();
    frames_.finish(NGHTTP2_NO_ERROR);
    EXPECT_TRUE(talk());
    EXPECT_THAT(client_.goneWith(), ElementsAre(NGHTTP2_NO_ERROR));
    EXPECT_TRUE(frames_.isOver());
}

} // namespace
} // namespace hookcast::http2
