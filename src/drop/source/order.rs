//! The order in which a language's readers look for a name, and the letter under which they look.
//!
//! Protects nothing; in Swedish Å, Ä and Ö are letters of their own after Z, in English they are kinds of A and O.

use std::cmp::Ordering;

use icu_collator::options::{CollatorOptions, Strength};
use icu_collator::{Collator, CollatorBorrowed, CollatorPreferences};
use icu_locale_core::Locale;
use sluss_core::lang::Lang;
use unicode_normalization::UnicodeNormalization as _;

use super::trouble::Trouble;

/// A language's order of names.
pub(super) struct Order {
    whole: CollatorBorrowed<'static>,
    letters: CollatorBorrowed<'static>,
}

impl Order {
    pub(super) fn of(lang: Lang) -> Result<Self, Trouble> {
        Ok(Self { whole: collator(lang, Strength::Tertiary)?, letters: collator(lang, Strength::Primary)? })
    }

    pub(super) fn compare(&self, one: &str, other: &str) -> Ordering {
        self.whole.compare(one, other)
    }

    /// The letter that `name` stands under: its first, without the marks that make no other letter of it.
    pub(super) fn letter(&self, name: &str) -> String {
        let first = name.nfc().find(|letter| letter.is_alphanumeric()).map_or_else(String::new, String::from);
        let plain: String = first.nfd().take(1).collect();
        if self.letters.compare(&plain, &first).is_eq() { plain.to_uppercase() } else { first.to_uppercase() }
    }
}

/// A language without rules of its own is sorted by those that all share.
fn collator(lang: Lang, strength: Strength) -> Result<CollatorBorrowed<'static>, Trouble> {
    let mut options = CollatorOptions::default();
    options.strength = Some(strength);
    let locale = lang.as_str().parse::<Locale>().ok();
    let rules = locale.map_or_else(CollatorPreferences::default, |locale| (&locale).into());
    Collator::try_new(rules, options).map_err(|_| Trouble::Fault)
}
