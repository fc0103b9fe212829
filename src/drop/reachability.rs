//! Whether sources get through to the onion service: as far as it knows itself, and as was seen from outside. It says
//! nothing of who comes: a file of it is the same whether nobody or a thousand came.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sluss_core::day::Day;

/// Days of which it is remembered.
const DAYS: usize = 90;

/// Whether sources get through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reachability {
    /// They do.
    Reachable,
    /// The service makes itself known, which takes some minutes at most.
    NotYet,
    /// It was known and is not now, or cannot make itself known.
    Lost,
}

/// Tells it whenever asked.
pub type Watch = Box<dyn Fn() -> Reachability + Send + Sync>;

/// How often somebody looked from outside on one day, and got through or not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Looks {
    /// Looks that got through.
    pub through: u32,
    /// Looks that did not.
    pub missed: u32,
}

/// The looks of the last 90 days on which there were any.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record(BTreeMap<Day, Looks>);

impl Record {
    /// Notes a look.
    pub fn note(&mut self, day: Day, through: bool) {
        let looks = self.0.entry(day).or_default();
        let count = if through { &mut looks.through } else { &mut looks.missed };
        *count = count.saturating_add(1);
        while self.0.len() > DAYS {
            self.0.pop_first();
        }
    }

    /// The days, oldest first.
    pub fn days(&self) -> impl Iterator<Item = (Day, Looks)> {
        self.0.iter().map(|(day, looks)| (*day, *looks))
    }
}
