#pragma once

#include "config/Config.h"

#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace hookcast::config {

class FileSource;
class Findings;
struct Directive;

/// How the words after a name are read.
enum class ValueType {
    Block,     ///< `{ ... }`
    OffSwitch, ///< off unless it says `on`
    OnSwitch,  ///< on unless it says `off`
    Integer,
    Decimal,
    Text,
    Words,
    Choice,      ///< one of a few words
    Listen,      ///< `[ip:]port ...`
    Urls,        ///< http or https, asked in the order given
    Networks,    ///< IP addresses and networks
    AddressRule, ///< `publish|play NETWORK`
    FailureRule, ///< `[connect|publish|play] reject|allow|last`
    Include,     ///< file names; the parser puts their contents in its place
};

enum class Status {
    Works,
    AcceptedNoEffect, ///< SRS knows it, this server does not do it yet
    Refused,          ///< turned on, it is an error
};

/// What happens to a number outside its bounds.
enum class OutOfBounds { Clamped, IsError };

/// What a block of a list becomes: a struct of the list's own type, or none.
class ItemPointer {
  public:
    constexpr ItemPointer() = default;
    template <typename Item>
    explicit ItemPointer(Item& item) : item_(&item), type_(&kTypeOf<Item>) {}

    /// Throws std::logic_error when it is none of these.
    template <typename Item>
    Item& as() const {
        if (type_ != &kTypeOf<Item>) throw std::logic_error("a row outside of its list's blocks");
        return *static_cast<Item*>(item_);
    }

  private:
    template <typename Item>
    static constexpr char kTypeOf = 0;

    void* item_ = nullptr;
    const char* type_ = nullptr;
};

/// What a row's value is stored in. `vhost` is the vhost being read, or an unused one at the top level.
struct Scope {
    Config& config;
    VhostConfig& vhost;
    ItemPointer item = {};    ///< the innermost block of a list that is being read
    bool showsSecrets = true; ///< else valueTexts() masks them

    /// That block, for the rows in it.
    template <typename Item>
    Item& its() const {
        return item.as<Item>();
    }
    Scope in(ItemPointer block) const { return {config, vhost, block, showsSecrets}; }
};

/// A block of a list as it has been read, for what depends on more than one of its directives.
struct ReadBlock {
    Scope outer; ///< of what it stands in
    Scope scope; ///< its own
    const Directive& directive;
    Findings& findings;
    const FileSource& files;
};

/// A block that stands in its context as often as needed and is an item of a list each time: see rows::blockList().
struct BlockList {
    /// Makes an item for a block of that name, has it filled, and appends it to the list when `fill` says so and it
    /// says something. `nameSays`: a name alone does.
    void (*add)(const Scope&, const std::string& name, bool nameSays,
                const std::function<void(const Scope& ofItem)>& fill,
                const std::function<bool(const Scope& ofItem)>& isFit) = nullptr;

    /// Of all items, in their order, with their names; empty: without.
    void (*forEach)(const Scope&, const std::function<void(const Scope& ofItem, const std::string& name)>&) = nullptr;

    /// Whether it is kept; writes what is wrong into the findings. Null: always.
    bool (*isFit)(const ReadBlock&) = nullptr;
};

struct Choice {
    std::string_view word;
    int value;
};

/// A letter behind a number, as in `7d`: so many of the row's unit.
struct Multiple {
    char letter;
    double units;
};

/// A value out of a few words, kept as some enum or flag.
struct ChoiceField {
    int (*get)(Scope);
    void (*set)(Scope, int);
};

template <typename T>
using MemberOf = T& (*)(Scope);

/// Where a working directive's value lives. 64-bit integers are times in milliseconds.
using Field = std::variant<std::monostate, MemberOf<bool>, MemberOf<std::uint32_t>, MemberOf<std::int64_t>,
                           MemberOf<std::string>, MemberOf<std::vector<std::string>>,
                           MemberOf<std::vector<ListenAddress>>, MemberOf<std::vector<Protocol>>,
                           MemberOf<std::vector<base::IpNetwork>>, MemberOf<std::vector<AddressRule>>,
                           MemberOf<std::vector<FailureRule>>, MemberOf<std::vector<std::vector<std::string>>>,
                           MemberOf<std::vector<std::pair<std::string, std::string>>>, ChoiceField>;

/// One directive in one context: everything that the parser, the checks, the environment, the typed result, the dump
/// and the reference page know about it.
struct DirectiveRow {
    static constexpr int kAnyNumber = std::numeric_limits<int>::max();

    std::string_view name;
    ValueType type = ValueType::Text;
    std::string_view defaultValue; ///< as one would write it; empty: none
    std::string_view unit;
    std::string_view doc; ///< one line
    int minArgs = 1;
    int maxArgs = 1;
    Status status = Status::AcceptedNoEffect;
    Field field;
    BlockList list;                                     ///< of a block that makes an item each time it stands there
    MemberOf<FfmpegOptions> options = nullptr;          ///< of a block of any names: what stands in it
    double min = std::numeric_limits<double>::lowest(); ///< in the directive's unit
    double max = std::numeric_limits<double>::max();
    OutOfBounds outOfBounds = OutOfBounds::Clamped;
    std::span<const Multiple> multiples; ///< of a number: letters that may stand behind it
    std::span<const Choice> choices;     ///< for Words: all that there are
    int otherChoice = 0;                 ///< what an unknown word means; only where it is not an error
    bool otherIsError = false;           ///< an unknown word is an error
    bool repeatable = false;             ///< every occurrence counts; else the first
    bool isSecret = false;               ///< a dump masks its value
    bool environment = true;             ///< a variable of its own, named after the path
    bool atStart = false;                ///< a reload does not change it
    bool guards = false;                 ///< decides who comes in: what is not plain is an error, never a guess
    std::string_view otherVariable;      ///< a second variable, for names that do not follow the rule
    std::string_view movedTo;            ///< path of the modern spelling, which has the field
    std::string_view contents;           ///< context of a block's children, where it is not the block's own path
    std::string_view example;            ///< what the reference shows where there is no default

    constexpr DirectiveRow args(int least, int most) const {
        DirectiveRow row = *this;
        row.minArgs = least;
        row.maxArgs = most;
        return row;
    }
    constexpr DirectiveRow defaulting(std::string_view value) const {
        DirectiveRow row = *this;
        row.defaultValue = value;
        return row;
    }
    constexpr DirectiveRow in(Field where) const {
        DirectiveRow row = *this;
        row.status = Status::Works;
        row.field = where;
        return row;
    }
    constexpr DirectiveRow orWith(std::span<const Multiple> letters) const {
        DirectiveRow row = *this;
        row.multiples = letters;
        return row;
    }
    constexpr DirectiveRow works() const {
        DirectiveRow row = *this;
        row.status = Status::Works;
        return row;
    }
    constexpr DirectiveRow refused() const {
        DirectiveRow row = *this;
        row.status = Status::Refused;
        return row;
    }
    constexpr DirectiveRow listed(const BlockList& items) const {
        DirectiveRow row = *this;
        row.status = Status::Works;
        row.list = items;
        row.repeatable = true;
        return row;
    }
    constexpr DirectiveRow within(double least, double most, OutOfBounds outside = OutOfBounds::Clamped) const {
        DirectiveRow row = *this;
        row.min = least;
        row.max = most;
        row.outOfBounds = outside;
        return row;
    }
    constexpr DirectiveRow oneOf(std::span<const Choice> words, int otherwise) const {
        DirectiveRow row = *this;
        row.choices = words;
        row.otherChoice = otherwise;
        return row;
    }
    constexpr DirectiveRow onlyOneOf(std::span<const Choice> words) const {
        DirectiveRow row = *this;
        row.choices = words;
        row.otherIsError = true;
        return row;
    }
    constexpr DirectiveRow repeated() const {
        DirectiveRow row = *this;
        row.repeatable = true;
        return row;
    }
    constexpr DirectiveRow secret() const {
        DirectiveRow row = *this;
        row.isSecret = true;
        return row;
    }
    constexpr DirectiveRow noVariable() const {
        DirectiveRow row = *this;
        row.environment = false;
        return row;
    }
    constexpr DirectiveRow alsoVariable(std::string_view key) const {
        DirectiveRow row = *this;
        row.otherVariable = key;
        return row;
    }
    constexpr DirectiveRow onlyAtStart() const {
        DirectiveRow row = *this;
        row.atStart = true;
        return row;
    }
    constexpr DirectiveRow guarding() const {
        DirectiveRow row = *this;
        row.guards = true;
        return row;
    }
    /// An old spelling that works: the tree is rewritten to `path` before anything reads it.
    constexpr DirectiveRow nowAt(std::string_view path) const {
        DirectiveRow row = *this;
        row.status = Status::Works;
        row.movedTo = path;
        row.environment = false;
        return row;
    }
    constexpr DirectiveRow holds(std::string_view context) const {
        DirectiveRow row = *this;
        row.contents = context;
        return row;
    }
    constexpr bool isBlockList() const { return list.add != nullptr; }
    /// Every occurrence adds to the row's value.
    constexpr bool isList() const { return repeatable && !std::holds_alternative<std::monostate>(field); }
    constexpr DirectiveRow shown(std::string_view value) const {
        DirectiveRow row = *this;
        row.example = value;
        return row;
    }
};

/// The rows that one kind of block may hold.
struct Section {
    enum class Names { Checked, Free };

    std::string_view context; ///< dotted path: empty for the top level, `vhost.play`
    std::span<const DirectiveRow> rows;
    Names names = Names::Checked; ///< Free: SRS checks nothing in it, so any name is accepted
    bool environment = true;      ///< its rows have variables
    bool guards = false;          ///< all that stands in it decides who comes in, as a row's `guards`
};

} // namespace hookcast::config
