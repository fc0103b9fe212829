//! The coded answers of the drop's form, in words.
//!
//! Protects people from reading codes. The drop writes the codes (its `asked` names them); one that is unknown here, from
//! a newer drop, is shown as it is.

use std::collections::BTreeMap;

use sluss_web::say::Voice;

/// The box that declines an acknowledgement.
pub const DECLINED: &str = "declined";
/// The box that says that somebody is in danger.
pub const URGENT: &str = "urgent";
/// How an oral report was told. Only a desk writes it.
pub const TOLD: &str = "told";
/// The answers to [`TOLD`].
pub const WAYS: [&str; 3] = ["telephone", "meeting", "otherwise"];
/// The answer of a ticked box.
pub const YES: &str = "yes";
/// The language for replies, which the manifest says too.
const LANGUAGE: &str = "language";
/// That the source sealed the text themselves, which the desk sees in the text.
const SEALED: &str = "sealed";

/// Each question and answer, in the reader's language.
pub fn told(answers: &BTreeMap<String, String>, voice: Voice<'_>) -> Vec<(String, String)> {
    let asked = answers.iter().filter(|(question, _)| ![LANGUAGE, SEALED].contains(&question.as_str()));
    asked.map(|(question, answer)| (question_of(question, voice), answer_of(question, answer, voice))).collect()
}

fn question_of(question: &str, voice: Voice<'_>) -> String {
    match question {
        "ongoing" => voice.say("asked-ongoing"),
        "relation" => voice.say("asked-relation"),
        URGENT => voice.say("asked-urgent"),
        "meeting" => voice.say("asked-meeting"),
        DECLINED => voice.say("asked-declined"),
        TOLD => voice.say("asked-told"),
        "keep-original" => voice.say("asked-keep-original"),
        "clean-copy" => voice.say("asked-clean-copy"),
        unknown => unknown.to_owned(),
    }
}

/// An answer, in the reader's language.
pub fn answer_of(question: &str, answer: &str, voice: Voice<'_>) -> String {
    match (question, answer) {
        ("ongoing" | "meeting" | URGENT | DECLINED | "keep-original" | "clean-copy", YES) => voice.say("answer-yes"),
        ("ongoing", "no") => voice.say("answer-no"),
        ("ongoing", "unsure") => voice.say("answer-unsure"),
        ("relation", "works-there") => voice.say("answer-works-there"),
        ("relation", "worked-there") => voice.say("answer-worked-there"),
        ("relation", "contractor") => voice.say("answer-contractor"),
        ("relation", "other") => voice.say("answer-other"),
        (TOLD, "telephone") => voice.say("answer-telephone"),
        (TOLD, "meeting") => voice.say("answer-meeting"),
        (TOLD, "otherwise") => voice.say("answer-otherwise"),
        ("relation", "unsaid") => voice.say("answer-unsaid"),
        (_, unknown) => unknown.to_owned(),
    }
}
