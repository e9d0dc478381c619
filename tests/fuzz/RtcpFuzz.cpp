// A compound packet. Reports that were read are written and read again as the same.
#include "rtsp/ReceiverStatistics.h"
#include "rtsp/Rtcp.h"

#include <cstdlib>

namespace {

using namespace hookcast;

void check(bool condition) {
    if (!condition) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto compound = rtsp::parseRtcp({data, size});
    if (!compound.ok()) return 0;
    rtsp::ReceiverStatistics statistics(90000);
    for (const rtsp::SenderReport& report : compound.value().senderReports) {
        const auto again = rtsp::parseRtcp(rtsp::writeSenderReport(report, "cname"));
        check(again.ok() && again.value().senderReports.size() == 1 && again.value().senderReports[0] == report);
        statistics.onSenderReport(report, 1);
        check(statistics.report(report.ssrc, 2).ssrc == report.ssrc);
    }
    for (const rtsp::ReceiverReport& report : compound.value().receiverReports) {
        const auto again = rtsp::parseRtcp(rtsp::writeReceiverReport(report, "cname"));
        check(again.ok() && again.value().receiverReports.size() == 1 && again.value().receiverReports[0] == report);
    }
    for (const rtsp::SourceDescription& description : compound.value().descriptions) {
        const auto again = rtsp::parseRtcp(rtsp::writeReceiverReport({description.ssrc, {}}, description.cname));
        check(again.ok() && again.value().descriptions.at(0) == description);
    }
    return 0;
}
