//! The XML of parts, read and written in a stream. Nothing is resolved or expanded; a part that declares entities, or
//! does not close what it opens, is malformed.

use std::borrow::Cow;
use std::io::Write;

use quick_xml::escape::unescape;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer};

use super::super::MetadataError;

/// The elements, texts and notes of a part, in their order.
pub(super) struct Events<'a> {
    reader: Reader<&'a [u8]>,
    /// Whether every element has to be closed. Old drawings (VML) are written like pages of the web.
    strict: bool,
    open: usize,
}

impl<'a> Events<'a> {
    /// Reads the part of this name.
    pub(super) fn of(name: &str, text: &'a str) -> Self {
        let strict = !name.to_ascii_lowercase().ends_with(".vml");
        let mut reader = Reader::from_str(text.strip_prefix('\u{feff}').unwrap_or(text));
        reader.config_mut().check_end_names = strict;
        reader.config_mut().allow_unmatched_ends = !strict;
        Self { reader, strict, open: 0 }
    }

    /// The next one, until the end.
    pub(super) fn next(&mut self) -> Result<Option<Event<'a>>, MetadataError> {
        let event = self.reader.read_event().map_err(|_| MetadataError::Malformed)?;
        match event {
            Event::Start(_) => self.open += 1,
            Event::End(_) => self.open = self.open.saturating_sub(1),
            Event::Eof if self.strict && self.open > 0 => return Err(MetadataError::Malformed),
            Event::Eof => return Ok(None),
            Event::DocType(_) => return Err(MetadataError::Malformed),
            _ => (),
        }
        Ok(Some(event))
    }

    /// The text up to the end of the element just begun.
    pub(super) fn text(&mut self) -> Result<String, MetadataError> {
        let outside = self.open.saturating_sub(1);
        let mut text = String::new();
        while let (true, Some(event)) = (self.open > outside, self.next()?) {
            text.push_str(&words(&event));
        }
        Ok(text)
    }

    /// Shows all elements up to the end of the one just begun.
    pub(super) fn within(&mut self, mut see: impl FnMut(&BytesStart)) -> Result<(), MetadataError> {
        let outside = self.open.saturating_sub(1);
        while self.open > outside {
            match self.next()? {
                Some(Event::Start(element) | Event::Empty(element)) => see(&element),
                Some(_) => (),
                None => break,
            }
        }
        Ok(())
    }
}

/// What an event adds to a text.
pub(super) fn words<'a>(event: &'a Event) -> Cow<'a, str> {
    match event {
        Event::Text(text) => Cow::Borrowed(text),
        Event::CData(text) => Cow::Borrowed(text),
        Event::GeneralRef(name) => unescape(&format!("&{};", &**name)).unwrap_or_default().into_owned().into(),
        _ => Cow::Borrowed(""),
    }
}

/// What becomes of an element.
pub(super) enum Fate {
    Keep,
    /// It goes, with what is in it.
    Drop,
    /// Another stands for it.
    Instead(BytesStart<'static>),
    /// It keeps none of what is in it but this text.
    Saying(&'static str),
}

/// Writes a part with its elements as judged, and without notes and instructions to programs.
pub(super) fn rewrite(
    name: &str,
    text: &str,
    to: &mut impl Write,
    mut judge: impl FnMut(&BytesStart) -> Result<Fate, MetadataError>,
) -> Result<(), MetadataError> {
    let mut events = Events::of(name, text);
    let mut to = Writer::new(to);
    while let Some(event) = events.next()? {
        let element = match &event {
            Event::Comment(_) | Event::PI(_) => continue,
            Event::Start(element) | Event::Empty(element) => element,
            _ => {
                to.write_event(event)?;
                continue;
            }
        };
        let begins = matches!(event, Event::Start(_));
        match (judge(element)?, begins) {
            (Fate::Keep, _) => to.write_event(event)?,
            (Fate::Instead(other), true) => to.write_event(Event::Start(other))?,
            (Fate::Instead(other), false) => to.write_event(Event::Empty(other))?,
            (Fate::Saying(words), true) => {
                to.write_event(Event::Start(element.clone()))?;
                to.write_event(Event::Text(BytesText::new(words)))?;
                to.write_event(Event::End(element.to_end()))?;
                events.within(|_| ())?;
            }
            (Fate::Saying(_), false) => to.write_event(event)?,
            (Fate::Drop, true) => events.within(|_| ())?,
            (Fate::Drop, false) => (),
        }
    }
    Ok(())
}

/// A name without its namespace.
pub(super) fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// All attributes, as the part has them.
pub(super) fn attributes<'a>(element: &'a BytesStart) -> Result<Vec<Attribute<'a>>, MetadataError> {
    element.attributes().collect::<Result<_, _>>().map_err(|_| MetadataError::Malformed)
}

/// The value of the attribute of this name without its namespace, resolved; nothing if there is none.
pub(super) fn value(element: &BytesStart, name: &str) -> Result<String, MetadataError> {
    let all = attributes(element)?;
    let found = all.iter().find(|attribute| local(attribute.key.as_ref()) == name);
    Ok(found.map(plain).unwrap_or_default())
}

/// An attribute's value, resolved if it can be.
pub(super) fn plain(attribute: &Attribute) -> String {
    unescape(&attribute.value).unwrap_or_default().into_owned()
}

/// An element of this name with these attributes, whose values are written as they were read.
pub(super) fn element(name: &str, attributes: &[(String, String)]) -> BytesStart<'static> {
    let mut element = BytesStart::new(name.to_owned());
    for (key, value) in attributes {
        // One that stood between single quotes may have double ones in it.
        let value = value.replace('"', "&quot;");
        element.push_attribute(Attribute { key: quick_xml::name::QName(key), value: value.into() });
    }
    element
}
