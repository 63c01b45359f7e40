// SPDX-License-Identifier: Apache-2.0 OR MIT
//
// SmartNIC offload from C++17: handles that free themselves, ranges over results, and failures as exceptions or as values,
// whichever a program prefers. Everything here is inline and stands on smartnic.h, which says what each operation does.
//
//     smartnic::host host("sim:bluefield3");
//     for (const snic_device &device : host.devices())
//         std::cout << device.handle << '\n';
//
// Each operation has two names. `devices()` throws smartnic::error; `try_devices()` returns a smartnic::result, which is
// either the value or the error. Without exceptions (-fno-exceptions), asking a result for a value that is not there ends the
// program.
//
// Handles can be moved and not copied. One thread at a time uses a handle, except host, which several may use.
#ifndef SMARTNIC_HPP
#define SMARTNIC_HPP

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "smartnic.h"

namespace smartnic {

/// A text that the library lends; empty for NULL.
inline std::string_view text(const char *given) noexcept
{
    return given == nullptr ? std::string_view() : std::string_view(given);
}

/// Why an operation failed. Copies share what they tell.
class error : public std::exception {
public:
    /// Takes over what a C function told.
    error(snic_status status, snic_error *told) noexcept : status_(status)
    {
        if (told != nullptr)
            told_ = std::shared_ptr<snic_error>(told, [](snic_error *gone) { snic_error_free(gone); });
    }

    /// All that is known, in words.
    const char *what() const noexcept override
    {
        return told_ ? snic_error_message(told_.get()) : snic_status_text(status_);
    }
    /// What sort of failure it is.
    snic_status status() const noexcept { return status_; }
    /// What was attempted.
    std::string_view op() const noexcept { return text(snic_error_op(told_.get())); }
    /// What it was attempted on.
    std::string_view object() const noexcept { return text(snic_error_object(told_.get())); }
    /// Why it failed.
    std::string_view why() const noexcept { return text(snic_error_why(told_.get())); }
    /// The words of the kernel or the driver; empty if it said none.
    std::string_view kernel_text() const noexcept { return text(snic_error_kernel_text(told_.get())); }
    /// The attribute that the kernel points at; empty if it points at none.
    std::string_view attribute() const noexcept { return text(snic_error_attribute(told_.get())); }
    /// What to do next; empty if that is not known.
    std::string_view hint() const noexcept { return text(snic_error_hint(told_.get())); }
    /// The error number of the operating system; 0 if there was none.
    int error_number() const noexcept { return snic_error_errno(told_.get()); }

private:
    snic_status status_;
    std::shared_ptr<snic_error> told_;
};

/// Names and values, to change something by.
using pairs = std::vector<std::pair<std::string, std::string>>;

namespace detail {

[[noreturn]] inline void raise(const error &failure)
{
#if defined(__cpp_exceptions)
    throw failure;
#else
    std::fprintf(stderr, "%s\n", failure.what());
    std::abort();
#endif
}

template <class T, snic_status (*Free)(T *)>
struct deleter {
    void operator()(T *gone) const noexcept { Free(gone); }
};

template <class T, snic_status (*Free)(T *)>
using owned = std::unique_ptr<T, deleter<T, Free>>;

} // namespace detail

/// A value, or the error that came instead of it.
template <class T>
class [[nodiscard]] result {
public:
    result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
    result(smartnic::error failure) noexcept : held_(std::in_place_index<1>, std::move(failure)) {}

    bool has_value() const noexcept { return held_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }
    /// The value; throws the error if there is none.
    T &value() &
    {
        if (!has_value())
            detail::raise(error());
        return *std::get_if<0>(&held_);
    }
    T value() && { return std::move(value()); }
    T &operator*() & { return value(); }
    T operator*() && { return std::move(*this).value(); }
    T *operator->() { return &value(); }
    /// The value, or this one.
    T value_or(T other) && { return has_value() ? std::move(value()) : std::move(other); }
    /// The error; without a status of its own (SNIC_STATUS_OK) if there is a value.
    smartnic::error error() const noexcept
    {
        return has_value() ? smartnic::error(SNIC_STATUS_OK, nullptr) : *std::get_if<1>(&held_);
    }

private:
    std::variant<T, smartnic::error> held_;
};

/// Nothing, or the error that came instead of success.
template <>
class [[nodiscard]] result<void> {
public:
    result() noexcept = default;
    result(smartnic::error failure) : held_(std::make_shared<smartnic::error>(std::move(failure))) {}

    bool has_value() const noexcept { return held_ == nullptr; }
    explicit operator bool() const noexcept { return has_value(); }
    void value() const
    {
        if (held_ != nullptr)
            detail::raise(*held_);
    }
    /// The error; without a status of its own (SNIC_STATUS_OK) if it succeeded.
    smartnic::error error() const noexcept
    {
        return has_value() ? smartnic::error(SNIC_STATUS_OK, nullptr) : *held_;
    }

private:
    std::shared_ptr<smartnic::error> held_;
};

namespace detail {

/// Makes a call that has nothing to return.
template <class Call>
result<void> run(Call &&call)
{
    snic_error *told = nullptr;
    const snic_status status = call(&told);
    if (status == SNIC_STATUS_OK)
        return {};
    return error(status, told);
}

/// Makes a call that hands out a handle, and wraps it.
template <class Wrapped, class Handle, class Call>
result<Wrapped> make(Call &&call)
{
    Handle *made = nullptr;
    snic_error *told = nullptr;
    const snic_status status = call(&made, &told);
    if (status == SNIC_STATUS_OK)
        return Wrapped(made);
    return error(status, told);
}

/// Makes a call that fills a structure.
template <class Filled, class Call>
result<Filled> fill(Filled filled, Call &&call)
{
    snic_error *told = nullptr;
    const snic_status status = call(&filled, &told);
    if (status == SNIC_STATUS_OK)
        return filled;
    return error(status, told);
}

/// Names and values as C takes them; they live as long as the pairs.
inline std::vector<snic_pair> c_pairs(const pairs &given)
{
    std::vector<snic_pair> made;
    made.reserve(given.size());
    for (const auto &one : given)
        made.push_back({one.first.c_str(), one.second.c_str()});
    return made;
}

/// Makes a call that writes into a buffer, with a larger one until all fits. `behind` it is what is not counted: the NUL of a text.
template <class Buffer, class Call>
result<Buffer> grow(std::size_t first, std::size_t behind, Call &&call)
{
    Buffer made(first, typename Buffer::value_type());
    for (;;) {
        std::size_t needed = 0;
        snic_error *told = nullptr;
        const snic_status status = call(made.data(), made.size(), &needed, &told);
        const error failure(status, told);
        if (status == SNIC_STATUS_OK) {
            made.resize(needed - behind);
            return made;
        }
        if (status != SNIC_STATUS_NO_SPACE || needed <= made.size())
            return failure;
        made.resize(needed);
    }
}

/// Makes a call that hands out a text.
template <class Call>
result<std::string> json(Call &&call)
{
    snic_text *made = nullptr;
    snic_error *told = nullptr;
    const snic_status status = call(&made, &told);
    const owned<snic_text, snic_text_free> text(made);
    if (status != SNIC_STATUS_OK)
        return error(status, told);
    return std::string(snic_text_get(made), snic_text_length(made));
}

inline const char *or_null(const std::string &given) noexcept
{
    return given.empty() ? nullptr : given.c_str();
}

/// Walks over what `next` lends until there is no more.
template <class Source, class Record>
class walk {
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Record;
    using difference_type = std::ptrdiff_t;
    using pointer = const Record *;
    using reference = const Record &;

    walk() noexcept = default;
    explicit walk(Source *source) : source_(source) { ++*this; }
    reference operator*() const noexcept { return *record_; }
    pointer operator->() const noexcept { return record_; }
    walk &operator++()
    {
        record_ = source_->next().value();
        return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const walk &one, const walk &other) noexcept { return one.record_ == other.record_; }
    friend bool operator!=(const walk &one, const walk &other) noexcept { return !(one == other); }

private:
    Source *source_ = nullptr;
    pointer record_ = nullptr;
};

} // namespace detail

/// Records, one after the other; it can be walked over once. How long a record lives, smartnic.h says at its `_next`.
template <class Record, class Iter, snic_status (*Next)(Iter *, const Record **, snic_error **), snic_status (*Free)(Iter *)>
class range {
public:
    using iterator = detail::walk<range, Record>;

    explicit range(Iter *made) noexcept : handle_(made) {}
    /// The next record; NULL behind the last.
    result<const Record *> next()
    {
        const Record *record = nullptr;
        snic_error *told = nullptr;
        const snic_status status = Next(handle_.get(), &record, &told);
        if (status == SNIC_STATUS_OK || status == SNIC_STATUS_END)
            return record;
        return error(status, told);
    }
    iterator begin() { return iterator(this); }
    iterator end() noexcept { return iterator(); }
    /// The handle, for functions of smartnic.h; it stays owned here.
    Iter *get() const noexcept { return handle_.get(); }

private:
    detail::owned<Iter, Free> handle_;
};

#define SNIC_RANGE(name, noun) \
    using name = range<noun, noun##_iter, noun##_next, noun##_iter_free>
SNIC_RANGE(profile_range, snic_profile);
SNIC_RANGE(device_range, snic_device);
SNIC_RANGE(version_range, snic_device_version);
SNIC_RANGE(port_range, snic_port);
SNIC_RANGE(representor_range, snic_representor);
SNIC_RANGE(vf_range, snic_vf);
SNIC_RANGE(sf_range, snic_sf);
SNIC_RANGE(param_range, snic_param);
SNIC_RANGE(health_range, snic_health);
SNIC_RANGE(usage_range, snic_flow_usage);
SNIC_RANGE(rdma_device_range, snic_rdma_device);
SNIC_RANGE(gid_range, snic_gid);
SNIC_RANGE(link_range, snic_link);
SNIC_RANGE(setting_range, snic_setting);
SNIC_RANGE(feature_range, snic_feature);
SNIC_RANGE(counter_range, snic_counter);
SNIC_RANGE(ntuple_range, snic_ntuple);
SNIC_RANGE(test_range, snic_test_result);
SNIC_RANGE(cable_range, snic_cable_finding);
SNIC_RANGE(udp_port_range, snic_udp_port);
SNIC_RANGE(trap_range, snic_trap);
SNIC_RANGE(trap_group_range, snic_trap_group);
SNIC_RANGE(trap_policer_range, snic_trap_policer);
SNIC_RANGE(region_range, snic_region);
SNIC_RANGE(rate_range, snic_rate);
SNIC_RANGE(resource_range, snic_resource);
SNIC_RANGE(buffer_range, snic_buffer);
SNIC_RANGE(buffer_pool_range, snic_buffer_pool);
SNIC_RANGE(buffer_share_range, snic_buffer_share);
SNIC_RANGE(selftest_range, snic_selftest);
SNIC_RANGE(linecard_range, snic_linecard);
SNIC_RANGE(rdma_port_range, snic_rdma_port);
SNIC_RANGE(mr_pool_range, snic_rdma_mr_pool);
SNIC_RANGE(rdma_raw_range, snic_rdma_raw);
SNIC_RANGE(rdma_counter_range, snic_rdma_counter);
SNIC_RANGE(roce_range, snic_roce);
SNIC_RANGE(finding_range, snic_finding);
SNIC_RANGE(fabric_range, snic_fabric);
SNIC_RANGE(adapter_range, snic_adapter);
SNIC_RANGE(capability_range, snic_capability);
SNIC_RANGE(bridge_range, snic_bridge);
SNIC_RANGE(bridge_port_range, snic_bridge_port);
SNIC_RANGE(fdb_range, snic_fdb);
SNIC_RANGE(mdb_range, snic_mdb);
SNIC_RANGE(bond_range, snic_bond_port);
SNIC_RANGE(tunnel_range, snic_tunnel);
SNIC_RANGE(vdpa_mgmt_range, snic_vdpa_mgmt);
SNIC_RANGE(vdpa_range, snic_vdpa);
SNIC_RANGE(vdpa_counter_range, snic_vdpa_counter);
SNIC_RANGE(saved_range, snic_saved_task);
#undef SNIC_RANGE
/// Rules that are on a host, read while they are walked over.
using flow_range = range<snic_flow, snic_flow_iter, snic_flow_next, snic_flow_iter_free>;

/// The NICs that can be simulated.
inline result<profile_range> try_profiles()
{
    return detail::make<profile_range, snic_profile_iter>(
        [](snic_profile_iter **made, snic_error **told) { return snic_profile_list(made, told); });
}
inline profile_range profiles() { return try_profiles().value(); }

/// What is known of drivers.
inline result<adapter_range> try_adapters()
{
    return detail::make<adapter_range, snic_adapter_iter>(
        [](snic_adapter_iter **made, snic_error **told) { return snic_adapter_list(made, told); });
}
inline adapter_range adapters() { return try_adapters().value(); }

/// Which features drivers have: of one adapter or driver, or of all.
inline result<capability_range> try_capabilities(const std::string &name = {})
{
    return detail::make<capability_range, snic_capability_iter>([&](snic_capability_iter **made, snic_error **told) {
        return snic_capability_list(detail::or_null(name), made, told);
    });
}
inline capability_range capabilities(const std::string &name = {}) { return try_capabilities(name).value(); }

/// Holds two ends of RoCE against each other, as host::roce_json told them.
inline result<finding_range> try_compare_roce(const std::string &one, const std::string &other)
{
    return detail::make<finding_range, snic_finding_iter>([&](snic_finding_iter **made, snic_error **told) {
        return snic_roce_compare(one.c_str(), other.c_str(), made, told);
    });
}
inline finding_range compare_roce(const std::string &one, const std::string &other)
{
    return try_compare_roce(one, other).value();
}

/// The version of the library.
inline std::string_view version() noexcept { return text(snic_version()); }

class host;

/// What is to be done to a device, step by step.
class plan {
public:
    explicit plan(snic_plan *made) noexcept : handle_(made) {}

    /// The steps; they can be walked over once.
    struct step_range {
        snic_plan *plan;
        result<const snic_step *> next()
        {
            const snic_step *step = nullptr;
            snic_error *told = nullptr;
            const snic_status status = snic_plan_next_step(plan, &step, &told);
            if (status == SNIC_STATUS_OK || status == SNIC_STATUS_END)
                return step;
            return error(status, told);
        }
        detail::walk<step_range, snic_step> begin() { return detail::walk<step_range, snic_step>(this); }
        detail::walk<step_range, snic_step> end() noexcept { return {}; }
    };
    /// The range looks at the plan, which must live as long: a plan that has no name is refused.
    step_range steps() & noexcept { return {handle_.get()}; }
    step_range steps() && = delete;
    std::size_t size() const noexcept { return snic_plan_steps(handle_.get()); }
    bool empty() const noexcept { return size() == 0; }

    /// Carries out the steps. `progress` is called before each; what it throws is thrown on when the change is done.
    result<void> try_run(const host &on, snic_plan_options options = snic_plan_options_init(),
                         const std::function<void(std::string_view)> &progress = {});
    void run(const host &on, snic_plan_options options = snic_plan_options_init(),
             const std::function<void(std::string_view)> &progress = {})
    {
        try_run(on, options, progress).value();
    }
    snic_plan *get() const noexcept { return handle_.get(); }

private:
    detail::owned<snic_plan, snic_plan_free> handle_;
};

/// Rules that are wanted.
class rules {
public:
    explicit rules(snic_rules *made) noexcept : handle_(made) {}
    /// Reads rules from a text: tc lines or a YAML document.
    static result<rules> try_parse(const std::string &given, snic_format format = SNIC_FORMAT_AUTO)
    {
        return detail::make<rules, snic_rules>([&](snic_rules **made, snic_error **told) {
            return snic_rules_parse(given.c_str(), format, made, told);
        });
    }
    static rules parse(const std::string &given, snic_format format = SNIC_FORMAT_AUTO)
    {
        return try_parse(given, format).value();
    }
    /// Reads rules from a file.
    static result<rules> try_read(const std::string &path)
    {
        return detail::make<rules, snic_rules>(
            [&](snic_rules **made, snic_error **told) { return snic_rules_read(path.c_str(), made, told); });
    }
    static rules read(const std::string &path) { return try_read(path).value(); }
    /// Puts the rules of a text behind the others.
    result<void> try_add(const std::string &given, snic_format format = SNIC_FORMAT_AUTO)
    {
        return detail::run(
            [&](snic_error **told) { return snic_rules_add(handle_.get(), given.c_str(), format, told); });
    }
    void add(const std::string &given, snic_format format = SNIC_FORMAT_AUTO) { try_add(given, format).value(); }
    /// A set without rules.
    static result<rules> try_none()
    {
        return detail::make<rules, snic_rules>(
            [](snic_rules **made, snic_error **told) { return snic_rules_new(made, told); });
    }
    static rules none() { return try_none().value(); }
    /// Puts a rule behind the others that is built from fields: what packets are to have, and what is done with them.
    /// `where` has the rest: the link, the priority, the protocol; its own keys and actions are not looked at.
    result<void> try_append(snic_rule where, const std::vector<snic_field> &keys, const std::vector<snic_action> &actions)
    {
        where.keys = keys.data();
        where.key_count = keys.size();
        where.actions = actions.data();
        where.action_count = actions.size();
        return detail::run([&](snic_error **told) { return snic_rules_append(handle_.get(), &where, told); });
    }
    void append(snic_rule where, const std::vector<snic_field> &keys, const std::vector<snic_action> &actions)
    {
        try_append(where, keys, actions).value();
    }
    std::size_t size() const noexcept { return snic_rules_count(handle_.get()); }
    /// The rules as text.
    result<std::string> try_to_text(snic_format format) const
    {
        return detail::grow<std::string>(512, 1, [&](char *buffer, std::size_t size, std::size_t *needed, snic_error **told) {
            return snic_rules_text(handle_.get(), format, buffer, size, needed, told);
        });
    }
    std::string to_text(snic_format format) const { return try_to_text(format).value(); }
    snic_rules *get() const noexcept { return handle_.get(); }

private:
    detail::owned<snic_rules, snic_rules_free> handle_;
};

/// What became of rules. A walk begins with the first rule each time; a record lives until the next step.
class report {
public:
    using iterator = detail::walk<report, snic_rule_report>;

    explicit report(snic_flow_report *made) noexcept : handle_(made) {}
    result<const snic_rule_report *> next()
    {
        const snic_rule_report *record = nullptr;
        snic_error *told = nullptr;
        const snic_status status = snic_flow_report_next(handle_.get(), &record, &told);
        if (status == SNIC_STATUS_OK || status == SNIC_STATUS_END)
            return record;
        return error(status, told);
    }
    iterator begin()
    {
        snic_flow_report_rewind(handle_.get(), nullptr);
        return iterator(this);
    }
    iterator end() noexcept { return iterator(); }

    /// The reasons of the rule that was lent last.
    struct reason_range {
        snic_flow_report *report;
        bool predicted;
        std::size_t at = 0;
        result<const snic_reason *> next()
        {
            const snic_reason *reason = nullptr;
            snic_error *told = nullptr;
            const snic_status status = predicted ? snic_flow_report_prediction(report, at, &reason, &told)
                                                 : snic_flow_report_reason(report, at, &reason, &told);
            at += 1;
            if (status == SNIC_STATUS_OK || status == SNIC_STATUS_END)
                return reason;
            return error(status, told);
        }
        detail::walk<reason_range, snic_reason> begin() { return detail::walk<reason_range, snic_reason>(this); }
        detail::walk<reason_range, snic_reason> end() noexcept { return {}; }
    };
    reason_range reasons() & noexcept { return {handle_.get(), false}; }
    reason_range reasons() && = delete;
    /// What the adapter says of the rule that was lent last.
    reason_range predictions() & noexcept { return {handle_.get(), true}; }
    reason_range predictions() && = delete;

    snic_flow_counts counts() const
    {
        return detail::fill(snic_flow_counts_init(), [this](snic_flow_counts *counts, snic_error **told) {
                   return snic_flow_report_counts(handle_.get(), counts, told);
               })
            .value();
    }
    snic_flow_report *get() const noexcept { return handle_.get(); }

private:
    detail::owned<snic_flow_report, snic_flow_report_free> handle_;
};

/// The way of a packet through rules.
class trace {
public:
    explicit trace(snic_trace *made) noexcept : handle_(made) {}
    /// The rules that it met; they can be walked over once.
    result<const snic_trace_step *> next()
    {
        const snic_trace_step *step = nullptr;
        snic_error *told = nullptr;
        const snic_status status = snic_trace_next(handle_.get(), &step, &told);
        if (status == SNIC_STATUS_OK || status == SNIC_STATUS_END)
            return step;
        return error(status, told);
    }
    detail::walk<trace, snic_trace_step> begin() { return detail::walk<trace, snic_trace_step>(this); }
    detail::walk<trace, snic_trace_step> end() noexcept { return {}; }
    /// How it ended; lives as long as the trace.
    const snic_trace_result &outcome() const
    {
        return *detail::fill(static_cast<const snic_trace_result *>(nullptr),
                             [this](const snic_trace_result **out, snic_error **told) {
                                 return snic_trace_end(handle_.get(), out, told);
                             })
                    .value();
    }

private:
    detail::owned<snic_trace, snic_trace_free> handle_;
};

/// The kernel's log from the moment on in which it was opened.
class kernel_log {
public:
    explicit kernel_log(snic_kernel_log *made) noexcept : handle_(made) {}
    /// What was written since, a line each.
    result<std::string> try_read()
    {
        return detail::json(
            [this](snic_text **made, snic_error **told) { return snic_kernel_log_read(handle_.get(), made, told); });
    }
    std::string read() { return try_read().value(); }

private:
    detail::owned<snic_kernel_log, snic_kernel_log_close> handle_;
};

/// What changes on a host.
class events {
public:
    explicit events(snic_events *made) noexcept : handle_(made) {}
    /// A descriptor that is readable while events wait.
    int fd() const noexcept { return snic_events_fd(handle_.get()); }
    /// The next event, which lives until the next call; NULL if none came in so many milliseconds (-1: wait for ever).
    result<const snic_event *> try_next(std::int64_t timeout_ms = -1)
    {
        const snic_event *event = nullptr;
        snic_error *told = nullptr;
        const snic_status status = snic_events_next(handle_.get(), timeout_ms, &event, &told);
        if (status == SNIC_STATUS_OK || status == SNIC_STATUS_END)
            return event;
        return error(status, told);
    }
    const snic_event *next(std::int64_t timeout_ms = -1) { return try_next(timeout_ms).value(); }
    snic_events *get() const noexcept { return handle_.get(); }

private:
    detail::owned<snic_events, snic_events_free> handle_;
};

/// Defines an operation of a host that returns a handle, under its two names.
#define SNIC_OPERATION(wrapped, c_handle, name, parameters, arguments, call)                          \
    result<wrapped> try_##name parameters const                                                       \
    {                                                                                                 \
        return detail::make<wrapped, c_handle>([&](c_handle **made, snic_error **told) { return call; }); \
    }                                                                                                 \
    wrapped name parameters const { return try_##name arguments.value(); }

/// Defines an operation of a host that returns nothing, under its two names.
#define SNIC_CHANGE(name, parameters, arguments, call)                                    \
    result<void> try_##name parameters const                                              \
    {                                                                                     \
        return detail::run([&](snic_error **told) { return call; });                      \
    }                                                                                     \
    void name parameters const { try_##name arguments.value(); }

/// A machine with NICs, real or simulated.
class host {
public:
    explicit host(snic_host *made) noexcept : handle_(made) {}
    /// Opens a host by its address, such as "linux:" or "sim:bluefield3"; throws if that fails.
    explicit host(const std::string &uri, snic_host_options options = snic_host_options_init())
        : host(try_open(uri, options).value())
    {
    }
    static result<host> try_open(const std::string &uri, snic_host_options options = snic_host_options_init())
    {
        return detail::make<host, snic_host>([&](snic_host **made, snic_error **told) {
            return snic_host_open(uri.c_str(), &options, made, told);
        });
    }
    std::string_view uri() const noexcept { return text(snic_host_uri(get())); }
    result<void> try_save() const
    {
        return detail::run([&](snic_error **told) { return snic_host_save(get(), told); });
    }
    void save() const { try_save().value(); }

    SNIC_OPERATION(device_range, snic_device_iter, devices, (const std::string &device = {}), (device),
                   snic_device_list(get(), detail::or_null(device), made, told))
    SNIC_OPERATION(version_range, snic_device_version_iter, versions, (const std::string &device), (device),
                   snic_device_version_list(get(), device.c_str(), made, told))
    SNIC_OPERATION(port_range, snic_port_iter, ports, (const std::string &device = {}), (device),
                   snic_port_list(get(), detail::or_null(device), made, told))
    SNIC_OPERATION(representor_range, snic_representor_iter, representors, (const std::string &device = {}), (device),
                   snic_representor_list(get(), detail::or_null(device), made, told))
    SNIC_OPERATION(vf_range, snic_vf_iter, vfs, (const std::string &device), (device),
                   snic_vf_list(get(), device.c_str(), made, told))
    SNIC_OPERATION(sf_range, snic_sf_iter, sfs, (const std::string &device), (device),
                   snic_sf_list(get(), device.c_str(), made, told))
    SNIC_OPERATION(param_range, snic_param_iter, params, (const std::string &device = {}, const std::string &name = {}),
                   (device, name), snic_param_list(get(), detail::or_null(device), detail::or_null(name), made, told))
    SNIC_OPERATION(health_range, snic_health_iter, health, (const std::string &place = {}), (place),
                   snic_health_list(get(), detail::or_null(place), made, told))
    SNIC_OPERATION(usage_range, snic_flow_usage_iter, flow_usage, (), (), snic_flow_usage_list(get(), made, told))
    SNIC_OPERATION(rdma_device_range, snic_rdma_device_iter, rdma_devices, (), (),
                   snic_rdma_device_list(get(), made, told))
    SNIC_OPERATION(gid_range, snic_gid_iter, gids, (const std::string &device = {}, std::uint32_t port = 0),
                   (device, port), snic_gid_list(get(), detail::or_null(device), port, made, told))
    SNIC_OPERATION(gid_range, snic_gid_iter, best_gid,
                   (const std::string &to, const std::string &device = {}, const std::string &kind = {}),
                   (to, device, kind),
                   snic_gid_best(get(), to.c_str(), detail::or_null(device), detail::or_null(kind), made, told))

    SNIC_OPERATION(plan, snic_plan, plan_eswitch,
                   (const std::string &device, snic_eswitch_mode mode, std::int64_t vfs = -1), (device, mode, vfs),
                   snic_eswitch_plan(get(), device.c_str(), mode, vfs, made, told))
    SNIC_OPERATION(plan, snic_plan, plan_vfs, (const std::string &device, std::uint32_t count), (device, count),
                   snic_vf_create_plan(get(), device.c_str(), count, made, told))
    SNIC_OPERATION(plan, snic_plan, plan_vf,
                   (const std::string &device, std::uint32_t vf, const snic_vf_settings &settings),
                   (device, vf, settings), snic_vf_set_plan(get(), device.c_str(), vf, &settings, made, told))
    SNIC_OPERATION(plan, snic_plan, plan_sf,
                   (const std::string &device, const snic_sf_options &options = snic_sf_options_init()),
                   (device, options), snic_sf_create_plan(get(), device.c_str(), &options, made, told))
    SNIC_OPERATION(plan, snic_plan, plan_sf_removal, (const std::string &device, std::uint32_t number),
                   (device, number), snic_sf_delete_plan(get(), device.c_str(), number, made, told))
    SNIC_OPERATION(plan, snic_plan, plan_vf_driver,
                   (const std::string &device, std::uint32_t vf, const char *driver), (device, vf, driver),
                   snic_vf_driver_plan(get(), device.c_str(), vf, driver, made, told))

    SNIC_OPERATION(report, snic_flow_report, apply,
                   (const rules &wanted, const snic_flow_options &options = snic_flow_options_init()),
                   (wanted, options), snic_flow_apply(get(), wanted.get(), &options, made, told))
    SNIC_OPERATION(report, snic_flow_report, remove,
                   (const rules &wanted, const snic_flow_options &options = snic_flow_options_init()),
                   (wanted, options), snic_flow_delete(get(), wanted.get(), &options, made, told))
    SNIC_OPERATION(report, snic_flow_report, explain, (), (), snic_flow_explain(get(), nullptr, 0, made, told))
    SNIC_OPERATION(report, snic_flow_report, explain, (const rules &wanted, bool probe = false), (wanted, probe),
                   snic_flow_explain(get(), wanted.get(), probe, made, told))
    SNIC_OPERATION(flow_range, snic_flow_iter, flows,
                   (const snic_flow_list_options &options = snic_flow_list_options_init()), (options),
                   snic_flow_list(get(), &options, made, told))
    SNIC_OPERATION(events, snic_events, watch_topology, (), (), snic_topology_watch(get(), made, told))
    SNIC_OPERATION(events, snic_events, watch_flows, (), (), snic_flow_watch(get(), made, told))

    /// Takes back a change of rules that a killed process left half done; true if there was one.
    result<bool> try_recover_flows() const
    {
        std::int32_t recovered = 0;
        auto done = detail::run([&](snic_error **told) { return snic_flow_recover(get(), &recovered, told); });
        if (!done)
            return done.error();
        return recovered != 0;
    }
    bool recover_flows() const { return try_recover_flows().value(); }

    result<snic_eswitch> try_eswitch(const std::string &device) const
    {
        return detail::fill(snic_eswitch_init(), [&](snic_eswitch *shown, snic_error **told) {
            return snic_eswitch_show(get(), device.c_str(), shown, told);
        });
    }
    snic_eswitch eswitch(const std::string &device) const { return try_eswitch(device).value(); }
    /// Plans and carries out; the VFs stay with -1.
    result<void> try_set_eswitch(const std::string &device, snic_eswitch_mode mode, std::int64_t vfs = -1) const
    {
        return detail::run(
            [&](snic_error **told) { return snic_eswitch_set(get(), device.c_str(), mode, vfs, 0, told); });
    }
    void set_eswitch(const std::string &device, snic_eswitch_mode mode, std::int64_t vfs = -1) const
    {
        try_set_eswitch(device, mode, vfs).value();
    }

    /// Sets a parameter; the mode may be empty where it has one only.
    result<void> try_set_param(const std::string &device, const std::string &name, const std::string &value,
                               const std::string &mode = {}) const
    {
        return detail::run([&](snic_error **told) {
            return snic_param_set(get(), device.c_str(), name.c_str(), detail::or_null(mode), value.c_str(), told);
        });
    }
    void set_param(const std::string &device, const std::string &name, const std::string &value,
                   const std::string &mode = {}) const
    {
        try_set_param(device, name, value, mode).value();
    }

    result<void> try_recover_health(const std::string &place, const std::string &name) const
    {
        return detail::run([&](snic_error **told) {
            return snic_health_recover(get(), place.c_str(), name.c_str(), told);
        });
    }
    void recover_health(const std::string &place, const std::string &name) const
    {
        try_recover_health(place, name).value();
    }
    /// What a reporter knows of the present state, as JSON.
    result<std::string> try_diagnose(const std::string &place, const std::string &name) const
    {
        return detail::grow<std::string>(512, 1, [&](char *buffer, std::size_t size, std::size_t *needed, snic_error **told) {
            return snic_health_diagnose(get(), place.c_str(), name.c_str(), buffer, size, needed, told);
        });
    }
    std::string diagnose(const std::string &place, const std::string &name) const
    {
        return try_diagnose(place, name).value();
    }

    result<snic_dcb> try_dcb(const std::string &link) const
    {
        return detail::fill(snic_dcb_init(), [&](snic_dcb *shown, snic_error **told) {
            return snic_dcb_show(get(), link.c_str(), shown, told);
        });
    }
    snic_dcb dcb(const std::string &link) const { return try_dcb(link).value(); }
    result<void> try_set_dcb(const std::string &link, const snic_dcb &wanted) const
    {
        return detail::run([&](snic_error **told) { return snic_dcb_set(get(), link.c_str(), &wanted, told); });
    }
    void set_dcb(const std::string &link, const snic_dcb &wanted) const { try_set_dcb(link, wanted).value(); }
    /// Gives packets with a DSCP a priority; -1 takes it away.
    result<void> try_set_dscp(const std::string &link, std::uint32_t dscp, std::int32_t priority) const
    {
        return detail::run(
            [&](snic_error **told) { return snic_dcb_set_dscp(get(), link.c_str(), dscp, priority, told); });
    }
    void set_dscp(const std::string &link, std::uint32_t dscp, std::int32_t priority) const
    {
        try_set_dscp(link, dscp, priority).value();
    }

    // Links: what they are, tell, count, and let change.

    SNIC_OPERATION(link_range, snic_link_iter, links, (const std::string &device = {}), (device),
                   snic_link_list(get(), detail::or_null(device), made, told))
    SNIC_OPERATION(setting_range, snic_setting_iter, settings,
                   (const std::string &link = {}, const std::string &topic = {}), (link, topic),
                   snic_setting_list(get(), detail::or_null(link), detail::or_null(topic), made, told))
    SNIC_CHANGE(change_settings, (const std::string &link, const std::string &topic, const pairs &wanted),
                (link, topic, wanted),
                snic_setting_set(get(), link.c_str(), topic.c_str(), detail::c_pairs(wanted).data(), wanted.size(), told))
    SNIC_OPERATION(setting_range, snic_setting_iter, queue_settings, (const std::string &link, std::uint16_t queue),
                   (link, queue), snic_queue_setting_list(get(), link.c_str(), queue, made, told))
    SNIC_CHANGE(change_queue_settings, (const std::string &link, std::uint16_t queue, const pairs &wanted),
                (link, queue, wanted),
                snic_queue_setting_set(get(), link.c_str(), queue, detail::c_pairs(wanted).data(), wanted.size(), told))
    SNIC_CHANGE(set_link_up, (const std::string &link, bool up), (link, up),
                snic_link_set_up(get(), link.c_str(), up, told))
    SNIC_OPERATION(feature_range, snic_feature_iter, features, (const std::string &link), (link),
                   snic_feature_list(get(), link.c_str(), made, told))
    SNIC_CHANGE(set_feature, (const std::string &link, const std::string &name, bool on), (link, name, on),
                snic_feature_set(get(), link.c_str(), name.c_str(), on, told))
    SNIC_OPERATION(counter_range, snic_counter_iter, counters,
                   (const std::string &link, const std::string &groups = {}, const std::string &source = {}),
                   (link, groups, source),
                   snic_counter_list(get(), link.c_str(), detail::or_null(groups), detail::or_null(source), made, told))
    SNIC_OPERATION(setting_range, snic_setting_iter, rss, (const std::string &link), (link),
                   snic_rss_list(get(), link.c_str(), made, told))
    /// Changes how packets are spread; -1 is the link's own way, else a context.
    SNIC_CHANGE(set_rss, (const std::string &link, const pairs &wanted, std::int64_t context = -1),
                (link, wanted, context),
                snic_rss_set(get(), link.c_str(), context, detail::c_pairs(wanted).data(), wanted.size(), told))
    /// Makes a context; its number.
    result<std::uint32_t> try_create_rss(const std::string &link, const pairs &wanted = {}) const
    {
        return detail::fill(std::uint32_t(), [&](std::uint32_t *context, snic_error **told) {
            return snic_rss_create(get(), link.c_str(), detail::c_pairs(wanted).data(), wanted.size(), context, told);
        });
    }
    std::uint32_t create_rss(const std::string &link, const pairs &wanted = {}) const
    {
        return try_create_rss(link, wanted).value();
    }
    SNIC_CHANGE(delete_rss, (const std::string &link, std::uint32_t context), (link, context),
                snic_rss_delete(get(), link.c_str(), context, told))
    SNIC_OPERATION(ntuple_range, snic_ntuple_iter, ntuples, (const std::string &link), (link),
                   snic_ntuple_list(get(), link.c_str(), made, nullptr, told))
    /// Adds an n-tuple rule; its place.
    result<std::uint32_t> try_add_ntuple(const std::string &link, const std::string &kind, const pairs &looks,
                                         const snic_ntuple_options &options = snic_ntuple_options_init()) const
    {
        return detail::fill(std::uint32_t(), [&](std::uint32_t *place, snic_error **told) {
            return snic_ntuple_add(get(), link.c_str(), kind.c_str(), detail::c_pairs(looks).data(), looks.size(), &options,
                                   place, told);
        });
    }
    std::uint32_t add_ntuple(const std::string &link, const std::string &kind, const pairs &looks,
                             const snic_ntuple_options &options = snic_ntuple_options_init()) const
    {
        return try_add_ntuple(link, kind, looks, options).value();
    }
    SNIC_CHANGE(remove_ntuple, (const std::string &link, std::uint32_t location), (link, location),
                snic_ntuple_remove(get(), link.c_str(), location, told))
    SNIC_OPERATION(events, snic_events, watch_links, (), (), snic_link_watch(get(), made, told))

    // Upkeep of a device through its link, what is plugged into it, and the cable behind it.

    /// What the device's tests of itself found; a value other than 0 is something wrong.
    SNIC_OPERATION(test_range, snic_test_result_iter, test_link, (const std::string &link, bool offline = false),
                   (link, offline), snic_driver_test(get(), link.c_str(), offline, made, nullptr, told))
    SNIC_CHANGE(identify, (const std::string &link, std::uint32_t seconds), (link, seconds),
                snic_driver_identify(get(), link.c_str(), seconds, told))
    SNIC_CHANGE(reset, (const std::string &link, const std::string &parts), (link, parts),
                snic_driver_reset(get(), link.c_str(), parts.c_str(), nullptr, told))
    result<std::vector<std::uint8_t>> try_registers(const std::string &link) const
    {
        return detail::grow<std::vector<std::uint8_t>>(
            4096, 0, [&](std::uint8_t *buffer, std::size_t size, std::size_t *needed, snic_error **told) {
                return snic_driver_registers(get(), link.c_str(), buffer, size, needed, nullptr, told);
            });
    }
    std::vector<std::uint8_t> registers(const std::string &link) const { return try_registers(link).value(); }
    result<std::vector<std::uint8_t>> try_eeprom(const std::string &link, std::uint32_t offset = 0,
                                                 std::uint32_t length = 0) const
    {
        return detail::grow<std::vector<std::uint8_t>>(
            4096, 0, [&](std::uint8_t *buffer, std::size_t size, std::size_t *needed, snic_error **told) {
                return snic_driver_eeprom(get(), link.c_str(), offset, length, buffer, size, needed, told);
            });
    }
    std::vector<std::uint8_t> eeprom(const std::string &link, std::uint32_t offset = 0, std::uint32_t length = 0) const
    {
        return try_eeprom(link, offset, length).value();
    }
    /// What is plugged into a port, as JSON.
    result<std::string> try_module_json(const std::string &link) const
    {
        return detail::json([&](snic_text **made, snic_error **told) {
            return snic_module_json(get(), link.c_str(), made, told);
        });
    }
    std::string module_json(const std::string &link) const { return try_module_json(link).value(); }
    SNIC_CHANGE(flash_module, (const std::string &link, const std::string &file, std::int64_t password = -1),
                (link, file, password),
                snic_module_flash(get(), link.c_str(), file.c_str(), password, nullptr, nullptr, told))
    SNIC_OPERATION(setting_range, snic_setting_iter, phys, (const std::string &link), (link),
                   snic_phy_list(get(), link.c_str(), made, told))
    SNIC_OPERATION(setting_range, snic_setting_iter, signal, (const std::string &link), (link),
                   snic_signal_list(get(), link.c_str(), made, told))
    SNIC_OPERATION(cable_range, snic_cable_finding_iter, test_cable,
                   (const std::string &link, const snic_cable_options &options = snic_cable_options_init()),
                   (link, options), snic_cable_test(get(), link.c_str(), &options, made, told))
    SNIC_OPERATION(udp_port_range, snic_udp_port_iter, udp_ports, (const std::string &link), (link),
                   snic_udp_port_list(get(), link.c_str(), made, told))

    // What devices have besides: traps, regions, rates, resources, buffers, firmware, tests.

    SNIC_CHANGE(set_health, (const std::string &place, const std::string &name, const snic_health_settings &settings),
                (place, name, settings), snic_health_set(get(), place.c_str(), name.c_str(), &settings, told))
    result<std::string> try_health_dump_json(const std::string &place, const std::string &name) const
    {
        return detail::json([&](snic_text **made, snic_error **told) {
            return snic_health_dump_json(get(), place.c_str(), name.c_str(), made, told);
        });
    }
    std::string health_dump_json(const std::string &place, const std::string &name) const
    {
        return try_health_dump_json(place, name).value();
    }
    SNIC_CHANGE(clear_health_dump, (const std::string &place, const std::string &name), (place, name),
                snic_health_dump_clear(get(), place.c_str(), name.c_str(), told))
    SNIC_CHANGE(test_health, (const std::string &place, const std::string &name), (place, name),
                snic_health_test(get(), place.c_str(), name.c_str(), told))
    /// Changes how packets are handed over, without changing the mode; -1 keeps what there is.
    SNIC_CHANGE(tune_eswitch, (const std::string &device, int inline_mode, int encap_mode),
                (device, inline_mode, encap_mode),
                snic_eswitch_tune(get(), device.c_str(), inline_mode, encap_mode, told))
    SNIC_OPERATION(plan, snic_plan, plan_sf_change,
                   (const std::string &device, std::uint32_t number, const snic_sf_change &change),
                   (device, number, change), snic_sf_set_plan(get(), device.c_str(), number, &change, made, told))
    SNIC_OPERATION(trap_range, snic_trap_iter, traps, (const std::string &device = {}), (device),
                   snic_trap_list(get(), detail::or_null(device), made, told))
    SNIC_CHANGE(set_trap, (const std::string &device, const std::string &name, const std::string &action),
                (device, name, action), snic_trap_set(get(), device.c_str(), name.c_str(), action.c_str(), told))
    SNIC_OPERATION(trap_group_range, snic_trap_group_iter, trap_groups, (const std::string &device = {}), (device),
                   snic_trap_group_list(get(), detail::or_null(device), made, told))
    SNIC_CHANGE(set_trap_group,
                (const std::string &device, const std::string &name, const std::string &action, std::int64_t policer = -1),
                (device, name, action, policer),
                snic_trap_group_set(get(), device.c_str(), name.c_str(), detail::or_null(action), policer, told))
    SNIC_OPERATION(trap_policer_range, snic_trap_policer_iter, trap_policers, (const std::string &device = {}), (device),
                   snic_trap_policer_list(get(), detail::or_null(device), made, told))
    SNIC_CHANGE(set_trap_policer,
                (const std::string &device, std::uint32_t id, std::uint64_t rate, std::uint64_t burst),
                (device, id, rate, burst), snic_trap_policer_set(get(), device.c_str(), id, rate, burst, told))
    SNIC_OPERATION(region_range, snic_region_iter, regions, (const std::string &device = {}), (device),
                   snic_region_list(get(), detail::or_null(device), made, told))
    /// Takes a snapshot of a region, under a free number with -1; its number.
    result<std::uint32_t> try_snapshot_region(const std::string &region, std::int64_t number = -1) const
    {
        return detail::fill(std::uint32_t(), [&](std::uint32_t *taken, snic_error **told) {
            return snic_region_snapshot(get(), region.c_str(), number, taken, told);
        });
    }
    std::uint32_t snapshot_region(const std::string &region, std::int64_t number = -1) const
    {
        return try_snapshot_region(region, number).value();
    }
    SNIC_CHANGE(remove_snapshot, (const std::string &region, std::uint32_t snapshot), (region, snapshot),
                snic_region_remove(get(), region.c_str(), snapshot, told))
    /// Bytes of a snapshot (-1: of the device itself) from an address on; fewer at the end of the region.
    result<std::vector<std::uint8_t>> try_read_region(const std::string &region, std::int64_t snapshot,
                                                      std::uint64_t address, std::size_t length) const
    {
        return detail::fill(std::vector<std::uint8_t>(length), [&](std::vector<std::uint8_t> *bytes, snic_error **told) {
            std::size_t read = 0;
            const snic_status status = snic_region_read(get(), region.c_str(), snapshot, address, bytes->data(),
                                                        bytes->size(), &read, told);
            bytes->resize(read);
            return status;
        });
    }
    std::vector<std::uint8_t> read_region(const std::string &region, std::int64_t snapshot, std::uint64_t address,
                                          std::size_t length) const
    {
        return try_read_region(region, snapshot, address, length).value();
    }
    SNIC_OPERATION(rate_range, snic_rate_iter, rates, (const std::string &device = {}), (device),
                   snic_rate_list(get(), detail::or_null(device), made, told))
    SNIC_CHANGE(add_rate, (const std::string &name, const snic_rate_settings &settings = snic_rate_settings_init()),
                (name, settings), snic_rate_add(get(), name.c_str(), &settings, told))
    SNIC_CHANGE(set_rate, (const std::string &name, const snic_rate_settings &settings), (name, settings),
                snic_rate_set(get(), name.c_str(), &settings, told))
    SNIC_CHANGE(remove_rate, (const std::string &name), (name), snic_rate_remove(get(), name.c_str(), told))
    SNIC_OPERATION(resource_range, snic_resource_iter, resources, (const std::string &device = {}), (device),
                   snic_resource_list(get(), detail::or_null(device), made, told))
    SNIC_CHANGE(set_resource, (const std::string &device, const std::string &path, std::uint64_t amount),
                (device, path, amount), snic_resource_set(get(), device.c_str(), path.c_str(), amount, told))
    SNIC_OPERATION(buffer_range, snic_buffer_iter, buffers, (const std::string &device = {}), (device),
                   snic_buffer_list(get(), detail::or_null(device), made, told))
    SNIC_OPERATION(buffer_pool_range, snic_buffer_pool_iter, buffer_pools, (const std::string &device = {}), (device),
                   snic_buffer_pool_list(get(), detail::or_null(device), made, told))
    SNIC_OPERATION(buffer_share_range, snic_buffer_share_iter, buffer_shares, (const std::string &device = {}), (device),
                   snic_buffer_share_list(get(), detail::or_null(device), made, told))
    SNIC_CHANGE(set_buffer_pool,
                (const std::string &device, std::uint32_t buffer, std::uint32_t pool, std::uint32_t bytes, bool dynamic),
                (device, buffer, pool, bytes, dynamic),
                snic_buffer_pool_set(get(), device.c_str(), buffer, pool, bytes, dynamic, told))
    SNIC_CHANGE(set_buffer_port,
                (const std::string &port, std::uint32_t buffer, std::uint32_t pool, std::uint32_t threshold),
                (port, buffer, pool, threshold),
                snic_buffer_port_set(get(), port.c_str(), buffer, pool, threshold, told))
    SNIC_CHANGE(set_buffer_tc,
                (const std::string &port, std::uint32_t buffer, std::uint32_t tc, bool egress, std::uint32_t pool,
                 std::uint32_t threshold),
                (port, buffer, tc, egress, pool, threshold),
                snic_buffer_tc_set(get(), port.c_str(), buffer, tc, egress, pool, threshold, told))
    SNIC_CHANGE(snapshot_buffer, (const std::string &device, std::uint32_t buffer), (device, buffer),
                snic_buffer_snapshot(get(), device.c_str(), buffer, told))
    SNIC_CHANGE(clear_buffer, (const std::string &device, std::uint32_t buffer), (device, buffer),
                snic_buffer_clear(get(), device.c_str(), buffer, told))
    SNIC_CHANGE(flash,
                (const std::string &device, const std::string &file,
                 const snic_flash_options &options = snic_flash_options_init()),
                (device, file, options), snic_device_flash(get(), device.c_str(), file.c_str(), &options, told))
    /// Starts a device anew; what was performed (SNIC_RELOAD_DRIVER_REINIT and its like).
    result<std::uint32_t> try_reload(const std::string &device, const std::string &action = {},
                                     const std::string &limit = {}, const std::string &netns = {}) const
    {
        return detail::fill(std::uint32_t(), [&](std::uint32_t *performed, snic_error **told) {
            return snic_device_reload(get(), device.c_str(), detail::or_null(action), detail::or_null(limit),
                                      detail::or_null(netns), performed, told);
        });
    }
    std::uint32_t reload(const std::string &device, const std::string &action = {}, const std::string &limit = {},
                         const std::string &netns = {}) const
    {
        return try_reload(device, action, limit, netns).value();
    }
    SNIC_OPERATION(selftest_range, snic_selftest_iter, selftests, (const std::string &device = {}), (device),
                   snic_selftest_list(get(), detail::or_null(device), made, told))
    SNIC_OPERATION(selftest_range, snic_selftest_iter, run_selftests,
                   (const std::string &device, const std::string &tests = {}), (device, tests),
                   snic_selftest_run(get(), device.c_str(), detail::or_null(tests), made, told))
    SNIC_OPERATION(linecard_range, snic_linecard_iter, linecards, (const std::string &device = {}), (device),
                   snic_linecard_list(get(), detail::or_null(device), made, told))
    SNIC_CHANGE(set_linecard, (const std::string &device, std::uint32_t index, const std::string &kind),
                (device, index, kind), snic_linecard_set(get(), device.c_str(), index, detail::or_null(kind), told))
    result<std::string> try_pipeline_json(const std::string &device, const std::string &table = {}) const
    {
        return detail::json([&](snic_text **made, snic_error **told) {
            return snic_pipeline_json(get(), device.c_str(), detail::or_null(table), made, told);
        });
    }
    std::string pipeline_json(const std::string &device, const std::string &table = {}) const
    {
        return try_pipeline_json(device, table).value();
    }
    SNIC_CHANGE(count_pipeline, (const std::string &device, const std::string &table, bool on), (device, table, on),
                snic_pipeline_counters_set(get(), device.c_str(), table.c_str(), on, told))

    // RDMA and RoCE.

    SNIC_OPERATION(rdma_port_range, snic_rdma_port_iter, rdma_ports, (const std::string &device), (device),
                   snic_rdma_port_list(get(), device.c_str(), made, told))
    SNIC_OPERATION(rdma_counter_range, snic_rdma_counter_iter, rdma_counters,
                   (const std::string &device, std::uint32_t port = 1), (device, port),
                   snic_rdma_counter_list(get(), device.c_str(), port, made, told))
    SNIC_OPERATION(events, snic_events, watch_rdma, (), (), snic_rdma_watch(get(), made, told))
    SNIC_OPERATION(mr_pool_range, snic_rdma_mr_pool_iter, mr_pools,
                   (const std::string &device, bool with_kernel = false), (device, with_kernel),
                   snic_rdma_mr_pool_list(get(), device.c_str(), with_kernel, made, told))
    SNIC_CHANGE(age_mr_pools, (const std::string &device, std::uint32_t seconds), (device, seconds),
                snic_rdma_mr_pool_age(get(), device.c_str(), seconds, told))
    SNIC_CHANGE(pin_mr_pool, (const std::string &device, const std::string &key, std::uint32_t count),
                (device, key, count), snic_rdma_mr_pool_pin(get(), device.c_str(), key.c_str(), count, told))
    /// What the driver dumps of "qp", "cq", "mr" or "srq"; -1 is all of them.
    SNIC_OPERATION(rdma_raw_range, snic_rdma_raw_iter, rdma_raw,
                   (const std::string &device, const std::string &kind, std::int64_t number = -1),
                   (device, kind, number),
                   snic_rdma_raw_list(get(), device.c_str(), kind.c_str(), number, made, told))
    SNIC_OPERATION(roce_range, snic_roce_iter, roce, (const std::string &link = {}), (link),
                   snic_roce_list(get(), detail::or_null(link), made, told))
    result<std::string> try_roce_json(const std::string &link) const
    {
        return detail::json([&](snic_text **made, snic_error **told) {
            return snic_roce_json(get(), link.c_str(), made, told);
        });
    }
    std::string roce_json(const std::string &link) const { return try_roce_json(link).value(); }
    SNIC_OPERATION(finding_range, snic_finding_iter, check_roce,
                   (const std::string &link = {}, const std::string &profile = {}), (link, profile),
                   snic_roce_check(get(), detail::or_null(link), detail::or_null(profile), made, told))
    SNIC_OPERATION(plan, snic_plan, plan_roce, (const std::string &link, const std::string &profile), (link, profile),
                   snic_roce_plan(get(), link.c_str(), profile.c_str(), made, told))
    SNIC_OPERATION(fabric_range, snic_fabric_iter, fabric, (), (), snic_fabric_list(get(), made, told))

    // Devices as documents.

    /// What a device is like, or all of them, as a YAML document.
    result<std::string> try_export_devices(const std::string &device = {}) const
    {
        return detail::json([&](snic_text **made, snic_error **told) {
            return snic_saved_export(get(), detail::or_null(device), made, told);
        });
    }
    std::string export_devices(const std::string &device = {}) const { return try_export_devices(device).value(); }
    /// What a document would have refused and done; changes nothing.
    SNIC_OPERATION(saved_range, snic_saved_task_iter, plan_document,
                   (const std::string &document, const snic_saved_options &options = snic_saved_options_init()),
                   (document, options), snic_saved_plan(get(), document.c_str(), &options, made, told))
    /// Brings devices to what a document says; what was done.
    SNIC_OPERATION(saved_range, snic_saved_task_iter, apply_document,
                   (const std::string &document, const snic_saved_options &options = snic_saved_options_init()),
                   (document, options), snic_saved_apply(get(), document.c_str(), &options, made, told))

    // Bridges, bonds, tunnels, virtio devices.

    SNIC_OPERATION(bridge_range, snic_bridge_iter, bridges, (), (), snic_bridge_list(get(), made, told))
    SNIC_CHANGE(add_bridge,
                (const std::string &name, const snic_bridge_settings &settings = snic_bridge_settings_init()),
                (name, settings), snic_bridge_add(get(), name.c_str(), &settings, told))
    SNIC_CHANGE(set_bridge, (const std::string &name, const snic_bridge_settings &settings), (name, settings),
                snic_bridge_set(get(), name.c_str(), &settings, told))
    /// Makes a link a port of a bridge or bond; with an empty master, of nothing.
    SNIC_CHANGE(set_master, (const std::string &link, const std::string &master), (link, master),
                snic_master_set(get(), link.c_str(), detail::or_null(master), told))
    SNIC_CHANGE(remove_master, (const std::string &name), (name), snic_master_remove(get(), name.c_str(), told))
    SNIC_OPERATION(bridge_port_range, snic_bridge_port_iter, bridge_ports, (), (),
                   snic_bridge_port_list(get(), made, told))
    SNIC_CHANGE(set_bridge_port, (const std::string &link, const pairs &wanted, bool own = false), (link, wanted, own),
                snic_bridge_port_set(get(), link.c_str(), detail::c_pairs(wanted).data(), wanted.size(), own, told))
    SNIC_CHANGE(add_vlans, (const std::string &link, std::uint16_t first, std::uint16_t last, std::uint32_t flags = 0),
                (link, first, last, flags), snic_bridge_vlan_add(get(), link.c_str(), first, last, flags, told))
    SNIC_CHANGE(remove_vlans, (const std::string &link, std::uint16_t first, std::uint16_t last, std::uint32_t flags = 0),
                (link, first, last, flags), snic_bridge_vlan_remove(get(), link.c_str(), first, last, flags, told))
    SNIC_OPERATION(fdb_range, snic_fdb_iter, fdb, (const std::string &bridge = {}, const std::string &link = {}),
                   (bridge, link),
                   snic_fdb_list(get(), detail::or_null(bridge), detail::or_null(link), made, told))
    SNIC_CHANGE(add_fdb,
                (const std::string &link, const std::string &mac,
                 const snic_fdb_options &options = snic_fdb_options_init()),
                (link, mac, options), snic_fdb_add(get(), link.c_str(), mac.c_str(), &options, told))
    SNIC_CHANGE(remove_fdb,
                (const std::string &link, const std::string &mac,
                 const snic_fdb_options &options = snic_fdb_options_init()),
                (link, mac, options), snic_fdb_remove(get(), link.c_str(), mac.c_str(), &options, told))
    SNIC_OPERATION(mdb_range, snic_mdb_iter, mdb, (), (), snic_mdb_list(get(), made, told))
    SNIC_CHANGE(set_mdb,
                (const std::string &bridge, const std::string &port, const std::string &group, bool remove = false,
                 std::int32_t vlan = -1, bool permanent = true),
                (bridge, port, group, remove, vlan, permanent),
                snic_mdb_set(get(), bridge.c_str(), port.c_str(), group.c_str(), vlan, permanent, remove, told))
    SNIC_OPERATION(bond_range, snic_bond_port_iter, bonds, (), (), snic_bond_list(get(), made, told))
    SNIC_CHANGE(add_bond, (const std::string &name, const std::string &mode, std::int64_t miimon = 100),
                (name, mode, miimon), snic_bond_set(get(), name.c_str(), 1, mode.c_str(), miimon, nullptr, told))
    SNIC_CHANGE(set_bond, (const std::string &name, std::int64_t miimon, const std::string &active = {}),
                (name, miimon, active),
                snic_bond_set(get(), name.c_str(), 0, nullptr, miimon, detail::or_null(active), told))
    SNIC_OPERATION(tunnel_range, snic_tunnel_iter, tunnels, (), (), snic_tunnel_list(get(), made, told))
    SNIC_CHANGE(add_tunnel,
                (const std::string &name, const std::string &kind,
                 const snic_tunnel_options &options = snic_tunnel_options_init()),
                (name, kind, options), snic_tunnel_add(get(), name.c_str(), kind.c_str(), &options, told))
    SNIC_CHANGE(remove_tunnel, (const std::string &name), (name), snic_tunnel_remove(get(), name.c_str(), told))
    SNIC_OPERATION(vdpa_mgmt_range, snic_vdpa_mgmt_iter, vdpa_mgmts, (), (), snic_vdpa_mgmt_list(get(), made, told))
    SNIC_OPERATION(vdpa_range, snic_vdpa_iter, vdpas, (), (), snic_vdpa_list(get(), made, told))
    SNIC_CHANGE(add_vdpa,
                (const std::string &name, const std::string &mgmt,
                 const snic_vdpa_options &options = snic_vdpa_options_init()),
                (name, mgmt, options), snic_vdpa_add(get(), name.c_str(), mgmt.c_str(), &options, told))
    SNIC_CHANGE(remove_vdpa, (const std::string &name), (name), snic_vdpa_remove(get(), name.c_str(), told))
    SNIC_CHANGE(set_vdpa_mac, (const std::string &name, const std::string &mac), (name, mac),
                snic_vdpa_set_mac(get(), name.c_str(), mac.c_str(), told))
    SNIC_OPERATION(vdpa_counter_range, snic_vdpa_counter_iter, vdpa_counters,
                   (const std::string &name, std::uint32_t queue), (name, queue),
                   snic_vdpa_counter_list(get(), name.c_str(), queue, made, told))

    // Packets, tc's own words, the kernel's log; and what can happen to a simulated NIC.

    SNIC_OPERATION(smartnic::trace, snic_trace, trace_packet,
                   (const std::string &link, const std::string &packet, snic_side side = SNIC_SIDE_INGRESS),
                   (link, packet, side), snic_flow_trace(get(), link.c_str(), side, packet.c_str(), made, told))
    /// A line in tc's words; what `tc -s -j` prints, empty of a change.
    result<std::string> try_tc(const std::string &words) const
    {
        return detail::json(
            [&](snic_text **made, snic_error **told) { return snic_tc_run(get(), words.c_str(), made, told); });
    }
    std::string tc(const std::string &words) const { return try_tc(words).value(); }
    SNIC_OPERATION(smartnic::kernel_log, snic_kernel_log, open_kernel_log, (), (), snic_kernel_log_open(get(), made, told))
    result<std::string> try_kernel() const
    {
        return detail::grow<std::string>(64, 1, [&](char *buffer, std::size_t size, std::size_t *needed, snic_error **told) {
            return snic_host_kernel(get(), buffer, size, needed, told);
        });
    }
    std::string kernel() const { return try_kernel().value(); }
    /// Sends packets into a simulated NIC; true if it handled them alone.
    result<bool> try_send_packets(const std::string &link, const std::string &packet, std::uint64_t count = 1) const
    {
        std::int32_t alone = 0;
        auto done = detail::run(
            [&](snic_error **told) { return snic_sim_send(get(), link.c_str(), packet.c_str(), count, &alone, told); });
        if (!done)
            return done.error();
        return alone != 0;
    }
    bool send_packets(const std::string &link, const std::string &packet, std::uint64_t count = 1) const
    {
        return try_send_packets(link, packet, count).value();
    }
    /// Lets a simulated device have an error; true if its driver recovered by itself.
    result<bool> try_break_device(const std::string &place, const std::string &reporter, const std::string &words,
                                  std::uint64_t after_ms = 1000) const
    {
        std::int32_t recovered = 0;
        auto done = detail::run([&](snic_error **told) {
            return snic_sim_break(get(), place.c_str(), reporter.c_str(), words.c_str(), after_ms, &recovered, told);
        });
        if (!done)
            return done.error();
        return recovered != 0;
    }
    bool break_device(const std::string &place, const std::string &reporter, const std::string &words,
                      std::uint64_t after_ms = 1000) const
    {
        return try_break_device(place, reporter, words, after_ms).value();
    }
    SNIC_CHANGE(add_netns, (const std::string &name), (name), snic_sim_netns_add(get(), name.c_str(), told))
    SNIC_CHANGE(remove_netns, (const std::string &name), (name), snic_sim_netns_remove(get(), name.c_str(), told))
    /// Moves a link of a simulated host; empty is the namespace that the host was opened in.
    SNIC_CHANGE(move_link, (const std::string &link, const std::string &from, const std::string &to), (link, from, to),
                snic_sim_move_link(get(), link.c_str(), detail::or_null(from), detail::or_null(to), told))

    /// Everything that is there and how it belongs together, as JSON.
    result<std::string> try_inventory_json() const
    {
        return detail::json(
            [&](snic_text **made, snic_error **told) { return snic_inventory_json(get(), made, told); });
    }
    std::string inventory_json() const { return try_inventory_json().value(); }

    /// The handle, for functions of smartnic.h; it stays owned here.
    snic_host *get() const noexcept { return handle_.get(); }

private:
    detail::owned<snic_host, snic_host_close> handle_;
};
#undef SNIC_OPERATION
#undef SNIC_CHANGE

inline result<void> plan::try_run(const host &on, snic_plan_options options,
                                  const std::function<void(std::string_view)> &progress)
{
    struct teller {
        const std::function<void(std::string_view)> *progress;
        std::exception_ptr thrown;
    } teller{&progress, nullptr};
    if (progress) {
        options.user = &teller;
        options.progress = [](const char *step, void *user) {
            auto *told = static_cast<struct teller *>(user);
#if defined(__cpp_exceptions)
            // Nothing may be thrown through the library.
            try {
                (*told->progress)(text(step));
            } catch (...) {
                if (!told->thrown)
                    told->thrown = std::current_exception();
            }
#else
            (*told->progress)(text(step));
#endif
        };
    }
    auto done = detail::run(
        [&](snic_error **told) { return snic_plan_run(handle_.get(), on.get(), &options, told); });
#if defined(__cpp_exceptions)
    if (teller.thrown)
        std::rethrow_exception(teller.thrown);
#endif
    return done;
}

} // namespace smartnic

#endif // SMARTNIC_HPP
