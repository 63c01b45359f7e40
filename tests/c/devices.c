/* Hosts, devices, versions, ports. */
#include "check.h"

static void profiles(void)
{
    snic_profile_iter *iter = NULL;
    const snic_profile *profile = NULL;
    int found = 0;
    MUST(snic_profile_list(&iter, &error));
    while (snic_profile_next(iter, &profile, NULL) == SNIC_STATUS_OK) {
        CHECK(profile->size == sizeof *profile);
        found += strcmp(profile->name, "bluefield3") == 0;
    }
    CHECK(profile == NULL && found == 1);
    CHECK(snic_profile_next(iter, &profile, NULL) == SNIC_STATUS_END);
    CHECK(snic_profile_iter_free(iter) == SNIC_STATUS_OK);
}

static void devices(const snic_host *host)
{
    snic_device_iter *iter = NULL;
    const snic_device *device = NULL, *second = NULL;
    MUST(snic_device_list(host, NULL, &iter, &error));
    MUST(snic_device_next(iter, &device, &error));
    SAME(device->handle, NIC);
    SAME(device->driver, "mlx5_core");
    SAME(device->adapter, "mlx5");
    SAME(device->mode, "legacy");
    CHECK(device->mode_number == SNIC_ESWITCH_MODE_LEGACY);
    CHECK(device->has_devlink == 1 && device->vfs == 0 && device->representors == 0 && device->max_vfs > 0);
    CHECK(device->uplink != NULL && device->uplink_ifindex != 0);
    SAME(device->seat, "untold");
    CHECK(device->host_functions == 0);
    /* What was lent lives as long as the iterator. */
    while (snic_device_next(iter, &second, NULL) == SNIC_STATUS_OK)
        CHECK(strcmp(second->handle, NIC) != 0);
    SAME(device->handle, NIC);
    CHECK(snic_device_iter_free(iter) == SNIC_STATUS_OK);

    MUST(snic_device_list(host, NIC, &iter, &error));
    MUST(snic_device_next(iter, &device, &error));
    SAME(device->handle, NIC);
    CHECK(snic_device_next(iter, &device, NULL) == SNIC_STATUS_END);
    snic_device_iter_free(iter);

    snic_error *error = NULL;
    CHECK(snic_device_list(host, "pci/0000:ff:00.0", &iter, &error) == SNIC_STATUS_NOT_FOUND);
    CHECK(iter == NULL);
    SAME(snic_error_object(error), "pci/0000:ff:00.0");
    CHECK(strstr(snic_error_hint(error), NIC) != NULL);
    snic_error_free(error);
}

static void versions(const snic_host *host)
{
    snic_device_version_iter *iter = NULL;
    const snic_device_version *version = NULL;
    int running = 0;
    MUST(snic_device_version_list(host, NIC, &iter, &error));
    while (snic_device_version_next(iter, &version, NULL) == SNIC_STATUS_OK)
        running += strcmp(version->kind, "running") == 0 && version->value[0] != '\0';
    CHECK(running > 0);
    snic_device_version_iter_free(iter);
}

static void ports(const snic_host *host)
{
    snic_port_iter *iter = NULL;
    const snic_port *port = NULL;
    MUST(snic_port_list(host, NIC, &iter, &error));
    MUST(snic_port_next(iter, &port, &error));
    SAME(port->flavour, "physical");
    CHECK(port->ifindex != 0 && port->netdev != NULL && port->active == -1);
    CHECK(snic_port_next(iter, &port, NULL) == SNIC_STATUS_END);
    snic_port_iter_free(iter);
}

int main(void)
{
    CHECK(snic_abi_version() == SNIC_ABI_VERSION);
    CHECK(strchr(snic_version(), '.') != NULL);
    profiles();
    snic_host *host = open_host("sim:bluefield3");
    SAME(snic_host_uri(host), "sim:bluefield3");
    devices(host);
    versions(host);
    ports(host);
    CHECK(snic_host_close(host) == SNIC_STATUS_OK);
    /* Each product with its own driver. */
    host = open_host("sim:e810?face=direct");
    snic_device_iter *iter = NULL;
    const snic_device *device = NULL;
    MUST(snic_device_list(host, NULL, &iter, &error));
    /* An iterator may live longer than its host. */
    snic_host_close(host);
    MUST(snic_device_next(iter, &device, &error));
    SAME(device->driver, "ice");
    snic_device_iter_free(iter);
    puts("devices: ok");
    return 0;
}
