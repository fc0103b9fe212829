//! Answers: as text for people, as one line of JSON for scripts.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;
use sluss_web::say::Voice;

use super::check::Finding;
use super::export::Exported;
use super::import::Imported;
use super::init::Laid;
use super::office::{RosterAdded, Status};
use super::serve::Ready;
use crate::kit::Kit;
use crate::reachability::Reachability;
use crate::store::Damage;

/// What a command answers.
pub(super) enum Answer<'a> {
    /// A text as it is.
    Text(&'static str),
    /// A drop was laid.
    Laid(Laid),
    /// Visitors can come.
    Ready(&'a Ready),
    /// What is not as it should be.
    Checked(Vec<Finding>),
    /// How the drop stands.
    Status(Status),
    /// A roster came into use.
    RosterAdded(RosterAdded),
    /// A bundle was written to a file.
    Exported(Exported, PathBuf),
    /// A return bundle was taken in.
    Imported(Imported),
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
            Self::Checked(findings) if findings.iter().any(|finding| finding.serious) => ExitCode::FAILURE,
            Self::LookedThrough(damage, false) if !damage.is_none() => ExitCode::FAILURE,
            _ => ExitCode::SUCCESS,
        }
    }

    /// For scripts.
    pub(super) fn json(&self) -> String {
        let value = match self {
            Self::Text(text) => json!({ "text": text }),
            Self::Laid(laid) => json!(laid),
            Self::Ready(ready) => json!(ready),
            Self::Checked(findings) => {
                json!({ "sound": !findings.iter().any(|finding| finding.serious), "findings": findings })
            }
            Self::Status(status) => json!(status),
            Self::RosterAdded(added) => json!(added),
            Self::Exported(exported, _) => json!(exported),
            Self::Imported(imported) => json!(imported),
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
            Self::Checked(findings) if findings.is_empty() => line(voice.say("sound")),
            Self::Checked(findings) => {
                for finding in findings {
                    let (cause, advice) = finding.problem.explain(voice);
                    let mark = voice.say(if finding.serious { "serious" } else { "look" });
                    line(format!("{mark} {cause}\n  {advice}"));
                }
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
            Self::Imported(imported) => imported_lines(imported, voice).into_iter().for_each(line),
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

fn status_lines(status: &Status, voice: Voice<'_>) -> Vec<String> {
    let mut lines = vec![voice.say(if status.serving { "serving" } else { "not-serving" })];
    lines.extend(status.reachability.map(|reachability| {
        voice.say(match reachability {
            Reachability::Reachable => "onion-reachable",
            Reachability::NotYet => "not-yet-reachable",
            Reachability::Lost => "not-reachable",
        })
    }));
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

fn imported_lines(imported: &Imported, voice: Voice<'_>) -> Vec<String> {
    let name = [("name", imported.name.as_str().into())];
    if imported.already {
        return vec![voice.say_with("imported-already", &name)];
    }
    let mut lines = vec![voice.say_with("imported", &name)];
    if imported.skipped > 0 {
        lines.push(voice.say_with("imported-skipped", &name));
    }
    if imported.wrong_receipts > 0 {
        lines.push(voice.say_with("imported-wrong-receipts", &name));
    }
    if imported.taken > 0 {
        lines.push(voice.say_with("imported-taken", &name));
    }
    if let Some(version) = imported.roster {
        lines.push(voice.say_with("roster-added", &[("version", version.to_string().into())]));
    }
    if let Some(problem) = &imported.roster_refused {
        let (cause, advice) = problem.explain(voice);
        lines.push(voice.say_with("imported-roster-refused", &[("cause", cause.into()), ("advice", advice.into())]));
    }
    lines
}
