#include "app/HookCommand.h"

#include "app/HookReplay.h"
#include "app/HookTest.h"
#include "base/IpAddress.h"
#include "base/Log.h"
#include "base/TimeText.h"
#include "config/Addresses.h"

#include <Poco/Exception.h>
#include <Poco/Util/HelpFormatter.h>
#include <Poco/Util/Option.h>
#include <Poco/Util/OptionProcessor.h>
#include <Poco/Util/OptionSet.h>
#include <fmt/format.h>

#include <exception>
#include <iostream>
#include <optional>
#include <utility>

namespace hookcast::app {

namespace {

using Poco::Util::Option;
using Poco::Util::OptionSet;

constexpr int kBadUsage = HookTest::NotAsked;

/// What the command line says.
struct TestOptions {
    ConfigSource source;
    HookTrial trial;
    std::string vhost;
    bool showsHelp = false;
};

OptionSet sourceOptionSet() {
    OptionSet set;
    set.addOption(
        Option("config", "c", fmt::format("the configuration; default {}", ConfigSource().file)).argument("FILE"));
    set.addOption(Option("env", "e", "configure from SRS_* environment variables only"));
    return set;
}

std::string protocolNames() {
    std::string all;
    for (const config::ProtocolTraits& protocol : config::kProtocols)
        all.append(all.empty() ? "" : ", ").append(protocol.name);
    return all;
}

OptionSet testOptionSet() {
    const HookTrial usual;
    OptionSet set = sourceOptionSet();
    set.addOption(Option("event", "", fmt::format("{}; default {}", trialActionNames(), hooks::nameOf(usual.action)))
                      .argument("NAME"));
    set.addOption(Option("stream", "s", fmt::format("APP/STREAM?QUERY that it is about; default {}", usual.stream))
                      .argument("STREAM"));
    set.addOption(Option("vhost", "", "of the client; default __defaultVhost__").argument("NAME"));
    set.addOption(Option("ip", "", fmt::format("the client's address; default {}", usual.ip)).argument("ADDRESS"));
    set.addOption(Option("protocol", "", fmt::format("{}; default {}", protocolNames(), config::nameOf(usual.protocol)))
                      .argument("NAME"));
    set.addOption(Option("url", "u", "ask this backend alone, in the way of the block that names it").argument("URL"));
    set.addOption(Option("help", "h", "print this and exit"));
    return set;
}

int printHelp(std::ostream& out, const OptionSet& known, const std::string& command, const std::string& usage,
              const std::string& what) {
    Poco::Util::HelpFormatter formatter(known);
    formatter.setCommand("hookcast hook " + command);
    formatter.setUsage(usage);
    formatter.setHeader(what);
    formatter.format(out);
    return 0;
}

int printTestHelp(std::ostream& out) {
    return printHelp(out, testOptionSet(), "test",
                     "[-c FILE | -e] [--event NAME] [--stream APP/STREAM?QUERY] [--url URL]",
                     "Calls the backends of a configuration as the server would, and prints what comes of it. It exits "
                     "with 0 when they admit, with 1 when one refuses, with 2 when one gives no answer or the command "
                     "cannot be understood.");
}

OptionSet replayOptionSet() {
    OptionSet set = sourceOptionSet();
    set.addOption(
        Option("since", "", "the first moment: Unix time in seconds, or as 2026-11-28T22:00:00Z").argument("TIME"));
    set.addOption(Option("until", "", "the last one; default now").argument("TIME"));
    set.addOption(Option("stream", "s", "events of this stream alone, VHOST/APP/STREAM").argument("STREAM"));
    set.addOption(Option("client", "", "events of this client alone, by its client_id").argument("ID"));
    set.addOption(Option("help", "h", "print this and exit"));
    return set;
}

int printReplayHelp(std::ostream& out) {
    return printHelp(
        out, replayOptionSet(), "replay", "[-c FILE | -e] --since TIME [--until TIME] [--stream STREAM] [--client ID]",
        "Has the running server of this configuration tell its backends again what it has told, with the "
        "same ids. It exits with 0 when it does, with 1 when it refuses, with 2 when it cannot be asked or "
        "the command cannot be understood.");
}

/// What is wrong with the option, if anything.
std::optional<base::Error> setOption(TestOptions& options, const std::string& name, const std::string& value) {
    HookTrial& trial = options.trial;
    if (name == "config") options.source.file = value;
    if (name == "env") options.source.environmentOnly = true;
    if (name == "stream") trial.stream = value;
    if (name == "vhost") options.vhost = value;
    if (name == "help") options.showsHelp = true;
    if (name == "event") {
        const base::Result<hooks::HookAction> action = trialActionNamed(value);
        if (!action) return action.error();
        trial.action = action.value();
    } else if (name == "ip") {
        const std::optional<base::IpAddress> ip = base::IpAddress::parse(value);
        if (!ip) return base::Error{fmt::format("{} is no IP address", base::printable(value))};
        trial.ip = ip->text();
    } else if (name == "protocol") {
        const std::optional<config::Protocol> protocol = config::protocolNamed(value);
        if (!protocol)
            return base::Error{fmt::format("there is no protocol {}; {}", base::printable(value), protocolNames())};
        trial.protocol = *protocol;
    } else if (name == "url") {
        if (const base::Result<void> usable = config::checkAdmissionUrl(value); !usable)
            return base::Error{fmt::format("--url: {}", usable.error().message)};
        trial.url = value;
    }
    return std::nullopt;
}

struct ReplayOptions {
    ConfigSource source;
    HookReplay::Range range;
    bool hasSince = false;
    bool showsHelp = false;
};

std::optional<base::Error> setOption(ReplayOptions& options, const std::string& name, const std::string& value) {
    if (name == "config") options.source.file = value;
    if (name == "env") options.source.environmentOnly = true;
    if (name == "stream") options.range.stream = value;
    if (name == "client") options.range.client = value;
    if (name == "help") options.showsHelp = true;
    if (name != "since" && name != "until") return std::nullopt;
    const base::Result<std::int64_t> ms = base::parseTime(value);
    if (!ms) return base::Error{fmt::format("--{}: {}", name, ms.error().message)};
    if (name == "until") {
        options.range.untilMs = ms.value();
    } else {
        options.range.sinceMs = ms.value();
        options.hasSince = true;
    }
    return std::nullopt;
}

template <typename Options>
base::Result<Options> parsed(const OptionSet& known, const std::vector<std::string>& arguments) {
    Options options;
    Poco::Util::OptionProcessor processor(known);
    processor.setUnixStyle(true);
    try {
        for (const std::string& argument : arguments) {
            std::string name;
            std::string value;
            if (!processor.process(argument, name, value))
                return base::Error{fmt::format("unexpected argument {}", base::printable(argument))};
            // Empty: the option's value is the next argument.
            if (name.empty()) continue;
            if (const auto error = setOption(options, name, value)) return *error;
        }
        processor.checkRequired();
    } catch (const Poco::Exception& error) {
        return base::Error{error.displayText()};
    }
    return options;
}

int complain(const char* command, const std::string& why) {
    std::cerr << fmt::format("hookcast hook {0}: {1}; see hookcast hook {0} --help\n", command, why);
    return kBadUsage;
}

int replay(const std::vector<std::string>& arguments) {
    const OptionSet known = replayOptionSet();
    base::Result<ReplayOptions> options = parsed<ReplayOptions>(known, arguments);
    if (!options) return complain("replay", options.error().message);
    if (options.value().showsHelp) return printReplayHelp(std::cout);
    if (!options.value().hasSince) return complain("replay", "--since says where to begin");
    ReplayOptions asked = options.take();
    return HookReplay(std::move(asked.source), std::move(asked.range), std::cout, std::cerr).run();
}

int test(const std::vector<std::string>& arguments) {
    base::Result<TestOptions> options = parsed<TestOptions>(testOptionSet(), arguments);
    if (!options) return complain("test", options.error().message);
    if (options.value().showsHelp) return printTestHelp(std::cout);
    TestOptions asked = options.take();
    return HookTest(std::move(asked.source), std::move(asked.trial), std::move(asked.vhost), std::cout, std::cerr)
        .run();
}

int dispatch(const std::string& command, const std::vector<std::string>& arguments) {
    if (command == "test") return test(arguments);
    if (command == "replay") return replay(arguments);
    if (command == "--help" || command == "-h") {
        printTestHelp(std::cout);
        std::cout << '\n';
        return printReplayHelp(std::cout);
    }
    std::cerr << (command.empty() ? "hookcast hook: test or replay?"
                                  : "hookcast hook: there is no command " + base::printable(command))
              << "; see hookcast hook --help\n";
    return kBadUsage;
}

} // namespace

int runHookCommand(const std::vector<std::string>& arguments) {
    const std::string command = arguments.empty() ? std::string() : arguments.front();
    try {
        return dispatch(command, {arguments.begin() + (arguments.empty() ? 0 : 1), arguments.end()});
    } catch (const std::exception& error) {
        std::cerr << "hookcast hook: " << error.what() << '\n';
        return kBadUsage;
    }
}

} // namespace hookcast::app
