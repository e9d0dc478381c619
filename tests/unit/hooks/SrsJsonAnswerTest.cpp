#include "hooks/SrsJsonDialect.h"

#include "unit/support/FakeTransport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

namespace hookcast::hooks {
namespace {

using support::answered;
using support::failed;

struct Answer {
    std::string what;
    std::string body;
    bool admits;
    int status = 200;
};

void PrintTo(const Answer& answer, std::ostream* out) { // NOLINT(readability-identifier-naming): GoogleTest's name
    *out << answer.what;
}

class SrsJsonAnswerTest : public ::testing::TestWithParam<Answer> {};

TEST_P(SrsJsonAnswerTest, IsJudged) {
    const auto judged = SrsJsonDialect::judge(answered(GetParam().status, GetParam().body));
    EXPECT_EQ(judged.ok(), GetParam().admits) << GetParam().body.substr(0, 100);
    EXPECT_TRUE(judged.ok() || !judged.error().message.empty());
}

std::string nested(std::size_t depth) {
    return R"({"code":0,"data":)" + std::string(depth, '[') + std::string(depth, ']') + "}";
}

std::vector<Answer> accepted() {
    return {
        {"Zero", "0", true},
        {"ZeroInWhiteSpace", " \t0\r\n", true},
        {"CodeZero", R"({"code":0})", true},
        {"CodeZeroWithData", R"({"code":0,"data":null})", true},
        {"CodeZeroBehindOthers", R"({"data":{"code":1},"server":"x","code":0})", true},
        {"CodeZeroInWhiteSpace", "\r\n { \"code\" :\n0 } \n", true},
        {"CodeMinusZero", R"({"code":-0})", true},
        {"ZeroBehindAByteOrderMark", "\xEF\xBB\xBF\r\n0", true},
        {"CodeZeroBehindAByteOrderMark", "\xEF\xBB\xBF{\"code\":0}", true},
        {"MessageInLatin1", "{\"msg\":\"d\xE9j\xE0\",\"code\":0}", true},
        {"MessageInGb18030", "{\"msg\":\"\xD4\xCA\xD0\xED\",\"code\":0}", true},
        {"MessageThatEndsWithinACharacter", "{\"code\":0,\"msg\":\"\xE5\x85\"}", true},
        {"MessageOfTwoLines", "{\"code\":0,\"msg\":\"one\ntwo\tthree\"}", true},
        {"MessageWithHalfAPair", R"({"code":0,"msg":"\ud83d and \udc00"})", true},
        {"MessageWithAPair", R"({"code":0,"msg":"\ud83d\ude00"})", true},
        {"OneKeyInSeveralObjects", R"({"code":0,"data":{"code":1},"list":[{"a":1},{"a":2},{"A":3}]})", true},
        {"MessageWithANul", R"({"code":0,"msg":"a\u0000b"})", true},
        {"MessageWithQuotes", R"({"msg":"\"code\":1, \\","code":0})", true},
    };
}

/// What makes texts readable must not make anything else so.
std::vector<Answer> refusedEncodings() {
    return {
        {"CodeOneWithMessageInLatin1", "{\"msg\":\"d\xE9j\xE0\",\"code\":1}", false},
        {"CodeOneBehindAByteOrderMark", "\xEF\xBB\xBF{\"code\":1}", false},
        {"CodeInAMessage", "{\"msg\":\"\xFF\\\",\\\"code\\\":0\"}", false},
        {"CodeNotUtf8", "{\"code\":0\xFF}", false},
        {"ControlCharacterForASpace", std::string("{\"code\":\x01") + "0}", false},
        {"MarkInTheMiddle",
         "{\"code\":\xEF\xBB\xBF"
         "0}",
         false},
        {"TwoMarks",
         "\xEF\xBB\xBF\xEF\xBB\xBF"
         "0",
         false},
        {"Utf16",
         std::string("\xFF\xFE"
                     "0\0",
                     4),
         false},
        {"MessageThatDoesNotEnd", "{\"code\":0,\"msg\":\"\\", false},
        {"MessageWithABrokenEscape", R"({"code":0,"msg":"\u12"})", false},
    };
}

/// Some readers take the first, some the last.
std::vector<Answer> refusedDoubles() {
    return {
        {"CodeZeroBehindOne", R"({"code":1,"code":0})", false},
        {"CodeOneBehindZero", R"({"code":0,"code":1})", false},
        {"CodeZeroTwice", R"({"code":0,"code":0})", false},
        {"CodeZeroBehindANull", R"({"code":null,"code":0})", false},
        {"CodeTwiceInOtherLetters", R"({"code":1,"\u0063ode":0})", false},
        {"DataTwice", R"({"code":0,"data":{"max_kbps":1},"data":{}})", false},
        {"LimitTwice", R"({"code":0,"data":{"max_kbps":1,"max_kbps":100000}})", false},
        {"TwiceSomewhere", R"({"code":0,"a":[1,[{"b":{"c":1,"d":{},"c":2}}]]})", false},
        {"CodeThatANulEnds", R"({"code\u0000x":0})", false},
        {"CodeOneAndOneThatANulEnds", R"({"code":1,"code\u0000":0})", false},
    };
}

std::vector<Answer> refusedBodies() {
    return {
        {"Empty", "", false},
        {"WhiteSpace", " \r\n", false},
        {"One", "1", false},
        {"QuotedZero", R"("0")", false},
        {"TwoZeros", "00", false},
        {"ZeroAndMore", "0x", false},
        {"ZeroAndNul", std::string("0\0", 2), false},
        {"ZeroPointZero", "0.0", false},
        {"MinusZero", "-0", false},
        {"False", "false", false},
        {"Html", "<html><body>0</body></html>", false},
        {"ArrayOfZero", "[0]", false},
        {"ArrayOfCode", R"([{"code":0}])", false},
    };
}

std::vector<Answer> refusedObjects() {
    return {
        {"CodeOne", R"({"code":1})", false},
        {"CodeMinusOne", R"({"code":-1})", false},
        {"CodeLarge", R"({"code":4294967296})", false},
        {"CodeOf64Bits", R"({"code":9223372036854775808})", false},
        {"CodeThatWrapsToZero", R"({"code":18446744073709551616})", false},
        {"CodeThatWrapsToZeroAgain", R"({"code":184467440737095516160})", false},
        {"CodeText", R"({"code":"0"})", false},
        {"CodeFraction", R"({"code":0.0})", false},
        {"CodeExponent", R"({"code":0e0})", false},
        {"CodeTrue", R"({"code":true})", false},
        {"CodeFalse", R"({"code":false})", false},
        {"CodeNull", R"({"code":null})", false},
        {"CodeArray", R"({"code":[0]})", false},
        {"CodeObject", R"({"code":{"code":0}})", false},
        {"CodeInDataOnly", R"({"data":{"code":0}})", false},
        {"CodeInCapitals", R"({"CODE":0})", false},
        {"EmptyObject", "{}", false},
        {"Unfinished", R"({"code":0)", false},
        {"ObjectAndMore", R"({"code":0}x)", false},
        {"TwoObjects", R"({"code":0}{"code":1})", false},
        {"TrailingComma", R"({"code":0,})", false},
        {"SingleQuotes", "{'code':0}", false},
        {"NoQuotes", "{code:0}", false},
        {"Hexadecimal", R"({"code":0x0})", false},
        {"DeepNesting", nested(10'000), false},
        {"OpenBrackets", R"({"code":0,"data":)" + std::string(60'000, '['), false},
        {"OpenObjects", std::string(60'000, '{'), false},
    };
}

std::vector<Answer> refusedStatuses() {
    std::vector<Answer> answers;
    for (const int status : {0, 100, 199, 201, 202, 204, 206, 301, 302, 400, 401, 403, 404, 500, 503})
        answers.push_back({"Status" + std::to_string(status), "0", false, status});
    return answers;
}

std::string nameOfCase(const ::testing::TestParamInfo<Answer>& info) {
    return info.param.what;
}

INSTANTIATE_TEST_SUITE_P(Accepted, SrsJsonAnswerTest, ::testing::ValuesIn(accepted()), nameOfCase);
INSTANTIATE_TEST_SUITE_P(RefusedDouble, SrsJsonAnswerTest, ::testing::ValuesIn(refusedDoubles()), nameOfCase);
INSTANTIATE_TEST_SUITE_P(RefusedBody, SrsJsonAnswerTest, ::testing::ValuesIn(refusedBodies()), nameOfCase);
INSTANTIATE_TEST_SUITE_P(RefusedObject, SrsJsonAnswerTest, ::testing::ValuesIn(refusedObjects()), nameOfCase);
INSTANTIATE_TEST_SUITE_P(RefusedEncoding, SrsJsonAnswerTest, ::testing::ValuesIn(refusedEncodings()), nameOfCase);
INSTANTIATE_TEST_SUITE_P(RefusedStatus, SrsJsonAnswerTest, ::testing::ValuesIn(refusedStatuses()), nameOfCase);

TEST(SrsJsonAnswer, ThatNeverCameRefusesWithTheTransportsWords) {
    using Outcome = HookResponse::Outcome;
    for (const Outcome outcome : {Outcome::ConnectFailed, Outcome::TimedOut, Outcome::Broken, Outcome::TooLarge,
                                  Outcome::QueueFull, Outcome::Stopped}) {
        HookResponse response = failed(outcome, "what happened");
        response.status = 200;
        response.body = "0";
        const auto judged = SrsJsonDialect::judge(response);
        ASSERT_FALSE(judged);
        EXPECT_THAT(judged.error().message, testing::EndsWith(": what happened"));
    }
}

TEST(SrsJsonAnswer, IsQuotedShortAndWithoutControlCharacters) {
    const auto judged = SrsJsonDialect::judge(answered(200, "no\r\n" + std::string(1000, 'x')));
    EXPECT_LT(judged.error().message.size(), 200U);
    EXPECT_EQ(judged.error().message.find('\n'), std::string::npos);
}

TEST(SrsJsonAnswer, SaysWhatTheStatusOrTheCodeWas) {
    EXPECT_EQ(SrsJsonDialect::judge(answered(404, "0")).error().message, "HTTP status 404");
    EXPECT_EQ(SrsJsonDialect::judge(answered(200, R"({"code":-5})")).error().message, "the answer's code is -5");
}

} // namespace
} // namespace hookcast::hooks
