//! "Did you mean …?"

/// The name that a word was most likely meant to be, if one is close.
pub(crate) fn closest<'n>(word: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    // A long word is no slip of the finger, and comparing it would take long.
    if word.len() > 40 {
        return None;
    }
    let near = names.into_iter().map(|name| (distance(word, name), name));
    let (steps, name) = near.min_by_key(|(steps, _)| *steps)?;
    let bound = if name.len() <= 4 { 1 } else { 2 };
    (steps <= bound).then_some(name)
}

/// How many letters must be put in, left out, changed or swapped with their neighbour.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) =
        (one.to_lowercase().chars().collect(), other.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (row, letter) in one.iter().enumerate() {
        let mut this = vec![row + 1];
        for (column, wanted) in other.iter().enumerate() {
            let changed = last[column] + usize::from(letter != wanted);
            let mut best = changed.min(last[column + 1] + 1).min(this[column] + 1);
            let swapped = row > 0 && column > 0 && *letter == other[column - 1] && one[row - 1] == *wanted;
            if swapped {
                best = best.min(before[column - 1] + 1);
            }
            this.push(best);
        }
        before = std::mem::replace(&mut last, this);
    }
    last[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_and_strangers_are_not() {
        let names = ["dst_port", "src_port", "dst_ip", "type"];
        assert_eq!(closest("dst_prot", names), Some("dst_port"));
        assert_eq!(closest("dstport", names), Some("dst_port"));
        assert_eq!(closest("DST_IP", names), Some("dst_ip"));
        assert_eq!(closest("tpye", names), Some("type"));
        assert_eq!(closest("hello", names), None);
        assert_eq!(closest("", names), None);
        assert_eq!(closest(&"é".repeat(9999), names), None);
    }
}
