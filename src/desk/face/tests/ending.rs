//! Ending a case: a decision, and the form that erases.

use super::*;

#[test]
fn a_case_is_erased_once_it_was_decided() {
    let house = House::new();
    let (served, case) = with_a_case(&house);
    let (note, erase) = (format!("{case}/note"), format!("{case}/erase"));

    assert!(!served.get(&note).body.contains("value=\"erased\""), "an open case can be erased");
    for kind in ["closed", "erased"] {
        assert!(!served.get(&case).body.contains(&erase), "it can be erased before {kind}");
        let noted = served.post(&note, &note, &[("kind", kind), ("text", "Utrett.")]);
        assert_eq!(noted.location(), case);
    }
    let unsure = served.post(&case, &erase, &[]);
    assert!(unsure.errors().contains("nothing was erased"), "{}", unsure.errors());
    let erased = served.post(&case, &erase, &[("sure", "yes")]);
    assert_eq!(erased.location(), "/en/erased");
    let told = served.get("/en/erased").body;
    assert!(told.contains("box done") && told.contains("To be erased: decided by anna Ek"), "{told}");
    assert_eq!(served.get(&case).status, 422, "it is still there");
    for page in ["/en", "/en/cases"] {
        let none = served.get(page).body;
        assert!(none.contains("No case is left to show") && !none.contains("no cases yet"), "{page}: {none}");
    }
    assert!(served.get("/en/register/lillaedet").body.contains("2026-"), "the register has lost it");
}
