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
    /// The error; only if there is no value.
    const smartnic::error &error() const noexcept { return *std::get_if<1>(&held_); }

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
    const smartnic::error &error() const noexcept { return *held_; }

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
    step_range steps() noexcept { return {handle_.get()}; }
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
    std::size_t size() const noexcept { return snic_rules_count(handle_.get()); }
    /// The rules as text.
    result<std::string> try_to_text(snic_format format) const
    {
        std::size_t needed = 0;
        std::string made;
        for (;;) {
            snic_error *told = nullptr;
            const snic_status status =
                snic_rules_text(handle_.get(), format, made.empty() ? nullptr : made.data(), made.size(), &needed, &told);
            const error failure(status, told);
            if (status == SNIC_STATUS_OK) {
                made.resize(needed - 1);
                return made;
            }
            if (status != SNIC_STATUS_NO_SPACE)
                return failure;
            made.resize(needed);
        }
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
    reason_range reasons() noexcept { return {handle_.get(), false}; }
    /// What the adapter says of the rule that was lent last.
    reason_range predictions() noexcept { return {handle_.get(), true}; }

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
        std::string made(512, '\0');
        for (;;) {
            std::size_t needed = 0;
            snic_error *told = nullptr;
            const snic_status status = snic_health_diagnose(get(), place.c_str(), name.c_str(), made.data(), made.size(),
                                                            &needed, &told);
            const error failure(status, told);
            if (status == SNIC_STATUS_OK) {
                made.resize(needed - 1);
                return made;
            }
            if (status != SNIC_STATUS_NO_SPACE)
                return failure;
            made.resize(needed);
        }
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

    /// Everything that is there and how it belongs together, as JSON.
    result<std::string> try_inventory_json() const
    {
        using text_handle = detail::owned<snic_text, snic_text_free>;
        auto made = detail::make<text_handle, snic_text>(
            [&](snic_text **given, snic_error **told) { return snic_inventory_json(get(), given, told); });
        if (!made)
            return made.error();
        return std::string(snic_text_get(made->get()), snic_text_length(made->get()));
    }
    std::string inventory_json() const { return try_inventory_json().value(); }

    /// The handle, for functions of smartnic.h; it stays owned here.
    snic_host *get() const noexcept { return handle_.get(); }

private:
    detail::owned<snic_host, snic_host_close> handle_;
};
#undef SNIC_OPERATION

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
