#pragma once

#include "support/ChildProcess.h"
#include "support/FreePort.h"
#include "support/OwnServer.h"
#include "support/TempFolder.h"

#include <fmt/format.h>

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace hookcast::integration {

/// PasswordBackend.py, run for one test: it admits `ann`, whose password is `secret`, and one with an unusual name.
class PasswordBackend {
  public:
    PasswordBackend()
        : uwsgi_({{"uwsgi", "--plugins", "http,python3", "--http", fmt::format("127.0.0.1:{}", port_.number()),
                   "--wsgi-file", HOOKCAST_SOURCE_DIR "/tests/integration/rtsp/PasswordBackend.py", "--die-on-term"},
                  {},
                  folder_.path().string()}) {
        waitForListener(port_.number());
    }

    /// An http_hooks block whose events all come here. `more` is put into it.
    std::string hooks(std::string_view more = "") const {
        return fmt::format("http_hooks {{ enabled on; {1} on_connect {0}; on_close {0}; on_publish {0}; "
                           "on_unpublish {0}; on_play {0}; on_stop {0}; }}\n",
                           url(), more);
    }

    /// An http_notify block, likewise.
    std::string notify(std::string_view more = "") const {
        return fmt::format(
            "http_notify {{ enabled on; {1} on_connect {0}; on_publish {0}; on_play {0}; on_done {0}; }}\n", url(),
            more);
    }

    /// All that it has heard, as soon as `text` is in it.
    std::string waitFor(const std::string& text) const { return waitForContent(folder_.file("calls"), text); }

    /// All that it has heard so far.
    std::string heard() const {
        std::ostringstream text;
        text << std::ifstream(folder_.file("calls")).rdbuf();
        return text.str();
    }

  private:
    std::string url() const { return fmt::format("http://127.0.0.1:{}/", port_.number()); }

    FreePort port_;
    TempFolder folder_;
    ChildProcess uwsgi_;
};

} // namespace hookcast::integration
