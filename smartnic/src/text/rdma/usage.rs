//! What the words are for.

pub(super) const RDMA: &str = "Usage: rdma [ OPTIONS ] OBJECT { COMMAND | help }
       rdma [ -f[orce] ] -b[atch] filename
where  OBJECT := { dev | link | resource | monitor | system | statistic | help }
       OPTIONS := { -V[ersion] | -d[etails] | -j[son] | -p[retty] | -r[aw]}";

pub(super) const DEV: &str = "Usage: rdma dev show [DEV]
       rdma dev add DEVNAME type TYPE parent PARENT_DEVNAME
       rdma dev delete DEVNAME
       rdma dev set [DEV] name DEVNAME
       rdma dev set [DEV] netns { NSNAME | PID }
       rdma dev set [DEV] adaptive-moderation [on|off]";

pub(super) const LINK: &str = "Usage: rdma link show [DEV/PORT_INDEX]
Usage: rdma link add NAME type TYPE netdev NETDEV
Usage: rdma link delete NAME";

pub(super) const RESOURCE: &str = "Usage: rdma resource
          resource show [DEV]
          resource show [qp|cm_id|pd|mr|cq|ctx|srq|frmr_pools]
          resource show {qp|cm_id} link [DEV/PORT] [FILTER-NAME FILTER-VALUE]
          resource show {cq|pd|mr|ctx|srq|frmr_pools} dev [DEV] [FILTER-NAME FILTER-VALUE]
          resource set frmr_pools dev DEV aging AGING_PERIOD
          resource set frmr_pools dev DEV pinned POOL_KEY PINNED_VALUE";

pub(super) const POOLS_SET: &str = "Usage: rdma set frmr_pools dev DEV aging AGING_PERIOD
Usage: rdma set frmr_pools dev DEV pinned POOL_KEY PINNED_VALUE";

pub(super) const SYSTEM: &str = "Usage: rdma system show [ netns ]
       rdma system set netns { shared | exclusive }
       rdma system set privileged-qkey { on | off }";

pub(super) const SYSTEM_SET: &str = "Usage: rdma system set [PARAM] value
            system set netns { shared | exclusive }
            system set privileged-qkey { on | off }";

pub(super) const STATISTIC: &str = "Usage: rdma [ OPTIONS ] statistic { COMMAND | help }
       rdma statistic show [ link [ DEV/PORT_INDEX ] ]
       rdma statistic qp show [ link DEV/PORT_INDEX ] [ { cntn | lqpn | pid } VALUE ]
       rdma statistic mr show [ dev DEV ] [ mrn VALUE ]
       rdma statistic qp mode [ link DEV/PORT_INDEX ]
       rdma statistic qp set link DEV/PORT_INDEX auto { type,pid on | off } [ optional-counters { on | off } ]
       rdma statistic qp bind link DEV/PORT_INDEX lqpn LQPN [ cntn CNTN ]
       rdma statistic qp unbind link DEV/PORT_INDEX cntn CNTN [ lqpn LQPN ]
       rdma statistic mode [ supported ] [ link DEV/PORT_INDEX ]
       rdma statistic set link DEV/PORT_INDEX optional-counters NAME[,NAME...]
       rdma statistic unset link DEV/PORT_INDEX optional-counters";

pub(super) const MONITOR: &str = "Usage: rdma monitor [ -j ]";
