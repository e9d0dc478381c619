#pragma once

#include "unit/support/TestBytes.h"

namespace hookcast::rtmp::test {

using support::errorOf;
using support::hex;
using support::join;
using support::pattern;
using support::textBytes;

} // namespace hookcast::rtmp::test
