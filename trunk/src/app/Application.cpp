#include "app/Application.h"

#include "app/Daemon.h"
#include "app/Heap.h"
#include "app/PidFile.h"
#include "app/Predecessor.h"
#include "app/Pulse.h"
#include "app/ServerUser.h"
#include "app/ServiceManager.h"
#include "app/SharedPart.h"
#include "app/StartTrial.h"
#include "base/Counted.h"
#include "config/Dump.h"
#include "config/MigrationReport.h"
#include "config/ReferenceConfig.h"
#include "net/EndReasons.h"

#include <Poco/Exception.h>
#include <Poco/Util/HelpFormatter.h>
#include <Poco/Util/Option.h>
#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace hookcast::app {

namespace {

constexpr const char* kServes = "serves";
/// So many signs of life come in the time of which systemd wants one.
constexpr int kBeatsInTime = 4;

void makeParentFolder(const std::string& file) {
    const std::filesystem::path folder = std::filesystem::path(file).parent_path();
    std::error_code ignored; // opening the file tells what is wrong
    if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
}

std::unique_ptr<base::Log> openLog(const config::Config& config) {
    const std::string file = config.log.toConsole ? std::string() : config.log.file;
    if (!file.empty()) makeParentFolder(file);
    try {
        auto log = std::make_unique<base::Log>(config.log.level, file, config.limits.logLines);
        log->setShape(config.log.shape);
        log->traceClients(config.log.clients);
        return log;
    } catch (const Poco::Exception& e) {
        throw std::runtime_error(fmt::format("cannot open {} (directive `srs_log_file`): {}", file, e.displayText()));
    }
}

std::string logPlace(const config::Config& config) {
    if (config.log.toConsole) return "this terminal";
    std::error_code unknown;
    const std::filesystem::path whole = std::filesystem::absolute(config.log.file, unknown);
    return unknown ? config.log.file : whole.lexically_normal().string();
}

std::string warningsText(std::size_t count) {
    if (count == 0) return "no warnings";
    return base::counted(count, "warning", "warnings");
}

/// What was warned of just before.
std::string laterText(std::size_t untilRestart) {
    if (untilRestart == 0) return {};
    return fmt::format(", {} at the next start only",
                       base::counted(untilRestart, "directive counts", "directives count"));
}

void redirectLog(const config::Config& config, base::Log& log) {
    const std::string file = config.log.toConsole ? std::string() : config.log.file;
    if (!file.empty()) makeParentFolder(file);
    const auto redirected = log.redirect(config.log.level, file);
    if (!redirected) log.error("main", "the log stays as it was: {}", redirected.error().message);
    log.setShape(config.log.shape);
    log.traceClients(config.log.clients);
}

void logFindings(const config::LoadOutcome& outcome, base::Log& log) {
    for (const config::Finding& finding : outcome.findings) {
        if (finding.severity == config::Finding::Severity::Error)
            log.error("config", "{}", finding.text());
        else
            log.warn("config", "{}", finding.text());
    }
}

std::string firstErrorIn(const config::LoadOutcome& outcome) {
    const auto found =
        std::ranges::find(outcome.findings, config::Finding::Severity::Error, &config::Finding::severity);
    return found == outcome.findings.end() ? std::string() : found->text();
}

/// The clients have their time to leave; a signal to end cuts it short.
void waitForClients(const Upgrade::Parts& parts) {
    Runtime& runtime = parts.runtime;
    const std::int64_t timeMs = runtime.config()->graceFinalWaitMs;
    parts.log.trace("main", "{} {} ms to leave", base::counted(runtime.clients(), "client has", "clients have"),
                    timeMs);
    parts.signals.waitForEnd(timeMs, [&runtime] { return runtime.clients() == 0; });
}

/// First for the wait before the end begins, in which clients still come in, then for the clients to leave; a further
/// signal to end cuts it short.
void letClientsLeave(const Upgrade::Parts& parts) {
    if (parts.signals.waitForEnd(parts.runtime.config()->graceStartWaitMs, [] { return false; })) return;
    parts.runtime.stopAccepting();
    waitForClients(parts);
}

void reopen(base::Log& log) {
    const auto reopened = log.reopen();
    if (reopened)
        log.trace("main", "the log goes on here");
    else
        log.error("main", "the log stays where it was: {}", reopened.error().message);
}

/// What is open already when the process becomes another user's.
std::vector<std::string> openFiles(const config::Config& config) {
    std::vector<std::string> files = {config.pidFile};
    if (!config.log.toConsole) files.push_back(config.log.file);
    return files;
}

} // namespace

void Application::defineOptions(Poco::Util::OptionSet& options) {
    // Not ServerApplication's: its --daemon and --pidfile would compete with the directives.
    // NOLINTNEXTLINE(bugprone-parent-virtual-call)
    Poco::Util::Application::defineOptions(options);
    using Poco::Util::Option;
    options.addOption(
        Option("config", "c", fmt::format("the configuration; default {}", source_.file)).argument("FILE"));
    options.addOption(Option("env", "e", "configure from SRS_* environment variables only"));
    options.addOption(Option("test", "t", "check the configuration and exit"));
    options.addOption(Option("strict", "", "with --test: a warning is a failure, too"));
    options.addOption(Option("dump", "", "print the effective configuration and exit"));
    options.addOption(Option("report", "", "tell what becomes of each directive, and exit; with --dump behind it"));
    options.addOption(Option("show-secrets", "", "--dump prints passwords, tokens and passphrases, too"));
    options.addOption(Option("reference", "", "print every directive with its default and exit"));
    options.addOption(Option("version", "v", "print the version and exit"));
    options.addOption(Option("help", "h", "print this and exit"));
}

void Application::initialize(Poco::Util::Application& /*self*/) {
    // Poco's own configuration files and subsystems are not used.
}

void Application::handleOption(const std::string& name, const std::string& value) {
    // NOLINTNEXTLINE(bugprone-parent-virtual-call)
    Poco::Util::Application::handleOption(name, value);
    if (name == "config") source_.file = value;
    if (name == "env") source_.environmentOnly = true;
    if (name == "test") mode_ = Mode::Test;
    if (name == "strict") isStrict_ = true;
    if (name == "dump") mode_ = Mode::Dump;
    if (name == "report") withReport_ = true;
    if (name == "show-secrets") secrets_ = config::Secrets::Shown;
    if (name == "reference") mode_ = Mode::Reference;
    if (name == "version") mode_ = Mode::Version;
    if (name == "help") mode_ = Mode::Help;
}

int Application::main(const std::vector<std::string>& arguments) {
    if (!arguments.empty()) {
        std::cerr << "hookcast: unexpected argument " << arguments.front() << "; see hookcast --help\n";
        return EXIT_USAGE;
    }
    switch (mode_) {
    case Mode::Help: return printHelp();
    case Mode::Version: std::cout << "hookcast " << HOOKCAST_VERSION << '\n'; return EXIT_OK;
    case Mode::Reference: std::cout << config::referenceConfig(); return EXIT_OK;
    default: break;
    }
    const config::LoadOutcome outcome = source_.load();
    if (mode_ == Mode::Test) return reportTest(outcome);
    if (isStrict_) {
        std::cerr << "hookcast: --strict goes with --test\n";
        return EXIT_USAGE;
    }
    if (withReport_ && mode_ != Mode::Dump) return printReport(outcome);
    printFindings(outcome);
    if (outcome.config == nullptr) return 1;
    if (mode_ == Mode::Dump) return printDump(outcome);
    try {
        return serve(outcome);
    } catch (const std::exception& e) {
        std::cerr << "hookcast: " << e.what() << '\n';
        return 1;
    }
}

int Application::printHelp() const {
    Poco::Util::HelpFormatter formatter(options());
    formatter.setCommand("hookcast");
    formatter.setUsage("[-c FILE | -e] [-t [--strict] | --dump [--show-secrets] | --report]");
    formatter.setHeader("A live media server whose heart is the HTTP hook.");
    formatter.setFooter(
        "hookcast hook --help tells how to ask a backend as the server would.\n"
        "Signals: HUP reloads the configuration, USR1 begins the log anew, USR2 has the server replaced by the "
        "program that is on the disk now, QUIT ends it when its clients have left, TERM and INT at once.");
    formatter.format(std::cout);
    return EXIT_OK;
}

int Application::reportTest(const config::LoadOutcome& outcome) const {
    printFindings(outcome);
    for (const config::Note& note : outcome.notes) std::cerr << note.text() << '\n';
    const std::string fault = outcome.config == nullptr ? std::string() : faultInStart(*outcome.config);
    if (!fault.empty()) std::cerr << "hookcast: " << fault << '\n';
    if (outcome.config == nullptr || !fault.empty()) {
        std::cerr << "hookcast: the configuration is not usable\n";
        return 1;
    }
    if (isStrict_ && !outcome.findings.empty()) {
        std::cerr << fmt::format("hookcast: the configuration is usable, but not without warnings ({})\n",
                                 warningsText(outcome.findings.size()));
        return 1;
    }
    std::cout << fmt::format("hookcast: the configuration is usable, {}\n", warningsText(outcome.findings.size()));
    return EXIT_OK;
}

int Application::printReport(const config::LoadOutcome& outcome) const {
    std::cout << config::migrationReport(outcome);
    return outcome.config == nullptr ? 1 : EXIT_OK;
}

/// The report in comments, so that the whole is a configuration.
int Application::printDump(const config::LoadOutcome& outcome) const {
    if (!withReport_) {
        std::cout << config::dump(outcome, secrets_);
        return EXIT_OK;
    }
    std::cout << config::dump(*outcome.config, secrets_) << '\n';
    std::istringstream report(config::migrationReport(outcome));
    for (std::string line; std::getline(report, line);) std::cout << "# " << line << '\n';
    return EXIT_OK;
}

int Application::serve(const config::LoadOutcome& outcome) const {
    const config::Config& config = *outcome.config;
    const Birth birth = Birth::ofProcess({argv().begin(), argv().end()});
    Predecessor predecessor;
    enterWorkDir(config.workDir);
    std::optional<Daemon> daemon;
    if (config.daemon && !predecessor.isThere()) daemon.emplace(config.log.toConsole);
    if (daemon && daemon->isStarter()) return daemon->awaitServing(logPlace(config));
    const PidFile pidFile(config.pidFile, predecessor.takePidFile());

    // Before the first thread, so that every thread inherits it.
    const SignalWaiter signals;
    Heap::settle(Runtime::loopsOf(config));
    const std::unique_ptr<base::Log> log = openLog(config);
    if (!config.log.toConsole) logFindings(outcome, *log);
    try {
        becomeServerUser(config, openFiles(config));
        ServiceManager manager;
        ReloadRequests reloads;
        Runtime runtime(predecessor.isThere() ? std::make_shared<const config::Config>(sharedPart(config))
                                              : outcome.config,
                        reloads, predecessor, *log);
        runtime.start();
        const Upgrade::Parts parts{runtime, signals, manager, pidFile, *log};
        if (predecessor.isThere()) Upgrade(parts).takeOver(predecessor, config);
        log->trace("main", "hookcast {} serves, pid {}", HOOKCAST_VERSION, ::getpid());
        if (daemon) daemon->tellServing();
        manager.tellServing(kServes);
        std::optional<Pulse> pulse;
        if (const auto everyMs = manager.watchdogMs())
            pulse.emplace(runtime.loops(), *everyMs / kBeatsInTime, [&manager] { manager.tellAlive(); });
        runUntilEnd(parts, reloads, birth);
        runtime.stop(net::kServerStopped);
    } catch (const std::exception& e) {
        log->error("main", "{}", e.what());
        throw;
    }
    log->trace("main", "stopped");
    return EXIT_OK;
}

void Application::runUntilEnd(const Upgrade::Parts& parts, ReloadRequests& reloads, const Birth& birth) const {
    for (;;) {
        const int signal = parts.signals.wait();
        if (signal == SIGHUP) {
            parts.manager.tellReloading();
            reload(parts.runtime, reloads, parts.log);
            parts.manager.tellServing(kServes);
        } else if (signal == SIGUSR1) {
            reopen(parts.log);
        } else if (signal == SIGUSR2) {
            const Upgrade::Outcome outcome = Upgrade(parts).run(birth);
            if (outcome == Upgrade::Outcome::HandedOver) waitForClients(parts);
            if (outcome != Upgrade::Outcome::Failed) return;
        } else {
            parts.log.trace("main", "stopping: {}", ::strsignal(signal));
            parts.manager.tellStopping();
            const bool isGraceful = signal == SIGQUIT || (signal == SIGTERM && parts.runtime.config()->forceGraceQuit);
            if (isGraceful) letClientsLeave(parts);
            return;
        }
    }
}

/// Whatever goes wrong, the server runs on.
void Application::reload(Runtime& runtime, ReloadRequests& reloads, base::Log& log) const {
    base::Result<void> reloaded = base::Error{"internal error"};
    try {
        reloaded = tryReload(runtime, reloads, log);
    } catch (const std::exception& e) {
        reloaded = base::Error{e.what()};
    }
    if (reloaded) return;
    reloads.fail(reloaded.error().message);
    log.error("config", "not reloaded: {}; the configuration before stays", reloaded.error().message);
}

base::Result<void> Application::tryReload(Runtime& runtime, ReloadRequests& reloads, base::Log& log) const {
    reloads.begin();
    const config::LoadOutcome outcome = source_.load(startFolder_);
    logFindings(outcome, log);
    if (outcome.config == nullptr)
        return base::Error{fmt::format("the new configuration is not usable: {}", firstErrorIn(outcome))};
    findServerUser(*outcome.config); // it counts at the next start, which is to succeed
    reloads.apply();
    const base::Result<std::size_t> reloaded = runtime.reload(*outcome.config);
    if (!reloaded) return reloaded.error();
    redirectLog(*outcome.config, log);
    reloads.succeed();
    log.trace("config", "reloaded, {} in the configuration{}", warningsText(outcome.findings.size()),
              laterText(reloaded.value()));
    return {};
}

} // namespace hookcast::app
