#include "files/StaticFiles.h"

#include "unit/http/HttpBench.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

namespace hookcast::files {
namespace {

/// A session before a folder, a vhost's folder under a path of its own, and one for a host.
class StaticFilesTest : public ::testing::Test {
  protected:
    StaticFilesTest() {
        write("root/index.html", "start");
        write("root/a.txt", "hello");
        write("root/docs/index.html", "docs");
        write("root/empty", "");
        write("own/a.txt", "own");
        write("movies/a.txt", "movie");
        bench_.context.handlers = {&files_};
        bench_.open();
    }
    ~StaticFilesTest() override { bench_.drop(); }

    void write(const std::string& name, const std::string& text) {
        std::filesystem::create_directories(std::filesystem::path(folder_.file(name)).parent_path());
        std::ofstream(folder_.file(name)) << text;
    }

    std::shared_ptr<const config::Config> makeConfig() {
        auto config = std::make_shared<config::Config>();
        config->http.dir = folder_.file("root");
        const auto add = [&](const std::string& name, const std::string& mount, const std::string& dir, bool enabled) {
            auto vhost = std::make_shared<config::VhostConfig>();
            vhost->name = name;
            vhost->enabled = enabled;
            vhost->httpStatic = {!mount.empty(), mount, folder_.file(dir)};
            config->vhosts.push_back(vhost);
        };
        add("__defaultVhost__", "", "", true);
        add("own.com", "[vhost]/", "own", true);
        add("movies.com", "/movies", "movies", true);
        add("off.com", "[vhost]/", "own", false);
        return config;
    }

    std::string get(const std::string& target, const std::string& host = "a", const std::string& fields = "",
                    const std::string& method = "GET") {
        bench_.peer().send(method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n" + fields + "\r\n");
        return method == "HEAD" ? headOf() : bench_.answer();
    }
    std::string headOf() {
        std::string text;
        while (!text.ends_with("\r\n\r\n")) text += bench_.peer().receive(1);
        return text;
    }
    static std::string bodyOf(const std::string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }
    static std::string statusOf(const std::string& answer) { return answer.substr(9, 3); }

    support::TempDir folder_;
    http::HttpBench bench_;
    StaticFiles files_{bench_.context, makeConfig()};
};

TEST_F(StaticFilesTest, ServesTheFilesOfItsFolderOnOneConnection) {
    EXPECT_EQ(bodyOf(get("/a.txt")), "hello");
    EXPECT_EQ(bodyOf(get("/a.txt?x=1")), "hello");
    EXPECT_EQ(bodyOf(get("/%61.txt")), "hello");
    EXPECT_EQ(bodyOf(get("/")), "start");
    EXPECT_EQ(bodyOf(get("/docs/")), "docs");
    EXPECT_EQ(bodyOf(get("/empty")), "");
    const std::string head = get("/a.txt", "a", "", "HEAD");
    EXPECT_NE(head.find("Content-Length: 5\r\n"), std::string::npos) << head;
    EXPECT_EQ(bodyOf(get("/a.txt", "a", "Range: bytes=1-2\r\n")), "el");
    EXPECT_EQ(statusOf(get("/none")), "404");
    EXPECT_EQ(bodyOf(get("/a.txt")), "hello");
}

TEST_F(StaticFilesTest, AFolderWithoutItsSlashIsElsewhere) {
    const std::string answer = get("/docs?x");
    EXPECT_EQ(statusOf(answer), "301");
    EXPECT_NE(answer.find("Location: /docs/\r\n"), std::string::npos) << answer;
    EXPECT_EQ(statusOf(get("/movies")), "301");
    EXPECT_EQ(statusOf(get("//docs")), "404") << "it would lead to another server";
}

TEST_F(StaticFilesTest, AVhostsFilesComeFirst) {
    EXPECT_EQ(bodyOf(get("/a.txt", "own.com")), "own");
    EXPECT_EQ(bodyOf(get("/a.txt", "own.com:8080")), "own");
    EXPECT_EQ(bodyOf(get("/movies/a.txt")), "movie");
    EXPECT_EQ(bodyOf(get("/movies/a.txt", "[::1]:8080")), "movie");
    EXPECT_EQ(statusOf(get("/a.txt", "off.com")), "404");
}

TEST_F(StaticFilesTest, NothingIsWrittenOrListed) {
    EXPECT_EQ(statusOf(get("/movies/")), "404");
    EXPECT_EQ(statusOf(get("/a.txt", "a", "", "DELETE")), "404");
    EXPECT_EQ(statusOf(get("/%2e%2e/own/a.txt")), "400");
    EXPECT_EQ(statusOf(get("/..%2fown/a.txt")), "400");
}

TEST_F(StaticFilesTest, ALargeFileComesWholeThroughASmallWindow) {
    std::string large(5'000'000, 'x');
    for (std::size_t i = 0; i < large.size(); i += 1000) large[i] = static_cast<char>('a' + i / 1000 % 26);
    write("root/large", large);
    EXPECT_EQ(bodyOf(get("/large")), large);
    EXPECT_EQ(bodyOf(get("/large", "a", "Range: bytes=100000-2000000\r\n")), large.substr(100'000, 1'900'001));
}

TEST_F(StaticFilesTest, AClientThatTakesNothingIsClosed) {
    write("root/large", std::string(50'000'000, 'x'));
    bench_.peer().send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_NE(bench_.peer().receive(100), "");
    bench_.gate.runner.settle();
    const auto patience = std::chrono::steady_clock::now() + support::kPatience;
    while (bench_.gone() == 0 && std::chrono::steady_clock::now() < patience) bench_.gate.pass(1000);
    EXPECT_EQ(bench_.gone(), 1);
    EXPECT_NE(bench_.lineWith("took nothing of a file"), "");
}

TEST_F(StaticFilesTest, AClientMayLeaveInTheMiddle) {
    write("root/large", std::string(50'000'000, 'x'));
    bench_.peer().send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_NE(bench_.peer().receive(100), "");
    bench_.peer().close();
    EXPECT_TRUE(bench_.ends());
}

} // namespace
} // namespace hookcast::files
