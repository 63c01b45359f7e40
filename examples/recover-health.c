/* Is what a health reporter watches well? If not, let it recover. Usage: recover-health HOST PLACE REPORTER */
#include <smartnic.h>
#include <stdio.h>
#include <string.h>

/* Shows the reporter; `*well` becomes 0 if it has an error. */
static snic_status show(const snic_host *host, const char *place, const char *name, int *well, snic_error **error)
{
    snic_health_iter *all = NULL;
    const snic_health *one = NULL;
    snic_status status = snic_health_list(host, place, &all, error);
    while (status == SNIC_STATUS_OK && snic_health_next(all, &one, NULL) == SNIC_STATUS_OK) {
        if (strcmp(one->name, name) != 0)
            continue;
        *well = one->healthy;
        printf("%s %s: %s, errors %llu, recovered %llu\n", one->place, one->name, one->healthy ? "healthy" : "error",
               (unsigned long long)one->errors, (unsigned long long)one->recoveries);
    }
    snic_health_iter_free(all);
    return status;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: %s HOST PLACE REPORTER\n", argv[0]);
        return 2;
    }
    const char *place = argv[2], *name = argv[3];
    int well = 1;
    snic_error *error = NULL;
    snic_host *host = NULL;
    snic_status status = snic_host_open(argv[1], NULL, &host, &error);
    if (status == SNIC_STATUS_OK && strncmp(argv[1], "sim:", 4) == 0) {
        /* Simulated NICs are well until something happens to them. */
        snic_health_settings settings = snic_health_settings_init();
        settings.set = SNIC_HEALTH_AUTO_RECOVER;
        status = snic_health_set(host, place, name, &settings, &error);
        if (status == SNIC_STATUS_OK)
            status = snic_sim_break(host, place, name, "TX timeout", 1000, NULL, &error);
    }
    if (status == SNIC_STATUS_OK)
        status = show(host, place, name, &well, &error);
    if (status == SNIC_STATUS_OK && !well) {
        status = snic_health_recover(host, place, name, &error);
        if (status == SNIC_STATUS_OK)
            status = show(host, place, name, &well, &error);
    }
    if (status != SNIC_STATUS_OK)
        fprintf(stderr, "error: %s\n", snic_error_message(error));
    snic_error_free(error);
    snic_host_close(host);
    return (int)status;
}
