#include "outputs/RecordingPath.h"

#include "config/RecordingPattern.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <string>

namespace hookcast::outputs {
namespace {

// 2026-03-04 05:06:07.089 in UTC.
constexpr std::int64_t kTime = 1'772'600'767'089;

class RecordingPathTest : public testing::Test {
  protected:
    RecordingPathTest() {
        ::setenv("TZ", "UTC", 1); // NOLINT(concurrency-mt-unsafe)
        ::tzset();
    }
    static std::string made(const std::string& pattern, const hooks::StreamKey& key = {"v", "live", "show"}) {
        const auto path = makeRecordingPath(pattern, key, kTime);
        return path ? path.value() : "error: " + path.error().message;
    }
    static bool refuses(const std::string& stream, const std::string& app = "live") {
        return !makeRecordingPath("/rec/[app]/[stream].flv", {"v", app, stream}, kTime).ok();
    }
};

TEST_F(RecordingPathTest, ReplacesEveryVariable) {
    EXPECT_EQ(made("/r/[vhost]/[app]/[stream].[timestamp].flv"), "/r/v/live/show.1772600767089.flv");
    EXPECT_EQ(made("[2006]/[01]/[02]/[15].[04].[05].[999].mp4"), "2026/03/04/05.06.07.089.mp4");
    EXPECT_EQ(made("[stream][stream]-[unknown].flv"), "showshow-[unknown].flv");
}

TEST_F(RecordingPathTest, TellsTheTimeOfItsZone) {
    ::setenv("TZ", "TST-05:30", 1); // NOLINT(concurrency-mt-unsafe)
    ::tzset();
    const hooks::StreamKey key{"v", "live", "show"};
    EXPECT_EQ(makeRecordingPath("[15].[04].flv", key, kTime, base::TimeZone::Local).value(), "10.36.flv");
    EXPECT_EQ(makeRecordingPath("[15].[04].flv", key, kTime, base::TimeZone::Utc).value(), "05.06.flv");
}

TEST_F(RecordingPathTest, AFolderGetsAFileName) {
    EXPECT_EQ(made("./objs/nginx/html"), "./objs/nginx/html/show.1772600767089.flv");
    EXPECT_EQ(made("./objs/nginx/html/"), "./objs/nginx/html/show.1772600767089.flv");
}

TEST_F(RecordingPathTest, AStreamThatIsCalledLikeAVariableIsNone) {
    EXPECT_EQ(made("/r/[stream].[timestamp].flv", {"v", "live", "[timestamp]"}), "/r/[timestamp].1772600767089.flv");
}

TEST_F(RecordingPathTest, CanBeReadBackwards) {
    for (const std::string pattern :
         {"/r/[vhost]/[app]/[stream].[timestamp].flv", "/r/[app]/[stream]/[2006]/[01]/[02]/[15].[04].[05].[999].mp4",
          "/r/[app]", "/r/[2006]-[01]/[app]/[stream]_[timestamp].flv"})
        for (const hooks::StreamKey& key : {hooks::StreamKey{"v", "live", "show"}, {"v", "live/room", "a.b-1_2"}}) {
            for (const unsigned number : {0U, 1U, 9999U}) {
                const std::string path = numberedPath(made(pattern, key), number);
                const auto match = config::RecordingPattern(pattern, key.vhost).match(path);
                ASSERT_TRUE(match && match->stream) << path;
                EXPECT_EQ(match->stream->app, key.app) << path;
                EXPECT_EQ(match->stream->name, key.stream) << path;
            }
        }
}

TEST_F(RecordingPathTest, NoNameLeavesItsPlace) {
    for (const std::string name : {"", ".", "..", "../x", "a/../../x", "/etc/x", "a//b", "a/", "a/."}) {
        EXPECT_TRUE(refuses(name)) << name;
        EXPECT_TRUE(refuses("show", name)) << name;
    }
    EXPECT_TRUE(refuses(std::string("a\0b", 3)));
    EXPECT_FALSE(refuses("a/b")) << "it stays below";
    EXPECT_FALSE(refuses("..a"));
}

TEST_F(RecordingPathTest, NoNameIsTooLongForAFile) {
    EXPECT_FALSE(refuses(std::string(200, 'x')));
    EXPECT_TRUE(refuses(std::string(241, 'x')));
    std::string deep = "a";
    while (deep.size() < 4000) deep += "/a";
    EXPECT_TRUE(refuses("show", deep));
}

TEST_F(RecordingPathTest, NumbersStandBeforeTheEnding) {
    EXPECT_EQ(numberedPath("/a.b/c.flv", 0), "/a.b/c.flv");
    EXPECT_EQ(numberedPath("/a.b/c.flv", 2), "/a.b/c-2.flv");
    EXPECT_EQ(numberedPath("/a.b/c", 1), "/a.b/c-1");
}

} // namespace
} // namespace hookcast::outputs
