//! The seven words by which a source comes back.
//!
//! Protects: whoever reads the server's disk cannot find the words, only try them at Argon2's price against 90 bits.
//! It does not protect words that were seen, photographed or typed into a strange computer.

use argon2::{Algorithm, Argon2, Params, Version};
use data_encoding::HEXLOWER;
use diceware_wordlists::Wordlist;
use hkdf::Hkdf;
use rand::{CryptoRng, RngExt};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use zeroize::Zeroize;

use crate::lang::Lang;
use crate::secret::Secret;

/// Words in a codename: 7 of 7,776 are 90 bits.
pub const WORDS: usize = 7;
/// Bytes of typed text that are looked at; the longest codename is 7 × 9 letters.
const TYPED: usize = 1_000;

/// Made by `words/make-swedish`, which names its sources.
const SWEDISH: &str = include_str!("words/sv.txt");

/// `yo-yo` and `yoyo` are one word once hyphens are dropped, so one of them gives way.
const REPLACED: (&str, &str) = ("yo-yo", "yolk");

/// What turns a codename into keys; frozen with the drop's first roster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kdf {
    /// 16 random bytes of the drop, as hexadecimal digits.
    pub salt: String,
    /// Argon2id's memory in KiB.
    pub memory_kib: u32,
    /// Argon2id's passes.
    pub passes: u32,
    /// Argon2id's lanes.
    pub lanes: u32,
}

impl Kdf {
    /// A drop's own derivation: m = 19 MiB, t = 2, p = 1 (OWASP's second choice), 29 ms here.
    pub fn draw(rng: &mut impl CryptoRng) -> Self {
        let salt: [u8; 16] = rng.random();
        Self { salt: HEXLOWER.encode(&salt), memory_kib: 19 * 1024, passes: 2, lanes: 1 }
    }

    /// The salt's bytes and Argon2's parameters; refuses weaker ones than a drop is born with.
    fn argon2(&self) -> Result<(Vec<u8>, Argon2<'static>), UnlockError> {
        let salt =
            HEXLOWER.decode(self.salt.as_bytes()).ok().filter(|salt| salt.len() == 16).ok_or(UnlockError::Kdf)?;
        let strong =
            self.memory_kib >= 19 * 1024 && self.passes >= 2 && self.memory_kib <= 1024 * 1024 && self.passes <= 16;
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).ok().filter(|_| strong);
        Ok((salt, Argon2::new(Algorithm::Argon2id, Version::V0x13, params.ok_or(UnlockError::Kdf)?)))
    }

    /// Whether a codename can be unlocked by it at all.
    pub fn is_sound(&self) -> bool {
        self.argon2().is_ok()
    }
}

/// Why a codename could not be turned into keys. Never because it is wrong: that shows only when nothing is found.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum UnlockError {
    /// The roster's parameters are malformed or too weak.
    #[error("the roster's key derivation is malformed or weaker than a drop is born with")]
    Kdf,
    /// There is not enough memory for the derivation.
    #[error("not enough memory to derive a source's keys")]
    Memory,
}

/// The codename, folded: letters alone, so that case, spaces, hyphens and marks make no difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Codename {
    folded: Secret<String>,
}

/// A freshly drawn codename with its words still apart, to be shown once.
#[derive(Debug, Clone)]
pub struct DrawnCodename {
    words: Secret<Vec<String>>,
}

impl DrawnCodename {
    /// Seven words, each drawn uniformly from the list of `lang`; the English one, where the program has no other.
    pub fn draw(lang: Lang, rng: &mut impl CryptoRng) -> Self {
        Self::of(&words(lang), rng)
    }

    /// The same, from somebody else's list.
    pub fn draw_from(list: &WordList, rng: &mut impl CryptoRng) -> Self {
        Self::of(&list.0, rng)
    }

    fn of(list: &[impl AsRef<str>], rng: &mut impl CryptoRng) -> Self {
        let word = |_| list.get(rng.random_range(0..list.len())).map(|word| word.as_ref().to_owned());
        Self { words: Secret::new((0..WORDS).filter_map(word).collect()) }
    }

    /// The words, in order.
    pub fn words(&self) -> &[String] {
        self.words.expose()
    }

    /// The codename that these words are.
    pub fn codename(&self) -> Codename {
        let mut spoken = self.words().join(" ");
        let codename = Codename::typed(&spoken);
        spoken.zeroize();
        codename
    }
}

impl Codename {
    /// What a person typed. Every text is a codename; a wrong one finds nothing, by the same path and in the same time.
    pub fn typed(text: &str) -> Self {
        Self { folded: Secret::new(fold(text)) }
    }

    /// Derives the source's keys: Argon2id, then HKDF-SHA-256 (RFC 5869) with one label a key.
    pub fn unlock(&self, kdf: &Kdf) -> Result<SourceKeys, UnlockError> {
        let (salt, argon2) = kdf.argon2()?;
        let mut root = Secret::new([0_u8; 32]);
        argon2
            .hash_password_into(self.folded.expose().as_bytes(), &salt, root.expose_mut())
            .map_err(|_| UnlockError::Memory)?;
        let expand = Hkdf::<Sha256>::new(None, root.expose());
        let mut id = [0; 32];
        let mut inbox_key = Secret::new([0; 32]);
        expand.expand(b"sluss source id v1", &mut id).map_err(|_| UnlockError::Kdf)?;
        expand.expand(b"sluss inbox key v1", inbox_key.expose_mut()).map_err(|_| UnlockError::Kdf)?;
        Ok(SourceKeys { id: SourceId(Secret::new(id)), inbox_key })
    }
}

/// What finds a source's record. Whoever has it and the disk can see which records are theirs, so it is a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceId(Secret<[u8; 32]>);

impl SourceId {
    /// The id that these bytes are: a desk that drew a codename sends them.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Secret::new(bytes))
    }

    /// The id's bytes.
    pub fn expose(&self) -> &[u8; 32] {
        self.0.expose()
    }
}

/// What a codename unlocks.
#[derive(Debug, Clone)]
pub struct SourceKeys {
    /// Finds the source's record.
    pub id: SourceId,
    /// Unlocks the source's TSK.
    pub inbox_key: Secret<[u8; 32]>,
}

/// NFKD, without marks, lower case, letters alone; at most [`TYPED`] bytes are looked at.
fn fold(text: &str) -> String {
    let end = (0..=TYPED.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let looked_at = text.get(..end).unwrap_or_default();
    let mut folded = String::with_capacity(2 * TYPED);
    folded.extend(
        looked_at
            .nfkd()
            .filter(|c| !is_combining_mark(*c))
            .flat_map(char::to_lowercase)
            .filter(|c| c.is_alphanumeric()),
    );
    folded
}

/// The words of a language's list, as they are shown. Which list a word comes from makes no difference to what it derives.
pub fn words(lang: Lang) -> Vec<&'static str> {
    match lang {
        Lang::Sv => SWEDISH.lines().collect(),
        Lang::En | Lang::Other(_) => {
            let list = Wordlist::EffLong.get_list().iter();
            list.map(|word| if *word == REPLACED.0 { REPLACED.1 } else { *word }).collect()
        }
    }
}

/// Words that codenames can be drawn from, in another language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordList(Vec<String>);

/// Why words cannot make codenames.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WordListError {
    /// So many: seven of them could be guessed.
    #[error("only {0} words of {LEAST}")]
    TooFew(usize),
    /// Once folded they are the same, or the first begins the second: typed without spaces, they could be read in two ways.
    #[error("«{0}» begins «{1}»")]
    Begins(String, String),
}

/// Words in a list, at least: [`WORDS`] of them are then 90 bits.
pub const LEAST: usize = 7_776;

impl WordList {
    /// The words of a text, one a line.
    pub fn new(text: &str) -> Result<Self, WordListError> {
        let words = text.lines().map(str::trim).filter(|word| !word.is_empty());
        let mut folded: Vec<(String, &str)> = words.map(|word| (fold(word), word)).collect();
        folded.sort();
        let pair = folded.windows(2).find_map(|pair| match pair {
            [(one, word), (other, longer)] if other.starts_with(one.as_str()) => Some((*word, *longer)),
            _ => None,
        });
        match pair {
            Some((word, longer)) => Err(WordListError::Begins(word.to_owned(), longer.to_owned())),
            None if folded.len() < LEAST => Err(WordListError::TooFew(folded.len())),
            None => Ok(Self(folded.into_iter().map(|(_, word)| word.to_owned()).collect())),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    fn kdf() -> Kdf {
        Kdf { salt: "000102030405060708090a0b0c0d0e0f".to_owned(), memory_kib: 19 * 1024, passes: 2, lanes: 1 }
    }

    #[test]
    fn every_list_decodes_in_one_way_only() {
        for lang in Lang::ALL {
            let folded: BTreeSet<String> = words(lang).iter().map(|word| fold(word)).collect();
            assert!(folded.len() >= 7_776, "{lang:?}: {} words", folded.len());
            let sorted: Vec<&String> = folded.iter().collect();
            for pair in sorted.windows(2) {
                assert!(!pair[1].starts_with(pair[0].as_str()), "{} begins {}", pair[0], pair[1]);
            }
        }
    }

    #[test]
    fn a_list_that_could_be_read_in_two_ways_is_refused() {
        let list = |words: &[&str]| WordList::new(&[words, &super::words(Lang::En)].concat().join("\n"));
        let drawn = DrawnCodename::draw_from(&list(&["ääni"]).unwrap(), &mut StdRng::seed_from_u64(1));
        assert_eq!(drawn.words().len(), WORDS);
        for (words, pair) in [(["Abacus", "ääni"], ("Abacus", "abacus")), (["ääni", "aanisto"], ("ääni", "aanisto"))]
        {
            assert_eq!(list(&words), Err(WordListError::Begins(pair.0.to_owned(), pair.1.to_owned())));
        }
        assert_eq!(WordList::new("yksi\nkaksi\n"), Err(WordListError::TooFew(2)));
        // A line without a letter would be a word that is not there.
        assert!(list(&["–"]).is_err());
    }

    #[test]
    fn typing_is_forgiven() {
        let drawn = Codename::typed("ängel crop-top staple Éclair zebra yolk unit");
        for typed in
            ["Angel CROPTOP  staple éclair\tzebra yolk-unit", " a\u{308}ngelcroptopstapleeclairzebrayolkunit\n"]
        {
            assert_eq!(Codename::typed(typed), drawn);
        }
        assert_ne!(Codename::typed("angel croptop staple eclair zebra yolk units"), drawn);
        assert_eq!(fold(&"å".repeat(TYPED)).len(), TYPED / 2);
    }

    #[test]
    fn derivation_is_frozen() {
        let keys = Codename::typed("abacus abdomen abdominal abide abiding ability ablaze").unlock(&kdf()).unwrap();
        assert_eq!(
            HEXLOWER.encode(keys.id.expose()),
            "ef6ff94706a16179bb23ad21c30df3fa2ca13aac3eef1bfb44d059b12add1990"
        );
        assert_eq!(
            HEXLOWER.encode(keys.inbox_key.expose()),
            "5034c2886a30e9bdc6ae96bb7a23ef2fb1c9f081f4617e284af64ff56d78d740"
        );
    }

    #[test]
    fn weak_parameters_are_refused() {
        assert!(!Kdf { memory_kib: 8, ..kdf() }.is_sound());
        assert!(!Kdf { salt: "00".to_owned(), ..kdf() }.is_sound());
        assert!(kdf().is_sound());
    }

    #[test]
    fn what_is_drawn_can_be_typed_back() {
        let mut rng = StdRng::seed_from_u64(1);
        let drawn = DrawnCodename::draw(Lang::En, &mut rng);
        assert_eq!(drawn.words().len(), WORDS);
        assert_eq!(drawn.codename(), Codename::typed(&drawn.words().join("-").to_uppercase()));
        assert!(!format!("{drawn:?}{:?}", drawn.codename()).contains(drawn.words()[0].as_str()));
    }

    proptest::proptest! {
        #[test]
        fn any_way_of_typing_is_the_same(seed: u64, gaps in proptest::collection::vec("[ \\-\t\n]{0,3}", WORDS), upper: u8) {
            let mut rng = StdRng::seed_from_u64(seed);
            for lang in Lang::ALL {
                let drawn = DrawnCodename::draw(lang, &mut rng);
                let typed: String = drawn.words().iter().zip(&gaps).enumerate().map(|(at, (word, gap))| {
                    let word = if upper >> at & 1 == 1 { word.to_uppercase() } else { word.clone() };
                    format!("{gap}{word}")
                }).collect();
                proptest::prop_assert_eq!(Codename::typed(&typed), drawn.codename());
            }
        }
    }
}
