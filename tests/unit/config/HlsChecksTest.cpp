// What of a vhost's hls block does not go together.
#include "unit/config/Support.h"

#include <gmock/gmock.h>

#include <string>

namespace hookcast::config {
namespace {

using test::complete;
using test::load;
using test::messages;

std::string messagesOf(const std::string& hls) {
    return messages(load(complete("vhost a {\nhls { " + hls + " }\n}")));
}

TEST(HlsChecksTest, APlaylistWithoutItsStreamIsNoPlaylist) {
    for (const char* name : {"live.m3u8", "[app]/live.m3u8", "[stream].m3u8"})
        EXPECT_EQ(
            messagesOf(std::string("enabled on; hls_m3u8_file ") + name + ";"),
            "test.conf:2:19: warning: 'hls_m3u8_file': http_server has no playlist of it, as a path of it does not "
            "tell the stream; it needs [app] and [stream]\n")
            << name;
    EXPECT_EQ(messagesOf("enabled on; hls_m3u8_file [vhost]/[app]/[stream]/index.m3u8;"), "");
    EXPECT_EQ(messagesOf("enabled off; hls_m3u8_file live.m3u8;"), "");
}

TEST(HlsChecksTest, AManifestWithoutItsStreamIsNoManifest) {
    EXPECT_EQ(messages(load(complete("vhost a {\ndash { enabled on; dash_mpd_file [app]/x.mpd; }\n}"))),
              "test.conf:2:20: warning: 'dash_mpd_file': http_server has no playlist of it, as a path of it does not "
              "tell the stream; it needs [app] and [stream]\n");
}

TEST(HlsChecksTest, ANameThatDoesNotTellItsStreamIsMadeToTellIt) {
    const auto message = [](const std::string& directive, const std::string& becomes) {
        return "test.conf:2:19: warning: '" + directive +
               "': it does not tell the stream, and two would have one file; it is '" + becomes + "'\n";
    };
    EXPECT_EQ(messagesOf("enabled on; hls_ts_file seg/[stream]-[seq].ts;"),
              message("hls_ts_file", "seg/[app]/[stream]-[seq].ts"));
    EXPECT_EQ(messagesOf("enabled on; hls_ts_file [seq].ts;"), message("hls_ts_file", "[app]/[stream]/[seq].ts"));
    EXPECT_EQ(messagesOf("enabled on; hls_init_file [app]/init.mp4; hls_use_fmp4 on;"),
              message("hls_init_file", "[app]/[stream]/init.mp4"));
    EXPECT_EQ(messagesOf("enabled on; hls_key_file [stream].key; hls_keys on;"),
              message("hls_key_file", "[app]/[stream].key"));
    EXPECT_EQ(messagesOf("enabled on; hls_key_file [stream].key;"), "") << "there are none";
    EXPECT_EQ(messagesOf("enabled off; hls_ts_file [seq].ts;"), "");
}

TEST(HlsChecksTest, ANameThatCannotBeIsAnError) {
    const auto message = [](const std::string& name, const std::string& why) {
        return "test.conf:2:19: error: 'hls_ts_file': '" + name + "': " + why + "\n";
    };
    for (const std::string name : {"../../x-[seq].ts", "[app]/../[stream]-[seq].ts", "a/./b-[seq].ts"})
        EXPECT_EQ(messagesOf("enabled on; hls_ts_file " + name + ";"),
                  message(name, "it leads out of its folder, and there would be no HLS"));
    for (const std::string name : {"[app]//[stream]-[seq].ts", "[app]/[stream]/"})
        EXPECT_EQ(messagesOf("enabled on; hls_ts_file " + name + ";"),
                  message(name, "it is no file's name, and there would be no HLS"));
    for (const std::string name : {"[app]/[stream]?[seq].ts", "\"[app]/[stream]#[seq].ts\""})
        EXPECT_THAT(messagesOf("enabled on; hls_ts_file " + name + ";"),
                    testing::HasSubstr("a URL ends at '?' and '#', so nobody could ask for it"));
    EXPECT_EQ(messagesOf("enabled on; hls_ts_file [app]/[stream]-[seq].tmp;"),
              message("[app]/[stream]-[seq].tmp", "files that are being written are called so"));
    EXPECT_EQ(messagesOf("enabled off; hls_ts_file ../x.ts;"), "");
    EXPECT_EQ(messagesOf("enabled on; hls_ts_file ./[app]/..[stream]-[seq].ts;"), "");
}

TEST(HlsChecksTest, NoFileIsCalledLikeAnotherKind) {
    const auto message = [](const std::string& one, const std::string& name, const std::string& other) {
        return "error: '" + one + "': '" + name + "' is called like what '" + other +
               "' names, which it would be taken for\n";
    };
    using testing::HasSubstr;
    EXPECT_THAT(messagesOf("enabled on; hls_ts_file [app]/[stream].m3u8;"),
                HasSubstr(message("hls_ts_file", "live/show-1.m3u8", "hls_m3u8_file")));
    EXPECT_THAT(messagesOf("enabled on; hls_m3u8_file [app]/[stream];"),
                HasSubstr(message("hls_ts_file", "live/show-1.ts", "hls_m3u8_file")));
    EXPECT_THAT(messagesOf("enabled on; hls_use_fmp4 on; hls_init_file [app]/[stream].m4s;"),
                HasSubstr(message("hls_fmp4_file", "live/show-1.m4s", "hls_init_file")));
    EXPECT_THAT(messagesOf("enabled on; hls_keys on; hls_key_file [app]/[stream]-[seq].ts;"),
                HasSubstr(message("hls_ts_file", "live/show-1.ts", "hls_key_file")));
    EXPECT_THAT(messages(load(complete("vhost a {\nhls { enabled on; }\ndash { enabled on; dash_mpd_file "
                                       "[app]/[stream].m3u8; }\n}"))),
                HasSubstr(message("dash_mpd_file", "live/show.m3u8", "hls_m3u8_file")));
    EXPECT_EQ(messagesOf("enabled on; hls_ts_file [app]/[stream]/[seq].ts; hls_m3u8_file [app]/[stream]/x.m3u8;"), "");
    EXPECT_EQ(messagesOf("enabled on; hls_fmp4_file [app]/[stream].m3u8;"), "") << "there are none";
}

TEST(HlsChecksTest, AManifestCannotTellWhatIsMoreThanANumber) {
    EXPECT_EQ(messages(load(complete("vhost a {\nhls { hls_fmp4_file [app]/[stream]-[timestamp].m4s; }\n"
                                     "dash { enabled on; }\n}"))),
              "test.conf:2:7: warning: 'hls_fmp4_file': DASH has no manifest of it, as one can tell names that differ "
              "in [seq] alone\n");
}

TEST(HlsChecksTest, APartIsShorterThanASegment) {
    const LoadOutcome outcome =
        load(complete("vhost a {\nhls { enabled on; hls_part 2; hls_ll on; hls_fragment 1; }\n}"));
    EXPECT_EQ(messages(outcome),
              "test.conf:2:19: warning: 'hls_part': a part is no segment (hls_fragment 1): it is 0.5\n");
    ASSERT_NE(outcome.config, nullptr);
    EXPECT_EQ(outcome.config->vhosts.front()->hls.partMs, 500);
    EXPECT_EQ(messagesOf("enabled on; hls_part 2; hls_fragment 1;"), "") << "there are none";
}

TEST(HlsChecksTest, VhostsThatShareAFolderAreTold) {
    const auto two = [](const std::string& first, const std::string& second) {
        return messages(load(complete("vhost a { hls { enabled on; " + first + " } }\nvhost b {\nhls { enabled on; " +
                                      second + " }\n}")));
    };
    const std::string told =
        "test.conf:3:19: warning: 'hls_path': vhost a writes files of the same names there: of two streams that are "
        "called the same, the one that comes first has files; write [vhost] into the names, or another hls_path\n";
    EXPECT_EQ(two("hls_path ./objs/hls;", "hls_path objs/hls/;"), told);
    EXPECT_EQ(two("hls_path ./objs/hls;", "hls_path objs/other;"), "");
    EXPECT_EQ(two("hls_path ./objs/hls;", ""), "");
    EXPECT_EQ(two("hls_path ./objs/hls;", "hls_path objs/hls; hls_m3u8_file [vhost]/[app]/[stream].m3u8;"), "");
}

TEST(HlsChecksTest, RecordingsAboveAVariableAreNotFound) {
    const auto messageOf = [](const std::string& path) {
        return messages(load(complete("vhost a {\ndvr { enabled on; dvr_path " + path + "; }\n}")));
    };
    EXPECT_EQ(messageOf("./rec/[app]/../[stream].[timestamp].flv"),
              "test.conf:2:19: warning: 'dvr_path': '..' behind a variable: recordings are written, and not found "
              "again\n");
    EXPECT_EQ(messageOf("../rec/[app]/..[stream].[timestamp].flv"), "");
}

TEST(HlsChecksTest, PartsAreNotEncrypted) {
    const LoadOutcome outcome = load(complete("vhost a {\nhls { enabled on; hls_keys on; hls_ll on; }\n}"));
    EXPECT_EQ(messages(outcome),
              "test.conf:2:32: warning: 'hls_ll': it is off, as segments are encrypted as a whole (hls_keys)\n");
    ASSERT_NE(outcome.config, nullptr);
    EXPECT_FALSE(outcome.config->vhosts.front()->hls.lowLatency);
}

} // namespace
} // namespace hookcast::config
