//! What differs between countries whose law follows directive (EU) 2019/1937: data, a row each.
//!
//! Protects deadlines abroad from being counted by Swedish law. What the source's pages say of the law stays Swedish.

use serde::{Deserialize, Serialize};

use super::Day;
use super::holiday::{FRENCH, Free};

/// Whose law an organisation answers by; a roster writes it by its ISO 3166 code.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Law {
    /// Sweden: lag (2021:890).
    #[default]
    #[serde(rename = "se")]
    Sweden,
    /// Tyrol: feedback is counted from the day of receipt.
    #[serde(rename = "at-7")]
    Tyrol,
    /// Germany: HinSchG, kept three years.
    #[serde(rename = "de")]
    Germany,
    /// Spain: Ley 2/2023, kept ten years at the most.
    #[serde(rename = "es")]
    Spain,
    /// Finland: laki 1171/2022, kept five years.
    #[serde(rename = "fi")]
    Finland,
    /// France: décret 2022-1284, art. 4: acknowledged within seven working days.
    #[serde(rename = "fr")]
    France,
    /// Italy: d.lgs. 24/2023, kept five years.
    #[serde(rename = "it")]
    Italy,
}

/// What a law asks, at the longest.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// Days from receipt to the acknowledgement.
    pub acknowledge_days: i32,
    /// The days that do not count among these, if only working days do.
    working: Option<&'static Free>,
    /// Months from the acknowledgement to feedback.
    pub feedback_months: i32,
    /// Whether feedback is counted from the day of receipt instead.
    pub from_receipt: bool,
    /// Months after a case was closed for which its personal data are kept at the most.
    pub kept_months: i32,
}

const SWEDEN: Rules =
    Rules { acknowledge_days: 7, working: None, feedback_months: 3, from_receipt: false, kept_months: 24 };

const RULES: [(Law, Rules); 7] = [
    (Law::Sweden, SWEDEN),
    (Law::Tyrol, Rules { from_receipt: true, ..SWEDEN }),
    (Law::Germany, Rules { kept_months: 36, ..SWEDEN }),
    (Law::Spain, Rules { kept_months: 120, ..SWEDEN }),
    (Law::Finland, Rules { kept_months: 60, ..SWEDEN }),
    (Law::France, Rules { working: Some(&FRENCH), ..SWEDEN }),
    (Law::Italy, Rules { kept_months: 60, ..SWEDEN }),
];

impl Law {
    /// Whether it is Sweden's.
    pub fn is_swedish(&self) -> bool {
        *self == Self::Sweden
    }

    /// What it asks.
    pub fn rules(self) -> Rules {
        RULES.iter().find(|(law, _)| *law == self).map_or(SWEDEN, |(_, rules)| *rules)
    }
}

impl Rules {
    /// Whether only working days count towards the acknowledgement.
    pub fn counts_working_days(&self) -> bool {
        self.working.is_some()
    }

    /// The last day for an acknowledgement that is due `days` after `received`.
    pub fn acknowledge_by(&self, received: Day, days: i32) -> Day {
        match self.working {
            Some(free) => received.plus_working_days(days, free),
            None => received.plus_days(days),
        }
    }
}
