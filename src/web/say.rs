//! The words that people read, in each language: Fluent messages by id.
//!
//! Protects people from half-translated pages: [`check`] finds a message that one language, or the
//! code, lacks. Secrets never pass through here: what a source typed or is shown is markup's business.

use std::collections::{BTreeMap, BTreeSet};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use sluss_core::lang::Lang;

pub use fluent_bundle::FluentValue as Value;

/// Why texts cannot be spoken from: a mistake in the program's own files, or in an operator's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpeechError {
    /// A file is no valid Fluent.
    #[error("the {0} texts are damaged: {1}")]
    Damaged(Lang, String),
    /// A message id stands in two files of one language.
    #[error("the {0} texts say the same message twice: {1}")]
    Twice(Lang, String),
    /// A language says less than the one that it was held against: the messages that it lacks.
    #[error("the {0} texts lack messages: {1}")]
    Lacking(Lang, String),
    /// Messages with other variables than the language has that it was held against.
    #[error("the {0} texts have messages with other variables: {1}")]
    Variables(Lang, String),
}

/// All texts of a program, in every language.
pub struct Speech(Vec<(Lang, FluentBundle<FluentResource>)>);

impl Speech {
    /// Reads the texts; several of one language add up.
    pub fn new(texts: &[(Lang, &str)]) -> Result<Self, SpeechError> {
        let langs: Vec<Lang> = texts.iter().map(|(lang, _)| *lang).collect();
        let first = |at: usize, lang| langs.iter().position(|it| *it == lang) == Some(at);
        let distinct = langs.iter().copied().enumerate().filter(|(at, lang)| first(*at, *lang));
        distinct.map(|(_, lang)| Ok((lang, bundle(lang, texts)?))).collect::<Result<_, _>>().map(Self)
    }

    /// Adds a language whose `text` must say all that `model`, a text of one spoken already, says with its variables.
    pub fn add(&mut self, lang: Lang, text: &str, model: &str) -> Result<(), SpeechError> {
        let bundle = bundle(lang, &[(lang, text)])?;
        let (wanted, found) = (variables(model), variables(text));
        let said = |id: &str| bundle.get_message(id).is_some_and(|message| message.value().is_some());
        let lacking: Vec<&str> = wanted.keys().copied().filter(|id| !said(id)).collect();
        if !lacking.is_empty() {
            return Err(SpeechError::Lacking(lang, lacking.join(", ")));
        }
        let other = wanted.iter().filter(|(id, names)| found.get(*id) != Some(*names)).map(|(id, _)| *id);
        let other: Vec<&str> = other.collect();
        if !other.is_empty() {
            return Err(SpeechError::Variables(lang, other.join(", ")));
        }
        self.0.push((lang, bundle));
        Ok(())
    }

    /// The languages spoken, in the order in which they came.
    pub fn languages(&self) -> impl Iterator<Item = Lang> + '_ {
        self.0.iter().map(|(lang, _)| *lang)
    }

    /// The language of this tag, if it is spoken.
    pub fn language(&self, tag: &str) -> Option<Lang> {
        self.languages().find(|lang| lang.as_str() == tag)
    }

    /// The voice that speaks `lang`.
    pub fn voice(&self, lang: Lang) -> Voice<'_> {
        Voice { lang, bundle: self.0.iter().find(|(spoken, _)| *spoken == lang).map(|(_, bundle)| bundle) }
    }
}

/// One language's texts.
#[derive(Clone, Copy)]
pub struct Voice<'a> {
    lang: Lang,
    bundle: Option<&'a FluentBundle<FluentResource>>,
}

impl Voice<'_> {
    /// The language spoken.
    pub fn lang(self) -> Lang {
        self.lang
    }

    /// The message `id`; the id itself where there is none, which [`check`] finds before anybody reads it.
    pub fn say(self, id: &str) -> String {
        self.say_with(id, &[])
    }

    /// The message `id`, with values for its variables.
    pub fn say_with(self, id: &str, values: &[(&str, Value<'_>)]) -> String {
        let args: FluentArgs<'_> = values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let said = self.bundle.and_then(|bundle| {
            let pattern = bundle.get_message(id)?.value()?;
            Some(bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned())
        });
        said.unwrap_or_else(|| id.to_owned())
    }
}

fn bundle(lang: Lang, texts: &[(Lang, &str)]) -> Result<FluentBundle<FluentResource>, SpeechError> {
    let damaged = |why: String| SpeechError::Damaged(lang, why);
    let tag = lang.as_str().parse().map_err(|_| damaged("no such language".to_owned()))?;
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    // Isolation marks would be copied with every number and name.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(grouped));
    for (_, text) in texts.iter().filter(|(of, _)| *of == lang) {
        let resource = FluentResource::try_new((*text).to_owned())
            .map_err(|(_, errors)| damaged(errors.first().map(ToString::to_string).unwrap_or_default()))?;
        let twice =
            |errors: Vec<fluent_bundle::FluentError>| errors.first().map(ToString::to_string).unwrap_or_default();
        bundle.add_resource(resource).map_err(|errors| SpeechError::Twice(lang, twice(errors)))?;
    }
    Ok(bundle)
}

/// A whole number with a space between its thousands, which both languages read. Ports and the like are given as text.
fn grouped<M>(value: &Value<'_>, _: &M) -> Option<String> {
    let Value::Number(number) = value else { return None };
    let digits = number.as_string();
    if digits.len() <= 3 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            grouped.push('\u{a0}');
        }
        grouped.push(digit);
    }
    Some(grouped)
}

/// What is wrong with a room's texts, for its tests; empty when all is well.
///
/// Both languages must have the same messages with the same variables; every id that `code` says
/// with `say("…")` or `say_with("…"` must exist, and every message must stand as a literal in `code`.
pub fn check(sv: &str, en: &str, code: &[&str]) -> Vec<String> {
    let (sv_messages, en_messages) = (variables(sv), variables(en));
    let mut wrong = Vec::new();
    if let Err(error) = Speech::new(&[(Lang::Sv, sv), (Lang::En, en)]) {
        wrong.push(error.to_string());
    }
    for id in sv_messages.keys().chain(en_messages.keys()).collect::<BTreeSet<_>>() {
        match (sv_messages.get(id), en_messages.get(id)) {
            (None, _) => wrong.push(format!("not in Swedish: {id}")),
            (_, None) => wrong.push(format!("not in English: {id}")),
            (Some(one), Some(other)) if one != other => wrong.push(format!("other variables: {id}")),
            _ => {}
        }
        if !code.iter().any(|code| code.contains(&format!("\"{id}\""))) {
            wrong.push(format!("never said: {id}"));
        }
    }
    let calls = code.iter().flat_map(|code| ["say(\"", "say_with(\""].map(|call| code.split(call).skip(1)));
    for id in calls.flatten().filter_map(|rest| rest.split('"').next()) {
        if !sv_messages.contains_key(id) {
            wrong.push(format!("no message: {id}"));
        }
    }
    wrong
}

/// Each message's variables. A message begins in the first column and goes on until the next one.
fn variables(text: &str) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut messages = BTreeMap::<&str, BTreeSet<&str>>::new();
    let mut current = None;
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if line.starts_with(|first: char| first.is_ascii_alphabetic()) {
            current = line.split_once('=').map(|(id, _)| id.trim());
            current.map(|id| messages.entry(id).or_default());
        }
        let named = line.split('$').skip(1);
        let names =
            named.filter_map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').next());
        if let Some(found) = current.and_then(|id| messages.get_mut(id)) {
            found.extend(names);
        }
    }
    messages
}

#[cfg(test)]
mod tests {
    use super::*;

    const SV: &str = "hello = Hej { $name }!
files = { $n ->
    [one] en fil
   *[other] { $n } filer
 }
";
    const EN: &str = "hello = Hello { $name }!
files = { $n ->
    [one] one file
   *[other] { $n } files
 }
";

    #[test]
    fn each_language_speaks_for_itself() {
        let speech = Speech::new(&[(Lang::Sv, SV), (Lang::En, EN)]).unwrap();
        let said = |lang, id| speech.voice(lang).say_with(id, &[("name", "Bo".into()), ("n", 2.into())]);
        assert_eq!(said(Lang::Sv, "hello"), "Hej Bo!");
        assert_eq!(said(Lang::En, "files"), "2 files");
        for (n, files) in [(999, "999 files"), (1_000, "1\u{a0}000 files"), (12_345_678, "12\u{a0}345\u{a0}678 files")]
        {
            assert_eq!(speech.voice(Lang::En).say_with("files", &[("n", n.into())]), files);
        }
        assert_eq!(speech.voice(Lang::En).say_with("files", &[("n", 1.into())]), "one file");
        assert_eq!(said(Lang::En, "nowhere"), "nowhere");
    }

    #[test]
    fn a_damaged_text_is_refused() {
        assert!(matches!(Speech::new(&[(Lang::Sv, "= nothing")]), Err(SpeechError::Damaged(Lang::Sv, _))));
        assert!(matches!(Speech::new(&[(Lang::En, EN), (Lang::En, EN)]), Err(SpeechError::Twice(Lang::En, _))));
    }

    #[test]
    fn a_language_is_added_whole_or_not_at_all() {
        let fi = Lang::parse("fi").unwrap();
        let mut speech = Speech::new(&[(Lang::Sv, SV), (Lang::En, EN)]).unwrap();
        let mut refused = |text: &str| speech.add(fi, text, EN).unwrap_err();
        assert_eq!(refused("hello = Hei { $name }!\n"), SpeechError::Lacking(fi, "files".to_owned()));
        // A message that has nothing to say lacks too.
        assert_eq!(
            refused(&EN.replace("hello = Hello { $name }!", "hello =\n    .to = { $name }")),
            SpeechError::Lacking(fi, "hello".to_owned())
        );
        assert_eq!(refused(&EN.replace("$name", "$nimi")), SpeechError::Variables(fi, "hello".to_owned()));
        assert!(matches!(refused("= Hei"), SpeechError::Damaged(..)));
        assert_eq!(speech.language("fi"), None);
        speech.add(fi, &EN.replace("Hello", "Hei"), EN).unwrap();
        assert_eq!(speech.languages().collect::<Vec<_>>(), [Lang::Sv, Lang::En, fi]);
        assert_eq!(speech.voice(speech.language("fi").unwrap()).say_with("hello", &[("name", "Bo".into())]), "Hei Bo!");
    }

    #[test]
    fn whatever_lacks_is_found() {
        let code = "voice.say_with(\"hello\", …); voice.say_with(\"files\", …)";
        assert_eq!(check(SV, EN, &[code]), Vec::<String>::new());
        assert_eq!(check(SV, "hello = Hello!", &[code]), ["not in English: files", "other variables: hello"]);
        assert_eq!(check(SV, EN, &["say_with(\"hello\")"]), ["never said: files"]);
        assert_eq!(check(SV, EN, &[code, "say(\"gone\")"]), ["no message: gone"]);
    }
}
