#include "rtp/NalDepacketizer.h"

#include "base/ByteReader.h"

namespace hookcast::rtp {

/// Whether parameter sets went missing is not asked: others came before, or the picture cannot be decoded anyway.
GroupingDepacketizer::Beginning NalDepacketizer::beginning() const {
    return firstSliceBeginsPicture_ ? Beginning::There : Beginning::Missing;
}

void NalDepacketizer::reset() {
    inFragment_ = false;
    hasSlice_ = false;
    firstSliceBeginsPicture_ = false;
}

void NalDepacketizer::addNalUnit(base::ByteSpan unit) {
    if (inFragment_) {
        breakUnit();
        return;
    }
    if (!traitsOf(unit).isNalUnit) {
        refuse();
        return;
    }
    add(unit, {});
    if (!isBroken()) note(unit);
}

void NalDepacketizer::addAggregated(base::ByteSpan units) {
    base::ByteReader reader(units);
    while (reader.remaining() > 0 && !isBroken()) {
        const base::ByteSpan unit = reader.bytes(reader.u16());
        if (!reader.ok()) {
            refuse();
        } else if (!unit.empty()) {
            addNalUnit(unit);
        }
    }
}

void NalDepacketizer::addFragment(bool isFirst, bool isLast, base::ByteSpan header, base::ByteSpan payload) {
    if (isFirst == inFragment_) {
        breakUnit();
        return;
    }
    if (isFirst && !traitsOf(header).isNalUnit) {
        refuse();
    } else if (isFirst) {
        add(header, payload);
    } else {
        extend(payload);
    }
    if (isBroken()) return;
    inFragment_ = !isLast;
    if (isLast) note(unit_.units.back());
}

bool NalDepacketizer::goesOn(base::ByteSpan unit) const {
    const NalTraits traits = traitsOf(unit);
    return traits.isSlice && !traits.beginsPicture;
}

bool NalDepacketizer::aggregateGoesOn(base::ByteSpan units) const {
    base::ByteReader reader(units);
    const base::ByteSpan first = reader.bytes(reader.u16());
    return reader.ok() && goesOn(first);
}

bool NalDepacketizer::fragmentGoesOn(bool isFirst, base::ByteSpan header, base::ByteSpan payload) const {
    if (!isFirst || payload.empty()) return !isFirst;
    // The first byte behind its header tells.
    base::Bytes beginning(header.begin(), header.end());
    beginning.push_back(payload.front());
    return goesOn(beginning);
}

void NalDepacketizer::refuse() {
    ++counters_.malformedPackets;
    breakUnit();
}

void NalDepacketizer::note(base::ByteSpan unit) {
    const NalTraits traits = traitsOf(unit);
    if (traits.isSlice && !hasSlice_) firstSliceBeginsPicture_ = traits.beginsPicture;
    hasSlice_ = hasSlice_ || traits.isSlice;
    unit_.keyframe = unit_.keyframe || traits.isKeyframe;
    unit_.hasParameterSets = unit_.hasParameterSets || traits.isParameterSet;
}

} // namespace hookcast::rtp
