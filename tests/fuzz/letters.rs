//! Letters: what opens is what its writer wrote, to the letter.

use std::sync::LazyLock;

use arbitrary::Arbitrary;
use serde_json::Value;
use sluss_core::cert::Tsk;
use sluss_core::letter::{FORMAT, Letter};

use super::edit::{Edit, edited};
use super::few::Few;
use super::real::{PEOPLE, signed, vector};
use super::tweak::{Tweak, tweak};

static REAL: LazyLock<Value> = LazyLock::new(|| {
    let anna = PEOPLE.anna.cert();
    serde_json::to_value(Letter::open(vector!("letter.pgp"), &PEOPLE.source, &[&anna]).unwrap()).unwrap()
});

/// A letter that arrives.
#[derive(Debug, Arbitrary)]
pub enum Arrived {
    /// The real one with other bytes, at one of its two readers.
    Changed(bool, Few<Edit>),
    /// The real one's content changed, then signed and sealed as well as any.
    Forged(Signer, Few<Tweak>, Few<Edit>),
}

/// Who signs a forged one.
#[derive(Debug, Clone, Copy, Arbitrary)]
pub enum Signer {
    /// Who wrote the real one.
    Anna,
    /// Who may write, but did not.
    Bertil,
    /// Who may not write here.
    Reserve,
}

/// A changed letter opens to exactly what was written, or not at all. A forged one opens only if whoever signed it may
/// write and says so in it, and its text is the one that was signed.
pub fn holds(arrived: &Arrived) {
    let (anna, bertil) = (PEOPLE.anna.cert(), PEOPLE.bertil.cert());
    match arrived {
        Arrived::Changed(second, edits) => {
            let reader = if *second { &PEOPLE.bertil } else { &PEOPLE.source };
            match Letter::open(&edited(vector!("letter.pgp"), edits), reader, &[&anna]) {
                Ok(letter) => assert_eq!(serde_json::to_value(&letter).unwrap(), *REAL),
                Err(error) => assert!(!edits.is_empty(), "{error}"),
            }
        }
        Arrived::Forged(signer, tweaks, edits) => {
            let mut content = REAL.clone();
            tweak(&mut content, tweaks);
            let content = edited(&serde_json::to_vec(&content).unwrap(), edits);
            let sealed = signed(&content, signer.tsk(), &PEOPLE.source.cert());
            let opened = Letter::open(&sealed, &PEOPLE.source, &[&anna, &bertil]);
            forged_holds(*signer, &content, opened.ok(), tweaks.is_empty() && edits.is_empty());
        }
    }
}

fn forged_holds(signer: Signer, content: &[u8], opened: Option<Letter>, untouched: bool) {
    let Some(letter) = opened else {
        assert!(!(untouched && matches!(signer, Signer::Anna)), "a good letter was refused");
        return;
    };
    assert!(!matches!(signer, Signer::Reserve), "a stranger wrote a letter");
    assert_eq!(letter.writer, signer.tsk().fingerprint());
    assert_eq!(letter.format, FORMAT);
    assert!(letter.sequence > 0);
    let said: Value = serde_json::from_slice(content).expect("what opened is JSON");
    assert_eq!(said["text"].as_str(), Some(letter.text.expose()));
    assert_eq!(said["sequence"], letter.sequence);
}

impl Signer {
    fn tsk(self) -> &'static Tsk {
        match self {
            Self::Anna => &PEOPLE.anna,
            Self::Bertil => &PEOPLE.bertil,
            Self::Reserve => &PEOPLE.reserve,
        }
    }
}
