/* Bridges, bonds, tunnels, virtio devices. */
#include "check.h"

static void bridges(snic_host *host)
{
    snic_bridge_settings settings = snic_bridge_settings_init();
    settings.set = SNIC_BRIDGE_VLAN_FILTERING;
    settings.vlan_filtering = 1;
    MUST(snic_bridge_add(host, "br0", &settings, &error));
    CHECK(snic_bridge_add(host, "br0", NULL, NULL) == SNIC_STATUS_ALREADY_EXISTS);
    MUST(snic_master_set(host, "enp3s0f0np0", "br0", &error));
    MUST(snic_master_set(host, "pf0vf0", "br0", &error));
    settings.set = SNIC_BRIDGE_AGEING_TIME;
    settings.ageing_time = 12300;
    MUST(snic_bridge_set(host, "br0", &settings, &error));
    snic_bridge_iter *bridges = NULL;
    const snic_bridge *bridge = NULL;
    MUST(snic_bridge_list(host, &bridges, &error));
    MUST(snic_bridge_next(bridges, &bridge, &error));
    SAME(bridge->name, "br0");
    CHECK(bridge->vlan_filtering == 1 && bridge->ageing_time == 12300 && bridge->ifindex > 0);
    snic_bridge_iter_free(bridges);

    MUST(snic_bridge_vlan_add(host, "pf0vf0", 10, 12, SNIC_VLAN_UNTAGGED, &error));
    CHECK(snic_bridge_vlan_add(host, "pf0vf0", 12, 10, 0, NULL) == SNIC_STATUS_INVALID_INPUT);
    CHECK(snic_bridge_vlan_add(host, "pf0vf0", 1, 1, 8, NULL) == SNIC_STATUS_INVALID_INPUT);
    const snic_pair wanted[] = {{"learning", "off"}, {"cost", "4"}};
    MUST(snic_bridge_port_set(host, "pf0vf0", wanted, 2, 0, &error));
    const snic_pair refused[] = {{"isolated", "on"}};
    CHECK(snic_bridge_port_set(host, "pf0vf0", refused, 1, 0, NULL) != SNIC_STATUS_OK);
    const snic_pair wrong[] = {{"isolated", "maybe"}};
    CHECK(snic_bridge_port_set(host, "pf0vf0", wrong, 1, 0, NULL) == SNIC_STATUS_INVALID_INPUT);
    snic_bridge_port_iter *ports = NULL;
    const snic_bridge_port *port = NULL;
    int seen = 0;
    MUST(snic_bridge_port_list(host, &ports, &error));
    while (snic_bridge_port_next(ports, &port, NULL) == SNIC_STATUS_OK)
        if (port->cost == 4) {
            CHECK(strstr(port->flags_off, "learning") != NULL && strstr(port->flags_on, "flood") != NULL);
            CHECK(strstr(port->vlans, "10-12u") != NULL || strstr(port->vlans, "10u 11u 12u") != NULL);
            seen += 1;
        }
    CHECK(seen == 1);
    snic_bridge_port_iter_free(ports);
    MUST(snic_bridge_vlan_remove(host, "pf0vf0", 12, 12, 0, &error));

    snic_fdb_options fixed = snic_fdb_options_init();
    fixed.master = 1;
    fixed.in_vlan = 1;
    fixed.vlan = 10;
    MUST(snic_fdb_add(host, "pf0vf0", "02:00:00:00:00:01", &fixed, &error));
    CHECK(snic_fdb_add(host, "pf0vf0", "02:00:00:00:00:01", &fixed, NULL) == SNIC_STATUS_ALREADY_EXISTS);
    snic_fdb_iter *addresses = NULL;
    const snic_fdb *address = NULL;
    seen = 0;
    MUST(snic_fdb_list(host, "br0", NULL, &addresses, &error));
    while (snic_fdb_next(addresses, &address, NULL) == SNIC_STATUS_OK)
        seen += strcmp(address->mac, "02:00:00:00:00:01") == 0 && address->vlan == 10 && strcmp(address->state, "static") == 0;
    CHECK(seen == 1);
    snic_fdb_iter_free(addresses);
    MUST(snic_fdb_remove(host, "pf0vf0", "02:00:00:00:00:01", &fixed, &error));
    fixed.permanent = fixed.dynamic = 1;
    CHECK(snic_fdb_add(host, "pf0vf0", "02:00:00:00:00:01", &fixed, NULL) == SNIC_STATUS_INVALID_INPUT);

    /* A bridge that is down knows no groups. */
    snic_mdb_iter *members = NULL;
    const snic_mdb *member = NULL;
    CHECK(snic_mdb_set(host, "br0", "pf0vf0", "239.1.1.1", 10, 1, 0, NULL) == SNIC_STATUS_REFUSED);
    CHECK(snic_mdb_set(host, "br0", "pf0vf0", "239.1.1.1", 70000, 1, 0, NULL) == SNIC_STATUS_INVALID_INPUT);
    MUST(snic_mdb_list(host, &members, &error));
    CHECK(snic_mdb_next(members, &member, NULL) == SNIC_STATUS_END);
    snic_mdb_iter_free(members);
    MUST(snic_master_set(host, "pf0vf0", NULL, &error));
    MUST(snic_master_remove(host, "br0", &error));
}

static void tunnels(snic_host *host)
{
    snic_tunnel_options options = snic_tunnel_options_init();
    MUST(snic_tunnel_add(host, "vxlan0", "vxlan", NULL, &error));
    options.with_id = 1;
    options.id = 7;
    CHECK(snic_tunnel_add(host, "gen0", "geneve", &options, NULL) == SNIC_STATUS_INVALID_INPUT);
    options.remote = "192.0.2.1";
    MUST(snic_tunnel_add(host, "gen0", "geneve", &options, &error));
    CHECK(snic_tunnel_add(host, "ipip0", "ipip", NULL, NULL) == SNIC_STATUS_INVALID_INPUT);
    snic_tunnel_iter *tunnels = NULL;
    const snic_tunnel *tunnel = NULL;
    int seen = 0;
    MUST(snic_tunnel_list(host, &tunnels, &error));
    while (snic_tunnel_next(tunnels, &tunnel, NULL) == SNIC_STATUS_OK) {
        if (strcmp(tunnel->name, "vxlan0") == 0)
            seen += tunnel->external == 1 && tunnel->id == -1 && tunnel->port == 4789;
        else
            seen += tunnel->external == 0 && tunnel->id == 7 && strcmp(tunnel->remote, "192.0.2.1") == 0;
    }
    CHECK(seen == 2);
    snic_tunnel_iter_free(tunnels);
    MUST(snic_tunnel_remove(host, "gen0", &error));
}

static void vdpa(snic_host *host)
{
    snic_vdpa_mgmt_iter *mgmts = NULL;
    const snic_vdpa_mgmt *mgmt = NULL;
    MUST(snic_vdpa_mgmt_list(host, &mgmts, &error));
    MUST(snic_vdpa_mgmt_next(mgmts, &mgmt, &error));
    SAME(mgmt->kinds, "net");
    CHECK(mgmt->max_queues > 0 && mgmt->features != 0);
    snic_vdpa_options options = snic_vdpa_options_init();
    options.mac = "02:00:00:00:00:01";
    options.max_queue_pairs = 4;
    MUST(snic_vdpa_add(host, "vdpa0", mgmt->handle, &options, &error));
    CHECK(snic_vdpa_add(host, "vdpa1", mgmt->handle, NULL, NULL) != SNIC_STATUS_OK);
    snic_vdpa_mgmt_iter_free(mgmts);
    MUST(snic_vdpa_set_mac(host, "vdpa0", "02:00:00:00:00:02", &error));
    snic_vdpa_iter *devices = NULL;
    const snic_vdpa *device = NULL;
    MUST(snic_vdpa_list(host, &devices, &error));
    MUST(snic_vdpa_next(devices, &device, &error));
    SAME(device->name, "vdpa0");
    SAME(device->mac, "02:00:00:00:00:02");
    snic_vdpa_iter_free(devices);
    snic_vdpa_counter_iter *counters = NULL;
    CHECK(snic_vdpa_counter_list(host, "nosuch", 0, &counters, NULL) != SNIC_STATUS_OK && counters == NULL);
    MUST(snic_vdpa_remove(host, "vdpa0", &error));
}

static void bonds(void)
{
    snic_host *host = open_host("sim:bluefield3");
    MUST(snic_bond_set(host, "bond0", 1, "active-backup", 100, NULL, &error));
    MUST(snic_master_set(host, "enp3s0f0np0", "bond0", &error));
    MUST(snic_master_set(host, "enp3s0f1np1", "bond0", &error));
    MUST(snic_bond_set(host, "bond0", 0, NULL, -1, "enp3s0f1np1", &error));
    snic_bond_port_iter *ports = NULL;
    const snic_bond_port *port = NULL;
    int seen = 0;
    MUST(snic_bond_list(host, &ports, &error));
    while (snic_bond_port_next(ports, &port, NULL) == SNIC_STATUS_OK) {
        SAME(port->bond, "bond0");
        SAME(port->mode, "active-backup");
        CHECK(port->why[0] != 0);
        seen += strcmp(port->port, "enp3s0f1np1") == 0 ? port->active : 10;
    }
    CHECK(seen == 11);
    snic_bond_port_iter_free(ports);
    MUST(snic_master_remove(host, "bond0", &error));
    snic_host_close(host);
}

int main(void)
{
    snic_host *host = open_host("sim:bluefield3");
    MUST(snic_eswitch_set(host, NIC, SNIC_ESWITCH_MODE_SWITCHDEV, 2, 0, &error));
    bridges(host);
    tunnels(host);
    vdpa(host);
    snic_host_close(host);
    bonds();
    puts("bridges: ok");
    return 0;
}
