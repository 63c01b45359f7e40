//! An adapter in full, for people.

use std::io;

use smartnic::adapter::{Activation, Evidence, Facts, Feature, Said};

use crate::print::Style;
use crate::session::Session;

/// Writes everything that an adapter says, each entry with its source below it.
pub(crate) fn write_facts(facts: &Facts, session: &mut Session) -> io::Result<()> {
    let heading = session.paint().apply(Style::Bold, facts.name);
    writeln!(session.out(), "{heading}: {}", facts.hardware)?;
    identity(facts, session)?;
    modes(facts, session)?;
    flow(facts, session)?;
    features(facts, session)?;
    params(facts, session)?;
    counters(facts, session)?;
    rdma(facts, session)?;
    if !facts.caveats.is_empty() {
        title("Beware", session)?;
        for caveat in facts.caveats {
            let mut text = caveat.text.to_owned();
            if let Some((major, minor)) = caveat.since {
                text.push_str(&format!(" (since Linux {major}.{minor})"));
            }
            if let Some((major, minor)) = caveat.until {
                text.push_str(&format!(" (before Linux {major}.{minor})"));
            }
            entry(&text, caveat.source, session)?;
        }
    }
    if !facts.settings.is_empty() {
        title("Recommended", session)?;
        for setting in facts.settings {
            entry(&format!("{}: {}", setting.what, setting.value), setting.source, session)?;
            writeln!(session.out(), "      because: {}", setting.why)?;
        }
    }
    Ok(())
}

fn title(text: &str, session: &mut Session) -> io::Result<()> {
    let text = session.paint().apply(Style::Bold, text);
    writeln!(session.out(), "\n{text}")
}

fn entry(text: &str, source: Evidence, session: &mut Session) -> io::Result<()> {
    writeln!(session.out(), "  {text}\n      source: {source}")
}

fn said(all: &[Said], session: &mut Session) -> io::Result<()> {
    all.iter().try_for_each(|one| entry(one.text, one.source, session))
}

fn identity(facts: &Facts, session: &mut Session) -> io::Result<()> {
    title("Devices", session)?;
    let out = session.out();
    if !facts.identity.drivers.is_empty() {
        writeln!(out, "  drivers: {}", facts.identity.drivers.join(", "))?;
    }
    for ids in facts.identity.pci {
        let ranges = ids.devices.iter().map(|(first, last)| match first == last {
            true => format!("{first:04x}"),
            false => format!("{first:04x}-{last:04x}"),
        });
        writeln!(out, "  PCI ids: {:04x}: {}", ids.vendor, ranges.collect::<Vec<_>>().join(", "))?;
    }
    if let Some(source) = facts.identity.source {
        writeln!(out, "      source: {source}")?;
    }
    if !facts.rdma_drivers.is_empty() {
        writeln!(out, "  RDMA devices on the same cards: {}", facts.rdma_drivers.join(", "))?;
    }
    Ok(())
}

fn modes(facts: &Facts, session: &mut Session) -> io::Result<()> {
    let modes = &facts.modes;
    if modes.settable.is_empty() && modes.none.is_empty() && modes.rules.is_empty() {
        return Ok(());
    }
    title("Eswitch", session)?;
    let out = session.out();
    if !modes.settable.is_empty() {
        let names: Vec<String> = modes.settable.iter().map(ToString::to_string).collect();
        writeln!(out, "  modes: {}", names.join(", "))?;
    }
    if let Some(mode) = modes.fixed {
        writeln!(out, "  mode: {mode}, without being asked")?;
    }
    if !modes.none.is_empty() {
        writeln!(out, "  {}", modes.none)?;
    }
    if !modes.names.is_empty() {
        writeln!(out, "  names of representors: {}", modes.names)?;
    }
    said(modes.rules, session)
}

fn flow(facts: &Facts, session: &mut Session) -> io::Result<()> {
    let Some(flow) = &facts.flow else { return Ok(()) };
    title("Flow rules", session)?;
    let out = session.out();
    let limits = &flow.limits;
    writeln!(out, "  keys: {}", limits.keys)?;
    let actions = limits.actions.to_string();
    writeln!(
        out,
        "  actions: {}",
        if actions.is_empty() { "none; the rule's class counts" } else { &actions }
    )?;
    match limits.max_chain {
        0 => writeln!(out, "  chains: the first only")?,
        last => writeln!(out, "  chains: 0 to {last}")?,
    }
    if let Some(legacy) = flow.legacy {
        writeln!(out, "  actions in legacy mode: {}", legacy.actions)?;
    }
    let counted = if flow.counters { "counted by the card" } else { "not counted: the driver does not tell" };
    writeln!(out, "  packets of rules: {counted}")?;
    if let Some(note) = flow.refusal_note {
        writeln!(out, "  {note}")?;
    }
    said(flow.rules, session)?;
    if !flow.capacity.is_empty() {
        title("How many rules", session)?;
        said(flow.capacity, session)?;
    }
    Ok(())
}

fn features(facts: &Facts, session: &mut Session) -> io::Result<()> {
    title("Features", session)?;
    let mut silent = Vec::new();
    for feature in Feature::ALL.iter().filter(|feature| facts.concerns(**feature)) {
        let support = facts.support(*feature);
        let why = support.why();
        let fact = facts.features.iter().find(|fact| fact.feature == *feature);
        if fact.is_none() && !support.is_there() {
            silent.push(feature.name());
            continue;
        }
        let text = if why.is_empty() {
            format!("{feature}: {support}")
        } else {
            format!("{feature}: {support}: {why}")
        };
        match fact {
            Some(fact) => entry(&text, fact.source, session)?,
            None => writeln!(session.out(), "  {text}\n      source: the actions and chains above")?,
        }
    }
    if !silent.is_empty() {
        let what = if facts.surveyed { "absent" } else { "unknown" };
        writeln!(session.out(), "  {what}: {}", silent.join(", "))?;
    }
    Ok(())
}

/// What must happen for a change to take effect.
pub(crate) fn steps(steps: &[Activation]) -> String {
    match steps {
        [] => "at once".to_owned(),
        _ => steps.iter().map(ToString::to_string).collect::<Vec<_>>().join(", then "),
    }
}

fn params(facts: &Facts, session: &mut Session) -> io::Result<()> {
    if facts.params.is_empty() && facts.advice.is_empty() {
        return Ok(());
    }
    title("Parameters and changes", session)?;
    for param in facts.params {
        for (mode, needs) in param.modes {
            entry(
                &format!("{} ({mode}; {}): {}", param.name, steps(needs), param.meaning),
                param.source,
                session,
            )?;
        }
        if !param.note.is_empty() {
            writeln!(session.out(), "      note: {}", param.note)?;
        }
    }
    for (change, advice) in facts.advice {
        use smartnic::adapter::Change;
        let what = match change {
            Change::Param { name, .. } => name,
            Change::Firmware => "new firmware",
            Change::PortSplit => "a port that is split",
            Change::EswitchMode => "the eswitch mode",
            Change::NumVfs => "the number of VFs",
            Change::Resource => "the size of a resource",
            _ => "another change",
        };
        entry(&format!("{what} ({})", steps(advice.steps)), advice.source, session)?;
        if !advice.note.is_empty() {
            writeln!(session.out(), "      note: {}", advice.note)?;
        }
    }
    Ok(())
}

fn counters(facts: &Facts, session: &mut Session) -> io::Result<()> {
    let mut source = None;
    for (at, counter) in facts.all_counters().enumerate() {
        if at == 0 {
            title("Counters to watch", session)?;
        }
        if source != Some(counter.source) {
            source = Some(counter.source);
            writeln!(session.out(), "  source: {}", counter.source)?;
        }
        let canonical =
            if counter.canonical.is_empty() { String::new() } else { format!(" [{}]", counter.canonical) };
        let unit = format!("{:?}", counter.unit).to_lowercase();
        writeln!(session.out(), "    {}{canonical} ({unit}): {}", counter.name, counter.meaning)?;
    }
    Ok(())
}

fn rdma(facts: &Facts, session: &mut Session) -> io::Result<()> {
    let Some(rdma) = &facts.rdma else { return Ok(()) };
    title("RDMA", session)?;
    let out = session.out();
    writeln!(out, "  devices: {}, driver id {}", rdma.name_pattern, rdma.driver_id)?;
    let transports = rdma.transports.iter().map(|transport| {
        use smartnic::adapter::Transport;
        match transport {
            Transport::Infiniband => "InfiniBand",
            Transport::RoceV1 => "RoCE v1",
            Transport::RoceV2 => "RoCE v2",
            Transport::Iwarp => "iWARP",
            Transport::Own(name) => name,
        }
    });
    writeln!(out, "  transports: {}", transports.collect::<Vec<_>>().join(", "))?;
    said(rdma.gids, session)?;
    said(rdma.quirks, session)
}
