/* What the test programs share: a check that says where it failed, and a call that must succeed. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <smartnic.h>
#include <smartnic.h>

#define NIC "pci/0000:03:00.0"

#define CHECK(what)                                                                \
    do {                                                                           \
        if (!(what)) {                                                             \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #what);     \
            exit(1);                                                               \
        }                                                                          \
    } while (0)

#define SAME(one, other)                                                                             \
    do {                                                                                             \
        const char *one_ = (one), *other_ = (other);                                                 \
        if (one_ == NULL || strcmp(one_, other_) != 0) {                                             \
            fprintf(stderr, "%s:%d: %s is \"%s\", not \"%s\"\n", __FILE__, __LINE__, #one,           \
                    one_ == NULL ? "(null)" : one_, other_);                                         \
            exit(1);                                                                                 \
        }                                                                                            \
    } while (0)

/* Makes a call whose last argument is `&error`, and ends the program if it fails. */
#define MUST(call)                                                                                   \
    do {                                                                                             \
        snic_error *error = NULL;                                                                    \
        snic_status status_ = (call);                                                                \
        if (status_ != SNIC_STATUS_OK) {                                                             \
            fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #call, snic_error_message(error)); \
            exit(1);                                                                                 \
        }                                                                                            \
        CHECK(error == NULL);                                                                        \
    } while (0)

static inline snic_host *open_host(const char *uri)
{
    snic_host *host = NULL;
    MUST(snic_host_open(uri, NULL, &host, &error));
    return host;
}

#endif
