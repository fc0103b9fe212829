//! Civil days, as the law counts them.
//!
//! Protects a source from being dated finer than a day: whatever is sealed or signed carries a [`Day`], never a time.
//! It does not hide the day itself.

mod holiday;
mod law;

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::civil::Date;
use jiff::{Span, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

pub use law::{Law, Rules};

/// The time zone whose midnight begins a day.
pub const ZONE: &str = "Europe/Stockholm";

const SECONDS: i64 = 86_400;

/// A day in [`ZONE`], written `2026-11-24`; inside OpenPGP its first instant stands for it. Read from elsewhere, it lies
/// between 1970 and 2200: a clock's day, or one that was reckoned from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Date", into = "Date")]
pub struct Day(Date);

/// Why a day could not be made.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum DayError {
    /// Before 1970 or after 2100: no clock that can be believed.
    #[error("the clock shows a day before 1970 or after 2100: set the clock")]
    Unbelievable,
}

impl Day {
    /// The day of an instant, in [`ZONE`].
    pub fn of(now: SystemTime) -> Result<Self, DayError> {
        let zone = jiff::tz::TimeZone::get(ZONE).map_err(|_| DayError::Unbelievable)?;
        let instant = Timestamp::try_from(now).map_err(|_| DayError::Unbelievable)?;
        Self(instant.to_zoned_datetime(zone).date()).believed()
    }

    /// The day whose 00:00 UTC is `number` days after 1970-01-01.
    pub fn from_number(number: u32) -> Result<Self, DayError> {
        let seconds = i64::from(number) * SECONDS;
        let instant = Timestamp::from_second(seconds).map_err(|_| DayError::Unbelievable)?;
        Self(instant.to_zoned_datetime(jiff::tz::TimeZone::UTC).date()).believed()
    }

    /// Days since 1970-01-01.
    pub fn number(self) -> u32 {
        let midnight =
            self.0.to_zoned_datetime(jiff::tz::TimeZone::UTC).map(|midnight| midnight.timestamp().as_second());
        midnight.ok().and_then(|seconds| u32::try_from(seconds / SECONDS).ok()).unwrap_or(0)
    }

    /// 00:00 of this day in [`ZONE`]: the only time of it that is ever sealed or signed.
    ///
    /// 00:00 UTC would still lie ahead while the day is young, and gpg refuses a key from the future.
    pub fn instant(self) -> SystemTime {
        let midnight = jiff::tz::TimeZone::get(ZONE).and_then(|zone| self.0.to_zoned_datetime(zone));
        let seconds = midnight.map(|midnight| midnight.timestamp().as_second());
        UNIX_EPOCH + Duration::from_secs(seconds.ok().and_then(|seconds| u64::try_from(seconds).ok()).unwrap_or(0))
    }

    /// Year, month and day of the month, each as people count it.
    pub fn civil(self) -> (i16, i8, i8) {
        (self.0.year(), self.0.month(), self.0.day())
    }

    /// The day `days` later (earlier where negative), at the calendar's end the last one there is.
    pub fn plus_days(self, days: i32) -> Self {
        Self(self.0.saturating_add(days.days()))
    }

    /// The same day number `months` later, else that month's last day (lag 1930:173, 1 §).
    pub fn plus_months(self, months: i32) -> Self {
        Self(self.0.saturating_add(Span::new().months(months)))
    }

    /// The number of days from `earlier` to this day.
    pub fn since(self, earlier: Self) -> i32 {
        let days = i64::from(self.number()) - i64::from(earlier.number());
        i32::try_from(days).unwrap_or(i32::MAX)
    }

    fn believed(self) -> Result<Self, DayError> {
        (1970..=2100).contains(&self.0.year()).then_some(self).ok_or(DayError::Unbelievable)
    }
}

impl TryFrom<Date> for Day {
    type Error = DayError;

    fn try_from(date: Date) -> Result<Self, DayError> {
        (1970..=2200).contains(&date.year()).then_some(Self(date)).ok_or(DayError::Unbelievable)
    }
}

impl From<Day> for Date {
    fn from(day: Day) -> Self {
        day.0
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for Day {
    type Err = DayError;

    fn from_str(text: &str) -> Result<Self, DayError> {
        Self(text.parse().map_err(|_| DayError::Unbelievable)?).believed()
    }
}

/// The instant at which certs are judged: the latest of now and the first instant of every day a verified thing carries.
///
/// An air-gapped clock may have stopped years ago; judging at the latest known day refuses nothing for that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Clock {
    today: Day,
    latest: SystemTime,
}

impl Clock {
    /// The clock at `now`.
    pub fn new(now: SystemTime) -> Result<Self, DayError> {
        let today = Day::of(now)?;
        Ok(Self { today, latest: now })
    }

    /// The same clock, not before `day`.
    pub fn not_before(self, day: Day) -> Self {
        Self { latest: self.latest.max(day.instant()), ..self }
    }

    /// Today, by this machine's clock.
    pub fn today(self) -> Day {
        self.today
    }

    /// The instant at which certs are judged.
    pub fn latest(self) -> SystemTime {
        self.latest
    }

    /// Whether `day` lies more than a day ahead of this machine's clock: then one of the two is wrong, which is said, never refused.
    pub fn is_behind(self, day: Day) -> bool {
        day.since(self.today) > 1
    }
}

/// How soon an organisation answers: its law's longest (lag 2021:890, 5 kap. 8 § 2 and 3), unless it promises less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Deadlines {
    /// The law that it answers by.
    #[serde(skip_serializing_if = "Law::is_swedish")]
    pub law: Law,
    /// Days from receipt to the acknowledgement, 1 to 7.
    pub acknowledge_days: i32,
    /// Months from the acknowledgement to feedback, 1 to 3.
    pub feedback_months: i32,
}

impl Default for Deadlines {
    fn default() -> Self {
        let Rules { acknowledge_days, feedback_months, .. } = Law::Sweden.rules();
        Self { law: Law::Sweden, acknowledge_days, feedback_months }
    }
}

impl Deadlines {
    /// Whether they are the Swedish law's longest.
    pub fn is_the_law(&self) -> bool {
        *self == Self::default()
    }

    /// Whether they are no longer than their law's longest.
    pub fn are_lawful(&self) -> bool {
        let rules = self.law.rules();
        (1..=rules.acknowledge_days).contains(&self.acknowledge_days)
            && (1..=rules.feedback_months).contains(&self.feedback_months)
    }

    /// Due days from the day of receipt (day 0) and what became of the acknowledgement.
    ///
    /// Days first, then months, always from the original anchor; a late acknowledgement does not move the feedback. For a
    /// declined one the law names no beginning: counted from the day of receipt nobody waits longer than others.
    pub fn due(self, received: Day, acknowledgement: Acknowledgement) -> Due {
        let rules = self.law.rules();
        let acknowledge = rules.acknowledge_by(received, self.acknowledge_days);
        let anchor = match acknowledgement {
            _ if rules.from_receipt => received,
            Acknowledgement::Owed => acknowledge,
            Acknowledgement::Given(day) => day.min(acknowledge),
            Acknowledgement::Declined => received,
        };
        Due { acknowledge, feedback: anchor.plus_months(self.feedback_months) }
    }

    /// The day by which it is decided what becomes of a case that was closed on `closed`: personal data are kept for two
    /// years at the most (lag 2021:890, 7 kap. 8 §), and what is a public record is archived instead, by a decision.
    pub fn kept_until(self, closed: Day) -> Day {
        closed.plus_months(self.law.rules().kept_months)
    }
}

/// What became of the duty to acknowledge a report (lag 2021:890, 5 kap. 8 § 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acknowledgement {
    /// Nothing yet.
    Owed,
    /// It was given on this day.
    Given(Day),
    /// The source does not want one.
    Declined,
}

/// The due days of one report, unrolled: see [`Deadlines::due`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The last day for an acknowledgement.
    pub acknowledge: Day,
    /// The last day for feedback.
    pub feedback: Day,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn months_end_where_the_month_ends() {
        assert_eq!(day("2026-11-30").plus_months(3), day("2027-02-28"));
        assert_eq!(day("2027-11-30").plus_months(3), day("2028-02-29"));
    }

    #[test]
    fn seven_days_come_before_three_months() {
        let due = |received, acknowledgement| Deadlines::default().due(received, acknowledgement);
        let none = due(day("2026-11-23"), Acknowledgement::Owed);
        assert_eq!((none.acknowledge, none.feedback), (day("2026-11-30"), day("2027-02-28")));
        let given = |given| due(day("2026-11-23"), Acknowledgement::Given(day(given))).feedback;
        assert_eq!((given("2026-11-23"), given("2026-12-20")), (day("2027-02-23"), day("2027-02-28")));
        assert_eq!(due(day("2026-11-23"), Acknowledgement::Declined).feedback, day("2027-02-23"));
    }

    #[test]
    fn an_organisation_may_promise_less_and_never_more() {
        let sooner = Deadlines { acknowledge_days: 3, feedback_months: 1, ..Deadlines::default() };
        let due = sooner.due(day("2026-11-29"), Acknowledgement::Owed);
        assert_eq!((due.acknowledge, due.feedback), (day("2026-12-02"), day("2027-01-02")));
        assert!(sooner.are_lawful() && !sooner.is_the_law() && Deadlines::default().are_lawful());
        for (acknowledge_days, feedback_months) in [(0, 3), (8, 3), (7, 0), (7, 4)] {
            assert!(!Deadlines { acknowledge_days, feedback_months, ..Deadlines::default() }.are_lawful());
        }
    }

    #[test]
    fn each_country_counts_by_its_own_law() {
        let (received, closed) = (day("2026-11-10"), day("2027-02-28"));
        for (law, acknowledge, feedback, kept) in [
            (Law::Sweden, "2026-11-17", "2027-02-17", "2029-02-28"),
            (Law::Tyrol, "2026-11-17", "2027-02-10", "2029-02-28"),
            (Law::Germany, "2026-11-17", "2027-02-17", "2030-02-28"),
            (Law::Spain, "2026-11-17", "2027-02-17", "2037-02-28"),
            (Law::Finland, "2026-11-17", "2027-02-17", "2032-02-28"),
            (Law::France, "2026-11-20", "2027-02-20", "2029-02-28"),
            (Law::Italy, "2026-11-17", "2027-02-17", "2032-02-28"),
        ] {
            let deadlines = Deadlines { law, ..Deadlines::default() };
            let due = deadlines.due(received, Acknowledgement::Owed);
            assert_eq!((due.acknowledge, due.feedback), (day(acknowledge), day(feedback)), "{law:?}");
            assert_eq!(deadlines.kept_until(closed), day(kept), "{law:?}");
            assert!(deadlines.are_lawful() && deadlines.is_the_law() == (law == Law::Sweden));
        }
    }

    #[test]
    fn a_roster_of_before_answers_by_swedish_law() {
        let sooner: Deadlines = serde_json::from_str(r#"{"acknowledge_days":3,"feedback_months":1}"#).unwrap();
        assert_eq!(serde_json::to_string(&sooner).unwrap(), r#"{"acknowledge_days":3,"feedback_months":1}"#);
        let german: Deadlines = serde_json::from_str(r#"{"law":"de"}"#).unwrap();
        assert_eq!(german, Deadlines { law: Law::Germany, ..Deadlines::default() });
        assert!(serde_json::from_str::<Deadlines>(r#"{"law":"xx"}"#).is_err());
    }

    #[test]
    fn midnight_is_stockholms() {
        let late = UNIX_EPOCH + Duration::from_secs(1_795_476_600); // 2026-11-23 23:30 UTC
        assert_eq!(Day::of(late).unwrap(), day("2026-11-24"));
        assert_eq!(day("2026-11-24").instant(), late - Duration::from_secs(1_800));
        let summer = day("2026-06-24").instant();
        assert_eq!(Day::of(summer).unwrap(), day("2026-06-24"));
        assert_eq!(Day::of(summer - Duration::from_secs(1)).unwrap(), day("2026-06-23"));
    }

    #[test]
    fn numbers_come_back() {
        for text in ["1970-01-01", "2026-11-24", "2100-12-31"] {
            assert_eq!(Day::from_number(day(text).number()).unwrap(), day(text));
        }
        assert!(Day::from_number(u32::MAX).is_err());
        assert_eq!(day("2027-01-01").since(day("2026-12-30")), 2);
    }
}
