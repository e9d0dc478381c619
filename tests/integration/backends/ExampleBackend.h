#pragma once

#include "support/ChildProcess.h"
#include "support/FreePort.h"
#include "support/HttpClient.h"
#include "support/LineLog.h"
#include "support/TempFolder.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::integration {

/// The languages that research/backends has an example in.
enum class Language : std::uint8_t { Node, Python, Php, Go };

inline constexpr Language kLanguages[] = {Language::Node, Language::Python, Language::Php, Language::Go};

std::string nameOf(Language language);

/// An example of research/backends, run as its document says, with a secret and a token.
class ExampleBackend {
  public:
    static constexpr const char* kToken = "open-sesame";

    /// Returns when it serves. Throws std::runtime_error when it does not.
    ExampleBackend(Language language, std::string_view secret);

    std::string url() const;

    /// The answer to a POST of `body` with these headers, a line each with its end.
    HttpAnswer post(std::string_view body, std::string_view headers) const;

    /// A line for each event that it has acted on: `on_publish cam`.
    const LineLog& events() const;

  private:
    std::vector<std::string> command() const;

    Language language_;
    TempFolder folder_;
    FreePort port_;
    std::unique_ptr<ChildProcess> process_;
};

} // namespace hookcast::integration
