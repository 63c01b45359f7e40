// Apply a rule file, all or nothing, and say of each rule where it is and why. Usage: apply-rules HOST FILE
#include <iostream>
#include <smartnic.hpp>

int main(int argc, char **argv)
try {
    if (argc != 3) {
        std::cerr << "usage: " << argv[0] << " HOST FILE\n";
        return 2;
    }
    static const char *const verdicts[] = {"absent", "in hardware", "software only", "refused"};
    smartnic::host host(argv[1]);
    auto report = host.apply(smartnic::rules::read(argv[2]));
    for (const snic_rule_report &rule : report) {
        const bool known = rule.verdict >= 0 && rule.verdict < 4;
        std::cout << "line " << rule.line << ": " << (known ? verdicts[rule.verdict] : "unknown") << '\n';
        for (const snic_reason &reason : report.reasons()) {
            std::cout << "    " << reason.who << ": " << reason.text;
            if (reason.hint != nullptr)
                std::cout << "; " << reason.hint;
            std::cout << '\n';
        }
    }
    std::cout << report.counts().rules << " rules, " << report.counts().in_hardware << " in hardware\n";
    host.save();
} catch (const smartnic::error &failure) {
    std::cerr << "error: " << failure.what() << '\n';
    return failure.status();
}
