/* Say what changes on a host, until nothing does for so many milliseconds. Usage: watch-events HOST MILLISECONDS */
#include <poll.h>
#include <smartnic.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const KINDS[] = {"is", "appeared", "is gone", "changed", "joined", "parted"};

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: %s HOST MILLISECONDS\n", argv[0]);
        return 2;
    }
    snic_error *error = NULL;
    snic_host *host = NULL;
    snic_events *events = NULL;
    const snic_event *event = NULL;
    snic_status status = snic_host_open(argv[1], NULL, &host, &error);
    if (status == SNIC_STATUS_OK)
        status = snic_topology_watch(host, &events, &error);
    if (status == SNIC_STATUS_OK) {
        /* The descriptor stands beside any others in a loop of your own. */
        struct pollfd waiting = {snic_events_fd(events), POLLIN, 0};
        while (poll(&waiting, 1, atoi(argv[2])) > 0)
            while ((status = snic_events_next(events, 0, &event, &error)) == SNIC_STATUS_OK)
                printf("%s %s %s\n", event->object, event->subject,
                       event->kind >= 0 && event->kind < 6 ? KINDS[event->kind] : "?");
        if (status == SNIC_STATUS_END)
            status = SNIC_STATUS_OK;
        printf("nothing more\n");
    }
    if (status != SNIC_STATUS_OK)
        fprintf(stderr, "error: %s\n", snic_error_message(error));
    snic_error_free(error);
    snic_events_free(events);
    snic_host_close(host);
    return (int)status;
}
