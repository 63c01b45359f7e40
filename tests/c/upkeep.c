/* Upkeep of a device through its link, what is plugged into it, and how it tells of changes. */
#include "check.h"

static void heard(const char *words, uint64_t done, uint64_t total, void *user)
{
    (void)words, (void)done, (void)total;
    ++*(int *)user;
}

int main(void)
{
    const char *link = "enp3s0f0np0";
    snic_host *host = open_host("sim:bluefield3");
    snic_events *events = NULL;
    MUST(snic_link_watch(host, &events, &error));

    /* What this driver does not have. */
    snic_test_result_iter *tests = NULL;
    uint32_t left = 99;
    size_t needed = 0;
    uint8_t bytes[16];
    CHECK(snic_driver_test(host, link, 0, &tests, NULL, NULL) == SNIC_STATUS_UNSUPPORTED && tests == NULL);
    CHECK(snic_driver_identify(host, link, 1, NULL) == SNIC_STATUS_UNSUPPORTED);
    CHECK(snic_driver_reset(host, link, "mac,phy", &left, NULL) == SNIC_STATUS_UNSUPPORTED && left == 99);
    CHECK(snic_driver_reset(host, link, "mac,nosuch", NULL, NULL) == SNIC_STATUS_INVALID_INPUT);
    CHECK(snic_driver_registers(host, link, NULL, 0, &needed, NULL, NULL) == SNIC_STATUS_UNSUPPORTED);
    CHECK(snic_driver_eeprom(host, link, 0, 16, bytes, sizeof bytes, &needed, NULL) == SNIC_STATUS_UNSUPPORTED);
    const snic_pair slower[] = {{"rx-usecs", "7"}};
    CHECK(snic_queue_setting_set(host, link, 1, slower, 1, NULL) == SNIC_STATUS_UNSUPPORTED);

    MUST(snic_module_memory(host, link, 0x50, 0, 0, 0, 8, bytes, &error));
    snic_text *module = NULL;
    MUST(snic_module_json(host, link, &module, &error));
    CHECK(strstr(snic_text_get(module), "\"vendor\"") != NULL);
    snic_text_free(module);

    int told = 0;
    CHECK(snic_module_flash(host, link, "maker/module.bin", -1, heard, &told, NULL) == SNIC_STATUS_UNSUPPORTED && told == 0);
    CHECK(snic_module_flash(host, link, "maker/module.bin", -2, NULL, NULL, NULL) == SNIC_STATUS_INVALID_INPUT);
    snic_cable_finding_iter *cable = NULL;
    CHECK(snic_cable_test(host, link, NULL, &cable, NULL) == SNIC_STATUS_UNSUPPORTED && cable == NULL);
    snic_cable_options wrong = snic_cable_options_init();
    wrong.reflections = 1;
    wrong.pair = 5;
    CHECK(snic_cable_test(host, link, &wrong, &cable, NULL) == SNIC_STATUS_INVALID_INPUT);
    snic_setting_iter *settings = NULL;
    const snic_setting *setting = NULL;
    CHECK(snic_queue_setting_list(host, link, 1, &settings, NULL) == SNIC_STATUS_UNSUPPORTED);
    CHECK(snic_signal_list(host, link, &settings, NULL) == SNIC_STATUS_UNSUPPORTED);
    MUST(snic_phy_list(host, link, &settings, &error));
    CHECK(snic_setting_next(settings, &setting, NULL) == SNIC_STATUS_END && setting == NULL);
    snic_setting_iter_free(settings);

    snic_udp_port_iter *ports = NULL;
    const snic_udp_port *port = NULL;
    MUST(snic_udp_port_list(host, link, &ports, &error));
    MUST(snic_udp_port_next(ports, &port, &error));
    CHECK(port->table == 0 && port->places == 8 && port->port == 0);
    SAME(port->kinds, "vxlan");
    MUST(snic_udp_port_next(ports, &port, &error));
    CHECK(port->table == 1 && port->port == 4789);
    SAME(port->kind, "vxlan");
    snic_udp_port_iter_free(ports);

    /* What is heard of changes. */
    const snic_pair ring[] = {{"rx", "512"}};
    MUST(snic_setting_set(host, link, "ring", ring, 1, &error));
    const snic_event *event = NULL;
    do
        MUST(snic_events_next(events, 20000, &event, &error));
    while (strcmp(event->object, "ring") != 0);
    SAME(event->subject, link);
    CHECK(event->kind == SNIC_EVENT_KIND_CHANGED && event->ifindex > 0 && strstr(event->json, "\"rx\":512") != NULL);
    snic_events_free(events);
    snic_host_close(host);
    puts("upkeep: ok");
    return 0;
}
