//! What the parts that stay say of people, times and places; taken out as it is told, by the same rules.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, Event};

use super::super::{ENTRIES, Metadata, MetadataError, Remains, What, plain as line};
use super::xml::{Events, Fate, attributes, element, local, plain, rewrite, value, words};

/// Stands for every author.
const AUTHOR: &str = "Author";
/// Stands for every author's first letters.
const INITIALS: &str = "A";
/// Stands for how an author was known to a server.
const PROVIDER: &str = "None";
/// Stands for times that a document must have.
const TIME: &str = "1980-01-01T00:00:00Z";

/// Elements that go, with what is in them.
fn dropped(name: &str) -> Option<What> {
    Some(match name {
        "rsids" | "rsid" => What::EditingSession,
        "docId" | "revisionPtr" => What::Identifier,
        "absPath" | "attachedTemplate" | "mailMerge" => What::Path,
        "presenceInfo" | "fileSharing" => What::Author,
        "docVars" => What::Other,
        _ => return None,
    })
}

/// What becomes of an attribute: nothing stays, or this.
type Instead = Option<&'static str>;

/// What an attribute tells, and what becomes of it.
fn rule(element: &str, attribute: &Attribute) -> Option<(What, Instead)> {
    let key = attribute.key.as_ref();
    let prefixed = key.contains(':');
    let rule = match (element, local(key)) {
        (_, name) if name.starts_with("rsid") => (What::EditingSession, None),
        ("comment", "author") if prefixed => (What::Comment, Some(AUTHOR)),
        ("person", "author") if prefixed => (What::Author, Some(AUTHOR)),
        (_, "author") if prefixed => (What::TrackedChange, Some(AUTHOR)),
        (_, "initials") => (What::Author, Some(INITIALS)),
        ("comment", "date") if prefixed => (What::Created, None),
        (_, "date" | "dateUtc") if prefixed => (What::Changed, None),
        ("cm" | "reply", "created") | ("threadedComment", "dT") => (What::Created, Some(TIME)),
        ("cm", "dt") => (What::Created, None),
        ("cmAuthor" | "author", "name") | ("person", "displayName") => (What::Author, Some(AUTHOR)),
        ("cmAuthor" | "author" | "person", "userId") => (What::Author, Some(AUTHOR)),
        ("cmAuthor" | "author" | "person", "providerId") => (What::Organisation, Some(PROVIDER)),
        (_, "refreshedBy") => (What::Editor, None),
        (_, "refreshedDate" | "refreshedDateIso") => (What::Changed, None),
        ("scenario", "user") => (What::Author, None),
        // It leads to the settings of a printer, which go.
        ("pageSetup", "id") if prefixed => (What::Device, None),
        _ => return None,
    };
    (rule.1 != Some(attribute.value.as_ref())).then_some(rule)
}

/// Whether an element is the name of an author of comments in a sheet.
fn names_author(part: &str, element: &BytesStart) -> Result<bool, MetadataError> {
    let sheet = part.to_lowercase().contains("comments");
    Ok(sheet && local(element.name().as_ref()) == "author" && value(element, "name")?.is_empty())
}

/// Writes a part without them, and tells what stays.
pub(super) fn write(
    part: &str,
    text: &str,
    to: &mut impl Write,
    remains: &mut BTreeSet<Remains>,
) -> Result<(), MetadataError> {
    rewrite(part, text, to, |element| {
        note(element, remains)?;
        let name = element.name();
        if dropped(local(name.as_ref())).is_some() {
            return Ok(Fate::Drop);
        }
        if names_author(part, element)? {
            return Ok(Fate::Saying(AUTHOR));
        }
        let attributes = attributes(element)?;
        let rules: Vec<_> = attributes.iter().map(|attribute| rule(local(name.as_ref()), attribute)).collect();
        if rules.iter().all(Option::is_none) {
            return Ok(Fate::Keep);
        }
        let stays = attributes.iter().zip(rules).filter_map(|(attribute, rule)| {
            let value = match rule {
                None => attribute.value.as_ref(),
                Some((_, instead)) => instead?,
            };
            Some((attribute.key.as_ref().to_owned(), value.to_owned()))
        });
        Ok(Fate::Instead(self::element(name.as_ref(), &stays.collect::<Vec<_>>())))
    })
}

fn note(element: &BytesStart, remains: &mut BTreeSet<Remains>) -> Result<(), MetadataError> {
    let name = element.name();
    let is = match local(name.as_ref()) {
        "comment" | "cm" | "threadedComment" => Remains::Comments,
        "vanish" => Remains::Hidden,
        "sheet" if value(element, "state")?.to_lowercase().contains("hidden") => Remains::Hidden,
        "row" | "col" if value(element, "hidden")? == "1" => Remains::Hidden,
        "sld" if value(element, "show")? == "0" => Remains::Hidden,
        "sdt" | "ffData" => Remains::Forms,
        _ if attributes(element)?.iter().any(|a| a.key.as_ref().ends_with(":author")) => Remains::TrackedChanges,
        _ => return Ok(()),
    };
    remains.insert(is);
    Ok(())
}

/// What has been found in a document's parts: many marks that say the same are told as one.
#[derive(Default)]
pub(super) struct Marks {
    sessions: usize,
    /// Who did what how often, first and last when.
    people: BTreeMap<(What, String), Times>,
}

#[derive(Default)]
struct Times {
    count: usize,
    first: Option<String>,
    last: Option<String>,
}

impl Marks {
    /// Looks at a part.
    pub(super) fn look(&mut self, part: &str, text: &str, found: &mut Metadata) -> Result<(), MetadataError> {
        let mut events = Events::of(part, text);
        while let Some(event) = events.next()? {
            let (element, begins) = match &event {
                Event::Start(element) => (element, true),
                Event::Empty(element) => (element, false),
                Event::Comment(note) => {
                    found.tell(What::Comment, &note.clone().into_inner());
                    continue;
                }
                Event::PI(_) => {
                    found.tell(What::Other, part);
                    continue;
                }
                _ => continue,
            };
            if let Some(what) = dropped(local(element.name().as_ref())) {
                let mut all = vec![described(element)];
                if begins {
                    events.within(|element| {
                        if all.len() < ENTRIES {
                            all.push(described(element));
                        }
                    })?;
                }
                match what {
                    What::EditingSession => self.sessions += all.len(),
                    what => found.tell(what, &all.join(" ")),
                }
            } else if begins && names_author(part, element)? {
                self.person(What::Comment, &events.text()?, None);
            } else {
                self.element(element, found)?;
            }
        }
        Ok(())
    }

    fn element(&mut self, element: &BytesStart, found: &mut Metadata) -> Result<(), MetadataError> {
        let name = element.name();
        let attributes = attributes(element)?;
        let mut told: Vec<_> = attributes
            .iter()
            .filter_map(|attribute| Some((rule(local(name.as_ref()), attribute)?.0, plain(attribute))))
            .collect();
        // A name and a time on one element belong together.
        let author = told.iter().position(|(what, _)| matches!(what, What::Comment | What::TrackedChange));
        if let Some((what, author)) = author.map(|at| told.swap_remove(at)) {
            let time = told.iter().position(|(what, _)| matches!(what, What::Created | What::Changed));
            self.person(what, &author, time.map(|at| told.swap_remove(at).1));
        }
        for (what, value) in told {
            match what {
                What::EditingSession => self.sessions += 1,
                what => found.tell(what, &value),
            }
        }
        Ok(())
    }

    fn person(&mut self, what: What, name: &str, time: Option<String>) {
        let (name, time) = (line(name), time.as_deref().map(line));
        if name == AUTHOR || self.people.len() > ENTRIES {
            return;
        }
        let times = self.people.entry((what, name)).or_default();
        times.count += 1;
        if time.is_some() {
            times.first = times.first.take().map_or(time.clone(), |first| time.clone().min(Some(first)));
            times.last = times.last.take().max(time);
        }
    }

    /// Tells what was found in all parts.
    pub(super) fn tell(self, found: &mut Metadata) {
        for ((what, name), times) in self.people {
            let when: BTreeSet<String> = times.first.into_iter().chain(times.last).collect();
            let when: Vec<String> = when.into_iter().collect();
            found.tell(what, &format!("{name} ({}) {}", times.count, when.join(" – ")));
        }
        if self.sessions > 0 {
            found.tell(What::EditingSession, &self.sessions.to_string());
        }
    }
}

/// An element's attributes as text.
fn described(element: &BytesStart) -> String {
    let attributes = element.attributes().flatten();
    let values: Vec<String> =
        attributes.map(|attribute| format!("{}={}", local(attribute.key.as_ref()), plain(&attribute))).collect();
    format!("{} {}", local(element.name().as_ref()), values.join(" "))
}

/// Tells a document's properties: the core, the extended and the custom ones.
pub(super) fn properties(text: &str, found: &mut Metadata) -> Result<(), MetadataError> {
    let mut events = Events::of("", text);
    // The last element that began, what it says so far, and the custom property around it.
    let (mut last, mut said, mut custom) = (String::new(), String::new(), None);
    while let Some(event) = events.next()? {
        match event {
            Event::Start(element) => {
                last = local(element.name().as_ref()).to_owned();
                said.clear();
                if last == "property" {
                    custom = Some(value(&element, "name")?);
                }
            }
            Event::End(_) => {
                match (property(&last), &custom) {
                    (_, Some(name)) if !said.is_empty() => found.tell(What::Other, &format!("{name}: {said}")),
                    (Some(What::Other), None) => found.tell(What::Other, &format!("{last}: {said}")),
                    (Some(what), None) => found.tell(what, &said),
                    _ => (),
                }
                said.clear();
            }
            other => said.push_str(&words(&other)),
        }
    }
    Ok(())
}

fn property(name: &str) -> Option<What> {
    Some(match name {
        "creator" => What::Author,
        "lastModifiedBy" | "Manager" => What::Editor,
        "Company" => What::Organisation,
        "created" => What::Created,
        "modified" | "lastPrinted" => What::Changed,
        "Application" => What::Program,
        "Template" | "HyperlinkBase" => What::Path,
        "title" | "subject" => What::Title,
        "description" | "keywords" | "category" | "contentStatus" => What::Comment,
        "identifier" => What::Identifier,
        "AppVersion" | "revision" | "TotalTime" | "version" => What::Other,
        _ => return None,
    })
}
