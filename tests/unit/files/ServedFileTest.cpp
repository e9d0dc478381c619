#include "files/ServedFile.h"

#include "files/FileAnswer.h"
#include "unit/support/TempDir.h"

#include <sys/stat.h>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace hookcast::files {
namespace {

namespace fs = std::filesystem;

/// A folder with files in it, and one beside it that nobody may see.
class ServedFileTest : public ::testing::Test {
  protected:
    ServedFileTest() {
        fs::create_directories(root_ + "/deep");
        write("root/a.txt", "hello");
        write("root/deep/b.txt", "deep");
        write("secret", "secret");
    }

    void write(const std::string& name, const std::string& text) { std::ofstream(folder_.file(name)) << text; }

    /// What it holds, or why not.
    std::string content(const std::string& path) {
        const auto file = ServedFile::open(root_, path);
        if (!file) return "error";
        if (file.value().isFolder()) return "folder";
        base::Bytes bytes;
        EXPECT_TRUE(file.value().read(0, 1000, bytes));
        return std::string(base::asText(bytes));
    }

    support::TempDir folder_;
    std::string root_ = folder_.file("root");
};

TEST_F(ServedFileTest, IsReadInParts) {
    const auto file = ServedFile::open(root_, "a.txt");
    ASSERT_TRUE(file);
    EXPECT_EQ(file.value().sizeBytes(), 5U);
    base::Bytes bytes;
    EXPECT_TRUE(file.value().read(1, 2, bytes));
    EXPECT_TRUE(file.value().read(3, 100, bytes));
    EXPECT_EQ(base::asText(bytes), "ello");
}

TEST_F(ServedFileTest, IsNeitherHiddenNorUnfinished) {
    fs::create_directories(root_ + "/.git");
    write("root/.git/config", "hidden");
    write("root/.env", "hidden");
    write("root/deep/show.flv.tmp", "half");
    write("root/tmp", "whole");
    write("root/a..b", "dots");
    fs::create_symlink("deep/show.flv.tmp", root_ + "/alias.flv");
    fs::create_symlink(".git", root_ + "/git");
    for (const char* path : {".env", ".git", ".git/", ".git/config", "deep/show.flv.tmp", "alias.flv", "git/config",
                             "git", "deep//show.flv.tmp", ".none", "none.tmp"}) {
        const auto file = ServedFile::open(root_, path);
        ASSERT_FALSE(file) << path;
        EXPECT_EQ(file.error().message, ServedFile::open(root_, "none").error().message) << path;
    }
    EXPECT_EQ(content("tmp"), "whole");
    EXPECT_EQ(content("a..b"), "dots");
}

TEST_F(ServedFileTest, KnowsWhereItIs) {
    const std::string real = fs::canonical(root_).string();
    fs::create_directory_symlink("deep", root_ + "/link");
    EXPECT_EQ(ServedFile::open(root_, "link//b.txt").value().realPath(), real + "/deep/b.txt");
    EXPECT_EQ(ServedFile::placeOf(root_, "link//b.txt"), real + "/deep/b.txt");
    EXPECT_EQ(ServedFile::placeOf(root_, "link/none/x.flv"), real + "/deep/none/x.flv");
    EXPECT_EQ(ServedFile::placeOf(root_, "none.flv"), real + "/none.flv");
}

TEST_F(ServedFileTest, LiesBeneathItsFolder) {
    EXPECT_EQ(content("a.txt"), "hello");
    EXPECT_EQ(content("deep/b.txt"), "deep");
    EXPECT_EQ(content("deep/../a.txt"), "hello");
    EXPECT_EQ(content("deep"), "folder");
    EXPECT_EQ(content(""), "folder");
    for (const std::string& path :
         {std::string("none.txt"), std::string("../secret"), std::string("deep/../../secret"), folder_.file("secret"),
          "/" + folder_.file("secret"), std::string("/etc/passwd"), std::string("a.txt/x")})
        EXPECT_EQ(content(path), "error") << path;
}

TEST_F(ServedFileTest, ALinkMayLeadToAnotherFileOfTheFolderOnly) {
    fs::create_symlink("a.txt", root_ + "/inside");
    fs::create_symlink("../secret", root_ + "/outside");
    fs::create_symlink(folder_.file("secret"), root_ + "/absolute");
    fs::create_symlink("..", root_ + "/up");
    EXPECT_EQ(content("inside"), "hello");
    for (const char* path : {"outside", "absolute", "up/secret"}) EXPECT_EQ(content(path), "error") << path;
}

TEST_F(ServedFileTest, IsARegularFile) {
    ASSERT_EQ(::mkfifo((root_ + "/pipe").c_str(), 0600), 0);
    EXPECT_EQ(content("pipe"), "error");
}

TEST_F(ServedFileTest, HasATagThatChangesWithIt) {
    const std::string before = ServedFile::open(root_, "a.txt").value().tag();
    EXPECT_EQ(before, ServedFile::open(root_, "a.txt").value().tag());
    write("root/a.txt", "longer than before");
    EXPECT_NE(before, ServedFile::open(root_, "a.txt").value().tag());
}

/// How requests with these fields are answered: `200+5`, where the number behind is the body's size.
class FileAnswerTest : public ServedFileTest {
  protected:
    std::string answered(const std::string& field = "", const std::string& value = "", const std::string& range = "",
                         const std::string& method = "GET") {
        http::HttpRequest request;
        request.head.setMethod(method);
        if (!field.empty()) request.head.set(field, value);
        if (!range.empty()) request.head.set("Range", range);
        const FileAnswer answer = answerFile(FileWish(request), file_.value(), "a.txt");
        return std::to_string(answer.head.status) + "+" + std::to_string(answer.range.sizeBytes);
    }

    base::Result<ServedFile> file_ = ServedFile::open(root_, "a.txt");
    std::string tag_ = file_.value().tag();
};

TEST_F(FileAnswerTest, HasTheWholeFileOrAPart) {
    EXPECT_EQ(answered(), "200+5");
    EXPECT_EQ(answered("Range", "bytes=1-2"), "206+2");
    EXPECT_EQ(answered("Range", "bytes=9-"), "416+0");
    EXPECT_EQ(answered("", "", "", "HEAD"), "200+0");
}

TEST_F(FileAnswerTest, HasNothingForWhoHasIt) {
    EXPECT_EQ(answered("If-None-Match", tag_), "304+0");
    EXPECT_EQ(answered("If-None-Match", "\"other\", W/" + tag_), "304+0");
    EXPECT_EQ(answered("If-None-Match", "*"), "304+0");
    EXPECT_EQ(answered("If-None-Match", "\"other\""), "200+5");
    EXPECT_EQ(answered("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT"), "304+0");
    EXPECT_EQ(answered("If-Modified-Since", "Fri, 01 Jan 1999 00:00:00 GMT"), "200+5");
    EXPECT_EQ(answered("If-Modified-Since", "some day"), "200+5");
}

TEST_F(FileAnswerTest, GivesNoPartOfAFileThatHasChanged) {
    EXPECT_EQ(answered("If-Range", tag_, "bytes=1-2"), "206+2");
    EXPECT_EQ(answered("If-Range", "\"other\"", "bytes=1-2"), "200+5");
}

TEST_F(FileAnswerTest, AnFlvFileMayBeginLater) {
    const auto answered = [this](const std::string& query, const std::string& name = "a.flv", const char* range = "") {
        http::HttpRequest request;
        request.head.setMethod("GET");
        request.head.setUri("/" + name + query);
        if (*range != 0) request.head.set("Range", range);
        const FileAnswer answer = answerFile(FileWish(request), file_.value(), name);
        return fmt::format("{} {}+{}{}", answer.head.status, answer.range.first, answer.range.sizeBytes,
                           answer.isFlvFromStart ? " behind a header" : "");
    };
    EXPECT_EQ(answered("?start=2"), "200 2+3 behind a header");
    EXPECT_EQ(answered("?token=x&start=4&y", "b.FLV"), "200 4+1 behind a header");
    EXPECT_EQ(answered("?start=2", "a.flv", "bytes=1-2"), "200 2+3 behind a header");
    for (const char* query : {"?start=0", "?start=5", "?start=-1", "?start=1x", "?start=", "?restart=2", "?x=start=2",
                              "?start=99999999999999999999", "", "?"})
        EXPECT_EQ(answered(query), "200 0+5") << query;
    EXPECT_EQ(answered("?start=2", "a.mp4"), "200 0+5");
}

TEST_F(FileAnswerTest, TheNameTellsTheType) {
    EXPECT_EQ(contentTypeOf("a.html"), "text/html");
    EXPECT_EQ(contentTypeOf("x/a.M3U8"), "application/vnd.apple.mpegurl");
    EXPECT_EQ(contentTypeOf("a.mp4"), "video/mp4");
    EXPECT_EQ(contentTypeOf("a.unknown"), "application/octet-stream");
    EXPECT_EQ(contentTypeOf("a"), "application/octet-stream");
}

} // namespace
} // namespace hookcast::files
