//! What is to be done, soonest first.

use std::collections::BTreeMap;

use sluss_core::day::Day;

use super::case::{Case, LetterState, State};

/// Days that count as soon.
const WEEK: i32 = 7;
/// Days beyond which nothing is announced.
const MONTH: i32 = 31;

/// When a case wants to be dealt with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// Its day is over.
    Late,
    /// Today.
    Today,
    /// Within a week.
    Week,
    /// Within a month.
    Month,
    /// No day is near, and its source waits for an answer.
    Unanswered,
    /// A return bundle carries what does it, and the drop has not told yet that it has it.
    UnderWay,
    /// Its source has been told what came of it: it may be closed.
    Told,
}

impl When {
    fn of(case: &Case<'_>, today: Day) -> Option<Self> {
        let open = !case.junk() && case.state() != State::Closed;
        match case.next().map(|(_, day)| day.since(today)) {
            Some(left) if left < 0 => Some(Self::Late),
            Some(_) if !case.unanswered() && case.under_way() == Some(LetterState::Carried) => Some(Self::UnderWay),
            Some(0) => Some(Self::Today),
            Some(left) if left <= WEEK => Some(Self::Week),
            Some(left) if left <= MONTH => Some(Self::Month),
            _ if open && case.unanswered() => Some(Self::Unanswered),
            None if open => Some(Self::Told),
            _ => None,
        }
    }
}

/// The cases that want something done, each once; those with a day in the order of their days.
pub fn agenda(cases: Vec<Case<'_>>, today: Day) -> BTreeMap<When, Vec<Case<'_>>> {
    let mut agenda: BTreeMap<When, Vec<Case<'_>>> = BTreeMap::new();
    for case in cases {
        if let Some(when) = When::of(&case, today) {
            agenda.entry(when).or_default().push(case);
        }
    }
    // Closed cases stand after the open ones, and have days too.
    agenda.values_mut().for_each(|cases| cases.sort_by_cached_key(|case| case.next().map(|(_, day)| day)));
    agenda
}
