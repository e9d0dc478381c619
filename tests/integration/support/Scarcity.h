#pragma once

#include "support/HookcastServer.h"

#include <cstddef>

namespace hookcast::integration {

/// While this lives, the server may open `more` files and sockets beside those that it has, and gets EMFILE for the
/// next; what it closes makes no room. Its process has all descriptors of small numbers, as the system counts by them.
class FewDescriptors {
  public:
    explicit FewDescriptors(const HookcastServer& server, std::size_t more = 0);
    ~FewDescriptors();
    FewDescriptors(const FewDescriptors&) = delete;
    FewDescriptors& operator=(const FewDescriptors&) = delete;

  private:
    const HookcastServer& server_;
};

} // namespace hookcast::integration
