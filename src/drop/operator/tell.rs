//! Answers: as text for people, as one line of JSON for scripts.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;
use sluss_core::secret::Secret;
use sluss_web::say::Voice;

use super::check::Finding;
use super::init::Laid;
use super::serve::Ready;
use crate::defences::Defences;
use crate::kit::Kit;
use crate::office::export::Exported;
use crate::office::hatches::Hatch;
use crate::office::import::Imported;
use crate::office::{RosterAdded, Status};
use crate::reachability::{Reachability, Record};
use crate::store::Damage;

/// What a command answers.
pub(super) enum Answer<'a> {
    /// A text as it is.
    Text(&'static str),
    /// A drop was laid.
    Laid(Laid),
    /// Visitors can come.
    Ready(&'a Ready),
    /// What is not as it should be, and how the onion service is defended.
    Checked(Vec<Finding>, Option<Defences>),
    /// How the drop stands.
    Status(Status),
    /// A roster came into use.
    RosterAdded(RosterAdded),
    /// A bundle was written to a file.
    Exported(Exported, PathBuf),
    /// A return bundle was taken in.
    Imported(Imported),
    /// A hatch was laid; the file that its investigator needs.
    HatchAdded(Hatch, Secret<String>),
    /// All hatches.
    Hatches(Vec<Hatch>),
    /// A hatch was shut.
    HatchRemoved(Hatch),
    /// What web editors need was written.
    Kit(Kit),
    /// The records were rewritten.
    Swept,
    /// What is damaged, and whether it was deleted.
    LookedThrough(Damage, bool),
}

impl Answer<'_> {
    /// 1 where something serious was found, else 0.
    pub(super) fn code(&self) -> ExitCode {
        match self {
            Self::Checked(findings, _) if findings.iter().any(|finding| finding.serious) => ExitCode::FAILURE,
            Self::LookedThrough(damage, false) if !damage.is_none() => ExitCode::FAILURE,
            _ => ExitCode::SUCCESS,
        }
    }

    /// What people are told beside the answer, which is for a file.
    pub(super) fn beside(&self, voice: Voice<'_>) -> Option<String> {
        let Self::HatchAdded(hatch, _) = self else { return None };
        let values = [("name", hatch.name.as_str().into()), ("address", hatch.address.as_str().into())];
        Some(voice.say_with("hatch-added", &values))
    }

    /// For scripts.
    pub(super) fn json(&self) -> String {
        let value = match self {
            Self::Text(text) => json!({ "text": text }),
            Self::Laid(laid) => json!(laid),
            Self::Ready(ready) => json!(ready),
            Self::Checked(findings, defences) => {
                let sound = !findings.iter().any(|finding| finding.serious);
                json!({ "sound": sound, "findings": findings, "tor": defences })
            }
            Self::Status(status) => json!(status),
            Self::RosterAdded(added) => json!(added),
            Self::Exported(exported, _) => json!(exported),
            Self::Imported(imported) => json!(imported),
            Self::HatchAdded(hatch, file) => {
                json!({ "name": hatch.name, "address": hatch.address, "file": file.expose() })
            }
            Self::Hatches(hatches) => json!({ "hatches": hatches.iter().map(shown).collect::<Vec<_>>() }),
            Self::HatchRemoved(hatch) => json!({ "removed": shown(hatch) }),
            Self::Kit(kit) => json!(kit),
            Self::Swept => json!({ "swept": true }),
            Self::LookedThrough(damage, given_up) => json!({
                "sound": damage.is_none(), "records": damage.records, "bodies": damage.bodies, "given_up": given_up,
            }),
        };
        format!("{value}\n")
    }

    /// For people.
    pub(super) fn text(&self, voice: Voice<'_>) -> String {
        let mut text = String::new();
        let mut line = |said: String| {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{said}");
        };
        match self {
            Self::Text(said) => return (*said).to_owned(),
            Self::Laid(laid) => {
                line(voice.say_with("laid", &[("config", laid.config.display().to_string().into())]));
                laid.onion
                    .iter()
                    .for_each(|onion| line(voice.say_with("laid-onion", &[("onion", onion.as_str().into())])));
                line(voice.say_with("laid-next", &[("card", laid.card.display().to_string().into())]));
            }
            Self::Ready(ready) => {
                let onion = ready.onion.iter().map(|onion| format!("http://{onion}/"));
                let plain = ready.without_tor.iter().map(|address| format!("http://{address}/"));
                line(
                    voice.say_with("ready", &[("addresses", onion.chain(plain).collect::<Vec<_>>().join(" ").into())]),
                );
            }
            Self::Checked(findings, defences) => {
                if findings.is_empty() {
                    line(voice.say("sound"));
                }
                for finding in findings {
                    let (cause, advice) = finding.problem.explain(voice);
                    let mark = voice.say(if finding.serious { "serious" } else { "look" });
                    line(format!("{mark} {cause}\n  {advice}"));
                }
                defences.iter().for_each(|it| line(defended(it, voice)));
            }
            Self::Status(status) => status_lines(status, voice).into_iter().for_each(line),
            Self::RosterAdded(added) => {
                let version = [("version", added.version.to_string().into())];
                line(voice.say_with(if added.already { "roster-already" } else { "roster-added" }, &version));
                added
                    .closed
                    .iter()
                    .for_each(|id| line(voice.say_with("organisation-closed", &[("id", id.as_str().into())])));
            }
            Self::Exported(exported, file) => {
                let values = [
                    ("name", exported.name.as_str().into()),
                    ("number", exported.number.to_string().into()),
                    ("file", file.display().to_string().into()),
                ];
                line(voice.say_with("exported", &values));
                match exported.from {
                    Some(from) => line(voice.say_with("exported-more-from", &[("from", from.to_string().into())])),
                    None if exported.more => line(voice.say("exported-more")),
                    None => {}
                }
                if exported.damaged {
                    line(voice.say("exported-damaged"));
                }
            }
            Self::Imported(imported) => imported.lines(voice).into_iter().for_each(line),
            // The file and nothing else, so that it can be led into one.
            Self::HatchAdded(_, file) => return file.expose().clone(),
            Self::Hatches(hatches) if hatches.is_empty() => line(voice.say("hatches-none")),
            Self::Hatches(hatches) => {
                hatches.iter().for_each(|hatch| line(format!("{}  http://{}/", hatch.name, hatch.address)));
            }
            Self::HatchRemoved(hatch) => line(voice.say_with("hatch-removed", &[("name", hatch.name.as_str().into())])),
            Self::Swept => line(voice.say("swept")),
            Self::LookedThrough(damage, _) if damage.is_none() => line(voice.say("store-sound")),
            Self::LookedThrough(damage, given_up) => {
                let values = [("records", damage.records.into()), ("bodies", damage.bodies.into())];
                line(voice.say_with(if *given_up { "store-given-up" } else { "store-unsound" }, &values));
            }
            Self::Kit(kit) => {
                line(voice.say_with("kit-written", &[("folder", kit.folder.display().to_string().into())]))
            }
        }
        text
    }
}

/// What scripts may see of a hatch.
fn shown(hatch: &Hatch) -> serde_json::Value {
    json!({ "name": hatch.name, "address": hatch.address })
}

/// How the onion service is defended, in one line.
fn defended(defences: &Defences, voice: Voice<'_>) -> String {
    let number = |number: u64| number.to_string();
    let ports: Vec<String> = defences.ports.iter().map(u16::to_string).collect();
    let values = [
        ("vanguards", defences.vanguards.clone()),
        ("work", if defences.proof_of_work { "on" } else { "off" }.to_owned()),
        ("newcomers", number(defences.newcomers as u64)),
        ("introductions", defences.introductions.map_or_else(|| "none".to_owned(), |it| number(it.into()))),
        ("streams", number(defences.streams as u64)),
        ("most", number(defences.streams_at_most.into())),
        ("memory", number(defences.memory.into())),
        ("ports", if ports.is_empty() { "any".to_owned() } else { ports.join(", ") }),
    ];
    let values: Vec<_> = values.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
    voice.say_with("defended", &values)
}

fn status_lines(status: &Status, voice: Voice<'_>) -> Vec<String> {
    let mut lines = vec![voice.say(if status.serving { "serving" } else { "not-serving" })];
    lines.extend(status.reachability.map(|reachability| {
        voice.say(match reachability {
            Reachability::Reachable => "onion-reachable",
            Reachability::NotYet => "not-yet-reachable",
            Reachability::Lost => "not-reachable",
        })
    }));
    lines.extend(looked_at(&status.looks, voice));
    if status.demo {
        lines.push(voice.say("demo"));
    }
    lines.extend(status.onion.iter().map(|onion| voice.say_with("laid-onion", &[("onion", onion.as_str().into())])));
    lines.push(match &status.roster {
        Some((version, day)) => {
            let values = [("version", version.to_string().into()), ("day", day.to_string().into())];
            voice.say_with("roster-in-use", &values)
        }
        None => voice.say("roster-none"),
    });
    lines.extend(status.organisations.iter().map(|(id, open)| {
        let said = if *open { "organisation-open" } else { "organisation-closed" };
        voice.say_with(said, &[("id", id.as_str().into())])
    }));
    lines
}

/// When the onion service was seen from outside, and when not.
fn looked_at(record: &Record, voice: Voice<'_>) -> Vec<String> {
    let days = record.days().count();
    let missed: Vec<_> = record.days().filter(|(_, looks)| looks.missed > 0).collect();
    let mut lines = Vec::new();
    if days > 0 {
        let number = |number: usize| number.to_string();
        let (days, whole) = (number(days), number(days - missed.len()));
        lines.push(voice.say_with("looks", &[("days", days.as_str().into()), ("whole", whole.as_str().into())]));
    }
    lines.extend(missed.into_iter().map(|(day, looks)| {
        let (day, missed) = (day.to_string(), looks.missed.to_string());
        let all = looks.missed.saturating_add(looks.through).to_string();
        let values = [("day", day.as_str().into()), ("missed", missed.as_str().into()), ("all", all.as_str().into())];
        voice.say_with("looks-missed", &values)
    }));
    lines
}
