#include "config/Parser.h"

#include "unit/config/Support.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::config {
namespace {

/// The tree as one line: `name(arg,arg){child child}`.
std::string shape(const Directive& directive) {
    std::string text = directive.name;
    std::string args;
    for (const std::string& arg : directive.args) args += (args.empty() ? "" : ",") + arg;
    if (!args.empty()) text += "(" + args + ")";
    if (!directive.hasBlock && !directive.name.empty()) return text;
    std::string children;
    for (const Directive& child : directive.children) children += (children.empty() ? "" : " ") + shape(child);
    return directive.name.empty() ? children : text + "{" + children + "}";
}

struct Parsed {
    bool ok = false;
    Directive root;
    std::string findings;
};

Parsed parse(const std::string& text, std::map<std::string, std::string> files = {}, ParserLimits limits = {}) {
    const test::MemoryFiles source(std::move(files));
    Findings findings;
    Parsed parsed;
    Parser parser(source, findings, limits);
    parsed.ok = parser.parse(text, "test.conf", "test.conf", parsed.root);
    parsed.ok = parsed.ok && !findings.hasErrors();
    for (const std::string& line : findingLines(findings.take())) parsed.findings += line + "\n";
    return parsed;
}

std::string shapeOf(const std::string& text) {
    const Parsed parsed = parse(text);
    EXPECT_TRUE(parsed.ok) << parsed.findings;
    EXPECT_EQ(parsed.findings, "");
    return shape(parsed.root);
}

std::string errorOf(const std::string& text) {
    const Parsed parsed = parse(text);
    EXPECT_FALSE(parsed.ok);
    return parsed.findings;
}

TEST(ParserTest, readsDirectivesAndNestedBlocks) {
    EXPECT_EQ(shapeOf("listen 1935; vhost a { play { gop_cache off; } }"),
              "listen(1935) vhost(a){play{gop_cache(off)}}");
    EXPECT_EQ(shapeOf(""), "");
    EXPECT_EQ(shapeOf("# nothing\n"), "");
}

TEST(ParserTest, aDirectiveMayGoOverSeveralLines) {
    EXPECT_EQ(shapeOf("listen\n1935\n1936;\nvhost\na\n{\n}"), "listen(1935,1936) vhost(a){}");
    EXPECT_EQ(shapeOf("vhost a { http_hooks { on_publish http://a/1\n   http://a/2\n   ; } }"),
              "vhost(a){http_hooks{on_publish(http://a/1,http://a/2)}}");
}

TEST(ParserTest, emptyWordsAreDropped) {
    EXPECT_EQ(shapeOf("srt_server { passphrase \"\"; }"), "srt_server{passphrase}");
    EXPECT_NE(errorOf("\"\";").find("test.conf:1:1: error: empty name"), std::string::npos);
}

TEST(ParserTest, namesMayBeQuotedAndBlocksMayHaveArguments) {
    EXPECT_EQ(shapeOf("'listen' 1; http_api x { }"), "listen(1) http_api(x){}");
}

TEST(ParserTest, keepsWhereADirectiveStands) {
    const Parsed parsed = parse("listen 1;\n  vhost a {\n    play { }\n}");
    const Directive& play = parsed.root.children.at(1).children.at(0);
    EXPECT_EQ(play.location.text(), "test.conf:3:5");
}

TEST(ParserTest, grammarErrorsTellThePlaceAndWhatWasExpected) {
    EXPECT_EQ(errorOf("a;;"), "test.conf:1:3: error: unexpected ';', expected the name of a directive\n");
    EXPECT_EQ(errorOf("a {};"), "test.conf:1:5: error: unexpected ';', expected the name of a directive\n");
    EXPECT_EQ(errorOf("{ }"), "test.conf:1:1: error: unexpected '{', expected the name of a block first\n");
    EXPECT_EQ(errorOf("a;\n}"), "test.conf:2:1: error: unexpected '}', no block is open here\n");
    EXPECT_EQ(errorOf("v { a b }"), "test.conf:1:9: error: unexpected '}', expected ';' after 'a' first\n");
    EXPECT_EQ(errorOf("v {\n a b;\n"),
              "test.conf:3:1: error: unexpected end of file, expected '}' to close the block of 'v' from line 1\n");
    EXPECT_EQ(errorOf("listen"),
              "test.conf:1:7: error: unexpected end of file, expected ';' or '{' after 'listen' from line 1\n");
    EXPECT_EQ(errorOf("a \"b"), "test.conf:1:3: error: unterminated quote, expected a closing \"\n");
}

TEST(ParserTest, aMissingSemicolonIsPutInBeforeAKnownNameOnTheNextLine) {
    const Parsed parsed = parse("listen 1935\nmax_connections 1000;\ndaemon off;");
    EXPECT_EQ(shape(parsed.root), "listen(1935) max_connections(1000) daemon(off)");
    EXPECT_EQ(parsed.findings,
              "test.conf:1:1: warning: missing ';' after 'listen', put in before 'max_connections' on line 2\n");
}

TEST(ParserTest, aMissingSemicolonIsPutInWithinBlocksAndBeforeBlocks) {
    const Parsed parsed = parse("daemon off\nvhost a {\n tcp_nodelay on\n min_latency on\n play { } }");
    EXPECT_TRUE(parsed.ok) << parsed.findings;
    EXPECT_EQ(shape(parsed.root), "daemon(off) vhost(a){tcp_nodelay(on) min_latency(on) play{}}");
}

TEST(ParserTest, aMissingSemicolonIsPutInWhereTheBlockOrTheFileEnds) {
    const Parsed parsed = parse("vhost a {\n play {\n gop_cache off\n }\n min_latency on\n}\nlisten 1935");
    EXPECT_TRUE(parsed.ok) << parsed.findings;
    EXPECT_EQ(shape(parsed.root), "vhost(a){play{gop_cache(off)} min_latency(on)} listen(1935)");
    EXPECT_EQ(parsed.findings, "test.conf:3:2: warning: missing ';' after 'gop_cache', put in\n"
                               "test.conf:5:2: warning: missing ';' after 'min_latency', put in\n"
                               "test.conf:7:1: warning: missing ';' after 'listen', put in\n");
    EXPECT_NE(errorOf("vhost a { security { allow play } }").find("unexpected '}'"), std::string::npos)
        << "it is not complete";
    EXPECT_NE(errorOf("vhost a").find("unexpected end of file"), std::string::npos) << "a block";
}

TEST(ParserTest, aMissingSemicolonIsPutInBeforeInclude) {
    const Parsed parsed = parse("daemon off\ninclude more.conf;", {{"more.conf", "listen 1;"}});
    EXPECT_EQ(shape(parsed.root), "daemon(off) listen(1)");
}

TEST(ParserTest, noSemicolonIsPutInWhereTheDirectiveIsNotComplete) {
    EXPECT_EQ(shapeOf("daemon\noff;"), "daemon(off)");
    EXPECT_EQ(shapeOf("listen\nlisten;"), "listen(listen)") << "it has no argument so far";
    EXPECT_EQ(shapeOf("vhost a { security { allow play\n all; } }"), "vhost(a){security{allow(play,all)}}");
    EXPECT_EQ(shapeOf("vhost a { security { allow play\n enabled; } }"), "vhost(a){security{allow(play,enabled)}}");
}

TEST(ParserTest, noSemicolonIsPutInOnOneLineOrBeforeAnotherContextsName) {
    EXPECT_EQ(shapeOf("listen 1935 daemon off;"), "listen(1935,daemon,off)");
    EXPECT_EQ(shapeOf("listen 1935\ngop_cache off;"), "listen(1935,gop_cache,off)");
    EXPECT_EQ(shapeOf("daemon off\n\"listen\" 1;"), "daemon(off,listen,1)") << "quoted: not a name";
}

TEST(ParserTest, includeIsReplacedByTheContentsOfItsFiles) {
    const Parsed parsed = parse("listen 1; vhost a { include b.conf c.conf; enabled on; }",
                                {{"b.conf", "play { }\n"}, {"c.conf", "include d.conf;"}, {"d.conf", "publish { }"}});
    EXPECT_EQ(parsed.findings, "");
    EXPECT_EQ(shape(parsed.root), "listen(1) vhost(a){play{} publish{} enabled(on)}");
    EXPECT_EQ(parsed.root.children.at(1).children.at(1).location.text(), "d.conf:1:1");
}

TEST(ParserTest, includeLooksBesideTheIncludingFileWhereTheWorkingDirectoryHasNone) {
    const Parsed parsed =
        parse("include sub/a.conf;", {{"sub/a.conf", "include b.conf;"}, {"sub/b.conf", "listen 1;"}});
    EXPECT_EQ(shape(parsed.root), "listen(1)");
    EXPECT_EQ(parsed.root.children.at(0).location.file, "sub/b.conf");
    const Parsed both =
        parse("include sub/a.conf;",
              {{"sub/a.conf", "include b.conf;"}, {"sub/b.conf", "listen 1;"}, {"b.conf", "listen 2;"}});
    EXPECT_EQ(shape(both.root), "listen(2)") << "the working directory first, as in SRS";
}

TEST(ParserTest, anEmptyIncludedFileIsFine) {
    EXPECT_TRUE(parse("include a.conf;", {{"a.conf", "# nothing\n"}}).ok);
}

TEST(ParserTest, includeErrorsNameTheIncludeAndTheReadingGoesOn) {
    const Parsed parsed = parse("listen 1;\n include none.conf;\n include;\n");
    EXPECT_FALSE(parsed.ok);
    EXPECT_EQ(parsed.findings, "test.conf:2:2: error: include: no file 'none.conf', neither in the working directory "
                               "nor beside this file\n"
                               "test.conf:3:2: error: include needs the name of a file\n");
    EXPECT_NE(errorOf("include a { }").find("1:1: error: include takes file names, not a block"), std::string::npos);
}

TEST(ParserTest, anIncludedFileMustBeCompleteInItself) {
    const Parsed brace = parse("vhost a { include b.conf;", {{"b.conf", "}"}});
    EXPECT_EQ(brace.findings, "b.conf:1:1: error: unexpected '}', no block is open here\n");
    const Parsed open = parse("include b.conf; }", {{"b.conf", "vhost a {"}});
    EXPECT_NE(open.findings.find("b.conf:1:10: error: unexpected end of file"), std::string::npos);
}

TEST(ParserTest, includeLoopsAreErrors) {
    const Parsed itself = parse("include test.conf;", {{"test.conf", "include test.conf;"}});
    EXPECT_EQ(itself.findings, "test.conf:1:1: error: include loop: 'test.conf' is being read already\n");
    const Parsed pair = parse("include a.conf;", {{"a.conf", "include b.conf;"}, {"b.conf", "include a.conf;"}});
    EXPECT_EQ(pair.findings, "b.conf:1:1: error: include loop: 'a.conf' is being read already\n");
    EXPECT_TRUE(parse("include a.conf a.conf;", {{"a.conf", "listen 1;"}}).ok) << "twice is not a loop";
}

TEST(ParserTest, blocksNestToALimit) {
    const auto nested = [](std::size_t depth) {
        std::string text;
        for (std::size_t i = 0; i < depth; ++i) text += "a {";
        return text + std::string(depth, '}');
    };
    EXPECT_TRUE(parse(nested(64)).ok);
    EXPECT_NE(errorOf(nested(65)).find("error: more than 64 blocks within each other"), std::string::npos);
    EXPECT_NE(errorOf(nested(100000)).find("error: more than 64 blocks"), std::string::npos);
}

TEST(ParserTest, filesNestToALimit) {
    std::map<std::string, std::string> files;
    for (int i = 0; i < 20; ++i) files["f" + std::to_string(i)] = "include f" + std::to_string(i + 1) + ";";
    EXPECT_NE(parse("include f0;", files).findings.find("error: more than 16 files within each other"),
              std::string::npos);
}

TEST(ParserTest, sizesHaveLimits) {
    EXPECT_NE(parse("listen 1935;", {}, {.fileBytes = 5}).findings.find("test.conf: error: too large"),
              std::string::npos);
    EXPECT_NE(parse("include a a a a;", {{"a", "listen 1;"}}, {.totalBytes = 40}).findings.find("too large"),
              std::string::npos);
    EXPECT_NE(parse("a b c d;", {}, {.words = 3}).findings.find("test.conf:1:7: error: more than 3 words"),
              std::string::npos);
    EXPECT_NE(parse("a; b; c;", {}, {.words = 2}).findings.find("more than 2 words"), std::string::npos);
}

TEST(ParserTest, filesThatMultiplyEndAtALimit) {
    std::map<std::string, std::string> files;
    for (int i = 0; i < 12; ++i) {
        std::string text = "include";
        for (int copy = 0; copy < 4; ++copy) text += " f" + std::to_string(i + 1);
        files["f" + std::to_string(i)] = text + ";";
    }
    files["f12"] = "";
    EXPECT_NE(parse("include f0;", files).findings.find("error: more than 10000 included files"), std::string::npos);
}

} // namespace
} // namespace hookcast::config
