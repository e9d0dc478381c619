#include "config/MigrationNotes.h"

#include "config/DirectiveTable.h"

#include <algorithm>

namespace hookcast::config {

namespace {

constexpr const char* kClientIdAdvice = "client_id is sent as a number, as up to SRS 3; backends written for SRS 4 and "
                                        "later want 'client_id string;' in http_hooks";

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

} // namespace

std::vector<Note> migrationNotes(const Directive& root) {
    std::vector<Note> notes;
    for (const Directive& vhost : root.children) {
        if (vhost.name != "vhost" || vhost.says("enabled", "off")) continue;
        const Directive* hooks = vhost.find("http_hooks");
        if (hooks == nullptr || !hooks->says("enabled", "on") || hooks->find("client_id") != nullptr) continue;
        if (namesUrls(*hooks)) notes.push_back({hooks->location, kClientIdAdvice});
    }
    const Directive* cluster = root.find("cluster_redis");
    if (cluster != nullptr && cluster->says("enabled", "on") && cluster->find("cluster_secret") == nullptr)
        notes.push_back({cluster->location, kNoSecretAdvice});
    return notes;
}

} // namespace hookcast::config
