/* What NICs are here? Usage: list-devices [HOST], such as linux: or sim:bluefield3 */
#include <smartnic.h>
#include <stdio.h>

static int fail(snic_error *error)
{
    fprintf(stderr, "error: %s\n", snic_error_message(error));
    int code = (int)snic_error_status(error);
    snic_error_free(error);
    return code;
}

int main(int argc, char **argv)
{
    snic_error *error = NULL;
    snic_host *host = NULL;
    snic_device_iter *devices = NULL;
    const snic_device *device = NULL;
    if (snic_host_open(argc > 1 ? argv[1] : "linux:", NULL, &host, &error) != SNIC_STATUS_OK)
        return fail(error);
    if (snic_device_list(host, NULL, &devices, &error) != SNIC_STATUS_OK) {
        snic_host_close(host);
        return fail(error);
    }
    while (snic_device_next(devices, &device, NULL) == SNIC_STATUS_OK)
        printf("%s %s (%s adapter), mode %s, %u of %lld VFs, %u representors\n", device->handle, device->driver,
               device->adapter, device->mode != NULL ? device->mode : "unknown", device->vfs,
               (long long)device->max_vfs, device->representors);
    snic_device_iter_free(devices);
    snic_host_close(host);
    return 0;
}
