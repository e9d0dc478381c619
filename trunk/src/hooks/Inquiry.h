#pragma once

#include "hooks/AnswerData.h"
#include "hooks/Breakers.h"
#include "hooks/HookEvent.h"
#include "hooks/HookLane.h"
#include "hooks/HookTarget.h"
#include "hooks/Judgement.h"
#include "hooks/SharedQuestions.h"
#include "hooks/VerdictMemory.h"

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace hookcast::hooks {

/// However long a backend lets its verdict be kept.
inline constexpr std::int64_t kMostKeptMs = 24 * 3600 * 1000;

/// What becomes of an opening where the backend of `target` fails. Throws std::logic_error for what is none.
config::OnFailure onFailureOf(const HookTarget& target, HookAction opening);

/// Whether there is no verdict because the backend has none. What this server has not asked, as nobody waits or it
/// ends, is no failure.
bool isFailure(const HookResponse& response);

/// What one URL has said about an opening.
struct Verdict {
    Judgement judged;
    bool isWithdrawn = false; ///< it was not asked, as nobody waited any more
    bool isAnswered = false;  ///< in whatever words; else it is a failure that refuses
    bool isByFailure = false; ///< the backend has failed, and on_failure has decided
    std::string forClient;    ///< what the backend wants a client to read that it refuses; empty: nothing
    AnswerData data;          ///< what the backend says beside yes
    bool hasRetried = false;  ///< it was asked twice
    std::string broken;       ///< what has thrown, where nothing else counts; empty: nothing
};

/// Asks one URL about one opening, once more where nobody was reached, and writes its line of the log. A verdict that
/// is kept, or a breaker that is open, decides without a call; what a backend that fails comes to, on_failure. Where
/// verdicts are kept, whoever asks what is just being asked waits for that answer once. The call that is out owns it,
/// or that wait. Loop thread only.
class Inquiry : public std::enable_shared_from_this<Inquiry> {
  public:
    using OnVerdict = std::function<void(const Verdict&)>;

    /// `event` and `target` live as long as `onVerdict`, which is called once, from within start() where nobody is
    /// asked, unless start() throws. `mayRetry`: it has not been tried again for this opening before, as its client
    /// does not wait longer for several URLs.
    Inquiry(HookLane& lane, const HookTarget& target, const HookEvent& event, bool mayRetry, OnVerdict onVerdict);

    void start();

    /// Nobody waits any more: a call that has not begun is taken back, and there is no further one.
    void cancel();

  private:
    bool isDecided();
    bool joins();
    void onOthersAnswer();
    void enter();
    void ask();
    void onResponse(const HookResponse& response);
    void endPass(const HookResponse& response);
    void takeKept(const KeptVerdict& kept);
    void takeFailure(Fault fault, const HookResponse* response);
    std::optional<KeptVerdict> lastVerdict();
    void remember(const HookResponse& response, const Verdict& verdict);
    AnswerData dataIn(const HookResponse& yes) const;
    Verdict verdictOf(const HookResponse& response, const Judgement& judged) const;
    void fail(const std::exception& e);
    void tell(const Verdict& verdict);
    std::int64_t nowMs() const;

    // given
    HookLane& lane_; ///< alive, as the job that asks is
    const HookTarget& target_;
    const HookEvent& event_;
    const config::OnFailure onFailure_;
    bool mayRetry_;
    OnVerdict onVerdict_; ///< until it is called
    // state
    std::optional<VerdictKey> key_; ///< where verdicts are remembered
    std::uint64_t lastGeneration_ = 0;
    std::uint64_t keptGeneration_ = 0;
    SharedQuestions::Lead lead_; ///< of others who ask the same
    Breakers::Pass pass_;
    std::optional<CallId> call_; ///< that is out
    bool retried_ = false;
    bool cancelled_ = false;
};

} // namespace hookcast::hooks
