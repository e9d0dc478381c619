#include "config/Dump.h"

#include "config/DirectiveTable.h"
#include "config/ValueText.h"
#include "config/Words.h"

#include "base/Log.h"
#include "base/Secrets.h"

#include <fmt/format.h>

#include <string_view>
#include <vector>

namespace hookcast::config {

namespace {

const std::string kMaskedHead =
    "# Secrets are masked: --show-secrets prints them. With masks in it this does not load.\n";

/// A second name of a value that another row writes.
bool isAlias(const DirectiveRow& row) {
    return !row.movedTo.empty() || (row.type == ValueType::Choice && row.defaultValue.empty());
}

std::string shown(const std::string& text, const Scope& scope) {
    return scope.showsSecrets ? text : base::maskSecrets(text);
}

std::string blockText(const Section& section, Scope scope, const std::string& indent) {
    std::string text;
    for (const DirectiveRow& row : section.rows) {
        if (row.status != Status::Works || (row.repeatable && !row.isList()) || isAlias(row)) continue;
        if (const Section* contents = childSection(section, row)) {
            const std::string inner = blockText(*contents, scope, indent + "    ");
            if (!inner.empty()) text += fmt::format("{0}{1} {{\n{2}{0}}}\n", indent, row.name, inner);
        } else {
            for (const std::string& value : valueTexts(row, scope))
                text += fmt::format("{}{} {};\n", indent, row.name, value);
        }
    }
    if (section.context == "vhost.exec")
        for (const std::vector<std::string>& words : scope.vhost.exec.publish)
            text += fmt::format("{}publish {};\n", indent, shown(wordsText(words), scope));
    return text;
}

std::string optionsText(std::string_view name, const FfmpegOptions& options, Scope scope) {
    std::string text;
    for (const auto& [option, value] : options)
        text += fmt::format("                {}{};\n", written(option),
                            value.empty() ? "" : " " + shown(written(value), scope));
    return text.empty() ? text : fmt::format("            {} {{\n{}            }}\n", name, text);
}

std::string engineText(const Section& section, Scope scope, IngestEngineConfig& engine) {
    scope.engine = &engine;
    return fmt::format("        engine{} {{\n{}{}{}{}{}        }}\n",
                       engine.name.empty() ? "" : " " + written(engine.name),
                       optionsText("perfile", engine.perfile, scope), blockText(section, scope, "            "),
                       optionsText("vfilter", engine.vfilter, scope), optionsText("vparams", engine.vparams, scope),
                       optionsText("aparams", engine.aparams, scope));
}

std::string inputsText(Scope scope) {
    std::string text;
    if (const Section* section = findSection("vhost.capture")) {
        for (CaptureConfig& capture : scope.vhost.captures) {
            scope.capture = &capture;
            text += fmt::format("    capture {} {{\n{}    }}\n", written(capture.name),
                                blockText(*section, scope, "        "));
        }
    }
    const Section* section = findSection("vhost.ingest");
    const Section* engineSection = findSection("vhost.ingest.engine");
    if (section == nullptr || engineSection == nullptr) return text;
    for (IngestConfig& ingest : scope.vhost.ingests) {
        scope.ingest = &ingest;
        text += fmt::format("    ingest{} {{\n{}", ingest.name.empty() ? "" : " " + written(ingest.name),
                            blockText(*section, scope, "        "));
        for (IngestEngineConfig& engine : ingest.engines) text += engineText(*engineSection, scope, engine);
        text += "    }\n";
    }
    return text;
}

std::string vhostText(const Section& section, Scope scope) {
    std::string text = blockText(section, scope, "    ") + inputsText(scope);
    const Section* contents = findSection("vhost.http_notify");
    if (contents == nullptr) return text;
    for (NotifyConfig& notify : scope.vhost.notifies) {
        scope.notify = &notify;
        text += fmt::format("    http_notify {{\n{}    }}\n", blockText(*contents, scope, "        "));
    }
    return text;
}

std::string webhooksText(Config& config, bool showsSecrets) {
    const Section* section = findSection("webhook");
    VhostConfig unused;
    std::string text;
    for (WebhookConfig& webhook : config.webhooks) {
        Scope scope{config, unused};
        scope.webhook = &webhook;
        scope.showsSecrets = showsSecrets;
        if (section != nullptr) text += fmt::format("webhook {{\n{}}}\n", blockText(*section, scope, "    "));
    }
    return text;
}

} // namespace

std::string dump(const Config& config, Secrets secrets) {
    Config copy = config; // the fields of the table are for writing too
    VhostConfig vhost;
    Scope scope{copy, vhost};
    scope.showsSecrets = secrets == Secrets::Shown;
    std::string text;
    if (const Section* root = findSection("")) text += blockText(*root, scope, "");
    text += webhooksText(copy, scope.showsSecrets);
    const Section* section = findSection("vhost");
    for (const std::shared_ptr<const VhostConfig>& given : config.vhosts) {
        vhost = *given;
        if (section != nullptr)
            text += fmt::format("\nvhost {} {{\n{}}}\n", written(vhost.name), vhostText(*section, scope));
    }
    const bool isMasked = !scope.showsSecrets && text.find(base::kSecretMask) != std::string::npos;
    return isMasked ? kMaskedHead + text : text;
}

std::string dump(const LoadOutcome& outcome, Secrets secrets) {
    std::string text = dump(*outcome.config, secrets);
    if (outcome.withoutEffect.empty()) return text;
    text += "\n# Read, and without effect yet:\n";
    for (const UnusedDirective& unused : outcome.withoutEffect)
        text += fmt::format("# {}: {}\n", base::printable(unused.where.text()), unused.path);
    return text;
}

} // namespace hookcast::config
