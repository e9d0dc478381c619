#include "base/Task.h"

#include "base/Log.h"

#include <exception>

namespace hookcast::base {

void runGuarded(Task& task, Log& log, std::string_view who) {
    try {
        task();
    } catch (const std::exception& e) {
        log.error(who, "internal error: a task threw: {}", e.what());
    } catch (...) {
        log.error(who, "internal error: a task threw what is no exception");
    }
}

} // namespace hookcast::base
