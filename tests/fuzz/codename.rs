//! The seven words: however they are typed they are the same codename, and no other seven words are.

use std::sync::LazyLock;

use arbitrary::Arbitrary;
use sluss_core::codename::{Codename, WORDS, words};
use sluss_core::lang::Lang;
use unicode_normalization::UnicodeNormalization;

use super::few::Few;

/// Bytes of typed text that are looked at.
const LOOKED_AT: usize = 1_000;

static LISTS: LazyLock<[Vec<&'static str>; 2]> = LazyLock::new(|| Lang::ALL.map(words));

/// Any text, seven words, seven others, and how they are spelled.
#[derive(Debug, Arbitrary)]
pub struct Typed {
    words: [(bool, u16); WORDS],
    others: [(bool, u16); WORDS],
    spelling: [Spelling; WORDS],
    gaps: Few<(u8, Gap)>,
    text: String,
}

#[derive(Debug, Clone, Copy, Arbitrary)]
enum Spelling {
    AsShown,
    Upper,
    Decomposed,
    UpperDecomposed,
}

/// What makes no difference between two letters, or after one.
#[derive(Debug, Clone, Copy, Arbitrary)]
enum Gap {
    Space,
    Hyphen,
    Newline,
    Comma,
    Accent,
    JoinerOfNoWidth,
}

impl Gap {
    fn sign(self) -> char {
        match self {
            Self::Space => ' ',
            Self::Hyphen => '-',
            Self::Newline => '\n',
            Self::Comma => ',',
            Self::Accent => '\u{301}',
            Self::JoinerOfNoWidth => '\u{200d}',
        }
    }
}

/// Any text is a codename, the same one with gaps, marks, another case or normalisation, and whatever follows the part
/// that is looked at. Seven words are the same codename in every spelling, and another one than any seven others.
pub fn holds(typed: &Typed) {
    let codename = Codename::typed(&typed.text);
    assert_eq!(format!("{codename:?}"), format!("{:?}", Codename::typed("")));
    let same = |spelled: &str| spelled.len() > LOOKED_AT || Codename::typed(spelled) == codename;
    if typed.text.len() <= LOOKED_AT {
        assert!(same(&gapped(&typed.text, &typed.gaps)), "gaps make a difference");
        assert!(same(&typed.text.nfc().collect::<String>()) && same(&typed.text.nfd().collect::<String>()));
        assert!(same(&typed.text.nfkc().collect::<String>()) && same(&typed.text.nfkd().collect::<String>()));
        // The Greek lunate sigma is another sigma in small letters than in capitals; no word list has either.
        let lower: String = typed.text.chars().flat_map(char::to_lowercase).collect();
        assert!(typed.text.contains('\u{3f9}') || same(&lower), "case makes a difference");
        let longer = format!("{}{}x", typed.text, " ".repeat(LOOKED_AT));
        assert_eq!(Codename::typed(&longer), codename, "what lies beyond is looked at");
    }

    let (words, others) = (shown(&typed.words), shown(&typed.others));
    let drawn = Codename::typed(&words.join(" "));
    let spelled: String = words.iter().zip(typed.spelling).map(|(word, spelling)| spelled(word, spelling)).collect();
    assert_eq!(Codename::typed(&gapped(&spelled, &typed.gaps)), drawn);
    let alike = words.iter().zip(&others).all(|(one, other)| Codename::typed(one) == Codename::typed(other));
    assert_eq!(Codename::typed(&others.concat()) == drawn, alike, "{words:?} and {others:?}");
}

fn shown(drawn: &[(bool, u16); WORDS]) -> Vec<&'static str> {
    let word = |(list, at): &(bool, u16)| {
        let list = &LISTS[usize::from(*list)];
        list[usize::from(*at) % list.len()]
    };
    drawn.iter().map(word).collect()
}

fn spelled(word: &str, spelling: Spelling) -> String {
    match spelling {
        Spelling::AsShown => word.to_owned(),
        Spelling::Upper => word.to_uppercase(),
        Spelling::Decomposed => word.nfd().collect(),
        Spelling::UpperDecomposed => word.to_uppercase().nfd().collect(),
    }
}

/// `text` with a gap after each of the letters that `gaps` count to.
fn gapped(text: &str, gaps: &[(u8, Gap)]) -> String {
    let mut gaps = gaps.iter();
    let mut wait = gaps.next();
    let mut spelled = String::new();
    let mut since = 0;
    for letter in text.chars() {
        spelled.push(letter);
        while let Some((after, gap)) = wait
            && since >= *after
        {
            spelled.push(gap.sign());
            (wait, since) = (gaps.next(), 0);
        }
        since = since.saturating_add(1);
    }
    spelled
}
