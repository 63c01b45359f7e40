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

    /* The link is down, and a test says so; this driver has no registers. */
    snic_test_result_iter *tests = NULL;
    const snic_test_result *test = NULL;
    int passed = -1, wrong = 0;
    uint32_t left = 99, version = 0;
    size_t needed = 0;
    uint8_t small[1] = {77}, bytes[65536];
    MUST(snic_driver_test(host, link, 0, &tests, &passed, &error));
    while (snic_test_result_next(tests, &test, NULL) == SNIC_STATUS_OK)
        wrong += test->name != NULL && test->value != 0;
    CHECK(passed == 0 && wrong > 0);
    snic_test_result_iter_free(tests);
    MUST(snic_driver_identify(host, link, 1, &error));
    CHECK(snic_driver_reset(host, link, "mac,phy", &left, NULL) == SNIC_STATUS_UNSUPPORTED && left == 99);
    CHECK(snic_driver_reset(host, link, "mac,nosuch", NULL, NULL) == SNIC_STATUS_INVALID_INPUT);
    CHECK(snic_driver_registers(host, link, NULL, 0, &needed, NULL, NULL) == SNIC_STATUS_UNSUPPORTED);

    /* Buffers of the caller's: nothing is written into one that is too small. */
    snic_host *ice = open_host("sim:e810");
    snic_device_iter *devices = NULL;
    const snic_device *device = NULL;
    MUST(snic_device_list(ice, NIC, &devices, &error));
    MUST(snic_device_next(devices, &device, &error));
    CHECK(snic_driver_registers(ice, device->uplink, NULL, 0, &needed, &version, NULL) == SNIC_STATUS_NO_SPACE);
    CHECK(needed > 1 && needed <= sizeof bytes);
    CHECK(snic_driver_registers(ice, device->uplink, small, 1, &needed, NULL, NULL) == SNIC_STATUS_NO_SPACE);
    CHECK(small[0] == 77);
    MUST(snic_driver_registers(ice, device->uplink, bytes, sizeof bytes, &needed, &version, &error));
    MUST(snic_driver_eeprom(ice, device->uplink, 0, 16, bytes, sizeof bytes, &needed, &error));
    CHECK(needed == 16);
    snic_device_iter_free(devices);
    snic_host_close(ice);

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
    snic_cable_options fifth = snic_cable_options_init();
    fifth.reflections = 1;
    fifth.pair = 5;
    CHECK(snic_cable_test(host, link, &fifth, &cable, NULL) == SNIC_STATUS_INVALID_INPUT);
    snic_setting_iter *settings = NULL;
    const snic_setting *setting = NULL;
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

    /* One queue. */
    const snic_pair slower[] = {{"rx-usecs", "7"}};
    MUST(snic_queue_setting_set(host, link, 1, slower, 1, &error));
    MUST(snic_queue_setting_list(host, link, 1, &settings, &error));
    int seen = 0;
    while (snic_setting_next(settings, &setting, NULL) == SNIC_STATUS_OK)
        if (strcmp(setting->name, "rx-usecs") == 0)
            seen += setting->part == 1 && setting->number == 7;
    CHECK(seen == 1);
    snic_setting_iter_free(settings);

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
