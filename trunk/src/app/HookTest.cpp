#include "app/HookTest.h"

#include "app/HookConsequences.h"
#include "app/HookReport.h"
#include "app/ServerId.h"
#include "base/Clock.h"
#include "base/Counted.h"
#include "base/Log.h"
#include "base/RandomId.h"
#include "config/HostNames.h"
#include "hooks/CallTrace.h"
#include "hooks/CurlTransport.h"
#include "hooks/HookContext.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <future>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::app {

namespace {

constexpr std::size_t kIdLength = 8;

hooks::HookResponse answerTo(hooks::HookTransport& transport, hooks::HookRequest request) {
    const auto answer = std::make_shared<std::promise<hooks::HookResponse>>();
    std::future<hooks::HookResponse> arriving = answer->get_future();
    transport.call(std::move(request),
                   [answer](hooks::HookResponse response) { answer->set_value(std::move(response)); });
    return arriving.get();
}

/// What becomes of an opening that is admitted, in words: `: published as show, ended after 60 s`.
std::string consequencesOf(const hooks::AnswerData& data, hooks::HookAction action) {
    const bool isPublish = action == hooks::HookAction::Publish;
    std::vector<std::string> all;
    if (!data.stream.empty())
        all.push_back(fmt::format("{} as {}", isPublish ? "published" : "played", base::printable(data.stream)));
    if (data.maxDurationMs > 0)
        all.push_back(fmt::format("ended after {} s", static_cast<double>(data.maxDurationMs) / 1000));
    if (data.maxBitsPerS > 0)
        all.push_back(fmt::format("ended above {} kbit/s", static_cast<double>(data.maxBitsPerS) / 1000));
    if (isPublish && data.dvr) all.emplace_back(*data.dvr ? "recorded" : "not recorded");
    return all.empty() ? std::string() : fmt::format(": {}", fmt::join(all, ", "));
}

} // namespace

HookTest::HookTest(ConfigSource source, HookTrial trial, std::string vhost, std::ostream& out, std::ostream& errors)
    : source_(std::move(source)), trial_(std::move(trial)), vhost_(std::move(vhost)), out_(out), errors_(errors) {
    trial_.clientId = base::randomId(kIdLength);
    trial_.eventId = hooks::newEventId();
}

HookTest::Outcome HookTest::run() {
    const config::LoadOutcome outcome = source_.load();
    printFindings(outcome);
    if (outcome.config == nullptr) return fail("the configuration is not usable");
    enterWorkDir(outcome.config->workDir);
    const auto vhost = vhostIn(*outcome.config);
    if (vhost == nullptr) return NotAsked;
    return ask(*outcome.config, vhost);
}

std::shared_ptr<const config::VhostConfig> HookTest::vhostIn(const config::Config& config) {
    const std::string name(vhost_.empty() ? std::string_view(config::kDefaultVhost) : vhost_);
    auto vhost = config.findVhost(name);
    if (vhost == nullptr) {
        fail(fmt::format("the configuration has no vhost {}", base::printable(name)));
    } else if (!config::sameHost(vhost->name, name)) {
        fail(fmt::format("the configuration has no vhost {}; its clients are those of {}", base::printable(name),
                         vhost->name));
        vhost = nullptr;
    }
    return vhost;
}

HookTest::Outcome HookTest::ask(const config::Config& config, const std::shared_ptr<const config::VhostConfig>& vhost) {
    const base::Result<hooks::HookEvent> opening = trial_.opening(*vhost);
    if (!opening) return fail(opening.error().message);
    const base::Result<hooks::HookEvent> shownOpening = trial_.masked().opening(*vhost);
    if (!shownOpening) return fail(shownOpening.error().message);
    const hooks::HookEvent event = trial_.event(opening.value());
    const hooks::HookEvent shown = trial_.event(shownOpening.value());
    if (const std::string refusal = trial_.refusalBefore(*vhost); !refusal.empty()) {
        out_ << fmt::format("refused before any backend is asked: {}\n", refusal);
        return Refused;
    }
    base::Log log(base::LogLevel::None, {});
    const base::SystemClock clock;
    hooks::CurlTransport transport({config.limits.hookConnections, config.limits.hookQueue}, clock, log);
    const std::string known = knownServerId(config);
    const hooks::SrsJsonDialect dialect(known.empty() ? "vid-" + base::randomId(kIdLength) : known,
                                        base::randomId(kIdLength));
    hooks::HookContext context{transport, dialect, {}, log, {}, {}, {}, hooks::DialectAdvice(log), hooks::Refusals(log),
                               {}};
    const hooks::HookTargets targets = trial_.targets(context, vhost, opening.value());
    const std::string_view name = nameOf(event.action());
    if (targets.empty())
        return fail(trial_.url.empty()
                        ? fmt::format("vhost {} names no URL for {} of a client of {}: nobody is asked", vhost->name,
                                      name, config::nameOf(trial_.protocol))
                        : fmt::format("no block of vhost {} could name a URL for {}", vhost->name, name));
    out_ << fmt::format("{} of {} by {} from {}, {}\n", name, subjectOf(shown), config::nameOf(trial_.protocol),
                        trial_.ip, base::counted(targets.size(), "URL", "URLs"));
    return askAll(config, context, targets, event, shown);
}

/// As the server goes through them: the first refusal of an opening ends it; what is told, is told to all.
HookTest::Outcome HookTest::askAll(const config::Config& config, hooks::HookContext& context,
                                   const hooks::HookTargets& targets, const hooks::HookEvent& event,
                                   const hooks::HookEvent& shown) {
    const bool isOpening = hooks::isOpening(event.action());
    HookReport report(out_, config, event, shown);
    Outcome worst = Admitted;
    hooks::AnswerData data;
    std::size_t number = 0;
    bool isRefused = false;
    for (const hooks::HookTarget& target : targets) {
        hooks::HookRequest request = requestFor(target, event);
        const auto trace = std::make_shared<hooks::CallTrace>();
        request.trace = trace;
        const hooks::HookResponse response = answerTo(context.transport, std::move(request));
        report.print(++number, target, *trace, response);
        if (target.dialect->judge(event.action(), response)) {
            if (target.readsData) data.add(target.dialect->dataIn(response).data);
            continue;
        }
        // Whoever has said no has been asked; so has one whose whole answer was too long.
        const bool isAnswered = response.outcome == hooks::HookResponse::Outcome::Answered ||
                                response.outcome == hooks::HookResponse::Outcome::TooLarge;
        worst = std::max(worst, isAnswered ? Refused : NotAsked);
        isRefused = isOpening && !HookConsequences(config, target).admitsOnFailure(event.action(), response);
        if (isRefused) break;
    }
    const char* const told[] = {"told to all", "not accepted by all", "not told to all"};
    const char* const refused[] = {"admitted", "refused", "refused: a backend could not be asked"};
    const bool isLetIn = isOpening && !isRefused && worst != Admitted;
    out_ << (isLetIn ? "admitted, as on_failure says: a backend has failed" : isOpening ? refused[worst] : told[worst]);
    if (isOpening && worst == Admitted && event.action() != hooks::HookAction::Connect)
        out_ << consequencesOf(data, event.action());
    if (number < targets.size())
        out_ << fmt::format("; {} not asked any more", base::counted(targets.size() - number, "URL", "URLs"));
    out_ << '\n';
    return worst;
}

HookTest::Outcome HookTest::fail(const std::string& why) {
    errors_ << "hookcast hook test: " << why << '\n';
    return NotAsked;
}

} // namespace hookcast::app
