#include "config/ConfigLoader.h"

#include "config/Checker.h"
#include "config/ConfigBuilder.h"
#include "config/Directive.h"
#include "config/EnvironmentOverlay.h"
#include "config/ForeignConfig.h"
#include "config/JsonConfig.h"
#include "config/LegacyNames.h"
#include "config/MigrationNotes.h"
#include "config/Parser.h"
#include "config/XmlConfig.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace hookcast::config {

namespace {

/// From the tree on, whatever kind of text it came from. `outcome`: what its reader had to say, if it was not the
/// parser of nginx style, for which the tree is what the file says.
LoadOutcome fromTree(const FileSource& files, Directive root, const Environment& environment, Findings& findings,
                     std::optional<LoadOutcome> ofReader = {}) {
    const bool isTranslated = ofReader.has_value();
    LoadOutcome outcome = isTranslated ? std::move(*ofReader) : LoadOutcome();
    std::vector<ReadDirective> translated; // stands in no file
    rewriteLegacyNames(root, findings);
    applyEnvironment(root, environment, findings);
    Checker(findings, outcome.withoutEffect, isTranslated ? translated : outcome.read).check(root);
    outcome.notes = migrationNotes(root);
    std::shared_ptr<const Config> config = ConfigBuilder(findings, files).build(root);
    if (!findings.hasErrors()) outcome.config = std::move(config);
    outcome.findings = findings.take();
    return outcome;
}

/// Of a file whose grammar is broken: the unknown names before the break are worth telling, values are not.
LoadOutcome fromBrokenTree(const Directive& root, Findings& findings) {
    LoadOutcome outcome;
    Checker(findings, outcome.withoutEffect, outcome.read).check(root);
    outcome.findings = findings.take();
    return outcome;
}

LoadOutcome failed(const std::string& fileName, std::string message) {
    LoadOutcome outcome;
    outcome.findings.push_back({Finding::Severity::Error, {fileName, 0, 0}, std::move(message)});
    return outcome;
}

LoadOutcome failed(const ForeignConfig& foreign) {
    LoadOutcome outcome;
    outcome.findings.push_back({Finding::Severity::Error, foreign.where, foreign.message});
    return outcome;
}

using Reader = bool (*)(std::string_view, const std::string&, Directive&, Findings&, LoadOutcome&);

/// With a reader of another kind of text than nginx style.
LoadOutcome loadWith(Reader read, const FileSource& files, std::string_view text, const std::string& fileName,
                     const Environment& environment) {
    Findings findings;
    LoadOutcome outcome;
    Directive root;
    root.location.file = fileName;
    if (read(text, fileName, root, findings, outcome))
        return fromTree(files, std::move(root), environment, findings, std::move(outcome));
    outcome.findings = findings.take();
    return outcome;
}

LoadOutcome load(const FileSource& files, std::string_view text, const std::string& fileName,
                 const Environment& environment) {
    if (looksLikeXml(text)) return loadWith(readXmlConfig, files, text, fileName, environment);
    if (looksLikeJson(text)) return loadWith(readJsonConfig, files, text, fileName, environment);
    if (const auto foreign = foreignText(text, fileName)) return failed(*foreign);
    Findings findings;
    Directive root;
    root.location.file = fileName;
    const bool isRead = Parser(files, findings).parse(text, fileName, files.find(fileName).value_or(fileName), root);
    if (const auto foreign = foreignTree(root)) return failed(*foreign);
    if (!isRead) return fromBrokenTree(root, findings);
    if (root.children.empty() && !findings.hasErrors())
        return failed(fileName, "conf is empty, expected at least 'listen' and a vhost");
    return fromTree(files, std::move(root), environment, findings);
}

Directive directiveOf(std::string name, std::string value) {
    Directive directive;
    directive.name = std::move(name);
    directive.args.push_back(std::move(value));
    directive.location.file = "environment";
    return directive;
}

} // namespace

std::string Note::text() const {
    return fmt::format("{}: note: {}", where.text(), message);
}

ConfigLoader::ConfigLoader(std::unique_ptr<const FileSource> files) : files_(std::move(files)) {}

LoadOutcome ConfigLoader::loadFile(const std::string& path, const Environment& environment) const {
    const base::Result<std::string> text = files_->read(path, ParserLimits{}.fileBytes);
    if (!text) return failed(path, text.error().message);
    return load(*files_, text.value(), path, environment);
}

LoadOutcome ConfigLoader::loadText(std::string_view text, const std::string& fileName,
                                   const Environment& environment) const {
    return load(*files_, text, fileName, environment);
}

LoadOutcome ConfigLoader::loadEnvironmentOnly(const Environment& environment) const {
    Findings findings;
    Directive root;
    root.location.file = "environment";
    root.children.push_back(directiveOf("daemon", "off"));
    root.children.push_back(directiveOf("srs_log_tank", "console"));
    root.children.push_back(directiveOf("vhost", std::string(kDefaultVhost)));
    root.children.back().hasBlock = true;
    return fromTree(*files_, std::move(root), environment, findings);
}

} // namespace hookcast::config
