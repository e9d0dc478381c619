#include "config/ExecText.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <span>

namespace hookcast::config {

namespace {

/// How an interpreter is told a program's text.
struct Interpreter {
    std::string_view name;        ///< with what may follow it: digits, dots and dashes, as in python3.11
    std::string_view textFlags;   ///< letters of options, of which one says that a text follows
    std::string_view otherFlags;  ///< letters of those that another argument follows
    bool readsFirstWord = false;  ///< the text is the first word that is no option, unless a flag gave one
    bool textIsLater = false;     ///< further options may stand between the flag and the text
    bool optionsAnywhere = false; ///< also behind the first word that is none
};

constexpr std::string_view kShellText = "c";
constexpr std::string_view kShellOthers = "oO";

constexpr std::array kInterpreters{
    Interpreter{"sh", kShellText, kShellOthers, false, true},
    Interpreter{"bash", kShellText, kShellOthers, false, true},
    Interpreter{"rbash", kShellText, kShellOthers, false, true},
    Interpreter{"dash", kShellText, kShellOthers, false, true},
    Interpreter{"zsh", kShellText, kShellOthers, false, true},
    Interpreter{"ash", kShellText, kShellOthers, false, true},
    Interpreter{"ksh", kShellText, kShellOthers, false, true},
    Interpreter{"mksh", kShellText, kShellOthers, false, true},
    Interpreter{"csh", kShellText, "", false, true},
    Interpreter{"tcsh", kShellText, "", false, true},
    Interpreter{"fish", "cC", "dof", false, false},
    Interpreter{"su", kShellText, "gGsw", false, false, true},
    Interpreter{"runuser", kShellText, "gGsuw", false, false, true},
    Interpreter{"script", kShellText, "EIOBTm", false, false, true},
    Interpreter{"python", "c", "WX", false, false},
    Interpreter{"pypy", "c", "WX", false, false},
    Interpreter{"perl", "eE", "I", false, false},
    Interpreter{"ruby", "e", "ICr", false, false},
    Interpreter{"node", "ep", "rC", false, false},
    Interpreter{"nodejs", "ep", "rC", false, false},
    Interpreter{"php", "rBRE", "dczft", false, false},
    Interpreter{"lua", "e", "l", false, false},
    Interpreter{"awk", "e", "vFf", true, false},
    Interpreter{"gawk", "e", "vFf", true, false},
    Interpreter{"mawk", "e", "vFf", true, false},
    Interpreter{"nawk", "e", "vFf", true, false},
    Interpreter{"sed", "e", "fl", true, false},
};

/// Options in words that are followed by a text.
constexpr std::array<std::string_view, 10> kTextOptions{
    "--command", "--init-command", "--session-command", "--eval",         "--print",
    "--run",     "--source",       "--expression",      "--process-code", "--process-begin"};
/// Those that are followed by something else.
constexpr std::array<std::string_view, 8> kOtherOptions{"--rcfile", "--init-file", "--require", "--import",
                                                        "--file",   "--define",    "--assign",  "--user"};

/// Programs that run the one that they are given.
constexpr std::array<std::string_view, 18> kCarriers{"env",     "sudo",   "doas",    "nice",    "ionice", "timeout",
                                                     "nohup",   "setsid", "stdbuf",  "busybox", "toybox", "chroot",
                                                     "setpriv", "chrt",   "taskset", "time",    "xargs",  "unshare"};

std::string_view nameOf(std::string_view program) {
    return program.substr(program.rfind('/') + 1);
}

const Interpreter* interpreterOf(std::string_view word) {
    const std::string_view name = nameOf(word);
    const auto isIt = [name](const Interpreter& one) {
        return name.starts_with(one.name) && name.find_first_not_of("0123456789.-", one.name.size()) == name.npos;
    };
    const auto* found = std::ranges::find_if(kInterpreters, isIt);
    return found == kInterpreters.end() ? nullptr : found;
}

template <typename Names>
bool isOneOf(const Names& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

/// Not an argument: see outputs::planExec().
bool isRedirection(std::string_view word) {
    for (const std::string_view sign : {">", "1>", "2>"})
        if (word.starts_with(sign) && word.size() > sign.size()) return true;
    return false;
}

const std::pair<std::string_view, std::string_view>* variableIn(std::string_view text) {
    const auto* found = std::ranges::find_if(
        kExecVariables, [text](const auto& variable) { return text.find(variable.first) != text.npos; });
    return found == kExecVariables.end() ? nullptr : found;
}

/// Reads an interpreter's arguments as it would, for the words that it takes for a program's text.
class TextSearch {
  public:
    explicit TextSearch(const Interpreter& interpreter) : interpreter_(interpreter) {}

    /// The first word that holds a text and a variable in it; null when there is none.
    const std::string* run(std::span<const std::string> words) {
        for (const std::string& word : words) {
            if (isRedirection(word)) continue;
            const bool isText = takesText(word);
            if (isText && variableIn(word) != nullptr) return &word;
            if (isOver_) break;
        }
        return nullptr;
    }

  private:
    enum class Next { Anything, Text, Other };

    bool takesText(std::string_view word) {
        const bool isOption = !areOptionsOver_ && word.size() > 1 &&
                              (word.front() == '-' || (word.front() == '+' && interpreter_.textIsLater));
        if (next_ == Next::Other) {
            next_ = Next::Anything;
            return false;
        }
        if (next_ == Next::Text && !interpreter_.textIsLater) {
            next_ = Next::Anything;
            hasText_ = true;
            return true;
        }
        if (isOption && word == "--") {
            areOptionsOver_ = true;
            return false;
        }
        if (isOption) return word.starts_with("--") ? takesLongOption(word) : takesFlags(word.substr(1));
        isOver_ = !interpreter_.optionsAnywhere; // the rest is for the program
        return isTextLater_ || (interpreter_.readsFirstWord && !hasText_);
    }

    bool takesLongOption(std::string_view word) {
        const std::string_view name = word.substr(0, word.find('='));
        const bool hasValue = name.size() < word.size();
        const bool isText = isOneOf(kTextOptions, name);
        if (isText && hasValue) return true;
        if (isText) next_ = Next::Text;
        if (isOneOf(kOtherOptions, name) && !hasValue) next_ = Next::Other;
        return false;
    }

    bool takesFlags(std::string_view flags) {
        for (std::size_t i = 0; i < flags.size(); ++i) {
            const bool isLast = i + 1 == flags.size();
            if (interpreter_.textFlags.find(flags[i]) != flags.npos) {
                if (interpreter_.textIsLater) {
                    isTextLater_ = true;
                    continue;
                }
                if (isLast) next_ = Next::Text;
                hasText_ = true;
                return !isLast;
            }
            if (interpreter_.otherFlags.find(flags[i]) == flags.npos) continue;
            // A program from a file is none that stands in the line.
            if (flags[i] == 'f') hasText_ = true;
            if (isLast) next_ = Next::Other;
            if (!interpreter_.textIsLater) return false;
        }
        return false;
    }

    // given
    const Interpreter& interpreter_;
    // state
    Next next_ = Next::Anything;
    bool isTextLater_ = false;
    bool hasText_ = false;
    bool areOptionsOver_ = false;
    bool isOver_ = false;
};

std::string fault(const std::string& program, const std::string& word) {
    const auto& [variable, environment] = *variableIn(word);
    return fmt::format(
        "{} would read {} as a part of its program, which is then written by whoever names a stream; say "
        "\"${}\" instead: programs find the variables in their environment",
        nameOf(program), variable, environment);
}

} // namespace

std::string execTextFault(const std::vector<std::string>& words) {
    if (words.empty()) return {};
    const bool isCarried = isOneOf(kCarriers, nameOf(words.front()));
    for (std::size_t i = 0; i < words.size(); ++i) {
        // `env -S` takes its text apart by itself.
        const bool splits =
            nameOf(words.front()) == "env" && (words[i].starts_with("-S") || words[i].starts_with("--split-string"));
        if (splits)
            for (std::size_t j = i; j < std::min(i + 2, words.size()); ++j)
                if (variableIn(words[j]) != nullptr) return fault(words.front(), words[j]);
        if (const Interpreter* interpreter = interpreterOf(words[i])) {
            const std::string* word = TextSearch(*interpreter).run(std::span(words).subspan(i + 1));
            if (word != nullptr) return fault(words[i], *word);
        }
        if (!isCarried) break;
    }
    return {};
}

} // namespace hookcast::config
