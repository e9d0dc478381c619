#include "app/HookCommand.h"

#include "app/HookTest.h"
#include "base/IpAddress.h"
#include "base/Log.h"
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

OptionSet testOptionSet() {
    const HookTrial usual;
    OptionSet set;
    set.addOption(
        Option("config", "c", fmt::format("the configuration; default {}", ConfigSource().file)).argument("FILE"));
    set.addOption(Option("env", "e", "configure from SRS_* environment variables only"));
    set.addOption(Option("event", "",
                         "on_connect, on_publish, on_play, on_close, on_unpublish, on_stop or on_dvr; "
                         "default on_publish")
                      .argument("NAME"));
    set.addOption(Option("stream", "s", fmt::format("APP/STREAM?QUERY that it is about; default {}", usual.stream))
                      .argument("STREAM"));
    set.addOption(Option("vhost", "", "of the client; default __defaultVhost__").argument("NAME"));
    set.addOption(Option("ip", "", fmt::format("the client's address; default {}", usual.ip)).argument("ADDRESS"));
    set.addOption(Option("protocol", "", "rtmp, rtsp, srt or httpflv; default rtmp").argument("NAME"));
    set.addOption(Option("url", "u", "ask this backend alone, in the way of the block that names it").argument("URL"));
    set.addOption(Option("help", "h", "print this and exit"));
    return set;
}

int printHelp(std::ostream& out) {
    const OptionSet known = testOptionSet();
    Poco::Util::HelpFormatter formatter(known);
    formatter.setCommand("hookcast hook test");
    formatter.setUsage("[-c FILE | -e] [--event NAME] [--stream APP/STREAM?QUERY] [--url URL]");
    formatter.setHeader("Calls the backends of a configuration as the server would, and prints what comes of it. It "
                        "exits with 0 when they admit, with 1 when one refuses, with 2 when one gives no answer or the "
                        "command cannot be understood.");
    formatter.format(out);
    return 0;
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
            return base::Error{
                fmt::format("there is no protocol {}; rtmp, rtsp, srt, httpflv", base::printable(value))};
        trial.protocol = *protocol;
    } else if (name == "url") {
        if (const base::Result<void> usable = config::checkAdmissionUrl(value); !usable)
            return base::Error{fmt::format("--url: {}", usable.error().message)};
        trial.url = value;
    }
    return std::nullopt;
}

base::Result<TestOptions> parseTestOptions(const std::vector<std::string>& arguments) {
    const OptionSet known = testOptionSet();
    TestOptions options;
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

int test(const std::vector<std::string>& arguments) {
    base::Result<TestOptions> options = parseTestOptions(arguments);
    if (!options) {
        std::cerr << "hookcast hook test: " << options.error().message << "; see hookcast hook test --help\n";
        return kBadUsage;
    }
    if (options.value().showsHelp) return printHelp(std::cout);
    TestOptions asked = options.take();
    try {
        return HookTest(std::move(asked.source), std::move(asked.trial), std::move(asked.vhost), std::cout, std::cerr)
            .run();
    } catch (const std::exception& error) {
        std::cerr << "hookcast hook test: " << error.what() << '\n';
        return kBadUsage;
    }
}

} // namespace

int runHookCommand(const std::vector<std::string>& arguments) {
    const std::string command = arguments.empty() ? std::string() : arguments.front();
    if (command == "test") return test({arguments.begin() + 1, arguments.end()});
    if (command == "--help" || command == "-h") return printHelp(std::cout);
    std::cerr << (command.empty() ? "hookcast hook: test what?"
                                  : "hookcast hook: there is no command " + base::printable(command))
              << "; see hookcast hook --help\n";
    return kBadUsage;
}

} // namespace hookcast::app
