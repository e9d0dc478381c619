// Files over HTTP, beside the streams: http_server's dir and vhost.http_static.
#include "support/Configs.h"
#include "support/HttpClient.h"
#include "support/HttpHookcast.h"
#include "support/Sessions.h"
#include "support/TempFolder.h"
#include "support/TestFrames.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;

namespace fs = std::filesystem;

class StaticFiles : public testing::Test {
  protected:
    StaticFiles() {
        fs::create_directories(folder_.path() / "html" / "live");
        folder_.write("html/index.html", "<p>start</p>");
        folder_.write("html/live/old.flv", "a recording");
        folder_.write("secret", "secret");
        fs::create_symlink(folder_.path() / "secret", folder_.path() / "html" / "link");
        http_ = std::make_unique<HttpHookcast>(defaultVhost(std::string("play { wait_stream 0; }\n") + kAllMounts),
                                               "dir " + folder_.file("html") + ";");
    }

    HttpAnswer get(const std::string& path, const std::string& fields = "") {
        return HttpClient(http_->httpPort()).get(path, fields);
    }

    TempFolder folder_;
    std::unique_ptr<HttpHookcast> http_;
};

TEST_F(StaticFiles, AreServedWithTypeTagAndCors) {
    const HttpAnswer answer = get("/");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "<p>start</p>");
    EXPECT_EQ(answer.field("content-type"), "text/html");
    EXPECT_EQ(answer.field("accept-ranges"), "bytes");
    EXPECT_EQ(answer.field("access-control-allow-origin"), "*");
    const HttpAnswer again = get("/index.html", "If-None-Match: " + answer.field("etag") + "\r\n");
    EXPECT_EQ(again.status, 304);
    EXPECT_EQ(get("/index.html", "If-Modified-Since: " + answer.field("last-modified") + "\r\n").status, 304);
}

/// As nginx's flv module does it: `start` is a place in the file.
TEST_F(StaticFiles, AnFlvFileMayBeSeeked) {
    const std::string header("FLV\x01\x01\0\0\0\x09\0\0\0\0", 13);
    std::string large = header;
    for (int i = 0; large.size() < 400'000; ++i) large += fmt::format("tag {};", i);
    folder_.write("html/live/seek.flv", large);
    folder_.write("html/live/none.flv", "no FLV at all, and long enough");
    EXPECT_EQ(get("/live/seek.flv").body, large);
    EXPECT_EQ(get("/live/seek.flv?start=1000").body, header + large.substr(1000)) << "with the file's own header";
    EXPECT_EQ(get("/live/seek.flv?a=b&start=399999&c").body, header + large.substr(399999));
    EXPECT_EQ(get("/live/seek.flv?start=500000").body, large);
    EXPECT_EQ(get("/live/seek.flv?start=x").body, large);
    EXPECT_EQ(get("/live/none.flv?start=3").body,
              std::string("FLV\x01\x05\0\0\0\x09\0\0\0\0", 13) + "FLV at all, and long enough");
    EXPECT_EQ(get("/index.html?start=3").body, "<p>start</p>");
    HttpClient client(http_->httpPort());
    client.send("HEAD", "/live/seek.flv?start=1000");
    EXPECT_EQ(client.receive(true).field("content-length"), std::to_string(large.size() - 1000 + 13));
}

TEST_F(StaticFiles, MayBeFetchedInParts) {
    const HttpAnswer part = get("/index.html", "Range: bytes=3-7\r\n");
    EXPECT_EQ(part.status, 206);
    EXPECT_EQ(part.body, "start");
    EXPECT_EQ(part.field("content-range"), "bytes 3-7/12");
    const HttpAnswer none = get("/index.html", "Range: bytes=12-\r\n");
    EXPECT_EQ(none.status, 416);
    EXPECT_EQ(none.field("content-range"), "bytes */12");
}

TEST_F(StaticFiles, NothingOutsideOfTheFolderIsServed) {
    for (const char* path :
         {"/../secret", "/%2e%2e/secret", "/live/..%2f..%2fsecret", "/..%5csecret", "/live/%2e./../secret",
          "//etc/passwd", "/link", "/live/old.flv/../../../secret", "/live", "/live/"}) {
        const HttpAnswer answer = get(path);
        EXPECT_NE(answer.status, 200) << path;
        EXPECT_THAT(answer.body, testing::Not(HasSubstr("secret"))) << path;
    }
    http_->server().stop();
}

TEST_F(StaticFiles, AStreamComesBeforeAFileAndAFileBeforeNothing) {
    EXPECT_EQ(get("/live/old.flv").body, "a recording") << "nobody publishes it";
    EXPECT_EQ(get("/live/none.flv").body, "nobody publishes this stream\n");
    const auto publisher = startPublisher(http_->rtmpPort(), "old");
    publisher->send(avcKeyframe(0));
    publisher->ping();
    HttpClient player(http_->httpPort());
    EXPECT_EQ(player.get("/live/old.flv").field("content-type"), "video/x-flv");
    EXPECT_EQ(player.receiveBytes(3), "FLV");
}

TEST_F(StaticFiles, ManyClientsOfALargeFileDisturbNoStream) {
    std::string large(4'000'000, 'x');
    for (std::size_t i = 0; i < large.size(); i += 100) large[i] = static_cast<char>('a' + i / 100 % 26);
    folder_.write("html/large.bin", large);
    const auto player = startPlayer(http_->rtmpPort(), "show");
    const auto publisher = startPublisher(http_->rtmpPort(), "show");
    std::vector<std::unique_ptr<HttpClient>> idle;
    constexpr int kClients = 200;
    for (int i = 0; i < kClients; ++i) {
        idle.push_back(std::make_unique<HttpClient>(http_->httpPort(), 4096));
        idle.back()->send("GET", "/large.bin");
    }
    EXPECT_EQ(get("/large.bin").body, large);
    for (unsigned i = 0; i < 50; ++i) publisher->send(avcKeyframe(i * 40, 500, i));
    EXPECT_EQ(player->expectMedia(50).size(), 50U);
    // What they have not taken is not in memory: a chunk each is.
    EXPECT_LT(http_->server().residentBytes(), 250'000'000U);
    idle.clear();
    http_->server().stop();
}

TEST(HttpStatic, AVhostHasAFolderOfItsOwn) {
    TempFolder folder;
    folder.write("a.txt", "own");
    HttpHookcast http(defaultVhost() + "vhost own.com { http_static { enabled on; mount [vhost]/files; dir " +
                      folder.path().string() + "; } }\n");
    HttpClient client(http.httpPort());
    client.sendRaw("GET /files/a.txt HTTP/1.1\r\nHost: own.com\r\n\r\n");
    EXPECT_EQ(client.receive().body, "own");
    client.sendRaw("GET /files/a.txt HTTP/1.1\r\nHost: other.com\r\n\r\n");
    EXPECT_EQ(client.receive().status, 404);
}

} // namespace
} // namespace hookcast::integration
