//! Days as people say them: the one place where pages and the kit get a date from.

use sluss_web::say::Voice;

/// A day (year, month, day of the month) in the words and the order of the voice's language.
pub(crate) fn date(voice: Voice<'_>, (year, month, day): (i16, i8, i8)) -> String {
    // A year is a name: no space between its thousands.
    voice.say_with("date", &[("year", year.to_string().into()), ("month", month.into()), ("day", day.into())])
}
