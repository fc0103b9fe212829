//! Writing a letter: a template, and how its source will see it.

use super::*;

#[test]
fn a_letter_begins_with_a_template_and_is_seen_as_its_source_will() {
    let house = House::new();
    let (served, case) = with_a_case(&house);
    let letter = format!("{case}/letter");

    let templates = "/en/templates";
    let fields =
        [("kind", "feedback"), ("language", "sv"), ("organisation", "lillaedet"), ("text", "Hej, [organisation]!")];
    let kept = "/en/templates?kind=feedback&language=sv&organisation=lillaedet";
    let keep =
        |text: &str| served.post(templates, "/en/templates/keep", &[fields[0], fields[1], fields[2], ("text", text)]);
    assert_eq!(keep(fields[3].1).location(), kept, "another template is shown than the one that was kept");
    let long = keep(&"x".repeat(limits::LETTER_TEXT + 1));
    assert!(long.errors().contains("The template is 1 bytes too long"), "{}", long.errors());
    let shown = served.get(kept).body;
    assert!(shown.contains("Hej, [organisation]!"), "{shown}");
    let other = served.get("/en/templates?kind=feedback&language=en&organisation=lillaedet").body;
    assert!(other.contains("This is what has been done"), "{other}");

    let asked = |doing: &'static str, text: &'static str| {
        served.post(&letter, &letter, &[("kind", "feedback"), ("text", text), ("do", doing)])
    };
    let begun = asked("template", "Redan skrivet.").body;
    assert!(begun.contains("Redan skrivet.\n\nHej, Lilla Edets kommun!</textarea>"), "{begun}");
    let seen = asked("preview", "Klart & slut.").body;
    assert!(seen.contains("Återkoppling från utredarna, "), "{seen}");
    assert!(seen.contains("Skrivet av anna Ek, Ek &amp; Alm") && seen.contains("Klart &amp; slut."), "{seen}");
    assert!(asked("write", "Klart & slut.").body.contains("Klart &amp; slut.</textarea>"));
    assert!(!served.get(&case).body.contains("slut."), "it was kept before it was signed");
    assert_eq!(asked("", "Klart & slut.").location(), case);
    assert!(served.get(&case).body.contains("Klart &amp; slut."));
}
