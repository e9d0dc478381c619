#include "outputs/DiskFile.h"

#include "unit/support/TempDir.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

namespace hookcast::outputs {
namespace {

TEST(DiskFileTest, GetsItsNameWhenItIsComplete) {
    const support::TempDir folder;
    DiskFile file;
    EXPECT_FALSE(file.create(folder.file("a/b/show.flv")));
    EXPECT_FALSE(file.write(base::asBytes("0123456789")));
    EXPECT_FALSE(file.overwrite(3, base::asBytes("xy")));
    EXPECT_FALSE(std::filesystem::exists(file.path()));
    EXPECT_EQ(support::contentOf(file.temporaryPath()), "012xy56789");
    EXPECT_FALSE(file.publish());
    EXPECT_EQ(support::contentOf(folder.file("a/b/show.flv")), "012xy56789");
    EXPECT_FALSE(std::filesystem::exists(file.temporaryPath()));
}

TEST(DiskFileTest, LeavesNothingWhenItIsDiscarded) {
    const support::TempDir folder;
    DiskFile file;
    EXPECT_FALSE(file.create(folder.file("show.flv")));
    file.discard();
    EXPECT_FALSE(std::filesystem::exists(file.temporaryPath()));
}

TEST(DiskFileTest, TellsWhatTheSystemSays) {
    const support::TempDir folder;
    DiskFile file;
    EXPECT_FALSE(file.create(folder.file("place")));
    const DiskError error = DiskFile().create(folder.file("place.tmp/show.flv"));
    EXPECT_EQ(error.number, ENOTDIR);
    EXPECT_NE(error.text.find("show.flv"), std::string::npos);
}

// One thread writes a recording's next file while another gives the one before its name.
TEST(DiskFileTest, NothingIsOverwrittenWhoeverIsFirst) {
    constexpr std::size_t kThreads = 4;
    constexpr std::size_t kFiles = 150;
    const support::TempDir folder;
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < kThreads; ++i)
        threads.emplace_back([&folder] {
            for (std::size_t k = 0; k < kFiles; ++k) {
                DiskFile file;
                ASSERT_FALSE(file.create(folder.file("show.flv")));
                ASSERT_FALSE(file.publish());
            }
        });
    for (std::thread& thread : threads) thread.join();
    const std::filesystem::directory_iterator files(std::filesystem::path(folder.file("x")).parent_path());
    EXPECT_EQ(std::distance(begin(files), end(files)), static_cast<std::ptrdiff_t>(kThreads * kFiles));
}

} // namespace
} // namespace hookcast::outputs
