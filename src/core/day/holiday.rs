//! The days on which nobody has to act, and to which day a period that ends on one is moved.
//!
//! Whether that covers the duties of lag (2021:890) is unsettled, so a moved day is told beside the due day, never in its
//! place.

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};

use super::Day;

/// Free days that follow on one another, at most: from Good Friday to Easter Monday, from Christmas Eve into a weekend.
const STRETCH: usize = 7;
/// The free days of a country, Saturdays and Sundays aside.
#[derive(Debug)]
pub(super) struct Free {
    /// Those that have a date of their own: month and day.
    dated: &'static [(i8, i8)],
    /// Those that follow Easter and are no Sundays, in days from Easter.
    from_easter: &'static [i32],
    /// Whether the eve of midsummer is one.
    midsummer_eve: bool,
}

/// Lag 1989:253, and the eves of lag 1930:173, 2 §; Good Friday, Easter Monday, Ascension Day.
const SWEDISH: Free = Free {
    dated: &[(1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31)],
    from_easter: &[-2, 1, 39],
    midsummer_eve: true,
};
/// Code du travail, L3133-1; Easter Monday, Ascension Day, Whit Monday.
pub(super) const FRENCH: Free = Free {
    dated: &[(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)],
    from_easter: &[1, 39, 50],
    midsummer_eve: false,
};

impl Day {
    /// This day, or the next weekday where it is a Saturday, a Sunday, a public holiday, or the eve of midsummer, Christmas
    /// or New Year (lag 1930:173, 2 §).
    pub fn rolled(self) -> Self {
        let days = std::iter::successors(Some(self.0), |day| Some(day.saturating_add(1.day())));
        Self(days.take(STRETCH).find(|day| !SWEDISH.has(*day)).unwrap_or(self.0))
    }

    /// The last of the `days` days after this one that are not `free`.
    pub(super) fn plus_working_days(self, days: i32, free: &Free) -> Self {
        let later = std::iter::successors(Some(self.plus_days(1)), |day| Some(day.plus_days(1)));
        let mut working = later.filter(|day| !free.has(day.0));
        usize::try_from(days - 1).ok().and_then(|before| working.nth(before)).unwrap_or(self)
    }
}

impl Free {
    fn has(&self, day: Date) -> bool {
        let easter = easter(day.year());
        let moved = |days: &i32| easter.is_some_and(|easter| easter.saturating_add(Span::new().days(*days)) == day);
        matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
            || self.dated.contains(&(day.month(), day.day()))
            || self.from_easter.iter().any(moved)
            || (self.midsummer_eve && is_midsummer_eve(day))
    }
}

/// The Friday before the Saturday between 20 and 26 June that is Midsummer Day.
fn is_midsummer_eve(day: Date) -> bool {
    day.weekday() == Weekday::Friday && day.month() == 6 && (19..=25).contains(&day.day())
}

/// Easter Sunday of a Gregorian year: the first Sunday after the church's full moon on or after 21 March.
fn easter(year: i16) -> Option<Date> {
    let year_number = i32::from(year);
    let century = year_number / 100;
    // Where the year stands in the moon's 19 years, and by how much the calendars of sun and moon have come apart.
    let golden = year_number % 19;
    let sun = century - century / 4;
    let moon = (8 * century + 13) / 25;
    let epact = (19 * golden + sun - moon + 15) % 30;
    // The two shortest moons lose a day.
    let full = epact - epact / 28 * (1 - (29 / (epact + 1)) * ((21 - golden) / 11));
    let weekday = (year_number + year_number / 4 + full + 2 - sun) % 7;
    let after_21_march = full - weekday;
    let march = Date::new(year, 3, 28).ok()?;
    Some(march.saturating_add(Span::new().days(after_21_march)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_period_that_ends_on_christmas_eve_goes_on_to_the_monday() {
        let received = day("2026-12-17");
        let due = received.plus_days(7);
        assert_eq!((due, due.rolled()), (day("2026-12-24"), day("2026-12-28")));
    }

    #[test]
    fn working_days_pass_over_weekends_and_holidays() {
        for (received, due) in
            [("2026-11-23", "2026-12-02"), ("2026-11-10", "2026-11-20"), ("2026-05-05", "2026-05-18")]
        {
            assert_eq!(day(received).plus_working_days(7, &FRENCH), day(due), "{received}");
        }
        assert_eq!(day("2026-12-24").plus_working_days(1, &FRENCH), day("2026-12-28"));
    }

    #[test]
    fn easter_is_where_the_almanac_has_it() {
        for (year, date) in [
            (1981, "1981-04-19"),
            (2008, "2008-03-23"),
            (2024, "2024-03-31"),
            (2026, "2026-04-05"),
            (2027, "2027-03-28"),
            (2038, "2038-04-25"),
            (2049, "2049-04-18"),
            (2076, "2076-04-19"),
        ] {
            assert_eq!(easter(year).map(|easter| easter.to_string()).as_deref(), Some(date));
        }
    }

    #[test]
    fn no_free_day_is_a_day_to_act_on() {
        for (due, moved) in [
            ("2026-11-27", "2026-11-27"),
            ("2026-11-28", "2026-11-30"),
            ("2026-11-29", "2026-11-30"),
            ("2026-12-31", "2027-01-04"),
            ("2027-01-06", "2027-01-07"),
            ("2027-03-26", "2027-03-30"),
            ("2027-05-06", "2027-05-07"),
            ("2028-05-01", "2028-05-02"),
            ("2028-06-06", "2028-06-07"),
            ("2027-06-25", "2027-06-28"),
            ("2026-06-19", "2026-06-22"),
            ("2027-10-30", "2027-11-01"),
        ] {
            assert_eq!(day(due).rolled(), day(moved), "{due}");
        }
    }
}
