//! Changes to JSON that keep it JSON: a parser's later checks see them, not only its front door.

use arbitrary::Arbitrary;
use serde_json::Value;

/// One change, at one of all the values in a document, counted round.
#[derive(Debug, Clone, Arbitrary)]
pub struct Tweak {
    at: u16,
    scrap: Scrap,
}

/// What takes a value's place.
#[derive(Debug, Clone, Arbitrary)]
pub enum Scrap {
    /// Nothing: it goes, name and all.
    Gone,
    /// `null`.
    Null,
    /// A truth.
    Bool(bool),
    /// A number.
    Number(i64),
    /// A text.
    Text(String),
    /// A copy of another value in the document.
    Copy(u16),
    /// It twice, where it stands in a list.
    Twice,
    /// A member under a name that nobody knows, where it is an object.
    Unknown(String),
}

/// Applies all of `tweaks`, one upon the other.
pub fn tweak(document: &mut Value, tweaks: &[Tweak]) {
    for Tweak { at, scrap } in tweaks {
        let paths = paths(document);
        let path = &paths[usize::from(*at) % paths.len()];
        let (parent, name) = path.rsplit_once('/').unwrap_or_default();
        let new = match scrap {
            Scrap::Gone | Scrap::Twice => {
                replace(document.pointer_mut(parent), name, matches!(scrap, Scrap::Twice));
                continue;
            }
            Scrap::Unknown(name) => {
                if let Some(Value::Object(members)) = document.pointer_mut(path) {
                    members.insert(name.clone(), Value::Null);
                }
                continue;
            }
            Scrap::Null => Value::Null,
            Scrap::Bool(truth) => (*truth).into(),
            Scrap::Number(number) => (*number).into(),
            Scrap::Text(text) => text.clone().into(),
            Scrap::Copy(from) => {
                document.pointer(&paths[usize::from(*from) % paths.len()]).cloned().unwrap_or_default()
            }
        };
        if let Some(old) = document.pointer_mut(path) {
            *old = new;
        }
    }
}

fn replace(parent: Option<&mut Value>, name: &str, twice: bool) {
    match parent {
        Some(Value::Object(members)) if !twice => drop(members.remove(&unescaped(name))),
        Some(Value::Array(values)) => {
            let Ok(at) = name.parse::<usize>() else { return };
            if twice {
                values.insert(at, values[at].clone());
            } else {
                values.remove(at);
            }
        }
        _ => (),
    }
}

/// The JSON pointers (RFC 6901) of all values, the document itself first.
fn paths(document: &Value) -> Vec<String> {
    fn gather(path: String, value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    gather(format!("{path}/{}", name.replace('~', "~0").replace('/', "~1")), value, found);
                }
            }
            Value::Array(values) => {
                for (at, value) in values.iter().enumerate() {
                    gather(format!("{path}/{at}"), value, found);
                }
            }
            _ => (),
        }
        found.push(path);
    }
    let mut found = Vec::new();
    gather(String::new(), document, &mut found);
    found.reverse();
    found
}

fn unescaped(name: &str) -> String {
    name.replace("~1", "/").replace("~0", "~")
}
