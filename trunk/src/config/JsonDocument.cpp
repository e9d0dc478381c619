#include "config/JsonDocument.h"

#include "base/Log.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Handler.h>
#include <Poco/JSON/JSONException.h>
#include <Poco/JSON/Parser.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace hookcast::config {

namespace {

/// Poco tells what stands in the text but not where: this goes through the same text, one token for each that Poco
/// reports.
class TokenPlaces {
  public:
    TokenPlaces(std::string_view text, const std::string& fileName) : text_(text), fileName_(fileName) {}

    /// Where the next token begins; it is then behind us.
    SourceLocation take() {
        SourceLocation place = here();
        if (at_ >= text_.size()) return place;
        if (text_[at_] == '"')
            skipString();
        else if (std::string_view("{}[]").find(text_[at_]) != std::string_view::npos)
            ++at_;
        else
            at_ = std::min(text_.find_first_of(",:{}[]\" \t\r\n", at_), text_.size());
        return place;
    }

    /// Where the next token begins, or where the text ends.
    SourceLocation here() {
        for (; at_ < text_.size() && std::string_view(" \t\r\n,:").find(text_[at_]) != std::string_view::npos; ++at_) {
            if (text_[at_] != '\n') continue;
            ++line_;
            lineStart_ = at_ + 1;
        }
        return {fileName_, line_, static_cast<int>(at_ - lineStart_) + 1};
    }

  private:
    void skipString() {
        for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_)
            if (text_[at_] == '\\') ++at_;
        at_ = std::min(at_ + 1, text_.size());
    }

    // given
    std::string_view text_;
    const std::string& fileName_;
    // state
    std::size_t at_ = 0;
    int line_ = 1;
    std::size_t lineStart_ = 0;
};

/// Builds the tree from the parser's calls. What it refuses it throws, which Poco lets through.
class TreeBuilder final : public Poco::JSON::Handler {
  public:
    using Kind = JsonValue::Kind;

    TreeBuilder(TokenPlaces& places, const JsonLimits& limits) : places_(places), limits_(limits) {}

    JsonValue takeRoot() { return std::move(above_.children.front()); }

    void reset() override {}
    void startObject() override { open(Kind::Object); }
    void endObject() override { close(); }
    void startArray() override { open(Kind::Array); }
    void endArray() override { close(); }
    void key(const std::string& name) override {
        name_ = name;
        namePlace_ = places_.take();
    }
    void null() override { add(Kind::Null); }
    void value(int number) override { addNumber(number); }
    void value(unsigned number) override { addNumber(number); }
    void value(Poco::Int64 number) override { addNumber(number); }
    void value(Poco::UInt64 number) override { addNumber(number); }
    void value(double number) override { addNumber(number); }
    void value(bool isTrue) override { add(Kind::Boolean).literal = isTrue ? "true" : "false"; }
    void value(const std::string& text) override { add(Kind::String).text = text; }

  private:
    JsonValue& add(Kind kind) {
        if (++values_ > limits_.values)
            throw Poco::JSON::JSONException(fmt::format("more than {} values", limits_.values));
        JsonValue& value = open_.back()->children.emplace_back();
        value.kind = kind;
        value.location = places_.take();
        if (open_.back()->kind == Kind::Object) {
            value.name = std::exchange(name_, {});
            value.location = namePlace_;
        }
        return value;
    }

    template <typename Number>
    void addNumber(Number number) {
        add(Kind::Number).literal = fmt::format("{}", number);
    }

    void open(Kind kind) {
        JsonValue& value = add(kind);
        open_.push_back(&value);
    }

    void close() {
        places_.take();
        open_.pop_back();
    }

    // given
    TokenPlaces& places_;
    const JsonLimits& limits_;
    // state
    JsonValue above_;                       ///< of the root
    std::vector<JsonValue*> open_{&above_}; ///< only the last one gets children, so none of them moves
    std::string name_;
    SourceLocation namePlace_;
    std::size_t values_ = 0;
};

} // namespace

std::optional<JsonValue> readJson(std::string_view text, const std::string& fileName, Findings& findings,
                                  const JsonLimits& limits) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    if (text.size() > limits.bytes) {
        findings.error({fileName, 0, 0}, fmt::format("too large: at most {} bytes of JSON", limits.bytes));
        return std::nullopt;
    }
    TokenPlaces places(text, fileName);
    auto builder = Poco::makeShared<TreeBuilder>(places, limits);
    try {
        Poco::JSON::Parser parser(builder);
        parser.setDepth(limits.nesting);
        parser.setAllowNullByte(false);
        parser.parse(std::string(text));
        return builder->takeRoot();
    } catch (const Poco::Exception& e) {
        findings.error(places.here(), "JSON: " + base::printable(e.message()));
    }
    return std::nullopt;
}

} // namespace hookcast::config
