// A compound packet. Reports that were read are written and read again as the same.
#include "rtp/ReceiverStatistics.h"
#include "rtp/Rtcp.h"

#include <cstdlib>

namespace {

using namespace hookcast;

void check(bool condition) {
    if (!condition) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto compound = rtp::parseRtcp({data, size});
    if (!compound.ok()) return 0;
    rtp::ReceiverStatistics statistics(90000);
    for (const rtp::SenderReport& report : compound.value().senderReports) {
        const auto again = rtp::parseRtcp(rtp::writeSenderReport(report, "cname"));
        check(again.ok() && again.value().senderReports.size() == 1 && again.value().senderReports[0] == report);
        statistics.onSenderReport(report, 1);
        check(statistics.report(report.ssrc, 2).ssrc == report.ssrc);
    }
    for (const rtp::ReceiverReport& report : compound.value().receiverReports) {
        const auto again = rtp::parseRtcp(rtp::writeReceiverReport(report, "cname"));
        check(again.ok() && again.value().receiverReports.size() == 1 && again.value().receiverReports[0] == report);
    }
    for (const rtp::SourceDescription& description : compound.value().descriptions) {
        const auto again = rtp::parseRtcp(rtp::writeReceiverReport({description.ssrc, {}}, description.cname));
        check(again.ok() && again.value().descriptions.at(0) == description);
    }
    return 0;
}
