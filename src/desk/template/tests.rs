use super::*;
use crate::say::speech;
use crate::testing::{House, Out, carry_in, clock};

fn template(language: Lang, organisation: Option<&str>, text: &str) -> Template {
    let organisation = organisation.map(str::to_owned);
    Template { kind: LetterKind::Feedback, language, organisation, text: Text::new(text.to_owned()) }
}

#[test]
fn the_nearest_template_begins_a_letter_and_its_marks_are_filled_in() {
    let mut house = House::new();
    let words = speech().unwrap();
    for (wanted, spoken) in [(Lang::Sv, Lang::Sv), (Lang::parse("fi").unwrap(), Lang::En)] {
        house.language = wanted;
        let report = house.seal(&[], 1, "x", &[], &house.source());
        let id = if wanted == Lang::Sv { "anna" } else { "bertil" };
        let mut desk = house.desk(id);
        let out = Out { incarnation: 1, number: 1, submissions: &[&report], ..Out::default() };
        carry_in(&mut desk, &house.outbound(id, &out)).unwrap();
        let begins = |desk: &Desk| {
            let office = desk.office().unwrap();
            beginning(office, &office.casebook.cases()[0], LetterKind::Feedback, &words)
        };
        let own = begins(&desk);
        assert!(own.contains("Lilla Edets kommun") && own.contains("2026-11-24") && !own.contains('['), "{own}");

        let mut set = |template| {
            keep(&mut desk, template, clock()).unwrap();
            begins(&desk)
        };
        assert_eq!(set(template(spoken, None, "För alla.\r\n")), "För alla.");
        assert_eq!(set(template(spoken.other(), None, "På det andra språket.")), "För alla.");
        let mark = words.voice(spoken).say("mark-organisation");
        assert_eq!(set(template(spoken, Some("lillaedet"), &format!("Hos {mark}."))), "Hos Lilla Edets kommun.");
        assert_eq!(set(template(spoken, Some("someone"), "Hos andra.")), "Hos Lilla Edets kommun.");
        assert_eq!(set(template(spoken, Some("lillaedet"), " ")), "För alla.");
        assert_eq!(set(template(spoken, None, "")), own);
        drop(desk);
        assert_eq!(begins(&house.desk(id)), own, "a desk opened anew begins otherwise");
    }
    let long = template(Lang::Sv, None, &"x".repeat(limits::LETTER_TEXT + 3));
    assert!(matches!(keep(&mut house.desk("anna"), long, clock()), Err(TemplateError::TooLong { over: 3 })));
}
