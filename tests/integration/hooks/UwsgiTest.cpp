#include "support/ChildProcess.h"
#include "support/Configs.h"
#include "support/FreePort.h"
#include "support/HookDirectives.h"
#include "support/HookcastServer.h"
#include "support/OwnServer.h"
#include "support/Sessions.h"
#include "support/TempFolder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdint>
#include <exception>
#include <fstream>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace hookcast::integration {
namespace {

constexpr int kThreads = 3;
constexpr int kSessionsPerThread = 100;

/// A backend in Python that admits everybody, and adds a line to the file `calls` for each call that it has heard.
constexpr const char* kApplication = R"(
import json, os
calls = os.open('calls', os.O_WRONLY | os.O_CREAT | os.O_APPEND)
def application(environ, start_response):
    call = json.loads(environ['wsgi.input'].read(int(environ['CONTENT_LENGTH'])))
    os.write(calls, ('%s %s\n' % (call['action'], call['client_id'])).encode())
    start_response('200 OK', [('Content-Type', 'text/plain'), ('Content-Length', '1')])
    return [b'0']
)";

/// How often each line is in the file.
std::map<std::string, int> linesOf(const std::string& file) {
    std::map<std::string, int> times;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) ++times[line];
    return times;
}

void publishOften(std::uint16_t port, int thread) {
    for (int i = 0; i < kSessionsPerThread; ++i) {
        const std::string stream = fmt::format("show-{}-{}", thread, i);
        try {
            startPublisher(port, stream);
        } catch (const std::exception& e) {
            ADD_FAILURE() << stream << ": " << e.what();
        }
    }
}

/// uWSGI's HTTP router answers as HTTP/1.1, and closes the connection without having said so.
TEST(Uwsgi, HearsEachSessionsStoryOnce) {
    const TempFolder folder;
    const FreePort port;
    folder.write("app.py", kApplication);
    const ChildProcess uwsgi(
        {{"uwsgi", "--plugins", "http,python3", "--http", fmt::format("127.0.0.1:{}", port.number()), "--wsgi-file",
          "app.py", "--processes", "2", "--die-on-term"},
         {},
         folder.path().string()});
    waitForListener(port.number());
    const std::string url = fmt::format("http://127.0.0.1:{}/", port.number());
    HookcastServer server(defaultVhost(fmt::format(
        "http_hooks {{ enabled on; on_connect {0}; on_publish {0}; on_unpublish {0}; on_close {0}; }}", url)));
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread)
        threads.emplace_back([&server, thread] { publishOften(server.port(), thread); });
    for (std::thread& thread : threads) thread.join();
    server.stop();

    const std::map<std::string, int> calls = linesOf(folder.file("calls"));
    EXPECT_EQ(calls.size(), 4U * kThreads * kSessionsPerThread);
    for (const auto& [call, times] : calls) EXPECT_EQ(times, 1) << call;
}

/// Its own HTTP server behind a socket of this machine.
TEST(Uwsgi, HearsEachSessionsStoryThroughASocket) {
    const TempFolder folder;
    folder.write("app.py", kApplication);
    const std::string socket = folder.file("app.sock");
    const ChildProcess uwsgi({{"uwsgi", "--plugins", "python3", "--http-socket", socket, "--wsgi-file", "app.py",
                               "--processes", "2", "--die-on-term"},
                              {},
                              folder.path().string()});
    uwsgi.errors().waitFor("spawned uWSGI worker");
    const std::string url = fmt::format("http://unix:{}:/hooks?token=secret", socket);
    HookcastServer server("srs_log_level info;\n" +
                          defaultVhost(fmt::format("http_hooks {{ enabled on; on_connect {0}; on_publish {0}; "
                                                   "on_unpublish {0}; on_close {0}; }}",
                                                   url)));
    for (int i = 0; i < 20; ++i) startPublisher(server.port(), fmt::format("show-{}", i));
    server.stop();
    const std::map<std::string, int> calls = linesOf(folder.file("calls"));
    EXPECT_EQ(calls.size(), 4U * 20);
    for (const auto& [call, times] : calls) EXPECT_EQ(times, 1) << call;
    EXPECT_NE(server.log().text().find("url=http://unix:" + socket + ":/hooks status=200"), std::string::npos);
    EXPECT_EQ(server.log().text().find("secret"), std::string::npos);
}

} // namespace
} // namespace hookcast::integration
