#pragma once

#include "support/Deadline.h"
#include "support/Descriptor.h"

#include <filesystem>

namespace hookcast::integration {

/// Tells when files in a folder appear or grow.
class FolderWatch {
  public:
    /// Throws std::runtime_error when there is no such folder.
    explicit FolderWatch(const std::filesystem::path& folder);

    /// Waits for a change since the last call, or since the beginning. False when the deadline passes first.
    bool waitForChange(const Deadline& deadline) const;

  private:
    Descriptor events_;
};

} // namespace hookcast::integration
