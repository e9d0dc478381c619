#pragma once

#include "control/ApiAnswer.h"
#include "control/ApiContext.h"
#include "control/ClusterDesk.h"
#include "control/MetricsText.h"

namespace hookcast::control {

/// What the control interface tells of the cluster. On the interface's thread.
class ClusterPages {
  public:
    explicit ClusterPages(ApiContext& context) : context_(context) {}

    /// SRS's answer, to its query; without that, what this node knows of its cluster.
    ApiAnswer clusters(const ApiQuery& query, const Census& census) const;

  private:
    // given
    ApiContext& context_;
};

Json clusterJson(const ClusterView& view);

void writeCluster(const ClusterFigures& figures, MetricsText& metrics);

} // namespace hookcast::control
