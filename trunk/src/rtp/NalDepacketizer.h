#pragma once

#include "rtp/GroupingDepacketizer.h"

namespace hookcast::rtp {

/// What the payload formats of H.264 and HEVC have in common: units made of NAL units, whole or in fragments.
class NalDepacketizer : public GroupingDepacketizer {
  protected:
    using GroupingDepacketizer::GroupingDepacketizer;

    struct NalTraits {
        bool isNalUnit = false; ///< and not one of the types that the payload format takes for itself
        bool isSlice = false;
        bool beginsPicture = false; ///< a slice that is the first of its picture
        bool isKeyframe = false;
        bool isParameterSet = false;
    };

    virtual NalTraits traitsOf(base::ByteSpan unit) const = 0;

    /// A slice that is not its picture's first.
    bool goesOn(base::ByteSpan unit) const;
    /// The first of addAggregated(); of addFragment().
    bool aggregateGoesOn(base::ByteSpan units) const;
    bool fragmentGoesOn(bool isFirst, base::ByteSpan header, base::ByteSpan payload) const;

    bool hasMedia() const final { return hasSlice_; }
    bool isUnfinished() const final { return inFragment_; }
    Beginning beginning() const final;
    void reset() final;

    void addNalUnit(base::ByteSpan unit);

    /// NAL units behind one another, each behind its length in 16 bits.
    void addAggregated(base::ByteSpan units);

    /// One fragment. `header`: of the NAL unit that was cut up.
    void addFragment(bool isFirst, bool isLast, base::ByteSpan header, base::ByteSpan payload);

    /// A packet that cannot be read, and with it the unit.
    void refuse();

  private:
    void note(base::ByteSpan unit);

    bool inFragment_ = false;
    bool hasSlice_ = false;
    bool firstSliceBeginsPicture_ = false;
};

} // namespace hookcast::rtp
