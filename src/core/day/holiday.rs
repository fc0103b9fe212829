//! The days on which nobody has to act, and to which day a period that ends on one is moved.
//!
//! Whether that covers the duties of lag (2021:890) is unsettled, so a moved day is told beside the due day, never in its
//! place.

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};

use super::Day;

/// Free days that follow on one another, at most: from Good Friday to Easter Monday, from Christmas Eve into a weekend.
const STRETCH: usize = 7;
/// The free days that have a date of their own (lag 1989:253, and the eves of lag 1930:173, 2 §): month and day.
const DATED: [(i8, i8); 8] = [(1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31)];
/// The free days that follow Easter and are no Sundays: Good Friday, Easter Monday, Ascension Day, in days from Easter.
const FROM_EASTER: [i32; 3] = [-2, 1, 39];

impl Day {
    /// This day, or the next weekday where it is a Saturday, a Sunday, a public holiday, or the eve of midsummer, Christmas
    /// or New Year (lag 1930:173, 2 §).
    pub fn rolled(self) -> Self {
        let days = std::iter::successors(Some(self.0), |day| Some(day.saturating_add(1.day())));
        Self(days.take(STRETCH).find(|day| !is_free(*day)).unwrap_or(self.0))
    }
}

fn is_free(day: Date) -> bool {
    let easter = easter(day.year());
    let moved = |days: i32| easter.is_some_and(|easter| easter.saturating_add(Span::new().days(days)) == day);
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
        || DATED.contains(&(day.month(), day.day()))
        || FROM_EASTER.into_iter().any(moved)
        || is_midsummer_eve(day)
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
