//! The languages of the pages: dates, and any language that an operator adds.

use anyhow::{Result, ensure};
use sluss_core::lang::Lang;
use sluss_drop::source::{EN, SV};
use sluss_web::say::Speech;

#[test]
fn a_day_is_said_in_the_words_and_the_order_of_its_language() -> Result<()> {
    let speech = Speech::new(&[(Lang::Sv, SV), (Lang::En, EN)])?;
    for (lang, months) in [
        (Lang::Sv, "januari februari mars april maj juni juli augusti september oktober november december"),
        (Lang::En, "January February March April May June July August September October November December"),
    ] {
        for (month, name) in (1_i8..).zip(months.split(' ')) {
            let values = [("year", "2026".into()), ("month", month.into()), ("day", 3.into())];
            let said = speech.voice(lang).say_with("date", &values);
            ensure!(said == format!("3 {name} 2026"), "{said}");
        }
    }
    Ok(())
}
