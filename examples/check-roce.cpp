// What does not fit for RoCE on a link; make it fit, and look again. Usage: check-roce HOST LINK
#include <iostream>
#include <smartnic.hpp>

static const char *const profile = "roce: {trust: dscp, priority: 3, dscp: 26, pfc: [3], mtu: 4200, gid: rocev2}";

static void check(const smartnic::host &host, const char *link)
{
    unsigned count = 0;
    for (const snic_finding &one : host.check_roce(link, profile)) {
        count += 1;
        std::cout << one.topic << ": " << one.what << "\n    " << one.fix << '\n';
    }
    std::cout << "findings: " << count << '\n';
}

int main(int argc, char **argv)
try {
    if (argc != 3) {
        std::cerr << "usage: " << argv[0] << " HOST LINK\n";
        return 2;
    }
    smartnic::host host(argv[1]);
    check(host, argv[2]);
    host.plan_roce(argv[2], profile).run(host); // all of it, read back, or nothing
    check(host, argv[2]);
} catch (const smartnic::error &failure) {
    std::cerr << "error: " << failure.what() << '\n';
    return failure.status();
}
