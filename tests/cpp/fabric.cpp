// RDMA, RoCE, adapters; bridges, bonds, tunnels, virtio devices; packets, tc's own words.
#include "check.hpp"

static void fabric(smartnic::host &host)
{
    const std::string link = "enp3s0f0np0";
    CHECK(smartnic::text(host.rdma_ports("mlx5_0").begin()->netdev) == link);
    int known = 0;
    for (const snic_rdma_counter &counter : host.rdma_counters("mlx5_0"))
        known += counter.canonical != nullptr;
    CHECK(known > 5 && host.watch_rdma().next(0) == nullptr);
    CHECK(host.roce(link).begin()->mtu == 1500);
    const std::string before = host.roce_json(link);
    const std::string profile = "roce: {trust: dscp, priority: 3, dscp: 26, pfc: [3], mtu: 4200, gid: rocev2}";
    CHECK(host.check_roce(link).begin() != smartnic::finding_range::iterator());
    host.plan_roce(link, profile).run(host);
    CHECK(host.check_roce(link, profile).begin() == smartnic::finding_range::iterator());
    CHECK(smartnic::compare_roce(before, host.roce_json(link)).begin() != smartnic::finding_range::iterator());
    CHECK(smartnic::text(host.fabric().begin()->rdma) == "mlx5_0");
    int adapters = 0, features = 0;
    for (const snic_adapter &adapter : smartnic::adapters())
        adapters += smartnic::text(adapter.name) == "ice";
    for (const snic_capability &one : smartnic::capabilities("ice"))
        features += one.support == 2;
    CHECK(adapters == 1 && features > 5 && !smartnic::try_capabilities("nosuch"));
}

static void bridges(smartnic::host &host)
{
    host.add_bridge("br0");
    snic_bridge_settings settings = snic_bridge_settings_init();
    settings.set = SNIC_BRIDGE_VLAN_FILTERING;
    settings.vlan_filtering = 1;
    host.set_bridge("br0", settings);
    host.set_master("pf0vf0", "br0");
    CHECK(host.bridges().begin()->vlan_filtering == 1);
    host.add_vlans("pf0vf0", 10, 10);
    host.set_bridge_port("pf0vf0", {{"cost", "4"}});
    int dear = 0;
    for (const snic_bridge_port &port : host.bridge_ports())
        dear += port.cost == 4;
    CHECK(dear == 1);
    snic_fdb_options fixed = snic_fdb_options_init();
    fixed.master = 1;
    host.add_fdb("pf0vf0", "02:00:00:00:00:01", fixed);
    int seen = 0;
    for (const snic_fdb &entry : host.fdb("br0"))
        seen += smartnic::text(entry.mac) == "02:00:00:00:00:01";
    CHECK(seen >= 1);
    host.remove_fdb("pf0vf0", "02:00:00:00:00:01", fixed);
    CHECK(!host.try_set_mdb("br0", "pf0vf0", "239.1.1.1"));
    CHECK(host.mdb().begin() == smartnic::mdb_range::iterator());
    host.remove_vlans("pf0vf0", 10, 10);
    host.set_master("pf0vf0", "");
    host.remove_master("br0");
    host.add_bond("bond0", "active-backup");
    host.set_bond("bond0", 200);
    CHECK(smartnic::text(host.bonds().begin()->bond) == "bond0");
    host.remove_master("bond0");

    host.add_tunnel("vxlan0", "vxlan");
    CHECK(host.tunnels().begin()->external == 1);
    host.remove_tunnel("vxlan0");
    const std::string carrier = host.vdpa_mgmts().begin()->handle;
    host.add_vdpa("vdpa0", carrier);
    host.set_vdpa_mac("vdpa0", "02:00:00:00:00:02");
    CHECK(smartnic::text(host.vdpas().begin()->mac) == "02:00:00:00:00:02");
    CHECK(!host.try_vdpa_counters("nosuch", 0));
    host.remove_vdpa("vdpa0");
}

static void packets(smartnic::host &host)
{
    const std::string dns = "ip_proto udp dst_port 53";
    host.apply(smartnic::rules::parse("filter add dev pf0vf0 ingress protocol ip pref 1 flower ip_proto udp action drop"));
    auto way = host.trace_packet("pf0vf0", dns);
    CHECK(smartnic::text(way.outcome().fate) == "dropped" && way.outcome().met == 1);
    for (const snic_trace_step &step : way)
        CHECK(step.prio == 1 && step.in_hardware == 1);
    CHECK(host.send_packets("pf0vf0", dns, 7));
    CHECK(host.tc("filter show dev pf0vf0 ingress").find("\"packets\":7") != std::string::npos);
    CHECK(host.tc("filter del dev pf0vf0 ingress protocol ip pref 1").empty());
    CHECK(!host.try_tc("nonsense") && !host.kernel().empty());
    CHECK(host.break_device(NIC + "/65535", "tx", "TX timeout"));
    host.add_netns("blue");
    host.move_link("enp3s0f1np1", "", "blue");
    host.remove_netns("blue");
    auto log = host.try_open_kernel_log();
    CHECK(log ? log->read().empty() : log.error().status() == SNIC_STATUS_UNSUPPORTED);
}

int main()
{
    smartnic::host host("sim:bluefield3");
    fabric(host);
    host.set_eswitch(NIC, SNIC_ESWITCH_MODE_SWITCHDEV, 1);
    bridges(host);
    packets(host);
    std::puts("fabric: ok");
    return 0;
}
