#include "config/Addresses.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <vector>

namespace hookcast::config {
namespace {

std::string readBack(const std::string& text) {
    const base::Result<ListenAddress> address = parseListenAddress(text);
    return address ? listenText(address.value()) : "error";
}

TEST(AddressesTest, readsPortsAndAddresses) {
    EXPECT_EQ(readBack("1935"), "1935");
    EXPECT_EQ(readBack("65535"), "65535");
    EXPECT_EQ(readBack("127.0.0.1:1935"), "127.0.0.1:1935");
    EXPECT_EQ(readBack("0.0.0.0:1"), "0.0.0.0:1");
    EXPECT_EQ(readBack("[::1]:1935"), "[::1]:1935");
    EXPECT_EQ(readBack(":1935"), "1935");
    EXPECT_EQ(readBack(":::1935"), "[::]:1935") << "as SRS takes it: up to the last colon it is the address";
    EXPECT_EQ(readBack("::1:1935"), "[::1]:1935");
    EXPECT_EQ(readBack("fe80::1:2:1935"), "[fe80::1:2]:1935");
    const base::Result<ListenAddress> ipv6 = parseListenAddress("[::]:80");
    ASSERT_TRUE(ipv6);
    EXPECT_EQ(ipv6.value().host, "::");
    EXPECT_EQ(ipv6.value().port, 80);
}

TEST(AddressesTest, refusesWhatCannotBeListenedOn) {
    for (const char* text : {"", "0", "-1", "65536", "99999999999", "1935x", "x", " 1935", "localhost:1935", "1.2.3:80",
                             "1.2.3.4:", "1.2.3.4:0", "::1", "[::1]", "[::1]1935", "[]:1935", "[1.2.3.4]:1935",
                             "[::1:1935", "1.2.3.4:80:80"})
        EXPECT_FALSE(parseListenAddress(text)) << text;
}

TEST(AddressesTest, refusesWhatStandsBehindANul) {
    using namespace std::string_view_literals;
    EXPECT_FALSE(parseListenAddress("::\0[1]:1935"sv));
    EXPECT_FALSE(parseListenAddress("127.0.0.1\0x:1935"sv));
}

TEST(AddressesTest, eachFamilyHasASocketOfItsOwn) {
    const auto socketsOf = [](std::initializer_list<const char*> listen) {
        std::vector<ListenAddress> addresses;
        for (const char* text : listen) addresses.push_back(parseListenAddress(text).take());
        std::string texts;
        for (const ListenAddress& address : socketsFor(addresses)) texts += listenText(address) + " ";
        return texts;
    };
    EXPECT_EQ(socketsOf({"1935"}), "1935 ");
    EXPECT_EQ(socketsOf({"[::]:1935"}), "[::]:1935 1935 ") << "both families, as the system has it";
    EXPECT_EQ(socketsOf({"1935", "[::]:1935"}), "1935 [::]:1935 ");
    EXPECT_EQ(socketsOf({"[::]:1935", "10.0.0.1:1935"}), "[::]:1935 10.0.0.1:1935 ");
    EXPECT_EQ(socketsOf({"[::]:1935", "1936"}), "[::]:1935 1936 1935 ");
    EXPECT_EQ(socketsOf({"[::1]:1935"}), "[::1]:1935 ") << "one address is one address";
    EXPECT_EQ(socketsOf({}), "");
}

TEST(AddressesTest, acceptsHookUrls) {
    for (const char* url : {"http://127.0.0.1:8085/api/v1/clients", "https://a", "HTTP://A.example/x?y=z#f",
                            "http://user:secret@host:80/", "http://[::1]:8085/x", "http://host?query",
                            "http://h_1-2.b/", "http://a@b@host/"})
        EXPECT_TRUE(checkHookUrl(url)) << url;
}

TEST(AddressesTest, refusesUrlsThatNoHookCanBeSentTo) {
    for (const char* url : {"",
                            "127.0.0.1:8085/api",
                            "ftp://host/",
                            "http:/host",
                            "http://",
                            "http:///path",
                            "http://:80/",
                            "http://host:/",
                            "http://host:0/",
                            "http://host:65536/",
                            "http://host:80x/",
                            "http://ho st/",
                            "http://host/a\nb",
                            "http://[::1/",
                            "http://[1.2.3.4]/",
                            "http://[]/",
                            "http://user@/",
                            "http://ho\\st/",
                            "http://host,other/",
                            "http://a:b:c/"})
        EXPECT_FALSE(checkHookUrl(url)) << url;
}

TEST(AddressesTest, errorsAboutUrlsKeepSecrets) {
    const base::Result<void> checked = checkHookUrl("http://user:hush@host:0/?token=hush");
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().message.find("hush"), std::string::npos);
}

} // namespace
} // namespace hookcast::config
