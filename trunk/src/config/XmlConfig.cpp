#include "config/XmlConfig.h"

#include "config/DirectiveTable.h"
#include "config/GuardNames.h"
#include "config/Protocol.h"
#include "config/XmlDocument.h"

#include "base/Log.h"

#include <Poco/String.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <sstream>
#include <utility>

namespace hookcast::config {

namespace {

/// A protocol's element has its name; this one has others besides.
constexpr std::array<std::string_view, 3> kHttpFlvTags = {"http_flv", "http-flv", "http"};

constexpr std::string_view kRoot = "config";

constexpr std::string_view kMethod = "notify_method";
constexpr std::array<std::string_view, 4> kEvents = {"on_connect", "on_publish", "on_play", "on_done"};

/// Of the element of that name; null when it is none of a protocol.
const ProtocolTraits* protocolOf(std::string_view tag) {
    if (std::ranges::find(kHttpFlvTags, tag) != kHttpFlvTags.end()) return &traitsOf(Protocol::HttpFlv);
    const std::optional<Protocol> protocol = protocolNamed(tag);
    return protocol ? &traitsOf(*protocol) : nullptr;
}

Directive& add(Directive& block, std::string_view name, std::vector<std::string> args, const SourceLocation& where) {
    Directive& directive = block.children.emplace_back();
    directive.name = name;
    directive.args = std::move(args);
    directive.location = where;
    directive.lastLine = where.line;
    return directive;
}

Directive& addBlock(Directive& block, std::string_view name, std::vector<std::string> args,
                    const SourceLocation& where) {
    Directive& directive = add(block, name, std::move(args), where);
    directive.hasBlock = true;
    return directive;
}

/// The default of a server's `listen`.
std::string defaultPort(std::string_view context) {
    const Section* section = findSection(context);
    const DirectiveRow* row = section == nullptr ? nullptr : findRow(*section, "listen");
    return row == nullptr ? std::string() : std::string(row->defaultValue);
}

/// Whether a vhost has to allow the protocol by a block of that name.
bool needsVhostBlock(std::string_view name) {
    const Section* vhost = findSection("vhost");
    const DirectiveRow* row = vhost == nullptr || name.empty() ? nullptr : findRow(*vhost, name);
    if (row == nullptr || row->status != Status::Works) return false;
    const Section* contents = childSection(*vhost, *row);
    return contents != nullptr && findRow(*contents, "enabled") != nullptr;
}

/// One protocol's part of the file.
struct Part {
    const ProtocolTraits* protocol;
    SourceLocation location;
    bool enabled = true;
    const XmlElement* host = nullptr; ///< as the port: null where the file does not say
    const XmlElement* port = nullptr;
    std::vector<Directive> notifies;
};

std::string textOf(const XmlElement* element) {
    return element == nullptr ? std::string() : element->text;
}

/// For `listen`.
std::string addressOf(const Part& part, const std::string& commonHost) {
    const std::string ownHost = textOf(part.host);
    const std::string ownPort = textOf(part.port);
    const std::string& host = ownHost.empty() ? commonHost : ownHost;
    std::string port = ownPort.empty() ? defaultPort(part.protocol->server) : ownPort;
    if (host.empty()) return port;
    const bool isBareIpv6 = host.find(':') != std::string::npos && !host.starts_with('[');
    return fmt::format("{0}{1}{2}:{3}", isBareIpv6 ? "[" : "", host, isBareIpv6 ? "]" : "", port);
}

const SourceLocation& placeOfListen(const Part& part) {
    return part.port == nullptr ? part.location : part.port->location;
}

std::vector<std::string> wordsOf(const std::string& text) {
    std::istringstream in(text);
    return {std::istream_iterator<std::string>(in), std::istream_iterator<std::string>()};
}

bool isSwitch(std::string_view tag) {
    return tag == "enable" || tag == "enabled";
}

/// Of a protocol's element: the last switch in it counts.
bool isSwitchedOff(const XmlElement& container) {
    bool isOff = false;
    for (const XmlElement& child : container.children)
        if (isSwitch(child.name)) isOff = !child.text.empty() && saysOff(child.text);
    return isOff;
}

/// The block of its server in a file in nginx style.
std::string_view serverOf(const ProtocolTraits& protocol) {
    return protocol.server.empty() ? protocol.name : protocol.server;
}

/// What an element of a server is there.
std::string directiveOf(const XmlElement& element, const ProtocolTraits& protocol) {
    return fmt::format("{}.{}", serverOf(protocol), isSwitch(element.name) ? "enabled" : "listen");
}

std::string notifyOf(const XmlElement& element) {
    return element.text.empty() ? "nothing, as it is empty" : fmt::format("http_notify.{}", element.name);
}

bool isEvent(std::string_view name) {
    return std::ranges::find(kEvents, name) != kEvents.end();
}

std::string eventsText() {
    std::string text;
    for (const std::string_view event : kEvents) text += fmt::format("{}<{}>", text.empty() ? "" : ", ", event);
    return text;
}

Directive emptyNotify(const SourceLocation& where) {
    Directive notify;
    notify.name = "http_notify";
    notify.location = where;
    notify.hasBlock = true;
    return notify;
}

/// Unless it names no URL.
void keep(Directive notify, Part& part) {
    const bool hasUrls =
        std::ranges::any_of(notify.children, [](const Directive& child) { return isEvent(child.name); });
    if (!hasUrls) return;
    add(notify, "enabled", {"on"}, notify.location);
    add(notify, "protocols", {std::string(part.protocol->name)}, notify.location);
    part.notifies.push_back(std::move(notify));
}

/// Goes through one document.
class Translator {
  public:
    Translator(Findings& findings, LoadOutcome& outcome) : findings_(findings), outcome_(outcome) {}

    void translate(const XmlElement& config, Directive& root);

  private:
    std::vector<Part> readParts(const XmlElement& config);
    void readPart(const XmlElement& container, const std::string& path, Part& part);
    bool readServer(const XmlElement& element, Part& part);
    bool readNotify(const XmlElement& element, Directive& notify);
    void readNotifyBlock(const XmlElement& container, const std::string& path, Part& part);
    void addRtmp(const std::vector<Part>& parts, const XmlElement& config, Directive& root);
    void addServer(const Part& part, Directive& root, Directive& vhost);
    void reportUnknown(const XmlElement& element, const std::string& path);
    void list(const XmlElement& element, const std::string& path, Fate fate, std::string becomes = {});
    void reportText(const XmlElement& container);
    void reportUnused(const XmlElement& element, const std::string& path);
    bool reportLostGuards(const XmlElement& element);
    void reportChildren(const XmlElement& leaf, const std::string& path);

    // given
    Findings& findings_;
    LoadOutcome& outcome_;
    // state
    std::string commonHost_; ///< for the servers that name none
    bool isOff_ = false;     ///< what is being read belongs to a server that is off, and asks for nothing
};

void Translator::translate(const XmlElement& config, Directive& root) {
    const std::vector<Part> parts = readParts(config);
    add(root, "daemon", {"off"}, config.location);
    add(root, "srs_log_tank", {"console"}, config.location);
    addRtmp(parts, config, root);
    Directive vhost;
    for (const Part& part : parts) addServer(part, root, vhost);
    for (const Part& part : parts)
        vhost.children.insert(vhost.children.end(), part.notifies.begin(), part.notifies.end());
    addBlock(root, "vhost", {std::string(kDefaultVhost)}, config.location).children = std::move(vhost.children);
}

std::vector<Part> Translator::readParts(const XmlElement& config) {
    std::vector<Part> parts;
    Part direct{&traitsOf(Protocol::Rtsp), config.location, true, nullptr, nullptr, {}};
    readPart(config, config.name, direct);
    commonHost_ = textOf(direct.host);
    for (const XmlElement& child : config.children) {
        const ProtocolTraits* protocol = protocolOf(child.name);
        if (protocol == nullptr) continue;
        parts.push_back({protocol, child.location, true, nullptr, nullptr, {}});
        const std::string path = fmt::format("{}.{}", config.name, child.name);
        isOff_ = isSwitchedOff(child);
        list(child, path, Fate::Works, std::string(serverOf(*protocol)));
        readPart(child, path, parts.back());
        isOff_ = false;
    }
    if (parts.empty() || direct.port != nullptr || !direct.notifies.empty()) parts.insert(parts.begin(), direct);
    return parts;
}

void Translator::readPart(const XmlElement& container, const std::string& path, Part& part) {
    reportText(container);
    Directive notify = emptyNotify(container.location);
    for (const XmlElement& child : container.children) {
        const std::string childPath = fmt::format("{}.{}", path, base::printable(child.name));
        if (child.name == "http_notify") {
            list(child, childPath, Fate::Works, "http_notify");
            readNotifyBlock(child, childPath, part);
        } else if (readNotify(child, notify)) {
            list(child, childPath, Fate::Works, notifyOf(child));
            reportChildren(child, childPath);
        } else if (readServer(child, part)) {
            list(child, childPath, Fate::Works, directiveOf(child, *part.protocol));
            reportChildren(child, childPath);
        } else if (path != kRoot || protocolOf(child.name) == nullptr) {
            reportUnused(child, childPath);
        }
    }
    keep(std::move(notify), part);
}

void Translator::readNotifyBlock(const XmlElement& container, const std::string& path, Part& part) {
    reportText(container);
    Directive notify = emptyNotify(container.location);
    for (const XmlElement& child : container.children) {
        const std::string childPath = fmt::format("{}.{}", path, base::printable(child.name));
        if (readNotify(child, notify)) {
            list(child, childPath, Fate::Works, notifyOf(child));
            reportChildren(child, childPath);
        } else {
            reportUnknown(child, childPath);
        }
    }
    keep(std::move(notify), part);
}

/// In a block of questions to a backend every name counts.
void Translator::reportUnknown(const XmlElement& element, const std::string& path) {
    list(element, path, Fate::Unknown);
    std::vector<std::string_view> names(kEvents.begin(), kEvents.end());
    names.push_back(kMethod);
    const auto distance = [&element](std::string_view name) {
        return editDistance(Poco::toLower(element.name.substr(0, 64)), name);
    };
    const std::string_view nearest = *std::ranges::min_element(names, {}, distance);
    findings_.error(element.location, fmt::format("<{}> is not known in <http_notify>; the nearest known name is <{}>",
                                                  base::printable(element.name), nearest));
}

/// Templates have all the elements: an empty one says nothing.
bool Translator::readNotify(const XmlElement& element, Directive& notify) {
    const bool isMethod = element.name == kMethod;
    if (!isMethod && !isEvent(element.name)) return false;
    std::vector<std::string> words = wordsOf(isMethod ? Poco::toUpper(element.text) : element.text);
    if (!words.empty()) add(notify, element.name, std::move(words), element.location);
    return true;
}

bool Translator::readServer(const XmlElement& element, Part& part) {
    if (element.name == "serverip") {
        part.host = &element;
    } else if (element.name == "serverport" || element.name == "port") {
        part.port = &element;
    } else if (isSwitch(element.name)) {
        part.enabled = element.text.empty() || !saysOff(element.text);
        if (part.enabled && !element.text.empty() && !saysOn(element.text))
            findings_.error(element.location, fmt::format("<{}>: '{}' is neither on nor off; write 1 or 0",
                                                          element.name, base::printable(element.text)));
    } else {
        return false;
    }
    return true;
}

/// Where the file does not want RTMP there is none: it would let in, unasked, to what the file protects.
void Translator::addRtmp(const std::vector<Part>& parts, const XmlElement& config, Directive& root) {
    bool isThere = false;
    for (const Part& part : parts) {
        if (!part.protocol->server.empty() || !part.enabled) continue;
        if (std::exchange(isThere, true))
            findings_.warning(part.location, "of several <rtmp> the first one's address counts, and the hooks of all");
        else
            add(root, "listen", {addressOf(part, commonHost_)}, placeOfListen(part));
    }
    if (isThere) return;
    add(addBlock(root, "rtmp", {}, config.location), "enabled", {"off"}, config.location);
}

void Translator::addServer(const Part& part, Directive& root, Directive& vhost) {
    if (part.protocol->server.empty()) return;
    Directive& server = addBlock(root, part.protocol->server, {}, part.location);
    add(server, "enabled", {part.enabled ? "on" : "off"}, part.location);
    add(server, "listen", {addressOf(part, commonHost_)}, placeOfListen(part));
    if (part.enabled && needsVhostBlock(part.protocol->vhostBlock))
        add(addBlock(vhost, part.protocol->vhostBlock, {}, part.location), "enabled", {"on"}, part.location);
}

void Translator::list(const XmlElement& element, const std::string& path, Fate fate, std::string becomes) {
    if (!isOff_ || fate != Fate::Works) outcome_.read.push_back({element.location, path, {}, fate, std::move(becomes)});
}

void Translator::reportText(const XmlElement& container) {
    if (!isOff_ && !container.text.empty())
        findings_.warning(container.location, fmt::format("the text in <{}> has no effect", container.name));
}

void Translator::reportUnused(const XmlElement& element, const std::string& path) {
    const bool isGuard = reportLostGuards(element);
    if (isOff_ && !isGuard) return;
    list(element, path, isGuard ? Fate::Refused : Fate::NoEffect);
    findings_.noEffect(element.location, fmt::format("<{}> has no effect", base::printable(element.name)));
    if (outcome_.withoutEffect.size() < Findings::kLimit) outcome_.withoutEffect.push_back({element.location, path});
}

/// What was to ask about clients, or for their passwords, and is not known here must not be passed over.
/// Returns whether there is any.
bool Translator::reportLostGuards(const XmlElement& element) {
    if (looksLikeGuard(element.name) && !(element.children.empty() && saysOff(element.text))) {
        findings_.error(element.location,
                        fmt::format("<{}> is not done here, and clients would be let in without it; what is known is "
                                    "{} and <{}>; an element that is empty or says 0 asks for nothing",
                                    base::printable(element.name), eventsText(), kMethod));
        return true;
    }
    bool found = false;
    for (const XmlElement& child : element.children) found = reportLostGuards(child) || found;
    return found;
}

void Translator::reportChildren(const XmlElement& leaf, const std::string& path) {
    for (const XmlElement& child : leaf.children)
        reportUnused(child, fmt::format("{}.{}", path, base::printable(child.name)));
}

} // namespace

bool looksLikeXml(std::string_view text) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && text[first] == '<';
}

bool readXmlConfig(std::string_view text, const std::string& fileName, Directive& root, Findings& findings,
                   LoadOutcome& outcome) {
    const std::optional<XmlElement> document = readXml(text, fileName, findings);
    if (!document) return false;
    if (document->name != kRoot) {
        findings.error(document->location,
                       fmt::format("expected <{}>, found <{}>", kRoot, base::printable(document->name)));
        return false;
    }
    Translator(findings, outcome).translate(*document, root);
    return true;
}

} // namespace hookcast::config
