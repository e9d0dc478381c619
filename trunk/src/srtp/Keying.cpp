#include "srtp/Keying.h"

#include <openssl/rand.h>

namespace hookcast::srtp {

base::Result<MasterKey> randomKey() {
    MasterKey key;
    if (RAND_bytes(key.bytes.data(), static_cast<int>(key.bytes.size())) != 1)
        return base::Error{"no randomness for a key"};
    return key;
}

} // namespace hookcast::srtp
