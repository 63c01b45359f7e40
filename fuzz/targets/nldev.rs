//! Answers of nldev, and routes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smartnic::rdma::ResourceKind;
use smartnic_netlink::nldev;
use smartnic_netlink::rtnl::route;

fuzz_target!(|datagram: &[u8]| {
    smartnic_fuzz::each(datagram, |message| {
        let _ = nldev::decode_device(message);
        let _ = nldev::decode_port(message);
        let _ = nldev::decode_system(message);
        let _ = nldev::decode_event(message);
        let _ = nldev::decode_summary(message);
        for kind in [
            ResourceKind::Qp,
            ResourceKind::CmId,
            ResourceKind::Cq,
            ResourceKind::Mr,
            ResourceKind::Pd,
            ResourceKind::Ctx,
            ResourceKind::Srq,
        ] {
            let _ = nldev::decode_resources(kind, message);
            let _ = nldev::decode_raw(kind, message);
        }
        let _ = nldev::decode_pools(message);
        let _ = nldev::decode_counters(message);
        let _ = nldev::decode_optional(message);
        let _ = nldev::decode_mode(message);
        let _ = nldev::decode_binding(message);
        let _ = nldev::decode_bound(message);
        let _ = nldev::decode_mr_counters(message);
        let _ = route::decode(message);
    });
});
