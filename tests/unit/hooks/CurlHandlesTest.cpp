#include "hooks/CurlHandles.h"

#include <gtest/gtest.h>

namespace hookcast::hooks {
namespace {

long systemErrorOf(CURL* handle) {
    long error = -1;
    curl_easy_getinfo(handle, CURLINFO_OS_ERRNO, &error);
    return error;
}

TEST(CurlHandles, AreUsedAgainWithoutTheirOptions) {
    CurlHandles handles;
    CURL* const first = handles.take();
    curl_easy_setopt(first, CURLOPT_PRIVATE, &handles);
    handles.giveBack(first, CURLE_OK);
    CURL* const again = handles.take();
    EXPECT_EQ(again, first);
    void* left = nullptr;
    curl_easy_getinfo(again, CURLINFO_PRIVATE, &left);
    EXPECT_EQ(left, nullptr);
    handles.giveBack(again, CURLE_OK);
}

/// It would be taken for that of the next call, which would be sent twice then.
TEST(CurlHandles, ASystemsErrorEndsWithItsCall) {
    CurlHandles handles;
    CURL* const first = handles.take();
    curl_easy_setopt(first, CURLOPT_URL, "http://127.0.0.1:1/");
    EXPECT_EQ(curl_easy_perform(first), CURLE_COULDNT_CONNECT);
    EXPECT_NE(systemErrorOf(first), 0);
    handles.giveBack(first, CURLE_OK); // as of a call that got through at a second address
    CURL* const next = handles.take();
    EXPECT_EQ(systemErrorOf(next), 0);
    handles.giveBack(next, CURLE_OK);
}

} // namespace
} // namespace hookcast::hooks
