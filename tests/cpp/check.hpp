// What the test programs in C++ share.
#ifndef CHECK_HPP
#define CHECK_HPP

#include <cstdio>
#include <cstdlib>
#include <string>
#include <type_traits>

#include <smartnic.hpp>
#include <smartnic.hpp>

#define CHECK(what)                                                            \
    do {                                                                       \
        if (!(what)) {                                                         \
            std::fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #what); \
            std::exit(1);                                                      \
        }                                                                      \
    } while (0)

inline const std::string NIC = "pci/0000:03:00.0";

#endif
