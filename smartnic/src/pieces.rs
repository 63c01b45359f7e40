//! Work on many values, divided among the processors.

use std::num::NonZero;
use std::ops::Range;
use std::panic::resume_unwind;
use std::thread;

/// The most threads that work on one thing: beyond it, to begin them costs more than they save.
const MOST: usize = 8;

/// Into how many pieces so much is divided if a piece is to be worth a thread only from `least` on.
pub(crate) fn worthwhile(count: usize, least: usize) -> usize {
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    (count / least.max(1)).clamp(1, processors.min(MOST))
}

/// What `work` makes of each of `pieces`, in their order, each with a thread of its own.
pub(crate) fn each<S: Send, T: Send>(pieces: Vec<S>, work: impl Fn(S) -> T + Sync) -> Vec<T> {
    let mut pieces = pieces.into_iter();
    let Some(first) = pieces.next() else { return Vec::new() };
    if pieces.len() == 0 {
        return vec![work(first)];
    }
    let work = &work;
    thread::scope(|scope| {
        let others: Vec<_> = pieces.map(|piece| scope.spawn(move || work(piece))).collect();
        let mut made = vec![work(first)];
        for other in others {
            match other.join() {
                Ok(piece) => made.push(piece),
                Err(panic) => resume_unwind(panic),
            }
        }
        made
    })
}

/// From so many values on, it is worth while to begin a thread for them.
const LEAST: usize = 1024;

/// What `work` makes of each of so many values, by their number, in order.
pub(crate) fn map<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let pieces = worthwhile(count, LEAST);
    let size = count.div_ceil(pieces);
    let ranges: Vec<Range<usize>> =
        (0..pieces).map(|piece| (piece * size).min(count)..((piece + 1) * size).min(count)).collect();
    joined(each(ranges, |range| range.map(&work).collect()))
}

/// What `work` makes of each of these values, by their number, in order.
pub(crate) fn map_each<S: Send, T: Send>(mut values: Vec<S>, work: impl Fn(usize, S) -> T + Sync) -> Vec<T> {
    let size = values.len().div_ceil(worthwhile(values.len(), LEAST)).max(1);
    let mut pieces = Vec::new();
    while values.len() > size {
        let from = (values.len() - 1) / size * size;
        pieces.push((from, values.split_off(from)));
    }
    pieces.push((0, values));
    pieces.reverse();
    joined(each(pieces, |(from, piece)| {
        piece.into_iter().zip(from..).map(|(value, at)| work(at, value)).collect()
    }))
}

fn joined<T>(pieces: Vec<Vec<T>>) -> Vec<T> {
    let mut pieces = pieces.into_iter();
    let mut all = pieces.next().unwrap_or_default();
    pieces.for_each(|mut piece| all.append(&mut piece));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_out_in_order_however_many_there_are() {
        for count in [0, 1, 1023, 1024, 2048, 2049, 100_001] {
            let doubled: Vec<usize> = (0..count).map(|at| at * 2).collect();
            assert_eq!(map(count, |at| at * 2), doubled);
            assert_eq!(map_each((0..count).collect(), |at, value| at + value), doubled);
        }
    }

    #[test]
    fn few_values_are_no_work_for_two() {
        assert_eq!((worthwhile(0, 10), worthwhile(19, 10)), (1, 1));
        assert!(worthwhile(usize::MAX, 1) <= MOST);
    }
}
