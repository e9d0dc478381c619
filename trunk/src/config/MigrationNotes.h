#pragma once

#include "config/ConfigLoader.h"
#include "config/Directive.h"

#include <vector>

namespace hookcast::config {

/// What a backend's author may have to know, and no file tells: whether the backends of SRS's hooks were
/// written for its releases up to 3 or for later ones, where the file leaves that to the default. `root` has modern
/// names.
std::vector<Note> migrationNotes(const Directive& root);

} // namespace hookcast::config
