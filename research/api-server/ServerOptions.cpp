#include "api-server/ServerOptions.h"

#include "api-server/SignatureGate.h"

#include "base/Log.h"

#include <Poco/Exception.h>
#include <Poco/Util/HelpFormatter.h>
#include <Poco/Util/Option.h>
#include <Poco/Util/OptionProcessor.h>
#include <Poco/Util/OptionSet.h>
#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <sstream>

namespace hookcast::mock {

namespace {

constexpr int kMinThreads = 2; // a delayed call and whoever asks for it
constexpr int kMaxThreads = 20'000;
constexpr int kMaxKeptCalls = 10'000'000;

Poco::Util::OptionSet optionSet() {
    using Poco::Util::Option;
    Poco::Util::OptionSet set;
    set.addOption(Option("port", "p", "listen on this port; 0 takes a free one (default 8085)").argument("PORT"));
    set.addOption(Option("host", "H", "listen on this address (default 127.0.0.1; 0.0.0.0: all)").argument("ADDRESS"));
    set.addOption(Option("reply", "r", "answer with the code alone, plain, or with an object, json (default plain)")
                      .argument("MODE"));
    set.addOption(Option("threads", "t", "serve so many connections at the same time (default 1200)").argument("N"));
    set.addOption(Option("keep", "k", "keep so many calls for /control/calls (default 100000)").argument("N"));
    set.addOption(Option("secret", "s",
                         "answer 401 to calls that are not signed with this secret, or are older than 5 "
                         "minutes; may stand twice, for a rotation")
                      .repeatable(true)
                      .argument("whsec_..."));
    set.addOption(Option("quiet", "q", "do not log the calls"));
    set.addOption(Option("help", "h", "print this and exit"));
    set.addOption(Option("version", "v", "print the version and exit"));
    return set;
}

base::Result<int> numberOf(const std::string& name, const std::string& text, int least, int most) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < least || number > most)
        return base::Error{
            fmt::format("{} must be a number from {} to {}, not \"{}\"", name, least, most, base::printable(text))};
    return number;
}

/// What is wrong with the option, if anything.
std::optional<base::Error> setOption(ServerOptions& options, const std::string& name, const std::string& value) {
    base::Result<int> number = 0;
    if (name == "port") {
        number = numberOf("the port", value, 0, 65535);
        if (number) options.port = static_cast<std::uint16_t>(number.value());
    } else if (name == "threads") {
        number = numberOf("--threads", value, kMinThreads, kMaxThreads);
        if (number) options.threads = number.value();
    } else if (name == "keep") {
        number = numberOf("--keep", value, 1, kMaxKeptCalls);
        if (number) options.keepCalls = static_cast<std::size_t>(number.value());
    } else if (name == "reply") {
        if (value != "plain" && value != "json")
            return base::Error{fmt::format("--reply must be plain or json, not \"{}\"", base::printable(value))};
        options.replyMode = value == "json" ? ReplyMode::Json : ReplyMode::Plain;
    } else if (name == "secret") {
        base::Result<base::Bytes> key = signingKey(value);
        if (!key) return base::Error{fmt::format("--secret: {}", key.error().message)};
        options.signingKeys.push_back(key.take());
    } else if (name == "host") {
        options.host = value;
    } else if (name == "quiet") {
        options.quiet = true;
    } else if (name == "help") {
        options.showHelp = true;
    } else if (name == "version") {
        options.showVersion = true;
    }
    if (!number) return number.error();
    return std::nullopt;
}

} // namespace

base::Result<ServerOptions> parseServerOptions(const std::vector<std::string>& arguments) {
    ServerOptions options;
    const Poco::Util::OptionSet known = optionSet();
    Poco::Util::OptionProcessor processor(known);
    bool hasPort = false;
    try {
        for (const std::string& argument : arguments) {
            std::string name;
            std::string value;
            if (!processor.process(argument, name, value)) {
                if (std::exchange(hasPort, true))
                    return base::Error{fmt::format("one port is enough: \"{}\"", base::printable(argument))};
                name = "port";
                value = argument;
            }
            if (const auto error = setOption(options, name, value)) return *error;
        }
        processor.checkRequired();
    } catch (const Poco::Exception& error) {
        return base::Error{error.displayText()};
    }
    return options;
}

std::string serverUsage() {
    const Poco::Util::OptionSet known = optionSet();
    Poco::Util::HelpFormatter help(known);
    help.setCommand("mock-hook-server");
    help.setUsage("[OPTIONS] [PORT]");
    help.setHeader("A backend for HTTP hooks, made for trying and testing: admits every client unless a rule, added "
                   "at /control/rules, says otherwise.");
    help.setFooter("The calls are listed live at / and for programs at /control/calls.");
    std::ostringstream text;
    help.format(text);
    return text.str();
}

std::string serverVersion() {
    return "mock-hook-server " MOCK_HOOK_VERSION "\n";
}

} // namespace hookcast::mock
