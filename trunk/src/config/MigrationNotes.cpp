#include "config/MigrationNotes.h"

#include "config/DirectiveTable.h"
#include "config/NewerDirectives.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace hookcast::config {

namespace {

constexpr const char* kDialectNote =
    "hooks are sent as by SRS 1 to 3, client_id as a number; backends written for SRS 4 "
    "and later want 'dialect srs4;' in http_hooks";

constexpr const char* kNoSecretAdvice =
    "cluster_redis has no 'cluster_secret': nodes share captures, and do not pull streams from each other";

bool namesUrls(const Directive& hooks) {
    const Section* section = findSection("vhost.http_hooks");
    return section != nullptr && std::ranges::any_of(hooks.children, [section](const Directive& child) {
               const DirectiveRow* row = findRow(*section, child.name);
               return row != nullptr && row->type == ValueType::Urls && row->status == Status::Works &&
                      !child.args.empty();
           });
}

bool hasOwnClientId(const Directive& hooks) {
    return hooks.find("client_id") != nullptr && !hooks.says("client_id", "auto");
}

std::string recommendation(const NewerDirective& newer) {
    return fmt::format("'{}' ({}) is of SRS 4 and later, and backends written for these want 'dialect srs4;' in "
                       "http_hooks; without it hooks are sent as by SRS 1 to 3",
                       newer.path, newer.where.text());
}

} // namespace

std::vector<Note> migrationNotes(const Directive& root) {
    std::vector<Note> notes;
    const NewerDirective newer = firstNewerDirective(root);
    for (const Directive& vhost : root.children) {
        if (vhost.name != "vhost" || vhost.says("enabled", "off")) continue;
        const Directive* hooks = vhost.find("http_hooks");
        if (hooks == nullptr || !hooks->says("enabled", "on") || hooks->find("dialect") != nullptr) continue;
        if (!namesUrls(*hooks)) continue;
        if (!newer.path.empty())
            notes.push_back({hooks->location, recommendation(newer)});
        else if (!hasOwnClientId(*hooks))
            notes.push_back({hooks->location, kDialectNote});
    }
    const Directive* cluster = root.find("cluster_redis");
    if (cluster != nullptr && cluster->says("enabled", "on") && cluster->find("cluster_secret") == nullptr)
        notes.push_back({cluster->location, kNoSecretAdvice});
    return notes;
}

} // namespace hookcast::config
