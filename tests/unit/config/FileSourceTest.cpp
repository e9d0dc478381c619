#include "config/FileSource.h"

#include "config/ConfigLoader.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

namespace hookcast::config {
namespace {

namespace fs = std::filesystem;

class FileSourceTest : public ::testing::Test {
  protected:
    void SetUp() override {
        const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
        folder_ = fs::temp_directory_path() / (std::string("hookcast-") + test->name() + std::to_string(::getpid()));
        fs::create_directories(folder_);
    }
    void TearDown() override { fs::remove_all(folder_); }

    std::string write(const std::string& name, const std::string& text) const {
        std::ofstream(folder_ / name, std::ios::binary) << text;
        return (folder_ / name).string();
    }

    fs::path folder_;
};

TEST_F(FileSourceTest, readsAWholeFile) {
    const std::string text(200000, 'x');
    const base::Result<std::string> read = DiskFiles().read(write("a", text), text.size());
    ASSERT_TRUE(read);
    EXPECT_EQ(read.value(), text);
    EXPECT_EQ(DiskFiles().read(write("empty", ""), 10).value(), "");
}

TEST_F(FileSourceTest, saysWhyAFileCannotBeRead) {
    EXPECT_NE(DiskFiles().read((folder_ / "none").string(), 10).error().message.find("No such file"),
              std::string::npos);
    EXPECT_NE(DiskFiles().read(folder_.string(), 10).error().message.find("is a folder"), std::string::npos);
    EXPECT_NE(DiskFiles().read(write("a", "12345678901"), 10).error().message.find("larger than 10 bytes"),
              std::string::npos);
}

TEST_F(FileSourceTest, onePathPerFile) {
    write("a", "");
    fs::create_symlink(folder_ / "a", folder_ / "link");
    const DiskFiles files;
    EXPECT_EQ(files.find((folder_ / "link").string()), files.find((folder_ / "." / "a").string()));
    EXPECT_FALSE(files.find((folder_ / "none").string()).has_value());
}

TEST_F(FileSourceTest, aLoadFollowsIncludesOnTheDisk) {
    write("vhost.conf", "vhost a.example.com { }");
    const std::string main = write("main.conf", "listen 1935;\ninclude vhost.conf;\n");
    const LoadOutcome outcome = ConfigLoader().loadFile(main, {});
    ASSERT_NE(outcome.config, nullptr);
    EXPECT_TRUE(outcome.findings.empty());
    EXPECT_EQ(outcome.config->vhosts.at(0)->name, "a.example.com");
}

TEST_F(FileSourceTest, aFileThatIncludesItselfThroughALinkIsALoop) {
    const std::string main = write("main.conf", "include other.conf;");
    fs::create_symlink("main.conf", folder_ / "other.conf");
    const LoadOutcome outcome = ConfigLoader().loadFile(main, {});
    ASSERT_EQ(outcome.findings.size(), 1U);
    EXPECT_NE(outcome.findings[0].message.find("include loop"), std::string::npos);
}

TEST_F(FileSourceTest, aMissingMainFileIsAnErrorWithoutALine) {
    const std::string path = (folder_ / "none.conf").string();
    const LoadOutcome outcome = ConfigLoader().loadFile(path, {});
    EXPECT_EQ(outcome.config, nullptr);
    ASSERT_EQ(outcome.findings.size(), 1U);
    EXPECT_EQ(outcome.findings[0].text(), path + ": error: cannot open '" + path + "': No such file or directory");
}

} // namespace
} // namespace hookcast::config
