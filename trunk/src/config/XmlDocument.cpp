#include "config/XmlDocument.h"

#include "base/Log.h"

#include <Poco/Exception.h>
#include <Poco/SAX/DefaultHandler.h>
#include <Poco/SAX/LexicalHandler.h>
#include <Poco/SAX/Locator.h>
#include <Poco/SAX/SAXException.h>
#include <Poco/SAX/SAXParser.h>
#include <Poco/String.h>
#include <fmt/format.h>

#include <utility>

namespace hookcast::config {

namespace {

using Poco::XML::SAXParser;
using Poco::XML::XMLChar;
using Poco::XML::XMLReader;
using Poco::XML::XMLString;

/// Builds the tree from the parser's calls. What it refuses it throws, which Poco lets through.
class TreeBuilder final : public Poco::XML::DefaultHandler, public Poco::XML::LexicalHandler {
  public:
    TreeBuilder(const std::string& fileName, const XmlLimits& limits) : fileName_(fileName), limits_(limits) {}

    XmlElement takeRoot() { return std::move(above_.children.front()); }

    void setDocumentLocator(const Poco::XML::Locator* locator) override { locator_ = locator; }

    void startElement(const XMLString&, const XMLString&, const XMLString& name,
                      const Poco::XML::Attributes&) override {
        if (++elements_ > limits_.elements) refuse(fmt::format("more than {} elements", limits_.elements));
        if (open_.size() > limits_.nesting)
            refuse(fmt::format("more than {} elements within each other", limits_.nesting));
        XmlElement& element = open_.back()->children.emplace_back();
        element.name = name;
        element.location = here();
        open_.push_back(&element);
    }

    void endElement(const XMLString&, const XMLString&, const XMLString&) override {
        Poco::trimInPlace(open_.back()->text);
        open_.pop_back();
    }

    void characters(const XMLChar* characters, int start, int length) override {
        open_.back()->text.append(characters + start, static_cast<std::size_t>(length));
    }

    void startDTD(const XMLString&, const XMLString&, const XMLString&) override {
        refuse("a document type (<!DOCTYPE>) is not accepted: it could define entities without end");
    }

    void endDTD() override {}
    void startEntity(const XMLString&) override {}
    void endEntity(const XMLString&) override {}
    void startCDATA() override {}
    void endCDATA() override {}
    void comment(const XMLChar*, int, int) override {}

  private:
    SourceLocation here() const { return {fileName_, locator_->getLineNumber(), locator_->getColumnNumber() + 1}; }

    [[noreturn]] void refuse(const std::string& why) const {
        throw Poco::XML::SAXParseException(why, {}, {}, locator_->getLineNumber(), locator_->getColumnNumber());
    }

    // given
    const std::string& fileName_;
    const XmlLimits& limits_;
    const Poco::XML::Locator* locator_ = nullptr;
    // state
    XmlElement above_;                       ///< of the root
    std::vector<XmlElement*> open_{&above_}; ///< only the last one gets children, so none of them moves
    std::size_t elements_ = 0;
};

/// Poco puts the place behind the words; findings have it in front.
std::string withoutPlace(const std::string& message) {
    return base::printable(message.substr(0, message.find(" in line ")));
}

} // namespace

std::optional<XmlElement> readXml(std::string_view text, const std::string& fileName, Findings& findings,
                                  const XmlLimits& limits) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    if (text.size() > limits.bytes) {
        findings.error({fileName, 0, 0}, fmt::format("too large: at most {} bytes of XML", limits.bytes));
        return std::nullopt;
    }
    TreeBuilder builder(fileName, limits);
    try {
        SAXParser parser;
        parser.setFeature(XMLReader::FEATURE_NAMESPACES, false);
        parser.setFeature(XMLReader::FEATURE_EXTERNAL_GENERAL_ENTITIES, false);
        parser.setFeature(XMLReader::FEATURE_EXTERNAL_PARAMETER_ENTITIES, false);
        parser.setContentHandler(&builder);
        parser.setProperty(XMLReader::PROPERTY_LEXICAL_HANDLER, static_cast<Poco::XML::LexicalHandler*>(&builder));
        parser.parseMemoryNP(text.data(), text.size());
        return builder.takeRoot();
    } catch (const Poco::XML::SAXParseException& e) {
        findings.error({fileName, e.getLineNumber(), e.getColumnNumber() + 1}, "XML: " + withoutPlace(e.message()));
    } catch (const Poco::Exception& e) {
        findings.error({fileName, 0, 0}, "XML: " + withoutPlace(e.displayText()));
    }
    return std::nullopt;
}

} // namespace hookcast::config
