#include "hooks/VerdictMemory.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <initializer_list>
#include <iterator>
#include <new>
#include <variant>

namespace hookcast::hooks {

namespace {

void add(std::string& all, std::string_view text) {
    all.append(fmt::format("{}:", text.size())).append(text);
}

/// SHA-256 of the texts, so that no two lists of texts have one, and of who the client has shown to be.
std::string digestOf(std::initializer_list<std::string_view> texts, const Credentials* credentials = nullptr) {
    std::string all;
    for (const std::string_view text : texts) add(all, text);
    if (credentials != nullptr)
        forEachField(*credentials, [&all](std::string_view name, const std::string& value) {
            add(all, name);
            add(all, value);
        });
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned sizeBytes = 0;
    if (EVP_Digest(all.data(), all.size(), digest.data(), &sizeBytes, EVP_sha256(), nullptr) != 1)
        throw std::bad_alloc();
    return {digest.begin(), digest.begin() + sizeBytes};
}

} // namespace

std::string streamDigest(std::string_view app, std::string_view stream) {
    return digestOf({app, stream});
}

VerdictKey verdictKeyOf(const std::string& url, const HookEvent& event) {
    const ClientInfo& client = *event.client;
    const bool isConnection = event.action() == HookAction::Connect;
    const std::string& stream = isConnection ? client.place->stream : event.stream().name;
    const std::string_view param = isConnection ? std::string_view() : event.stream().paramOf(client);
    // Of a stream's recordings each is a question of its own.
    const std::string& wanted = isConnection ? client.url : event.stream().urlOf(client);
    VerdictKey key{url, client.place->vhost, client.ip(), streamDigest(client.place->app, stream), {}};
    // A token is in the query of the connection's URL, or in that of the stream.
    key.question = digestOf({url, nameOf(event.action()), client.place->vhost, client.place->app, stream, client.ip(),
                             client.param, param, wanted},
                            client.credentials.get());
    return key;
}

bool VerdictFilter::matches(const VerdictKey& key, const KeptVerdict& verdict) const {
    const bool isStream = !stream || *stream == key.stream || *stream == verdict.otherStream;
    return (!vhost || *vhost == key.vhost) && isStream && (ips.empty() || ips.contains(key.ip));
}

std::optional<KeptVerdict> VerdictMemory::find(const VerdictKey& key, std::int64_t nowMs) {
    const std::lock_guard lock(mutex_);
    const auto shelf = shelves_.find({key.vhost, key.url});
    if (shelf == shelves_.end()) return std::nullopt;
    const auto found = shelf->second.byQuestion.find(key.question);
    if (found == shelf->second.byQuestion.end()) return std::nullopt;
    const Entries::iterator entry = found->second;
    if (nowMs >= entry->untilMs) {
        erase(shelf->second, entry);
        if (shelf->second.entries.empty()) shelves_.erase(shelf);
        return std::nullopt;
    }
    Entries& entries = shelf->second.entries;
    entries.splice(entries.begin(), entries, entry);
    return entry->verdict;
}

std::uint64_t VerdictMemory::generation() const {
    const std::lock_guard lock(mutex_);
    return generation_;
}

void VerdictMemory::keep(const VerdictKey& key, KeptVerdict verdict, std::int64_t untilMs, std::size_t most,
                         std::uint64_t generation) {
    const std::lock_guard lock(mutex_);
    if (generation != generation_ || most == 0) return;
    Shelf& shelf = shelves_[{key.vhost, key.url}];
    const auto found = shelf.byQuestion.find(key.question);
    if (found != shelf.byQuestion.end()) erase(shelf, found->second);
    while (shelf.entries.size() >= most) erase(shelf, std::prev(shelf.entries.end()));
    shelf.entries.push_front({key, std::move(verdict), untilMs});
    shelf.byQuestion.emplace(shelf.entries.front().key.question, shelf.entries.begin());
}

std::size_t VerdictMemory::forget(const VerdictFilter& filter) {
    const std::lock_guard lock(mutex_);
    ++generation_;
    std::size_t forgotten = 0;
    for (auto shelf = shelves_.begin(); shelf != shelves_.end();) {
        Entries& entries = shelf->second.entries;
        for (auto entry = entries.begin(); entry != entries.end();) {
            const auto next = std::next(entry);
            if (filter.matches(entry->key, entry->verdict)) {
                erase(shelf->second, entry);
                ++forgotten;
            }
            entry = next;
        }
        shelf = entries.empty() ? shelves_.erase(shelf) : std::next(shelf);
    }
    return forgotten;
}

std::size_t VerdictMemory::size() const {
    const std::lock_guard lock(mutex_);
    std::size_t all = 0;
    for (const auto& [name, shelf] : shelves_) all += shelf.entries.size();
    return all;
}

void VerdictMemory::erase(Shelf& shelf, Entries::iterator entry) {
    shelf.byQuestion.erase(entry->key.question);
    shelf.entries.erase(entry);
}

} // namespace hookcast::hooks
