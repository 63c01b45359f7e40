// Say what changes on a host, until nothing does for so many milliseconds. Usage: watch-events HOST MILLISECONDS
#include <iostream>
#include <smartnic.hpp>

int main(int argc, char **argv)
try {
    if (argc != 3) {
        std::cerr << "usage: " << argv[0] << " HOST MILLISECONDS\n";
        return 2;
    }
    static const char *const kinds[] = {"is", "appeared", "is gone", "changed", "joined", "parted"};
    smartnic::host host(argv[1]);
    auto events = host.watch_topology();
    while (const snic_event *event = events.next(std::stol(argv[2])))
        std::cout << event->object << ' ' << event->subject << ' '
                  << (event->kind >= 0 && event->kind < 6 ? kinds[event->kind] : "?") << '\n';
    std::cout << "nothing more\n";
} catch (const smartnic::error &failure) {
    std::cerr << "error: " << failure.what() << '\n';
    return failure.status();
}
