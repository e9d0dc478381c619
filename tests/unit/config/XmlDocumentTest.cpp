#include "config/XmlDocument.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace hookcast::config {
namespace {

struct Read {
    std::optional<XmlElement> root;
    std::string messages;
};

Read read(const std::string& text, const XmlLimits& limits = {}) {
    Findings findings;
    Read result;
    result.root = readXml(text, "test.cfg", findings, limits);
    for (const std::string& line : findingLines(findings.take())) result.messages += line + "\n";
    return result;
}

TEST(XmlDocumentTest, keepsNamesTextsAndPlaces) {
    const Read result =
        read("<?xml version=\"1.0\"?>\n<!-- a comment -->\n<config>\n  <a x='1'> one <!-- x -->two\n</a>"
             "<p:b/>\n</config>\n");
    ASSERT_TRUE(result.root) << result.messages;
    EXPECT_EQ(result.root->name, "config");
    EXPECT_EQ(result.root->text, "");
    EXPECT_EQ(result.root->location.text(), "test.cfg:3:1");
    ASSERT_EQ(result.root->children.size(), 2U);
    EXPECT_EQ(result.root->children[0].name, "a");
    EXPECT_EQ(result.root->children[0].text, "one two");
    EXPECT_EQ(result.root->children[0].location.text(), "test.cfg:4:3");
    EXPECT_EQ(result.root->children[1].name, "p:b");
    EXPECT_EQ(result.root->children[1].location.text(), "test.cfg:5:5");
}

TEST(XmlDocumentTest, readsReferencesAndCdata) {
    EXPECT_EQ(read("<a>x&amp;y&#61;&lt;<![CDATA[<&>]]></a>").root->text, "x&y=<<&>");
}

TEST(XmlDocumentTest, readsOtherEncodingsAsUtf8) {
    EXPECT_EQ(read("\xEF\xBB\xBF<a>\xC3\xA9</a>").root->text, "\xC3\xA9");
    EXPECT_EQ(read("<?xml version='1.0' encoding='ISO-8859-1'?><a>\xE9</a>").root->text, "\xC3\xA9");
    EXPECT_EQ(read("\xEF\xBB\xBF<a>\n<b/></a>").root->children[0].location.text(), "test.cfg:2:1");
}

TEST(XmlDocumentTest, saysWhereTheTextBreaks) {
    EXPECT_EQ(read("<a>\n  <b></a>").messages, "test.cfg:2:8: error: XML: Tag mismatch\n");
    EXPECT_EQ(read("<a>").messages, "test.cfg:1:4: error: XML: No element found\n");
    EXPECT_EQ(read("<a/><b/>").messages, "test.cfg:1:5: error: XML: Junk after document element\n");
    EXPECT_EQ(read("<a x=1/>").messages, "test.cfg:1:6: error: XML: Invalid token\n");
    EXPECT_EQ(read("<a>\xff</a>").messages, "test.cfg:1:4: error: XML: Invalid token\n");
    EXPECT_EQ(read("<a>&what;</a>").messages, "test.cfg:1:4: error: XML: Undefined entity\n");
    EXPECT_EQ(read("").messages, "test.cfg:1:1: error: XML: No element found\n");
    EXPECT_EQ(read("<?xml version='1.0' encoding='what'?><a/>").messages,
              "test.cfg:1:31: error: XML: Unknown encoding\n");
}

TEST(XmlDocumentTest, everyPrefixOfADocumentIsAnErrorAndNothingElse) {
    const std::string text = "<?xml version='1.0'?><config a='b'><x>&amp;</x><!-- c --><![CDATA[d]]></config>";
    for (std::size_t length = 0; length < text.size(); ++length) {
        const Read result = read(text.substr(0, length));
        EXPECT_FALSE(result.root) << length;
        EXPECT_NE(result.messages.find("error: XML: "), std::string::npos) << length;
    }
}

/// Each entity is ten of the one before: as much as a machine has.
TEST(XmlDocumentTest, refusesAnEntityBomb) {
    std::string bomb = "<?xml version=\"1.0\"?>\n<!DOCTYPE config [\n<!ENTITY e0 \"http://a/\">\n";
    for (int i = 1; i < 20; ++i) {
        bomb += "<!ENTITY e" + std::to_string(i) + " \"";
        for (int copy = 0; copy < 10; ++copy) bomb += "&e" + std::to_string(i - 1) + ";";
        bomb += "\">\n";
    }
    const Read result = read(bomb + "]>\n<config><on_play>&e19;</on_play></config>");
    EXPECT_FALSE(result.root);
    EXPECT_EQ(result.messages,
              "test.cfg:2:18: error: XML: a document type (<!DOCTYPE>) is not accepted: it could define entities "
              "without end\n");
}

TEST(XmlDocumentTest, refusesExternalEntitiesAndDocumentTypes) {
    for (const char* text : {"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
                             "<!DOCTYPE a SYSTEM 'http://127.0.0.1:1/a.dtd'><a/>",
                             "<!DOCTYPE a PUBLIC 'x' 'http://127.0.0.1:1/a.dtd'><a/>", "<!DOCTYPE a><a/>",
                             "<!DOCTYPE a [<!ENTITY % p SYSTEM 'file:///etc/passwd'> %p;]><a/>"}) {
        const Read result = read(text);
        EXPECT_FALSE(result.root) << text;
        EXPECT_NE(result.messages.find("a document type (<!DOCTYPE>) is not accepted"), std::string::npos) << text;
    }
}

TEST(XmlDocumentTest, boundsNestingElementsAndBytes) {
    const auto nested = [](std::size_t depth) {
        std::string text;
        for (std::size_t i = 0; i < depth; ++i) text += "<a>";
        for (std::size_t i = 0; i < depth; ++i) text += "</a>";
        return text;
    };
    EXPECT_TRUE(read(nested(32)).root);
    EXPECT_EQ(read(nested(33)).messages, "test.cfg:1:97: error: XML: more than 32 elements within each other\n");
    EXPECT_FALSE(read(nested(100'000)).root);

    std::string many = "<a>";
    for (int i = 0; i < 10'000; ++i) many += "<b/>";
    EXPECT_NE(read(many + "</a>").messages.find("more than 10000 elements"), std::string::npos);

    XmlLimits limits;
    limits.bytes = 10;
    EXPECT_TRUE(read("<a>123</a>", limits).root);
    EXPECT_EQ(read("<a>1234</a>", limits).messages, "test.cfg: error: too large: at most 10 bytes of XML\n");
}

} // namespace
} // namespace hookcast::config
