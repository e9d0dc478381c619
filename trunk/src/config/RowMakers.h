#pragma once

#include "config/DirectiveRow.h"

#include <array>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

/// Short names for writing the directive table, one line a row.
namespace hookcast::config::rows {

constexpr DirectiveRow make(std::string_view name, ValueType type, std::string_view defaultValue, std::string_view unit,
                            std::string_view doc) {
    DirectiveRow row;
    row.name = name;
    row.type = type;
    row.defaultValue = defaultValue;
    row.unit = unit;
    row.doc = doc;
    return row;
}

constexpr DirectiveRow block(std::string_view name, std::string_view doc) {
    return make(name, ValueType::Block, {}, {}, doc).args(0, 0);
}

constexpr DirectiveRow offSwitch(std::string_view name, std::string_view doc) {
    return make(name, ValueType::OffSwitch, "off", "on/off", doc);
}

constexpr DirectiveRow onSwitch(std::string_view name, std::string_view doc) {
    return make(name, ValueType::OnSwitch, "on", "on/off", doc);
}

constexpr DirectiveRow integer(std::string_view name, std::string_view defaultValue, std::string_view unit,
                               std::string_view doc) {
    return make(name, ValueType::Integer, defaultValue, unit, doc);
}

constexpr DirectiveRow decimal(std::string_view name, std::string_view defaultValue, std::string_view unit,
                               std::string_view doc) {
    return make(name, ValueType::Decimal, defaultValue, unit, doc);
}

/// A size in MB, which may have its unit behind it: 256m, 2g.
inline constexpr std::array kSizes = {Multiple{'m', 1}, Multiple{'g', 1024}};

constexpr DirectiveRow sizeMb(std::string_view name, std::string_view defaultValue, std::string_view doc) {
    return make(name, ValueType::Integer, defaultValue, "MB", doc).orWith(kSizes);
}

/// A time in seconds, which may have its unit behind it: 90s, 10m, 12h, 7d.
inline constexpr std::array kTimes = {Multiple{'s', 1}, Multiple{'m', 60}, Multiple{'h', 3600}, Multiple{'d', 86400}};

constexpr DirectiveRow duration(std::string_view name, std::string_view defaultValue, std::string_view doc) {
    return make(name, ValueType::Integer, defaultValue, "s", doc).orWith(kTimes);
}

constexpr DirectiveRow text(std::string_view name, std::string_view defaultValue, std::string_view doc) {
    return make(name, ValueType::Text, defaultValue, {}, doc);
}

constexpr DirectiveRow choice(std::string_view name, std::string_view defaultValue, std::string_view doc) {
    return make(name, ValueType::Choice, defaultValue, {}, doc);
}

constexpr DirectiveRow words(std::string_view name, std::string_view defaultValue, std::string_view doc) {
    return make(name, ValueType::Words, defaultValue, {}, doc).args(1, DirectiveRow::kAnyNumber);
}

constexpr DirectiveRow urls(std::string_view name, std::string_view doc) {
    return make(name, ValueType::Urls, {}, {}, doc).args(1, DirectiveRow::kAnyNumber);
}

constexpr DirectiveRow networks(std::string_view name, std::string_view doc) {
    return make(name, ValueType::Networks, {}, {}, doc).args(1, DirectiveRow::kAnyNumber);
}

/// Stands in its block as often as needed.
constexpr DirectiveRow addressRule(std::string_view name, std::string_view doc) {
    return make(name, ValueType::AddressRule, {}, {}, doc).args(2, 2).repeated();
}

constexpr DirectiveRow listen(std::string_view defaultValue, std::string_view doc) {
    return make("listen", ValueType::Listen, defaultValue, "[ip:]port ...", doc).args(1, DirectiveRow::kAnyNumber);
}

/// A block that makes an item of the list `list` each time it stands there: `list` is a function from the scope of what
/// it stands in to a vector of structs. A struct with a `name` has the block's argument in it. `isFit`: see BlockList.
template <auto list, bool (*isFit)(const ReadBlock&) = nullptr>
constexpr DirectiveRow blockList(std::string_view name, std::string_view doc) {
    using Item = typename std::decay_t<decltype(list(std::declval<Scope>()))>::value_type;
    constexpr bool kIsNamed = requires(Item item) {
        item.name;
    };
    BlockList items;
    items.add = [](const Scope& scope, [[maybe_unused]] const std::string& itsName, [[maybe_unused]] bool nameSays,
                   const auto& fill, const auto& keeps) {
        Item item;
        Item unsaid;
        if constexpr (kIsNamed) item.name = itsName;
        if constexpr (kIsNamed)
            if (!nameSays) unsaid.name = itsName;
        const Scope ofItem = scope.in(ItemPointer(item));
        fill(ofItem);
        // One that says nothing, as in the reference, is none.
        if (item != unsaid && keeps(ofItem)) list(scope).push_back(std::move(item));
    };
    items.forEach = [](const Scope& scope, const auto& take) {
        for (Item& item : list(scope)) {
            if constexpr (kIsNamed)
                take(scope.in(ItemPointer(item)), item.name);
            else
                take(scope.in(ItemPointer(item)), std::string());
        }
    };
    items.isFit = isFit;
    return block(name, doc).args(0, kIsNamed ? 1 : 0).listed(items);
}

/// A block of options for ffmpeg: any names.
constexpr DirectiveRow ffmpegOptions(std::string_view name, std::string_view doc, MemberOf<FfmpegOptions> where) {
    DirectiveRow row = block(name, doc).works();
    row.options = where;
    return row;
}

/// The rows of `first`, then those of `second`.
template <std::size_t M, std::size_t N>
constexpr auto joined(const std::array<DirectiveRow, M>& first, const std::array<DirectiveRow, N>& second) {
    std::array<DirectiveRow, M + N> all{};
    for (std::size_t i = 0; i < M; ++i) all[i] = first[i];
    for (std::size_t i = 0; i < N; ++i) all[M + i] = second[i];
    return all;
}

/// For time_jitter, wherever it stands.
inline constexpr std::array kTimeJitters = {Choice{"full", static_cast<int>(TimeJitter::Full)},
                                            Choice{"zero", static_cast<int>(TimeJitter::Zero)},
                                            Choice{"off", static_cast<int>(TimeJitter::Off)}};

} // namespace hookcast::config::rows
