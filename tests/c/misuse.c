/* What callers do wrong is told, not followed. */
#include "check.h"

/* Each call with an error object, which tells what is wrong. */
#define WRONG(call, words)                                                    \
    do {                                                                      \
        snic_error *error = NULL;                                             \
        CHECK((call) == SNIC_STATUS_INVALID_INPUT);                           \
        CHECK(error != NULL && snic_error_status(error) == SNIC_STATUS_INVALID_INPUT); \
        if (strstr(snic_error_message(error), words) == NULL) {               \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, snic_error_message(error)); \
            exit(1);                                                          \
        }                                                                     \
        CHECK(snic_error_free(error) == SNIC_STATUS_OK);                      \
    } while (0)

int main(void)
{
    snic_host *host = NULL;
    snic_device_iter *iter = NULL, *none = NULL;
    const snic_device *device = NULL;
    WRONG(snic_host_open(NULL, NULL, &host, &error), "NULL");
    WRONG(snic_host_open("sim:bluefield3", NULL, NULL, &error), "where the result is to be put");
    WRONG(snic_host_open("sim:\xff", NULL, &host, &error), "UTF-8");
    WRONG(snic_device_list(NULL, NULL, &iter, &error), "the snic_host is NULL");
    WRONG(snic_device_next(NULL, &device, &error), "NULL");

    /* A wrong size of a structure. */
    snic_host_options options = snic_host_options_init();
    options.size = 3;
    WRONG(snic_host_open("sim:bluefield3", &options, &host, &error), "sizeof(snic_host_options)");
    CHECK(host == NULL);
    snic_eswitch eswitch;
    memset(&eswitch, 0, sizeof eswitch);
    host = open_host("sim:bluefield3");
    WRONG(snic_eswitch_show(host, NIC, &eswitch, &error), "sizeof(snic_eswitch)");
    WRONG(snic_eswitch_show(host, NIC, NULL, &error), "result");

    /* Options of a newer header: what is not known must be 0. */
    struct {
        snic_host_options known;
        uint64_t later;
    } newer;
    snic_host *other = NULL;
    memset(&newer, 0, sizeof newer);
    newer.known.size = sizeof newer;
    CHECK(snic_host_open("sim:bluefield3", &newer.known, &other, NULL) == SNIC_STATUS_OK);
    snic_host_close(other);
    newer.later = 1;
    WRONG(snic_host_open("sim:bluefield3", &newer.known, &other, &error), "does not have");

    /* A handle of another kind. */
    MUST(snic_device_list(host, NULL, &iter, &error));
    WRONG(snic_device_list((const snic_host *)(const void *)iter, NULL, &none, &error), "no snic_host");
    CHECK(snic_host_close((snic_host *)(void *)iter) == SNIC_STATUS_INVALID_INPUT);
    uint64_t no_handle[4] = {1, 2, 3, 4};
    CHECK(snic_host_close((snic_host *)(void *)no_handle) == SNIC_STATUS_INVALID_INPUT);
    WRONG(snic_device_list((const snic_host *)(const void *)no_handle, NULL, &none, &error), "no snic_host");
    CHECK(snic_host_uri((const snic_host *)(const void *)no_handle) == NULL);

    CHECK(snic_device_iter_free(iter) == SNIC_STATUS_OK);

    /* Freed twice, and NULL. */
    CHECK(snic_host_close(host) == SNIC_STATUS_OK);
    CHECK(snic_host_close(host) == SNIC_STATUS_INVALID_INPUT);
    CHECK(snic_host_close(NULL) == SNIC_STATUS_OK && snic_error_free(NULL) == SNIC_STATUS_OK);

    /* Errors of none. */
    CHECK(snic_error_message(NULL) == NULL && snic_error_errno(NULL) == 0);
    CHECK(snic_error_status(NULL) == SNIC_STATUS_INVALID_INPUT);
    SAME(snic_status_text(SNIC_STATUS_NO_SPACE), "no space");
    SAME(snic_status_text(12345), "unknown status");

    /* Failures of other kinds have their own numbers. */
    snic_error *error = NULL;
    CHECK(snic_host_open("nonsense", NULL, &host, &error) == SNIC_STATUS_PARSE);
    SAME(snic_error_object(error), "nonsense");
    CHECK(snic_error_hint(error) != NULL && snic_error_why(error) != NULL && host == NULL);
    snic_error_free(error);
    CHECK(snic_host_open("sim:nosuch", NULL, &host, NULL) == SNIC_STATUS_INVALID_INPUT);
    puts("misuse: ok");
    return 0;
}
