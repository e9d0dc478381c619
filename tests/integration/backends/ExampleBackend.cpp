#include "backends/ExampleBackend.h"

#include "support/OwnServer.h"

#include <fmt/format.h>

#include <stdexcept>

namespace hookcast::integration {

namespace {

const std::string kExamples = HOOKCAST_SOURCE_DIR "/research/backends";

/// What comes out is the program.
void buildGo(const TempFolder& folder) {
    ChildProcess go({{"go", "build", "-o", folder.file("hooks"), kExamples + "/go/hooks.go"},
                     {{"GOCACHE", folder.file("cache")}, {"GO111MODULE", "off"}},
                     {}});
    if (go.waitForExit().code != 0) throw std::runtime_error("go build: " + go.errors().text());
}

} // namespace

std::string nameOf(Language language) {
    switch (language) {
    case Language::Node: return "Node";
    case Language::Python: return "Python";
    case Language::Php: return "Php";
    case Language::Go: return "Go";
    }
    return {};
}

ExampleBackend::ExampleBackend(Language language, std::string_view secret) : language_(language) {
    if (language == Language::Go) buildGo(folder_);
    process_ = std::make_unique<ChildProcess>(ChildProcess::Command{
        command(),
        {{"HOOK_SECRET", std::string(secret)}, {"HOOK_TOKEN", kToken}, {"HOOK_FOLDER", folder_.path().string()}},
        {}});
    waitForListener(port_.number());
}

std::vector<std::string> ExampleBackend::command() const {
    const std::string port = std::to_string(port_.number());
    switch (language_) {
    case Language::Node: return {"node", kExamples + "/node/hooks.mjs", port};
    case Language::Python: return {"python3", kExamples + "/python/hooks.py", port};
    case Language::Php: return {"php", "-S", "127.0.0.1:" + port, kExamples + "/php/hooks.php"};
    case Language::Go: return {folder_.file("hooks"), port};
    }
    return {};
}

std::string ExampleBackend::url() const {
    return fmt::format("http://127.0.0.1:{}/hooks", port_.number());
}

HttpAnswer ExampleBackend::post(std::string_view body, std::string_view headers) const {
    HttpClient client(port_.number());
    client.sendRaw(fmt::format("POST /hooks HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                               "Content-Length: {}\r\nConnection: close\r\n{}\r\n{}",
                               body.size(), headers, body));
    const std::string answer = client.receiveToEnd();
    HttpAnswer read;
    if (answer.starts_with("HTTP/1.")) read.status = std::stoi(answer.substr(9, 3));
    if (const std::size_t end = answer.find("\r\n\r\n"); end != std::string::npos) read.body = answer.substr(end + 4);
    return read;
}

const LineLog& ExampleBackend::events() const {
    return language_ == Language::Php ? process_->errors() : process_->output();
}

} // namespace hookcast::integration
