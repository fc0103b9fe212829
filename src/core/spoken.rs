//! A fingerprint as words, for reading it over the telephone.
//!
//! Protects: two fingerprints never have the same words, so whoever hears the words that they see looks at the same cert.
//! The words are no secret and no codename: there are thirteen of them, not seven, and they open nothing. They do not say
//! whose voice reads them.
//!
//! The encoding is frozen. The 20 bytes are one number, the most significant byte first. It is divided by 7,776 thirteen
//! times; each remainder is the place, from 0, of the next word in the list from which codenames of that language are
//! drawn. So the last word, the only one with less to tell, is one of the list's first thirty.

use crate::cert::Fingerprint;
use crate::codename;
use crate::lang::Lang;

/// Words of a fingerprint: 13 of 7,776 tell 168 bits apart, and a fingerprint has 160.
pub const WORDS: usize = 13;
/// Nobody takes them for a codename.
const _: () = assert!(WORDS != codename::WORDS);

impl Fingerprint {
    /// Its [`WORDS`] words, in order, from the list of `lang`.
    pub fn words(&self, lang: Lang) -> Vec<&'static str> {
        let list = codename::words(lang);
        let mut number = *self.as_bytes();
        (0..WORDS).filter_map(|_| list.get(divide(&mut number)).copied()).collect()
    }
}

/// Divides by the length of a list, and answers the remainder.
fn divide(number: &mut [u8]) -> usize {
    number.iter_mut().fold(0, |rest, byte| {
        let dividend = rest * 256 + usize::from(*byte);
        // Below 256, since the remainder so far is below the divisor.
        *byte = u8::try_from(dividend / codename::LEAST).unwrap_or(u8::MAX);
        dividend % codename::LEAST
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fingerprint that has these words; none, if no fingerprint has.
    fn heard(words: &[&str], lang: Lang) -> Option<Fingerprint> {
        let list = codename::words(lang);
        let mut number = [0_u8; 20];
        for word in words.iter().rev() {
            let mut carry = list.iter().position(|known| known == word)?;
            for byte in number.iter_mut().rev() {
                let product = usize::from(*byte) * codename::LEAST + carry;
                (*byte, carry) = ((product % 256) as u8, product / 256);
            }
            if carry > 0 {
                return None;
            }
        }
        Some(Fingerprint::from_bytes(number))
    }

    #[test]
    fn the_words_of_a_fingerprint_are_frozen() {
        let fingerprint: Fingerprint = "0123 4567 89AB CDEF 0011 2233 4455 6677 8899 AABB".parse().unwrap();
        assert_eq!(
            fingerprint.words(Lang::Sv).join(" "),
            "aktsam bakvänd repris ljusstake smälta inklämd brandchef mikroskop knasboll jullov ljusstark diskutera abborre"
        );
        assert_eq!(
            fingerprint.words(Lang::En).join(" "),
            "accompany arrange refried left shore folic browsing mumbling half gauging legacy choosy abacus"
        );
        assert_eq!(Fingerprint::from_bytes([0; 20]).words(Lang::En), ["abacus"; WORDS]);
        assert_eq!(heard(&["zoom"; WORDS], Lang::En), None, "more words than fingerprints");
    }

    proptest::proptest! {
        #[test]
        fn no_other_fingerprint_has_the_same_words(bytes: [u8; 20]) {
            let fingerprint = Fingerprint::from_bytes(bytes);
            for lang in Lang::ALL {
                let words = fingerprint.words(lang);
                proptest::prop_assert_eq!(words.len(), WORDS);
                proptest::prop_assert_eq!(heard(&words, lang), Some(fingerprint));
            }
        }
    }
}
