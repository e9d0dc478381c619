#include "base/Secrets.h"

#include "base/Log.h"

#include <gtest/gtest.h>

namespace hookcast::base {
namespace {

TEST(MaskSecrets, MasksWhoLogsInAndWithWhat) {
    EXPECT_EQ(maskSecrets("http://user:p@ss@host:80/a"), "http://******@host:80/a");
    EXPECT_EQ(maskSecrets("'http://user:p\"ss@host'"), "'http://******@host'");
    EXPECT_EQ(maskSecrets("http://host/a@b"), "http://host/a@b");
}

TEST(MaskSecrets, MasksTheValuesOfNamesThatSaySo) {
    EXPECT_EQ(maskSecrets("http://h/a?id=7&token=ab/cd==&x=1"), "http://h/a?id=7&token=******&x=1");
    EXPECT_EQ(maskSecrets("http://h/?Access_Token=a&apiKey=b&auth=c&SIGN=d&pwd=e&passwd=f"),
              "http://h/?Access_Token=******&apiKey=******&auth=******&SIGN=******&pwd=******&passwd=******");
    EXPECT_EQ(maskSecrets("http://h/?keys=1&tokens=2&secret="), "http://h/?keys=1&tokens=2&secret=");
    EXPECT_EQ(maskSecrets("srt://h:1?passphrase=0123456789"), "srt://h:1?passphrase=******");
}

TEST(MaskSecrets, FindsThemInACamerasPath) {
    EXPECT_EQ(maskSecrets("rtsp://c/user=admin&password=abc&channel=1"),
              "rtsp://c/user=admin&password=******&channel=1");
    EXPECT_EQ(maskSecrets("rtsp://c/user=admin_password=abc_stream=0/x"), "rtsp://c/user=admin_password=******/x");
    EXPECT_EQ(withoutSecrets("rtsp://c/password=abc/x?y=z"), "rtsp://c/password=******/x");
}

TEST(MaskSecrets, LeavesOtherWordsAlone) {
    EXPECT_EQ(maskSecrets("a http://u:p@h/?key=k 'rtsp://v@i/x' key=visible"),
              "a http://******@h/?key=****** 'rtsp://******@i/x' key=visible");
    EXPECT_EQ(maskSecrets("password=visible"), "password=visible");
    EXPECT_EQ(maskSecrets(""), "");
}

} // namespace
} // namespace hookcast::base
