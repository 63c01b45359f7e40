//! What is shown: dcb's text, and its JSON by the same calls.

use smartnic_core::dcb::{DcbApp, DcbEts, DcbPfc, DcbSelector, DcbState};

use super::map::{dscp_name, pcp_name};
use super::settings::{DCBX, SELECTION, TRUST};
use super::table::{APP, REWR, belongs, held};
use super::{Words, Wrong, named};

/// How something is shown: dcb's options.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Style {
    /// Counters too (`-s`).
    pub stats: bool,
    /// Numbers in place of the names of DSCPs and PCPs (`-N`).
    pub numeric: bool,
    /// Rates in powers of 1024 (`-i`).
    pub iec: bool,
}

/// What is shown, in both forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// As JSON, on one line.
    pub json: String,
    /// As text, with the end of its last line.
    pub text: String,
}

impl Shown {
    fn of(lines: &[Vec<&Part>]) -> Self {
        let json: Vec<String> = lines
            .iter()
            .flatten()
            .map(|Part(word, json, _)| format!("{}:{json}", quoted(&word.replace('-', "_"))))
            .collect();
        let line = |parts: &Vec<&Part>| {
            let text: String = parts.iter().map(|Part(word, _, text)| format!("{word} {text}")).collect();
            format!("{text}\n")
        };
        Self { json: format!("{{{}}}", json.join(",")), text: lines.iter().map(line).collect() }
    }
}

/// One thing that is shown: its word, its JSON, and its text behind the word.
struct Part(&'static str, String, String);

fn plain(word: &'static str, value: u16) -> Part {
    Part(word, value.to_string(), format!("{value} "))
}

fn switched(word: &'static str, on: bool) -> Part {
    Part(word, on.to_string(), format!("{} ", on_off(on)))
}

fn on_off(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}

/// A list by number; each value has its JSON and its text.
fn eight<T>(word: &'static str, values: &[T], show: impl Fn(&T) -> (String, String)) -> Part {
    let shown: Vec<(String, String)> = values.iter().map(show).collect();
    let json: Vec<&str> = shown.iter().map(|(json, _)| json.as_str()).collect();
    let text = shown.iter().enumerate().map(|(at, (_, text))| format!("{at}:{text} "));
    Part(word, format!("[{}]", json.join(",")), text.collect())
}

fn numbers<T: ToString>(word: &'static str, values: &[T]) -> Part {
    eight(word, values, |value| (value.to_string(), value.to_string()))
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

/// Shows settings: those that are asked for each on a line, or all as dcb sets them out.
///
/// # Errors
/// [`Wrong`], also if the driver does not tell the object.
pub fn settings(object: &str, words: Words<'_>, state: &DcbState, style: Style) -> Result<Shown, Wrong> {
    let Style { stats, iec, .. } = style;
    // Parts on one line stand together.
    let lines: Vec<Vec<Part>> = match object {
        "dcbx" => {
            let bits = state.dcbx.ok_or_else(Wrong::missing)?;
            return words.first().map_or_else(|| Ok(dcbx(bits)), |word| Err(Wrong::Unknown(word.clone())));
        }
        "apptrust" => {
            let order = state.trust.as_ref().ok_or_else(Wrong::missing)?;
            let name = |selector: &DcbSelector| {
                TRUST.iter().find(|(_, known)| known == selector).map(|(name, _)| *name)
            };
            let names: Vec<&str> = order.iter().filter_map(name).collect();
            let json: Vec<String> = names.iter().map(|name| quoted(name)).collect();
            let text: String = names.iter().map(|name| format!("{name} ")).collect();
            // dcb ends the line twice.
            let text = format!("order: {text}\n\n");
            return Ok(Shown { json: format!("{{\"order\":[{}]}}", json.join(",")), text });
        }
        "ets" => ets(&state.ets.ok_or_else(Wrong::missing)?),
        "pfc" => pfc(&state.pfc.ok_or_else(Wrong::missing)?, stats || !words.is_empty()),
        "buffer" => {
            let buffer = state.buffer.ok_or_else(Wrong::missing)?;
            vec![
                vec![numbers("prio-buffer", &buffer.priority_buffer)],
                vec![eight("buffer-size", &buffer.size, |bytes| (bytes.to_string(), size(*bytes)))],
                vec![Part("total-size", buffer.total.to_string(), format!("{} ", size(buffer.total)))],
            ]
        }
        _ => {
            let rates = state.max_rate.ok_or_else(Wrong::missing)?;
            // JSON has bytes per second, as iproute2 has of all rates.
            let show = |kilobits: &u64| {
                let bits = u128::from(*kilobits) * 1000;
                ((bits / 8).to_string(), rate(bits, iec))
            };
            vec![vec![eight("tc-maxrate", &rates, show)]]
        }
    };
    let wanted: Vec<Vec<&Part>> = match words {
        [] => lines.iter().map(|line| line.iter().collect()).collect(),
        words => {
            let all: Vec<&Part> = lines.iter().flatten().collect();
            let names: Vec<&'static str> = all.iter().map(|part| part.0).collect();
            let find = |word: &String| {
                let name = named(word, &names)?;
                Ok(all.iter().copied().filter(|part| part.0 == name).collect())
            };
            words.iter().map(find).collect::<Result<_, Wrong>>()?
        }
    };
    Ok(Shown::of(&wanted))
}

fn ets(ets: &DcbEts) -> Vec<Vec<Part>> {
    let algorithm = |number: &u8| {
        let name = SELECTION.iter().find(|(_, known)| known == number).map_or("???", |(name, _)| *name);
        (quoted(name), name.to_owned())
    };
    vec![
        vec![
            switched("willing", ets.willing),
            plain("ets-cap", ets.capacity.into()),
            switched("cbs", ets.cbs),
        ],
        vec![numbers("tc-bw", &ets.tx_bandwidth)],
        vec![numbers("pg-bw", &ets.rx_bandwidth)],
        vec![eight("tc-tsa", &ets.selection, algorithm)],
        vec![numbers("prio-tc", &ets.priority_class)],
        vec![numbers("reco-tc-bw", &ets.advised_bandwidth)],
        vec![eight("reco-tc-tsa", &ets.advised_selection, algorithm)],
        vec![numbers("reco-prio-tc", &ets.advised_priority_class)],
    ]
}

fn pfc(pfc: &DcbPfc, counters: bool) -> Vec<Vec<Part>> {
    let on: [bool; 8] = std::array::from_fn(|priority| pfc.enabled >> priority & 1 == 1);
    let mut lines = vec![
        vec![
            plain("pfc-cap", pfc.capacity.into()),
            switched("macsec-bypass", pfc.macsec_bypass),
            plain("delay", pfc.delay),
        ],
        vec![eight("prio-pfc", &on, |on| (on.to_string(), on_off(*on).to_owned()))],
    ];
    if counters {
        lines.push(vec![numbers("requests", &pfc.requests)]);
        lines.push(vec![numbers("indications", &pfc.indications)]);
    }
    lines
}

/// What the neighbour says of itself: `ets`, `pfc` and `app`, or those of them that are asked for. dcb itself has no
/// words for it.
///
/// # Errors
/// [`Wrong`], also if the driver does not tell what is asked for, or the neighbour says nothing at all.
pub fn peer(words: Words<'_>, state: &DcbState, style: Style) -> Result<Shown, Wrong> {
    let wanted = words.iter().map(|word| named(word, &PEER)).collect::<Result<Vec<_>, _>>()?;
    let shown = |word: &str| {
        Some(match word {
            "ets" => Shown::of(&refs(&ets(state.peer_ets.as_ref()?))),
            "pfc" => Shown::of(&refs(&pfc(state.peer_pfc.as_ref()?, style.stats))),
            _ => entries(&APP, state.peer_apps.clone()?, style),
        })
    };
    let all = |words: &[&'static str]| -> Vec<(&'static str, Shown)> {
        words.iter().filter_map(|word| Some((*word, shown(word)?))).collect()
    };
    let parts = if wanted.is_empty() { all(&PEER) } else { all(&wanted) };
    if parts.len() < wanted.len().max(1) {
        return Err(Wrong::missing());
    }
    let json: Vec<String> =
        parts.iter().map(|(word, shown)| format!("{}:{}", quoted(word), shown.json)).collect();
    Ok(Shown {
        json: format!("{{{}}}", json.join(",")),
        text: parts.into_iter().map(|(_, shown)| shown.text).collect(),
    })
}

const PEER: [&str; 3] = ["ets", "pfc", "app"];

fn refs(lines: &[Vec<Part>]) -> Vec<Vec<&Part>> {
    lines.iter().map(|line| line.iter().collect()).collect()
}

fn dcbx(bits: u8) -> Shown {
    let on: Vec<&str> = DCBX.iter().filter(|(_, bit)| bits & bit != 0).map(|(name, _)| *name).collect();
    let json: Vec<String> =
        on.iter().map(|name| format!("{}:true", quoted(&name.replace('-', "_")))).collect();
    let text: String = on.iter().map(|name| format!("{name} ")).collect();
    Shown { json: format!("{{{}}}", json.join(",")), text: format!("{text}\n") }
}

/// Shows the application or rewrite table.
///
/// # Errors
/// [`Wrong::Unknown`] for a part that there is not.
pub fn tables(object: &str, words: Words<'_>, state: &DcbState, style: Style) -> Result<Shown, Wrong> {
    let kinds: &[&'static str] = if object == "app" { &APP } else { &REWR };
    let wanted = match words {
        [] => kinds.to_vec(),
        words => words.iter().map(|word| named(word, kinds)).collect::<Result<_, _>>()?,
    };
    Ok(entries(&wanted, held(object, state), style))
}

fn entries(wanted: &[&'static str], mut held: Vec<DcbApp>, style: Style) -> Shown {
    held.sort_by_key(|app| (app.protocol, app.priority));
    let (mut json, mut text) = (Vec::new(), String::new());
    for &word in wanted {
        let list: Vec<&DcbApp> = held.iter().filter(|app| belongs(word, app)).collect();
        if list.is_empty() {
            continue;
        }
        let shown: Vec<(String, String)> = list.iter().map(|app| entry(word, app, style.numeric)).collect();
        let values: Vec<&str> = shown.iter().map(|(json, _)| json.as_str()).collect();
        json.push(format!("{}:[{}]", quoted(&word.replace('-', "_")), values.join(",")));
        text += &format!("{word} {}\n", shown.iter().map(|(_, text)| format!("{text} ")).collect::<String>());
    }
    Shown { json: format!("{{{}}}", json.join(",")), text }
}

/// An entry as JSON and as text.
fn entry(word: &str, app: &DcbApp, numeric: bool) -> (String, String) {
    let DcbApp { protocol, priority, .. } = *app;
    let number = protocol.to_string();
    let (json, text) = match word {
        "default-prio" => return (priority.to_string(), priority.to_string()),
        "ethtype-prio" => (number, format!("{protocol:x}")),
        "dscp-prio" | "prio-dscp" if !numeric => (number.clone(), dscp_name(protocol).unwrap_or(number)),
        "pcp-prio" | "prio-pcp" if !numeric => match pcp_name(protocol) {
            Some(name) => (quoted(&name), name),
            None => (number.clone(), number),
        },
        _ => (number.clone(), number),
    };
    match word.starts_with("prio-") {
        // The blank that ends an entry of the text is an element of JSON's, in dcb as here.
        true => (format!("[{priority},{json},\" \"]"), format!("{priority}:{text}")),
        false => (format!("[{json},{priority},\" \"]"), format!("{text}:{priority}")),
    }
}

/// Bytes as iproute2 shows them: whole units where they come near.
fn size(bytes: u32) -> String {
    const KILO: u32 = 1 << 10;
    const MEGA: u32 = 1 << 20;
    let near = |unit: u32, by: u64| {
        let whole = (u64::from(bytes) + u64::from(unit) / 2) / u64::from(unit) * u64::from(unit);
        bytes >= unit && whole.abs_diff(u64::from(bytes)) < by
    };
    if near(MEGA, 1024) {
        format!("{}Mb", f64::from(bytes) / f64::from(MEGA))
    } else if near(KILO, 16) {
        format!("{}Kb", f64::from(bytes) / f64::from(KILO))
    } else {
        format!("{bytes}b")
    }
}

/// Bits per second as iproute2 shows them.
fn rate(bits: u128, iec: bool) -> String {
    let (kilo, i) = if iec { (1024, "i") } else { (1000, "") };
    let units = ["", "K", "M", "G", "T"];
    let (mut rate, mut unit) = (bits, 0);
    while unit + 1 < units.len() && rate >= kilo && (rate % kilo == 0 || rate >= 1000 * kilo) {
        rate /= kilo;
        unit += 1;
    }
    format!("{rate}{}{}bit", units[unit], if unit > 0 { i } else { "" })
}
