// Why are these rules not in hardware? Nothing stays changed. Usage: why-not-in-hardware HOST FILE
#include <iostream>
#include <smartnic.hpp>

int main(int argc, char **argv)
try {
    if (argc != 3) {
        std::cerr << "usage: " << argv[0] << " HOST FILE\n";
        return 2;
    }
    smartnic::host host(argv[1]);
    // true: put them there for a moment, to hear the driver's own words.
    auto report = host.explain(smartnic::rules::read(argv[2]), true);
    for (const snic_rule_report &rule : report) {
        if (rule.verdict == SNIC_VERDICT_IN_HARDWARE)
            continue;
        std::cout << rule.rule << '\n';
        for (const snic_reason &reason : report.reasons())
            std::cout << "    the " << reason.who << " says: " << reason.text << '\n';
        if (rule.surprise)
            std::cout << "    the adapter had expected something else\n";
    }
} catch (const smartnic::error &failure) {
    std::cerr << "error: " << failure.what() << '\n';
    return failure.status();
}
