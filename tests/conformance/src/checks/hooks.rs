//! The qdiscs that carry filters.

use smartnic_core::ErrorKind;
use smartnic_core::backend::{FlowScope, Hook, HookKind};
use smartnic_core::flow::{Action, Attach, Rule};
use smartnic_core::types::{EtherType, IfIndex};

use crate::{Bench, Result, Rig, ensure, equal};

super::checks! {
    "a hook comes and goes, of both kinds": come_and_go,
    "a hook that is there is not added again": duplicate,
    "a hook that is not there is not removed": missing,
    "a hook takes its rules along": with_rules,
}

fn come_and_go(bench: &Bench<'_>) -> Result {
    bench.with_links()?;
    let link = Rig::find(bench)?.uplink.ifindex;
    for kind in [HookKind::Clsact, HookKind::Ingress] {
        let hook = Hook { kind, ..Hook::clsact(link) };
        equal!(bench.host.flow().hooks(Some(link))?, [], "hooks before");
        bench.host.flow().add_hook(&hook)?;
        equal!(bench.host.flow().hooks(Some(link))?, [hook], "hooks of the link");
        ensure!(bench.host.flow().hooks(None)?.contains(&hook), "{hook:?} is not among all hooks");
        bench.host.flow().remove_hook(&hook)?;
    }
    equal!(bench.host.flow().hooks(Some(link))?, [], "hooks after");
    Ok(())
}

fn duplicate(bench: &Bench<'_>) -> Result {
    bench.with_links()?;
    let hook = Hook::clsact(Rig::find(bench)?.uplink.ifindex);
    bench.host.flow().add_hook(&hook)?;
    let kind = bench.host.flow().add_hook(&hook).map_err(|error| error.kind());
    equal!(kind, Err(ErrorKind::AlreadyExists), "adding it again");
    equal!(bench.host.flow().hooks(Some(hook.link))?, [hook], "hooks afterwards");
    Ok(())
}

fn missing(bench: &Bench<'_>) -> Result {
    bench.with_links()?;
    let hook = Hook::clsact(Rig::find(bench)?.uplink.ifindex);
    let kind = |hook: &Hook| bench.host.flow().remove_hook(hook).map_err(|error| error.kind());
    // On a link that had a hook before, the kernel answers EINVAL ("Invalid handle"), else ENOENT.
    let answer = kind(&hook);
    let refused = matches!(answer, Err(ErrorKind::NotFound | ErrorKind::Refused));
    ensure!(refused, "a link without a hook: {answer:?}");
    equal!(kind(&Hook::clsact(IfIndex(0x7fff_fff0))), Err(ErrorKind::NotFound), "a link that is not there");
    Ok(())
}

fn with_rules(bench: &Bench<'_>) -> Result {
    bench.with_links()?;
    let link = Rig::find(bench)?.uplink.ifindex;
    let hook = Hook::clsact(link);
    bench.host.flow().add_hook(&hook)?;
    let places = [Attach::ingress(link), Attach::egress(link)];
    for place in &places {
        let rule = Rule::new(place.clone()).prio(3).protocol(EtherType::IPV4).action(Action::pass());
        bench.install(&rule)?;
    }
    bench.host.flow().remove_hook(&hook)?;
    bench.host.flow().add_hook(&hook)?;
    for place in places {
        equal!(bench.host.flow().entries(&FlowScope::at(place.clone()))?, [], "rules at {place}");
    }
    Ok(())
}
