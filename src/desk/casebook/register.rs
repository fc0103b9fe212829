//! The register of one organisation's reports, and how many there were in a year: what the organisation itself may hear.
//!
//! Protects: nothing here says who wrote, what about, or who handles it; a small number, from which one report and so
//! perhaps its source could be known, is not told, nor can it be reckoned from those that are.
//! It does not protect from comparing the register's days with what else is known of them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sluss_core::day::Day;

use super::Casebook;
use super::case::Case;

/// Numbers from 1 to one less than this are not told.
pub const FEW: usize = 5;

/// What the register says of a report (offentlighets- och sekretesslagen 2009:400, 5 kap. 2 §).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The case's number.
    pub number: String,
    /// The day of receipt.
    pub received: Day,
    /// The day on which the source was told so: that of the letter, once the drop has told that it has it.
    pub acknowledged: Option<Day>,
    /// Whether the source wanted no acknowledgement.
    pub declined: bool,
    /// The day of the first feedback, likewise.
    pub feedback: Option<Day>,
    /// Whether the report is one that the channel is for; `None` until somebody decided.
    pub within_scope: Option<bool>,
    /// The day on which the case was closed, if it is.
    pub closed: Option<Day>,
    /// The last day for deciding whether it is archived or erased, once it is closed.
    pub kept_until: Option<Day>,
    /// The day on which the case was erased from this desk, if it is.
    pub erased: Option<Day>,
    /// Whether what the law asks for was done by its day: the acknowledgement, and the feedback. `None` where the day is
    /// still to come, or nothing was asked.
    in_time: [Option<bool>; 2],
}

impl Row {
    /// What it says of a case that is here.
    pub(crate) fn of(case: &Case<'_>, today: Day) -> Self {
        let (due, acknowledged, feedback) = (case.due(), case.surely_acknowledged(), case.surely_fed_back());
        let in_time = |done: Option<Day>, due: Day| match done {
            Some(day) => Some(day <= due),
            None => (today > due).then_some(false),
        };
        Self {
            number: case.number(),
            received: case.received(),
            acknowledged,
            declined: case.declined(),
            feedback,
            within_scope: case.within_scope(),
            closed: case.closed(),
            kept_until: case.kept_until(),
            erased: None,
            in_time: [
                in_time(acknowledged, due.acknowledge).filter(|_| !case.declined()),
                in_time(feedback, due.feedback),
            ],
        }
    }
}

/// A number that may be told, or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// So many.
    Told(usize),
    /// Fewer than [`FEW`], or one without which those could be reckoned.
    Hidden,
}

/// What was reported in one year, by the day of receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// The year.
    pub year: i16,
    /// All reports.
    pub received: Count,
    /// For which the channel is; for which it is not; and of which nobody decided.
    pub scope: [Count; 3],
    /// Acknowledged by the due day; later or not yet; and not due: declined, or the day is still to come.
    pub acknowledged: [Count; 3],
    /// The same for feedback.
    pub feedback: [Count; 3],
    /// Closed, and not.
    pub closed: [Count; 2],
}

impl Figures {
    fn of<'r>(year: i16, rows: impl Iterator<Item = &'r Row> + Clone) -> Self {
        let all = rows.clone().count();
        let count = |which: &dyn Fn(&Row) -> bool| rows.clone().filter(|row| which(row)).count();
        let three = |of: &dyn Fn(&Row) -> Option<bool>| {
            told([Some(true), Some(false), None].map(|answer| count(&|row| of(row) == answer)))
        };
        let closed = count(&|row| row.closed.is_some());
        Self {
            year,
            received: told([all])[0],
            scope: three(&|row| row.within_scope),
            acknowledged: three(&|row| row.in_time[0]),
            feedback: three(&|row| row.in_time[1]),
            closed: told([closed, all - closed]),
        }
    }
}

/// What may be told of the parts of a sum that is told too. Whatever is not told could be reckoned, as one number, from the
/// rest: so it is two parts or more, and not few together. Zero tells of nobody.
fn told<const N: usize>(parts: [usize; N]) -> [Count; N] {
    let mut smallest_first: Vec<usize> =
        (0..N).filter(|place| parts.get(*place).is_some_and(|part| *part > 0)).collect();
    smallest_first.sort_by_key(|place| parts.get(*place));
    let (mut hidden, mut together) = (Vec::new(), 0);
    for place in smallest_first {
        let part = parts.get(place).copied().unwrap_or_default();
        let reckoned = !hidden.is_empty() && (hidden.len() < 2 || together < FEW);
        if part < FEW || reckoned {
            hidden.push(place);
            together += part;
        }
    }
    let mut place = 0..N;
    parts.map(|part| {
        let hide = place.next().is_some_and(|place| hidden.contains(&place));
        if hide { Count::Hidden } else { Count::Told(part) }
    })
}

/// The rows of `organisation`, in the order of receipt, with those that were erased; what is or was hidden as junk is not in
/// them.
pub fn rows(book: &Casebook, organisation: &str, today: Day) -> Vec<Row> {
    let cases = book.cases().into_iter().filter(|case| case.organisation() == organisation && !case.junk());
    let erased = book.journal().erasures().filter(|(_, erasure)| erasure.organisation == organisation);
    let erased = erased.filter_map(|(day, erasure)| Some(Row { erased: Some(day), ..erasure.row.clone()? }));
    let mut rows: Vec<Row> = cases.map(|case| Row::of(&case, today)).chain(erased).collect();
    rows.sort_by(|a, b| (a.received, &a.number).cmp(&(b.received, &b.number)));
    rows
}

/// What the rows come to, year by year.
pub fn figures(rows: &[Row]) -> Vec<Figures> {
    let years: BTreeSet<i16> = rows.iter().map(year).collect();
    years.into_iter().map(|wanted| Figures::of(wanted, rows.iter().filter(move |row| year(row) == wanted))).collect()
}

fn year(row: &Row) -> i16 {
    row.received.civil().0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn small_numbers_are_not_told() {
        let hidden = Count::Hidden;
        assert_eq!(told([0]), [Count::Told(0)]);
        assert_eq!(told([4]), [hidden]);
        assert_eq!(told([5]), [Count::Told(5)]);
        assert_eq!(told([7, 0, 6]), [7, 0, 6].map(Count::Told));
        // One that is small takes the smallest other with it; two that come to little take a third.
        assert_eq!(told([20, 3, 9]), [Count::Told(20), hidden, hidden]);
        assert_eq!(told([1, 1, 6]), [hidden; 3]);
        assert_eq!(told([4, 20, 3]), [hidden, Count::Told(20), hidden]);
    }

    proptest! {
        /// Whoever knows the sum can reckon the hidden parts' sum. That is no small number, and no single part's.
        #[test]
        fn no_small_number_can_be_reckoned(parts in prop::array::uniform3(0_usize..12)) {
            let shown = told(parts);
            let together: usize = parts.iter().zip(&shown).filter(|(_, shown)| **shown == Count::Hidden).map(|(part, _)| part).sum();
            let many = shown.iter().filter(|shown| **shown == Count::Hidden).count();
            if parts.iter().sum::<usize>() >= FEW {
                prop_assert!(many != 1 && (many == 0 || together >= FEW), "{shown:?}");
            }
            for (part, shown) in parts.iter().zip(&shown) {
                prop_assert!(*shown == Count::Hidden || *shown == Count::Told(*part));
                prop_assert!(!(1..FEW).contains(part) || *shown == Count::Hidden);
            }
        }
    }
}
