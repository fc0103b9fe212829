//! A form of a page: its fields as the page offers them, filled in, and encoded as a browser does.

use anyhow::{Context, Result, anyhow, bail};
use bytes::Bytes;
use data_encoding::HEXLOWER;
use scraper::{ElementRef, Html, Selector};

use super::{Content, resolve};

/// A form, with what the page put into it.
#[derive(Debug, Clone)]
pub struct Form {
    /// Where it goes.
    pub action: String,
    post: bool,
    multipart: bool,
    fields: Vec<Field>,
}

#[derive(Debug, Clone)]
struct Field {
    name: String,
    value: Value,
}

#[derive(Debug, Clone)]
enum Value {
    Text(String),
    /// A choice or a button that is sent only when it was taken.
    Choice {
        value: String,
        taken: bool,
        alone: bool,
    },
    /// What was chosen, each with its name, type and content.
    Files {
        multiple: bool,
        chosen: Vec<(String, String, Bytes)>,
    },
}

impl Form {
    /// Types into a field, in place of what stood there.
    ///
    /// # Errors
    /// When the page has no such field to type into.
    pub fn fill(mut self, name: &str, text: &str) -> Result<Self> {
        let field = self.fields.iter_mut().find(|field| field.name == name);
        match field.map(|field| &mut field.value) {
            Some(Value::Text(value)) => *value = text.to_owned(),
            _ => bail!("the form {} has no text field {name}: {:?}", self.action, self.names()),
        }
        Ok(self)
    }

    /// Takes a choice: a box, a radio button, an option, or the button that is pressed.
    pub fn choose(mut self, name: &str, wanted: &str) -> Result<Self> {
        let mut found = false;
        for field in self.fields.iter_mut().filter(|field| field.name == name) {
            if let Value::Choice { value, taken, alone } = &mut field.value {
                let this = value == wanted;
                found |= this;
                *taken = this || (*taken && !*alone);
            }
        }
        if !found {
            bail!("the form {} offers no {name}={wanted}: {:?}", self.action, self.fields);
        }
        Ok(self)
    }

    /// Whether a choice can be taken.
    pub fn offers(&self, name: &str, wanted: &str) -> bool {
        self.fields
            .iter()
            .any(|field| field.name == name && matches!(&field.value, Value::Choice { value, .. } if value == wanted))
    }

    /// Chooses a file, after those that were chosen before.
    pub fn attach(mut self, name: &str, file: &str, kind: &str, content: &[u8]) -> Result<Self> {
        let field = self.fields.iter_mut().find(|field| field.name == name);
        let Some(Value::Files { multiple, chosen }) = field.map(|field| &mut field.value) else {
            bail!("the form {} has no file field {name}: {:?}", self.action, self.names());
        };
        if !*multiple {
            chosen.clear();
        }
        chosen.push((file.to_owned(), kind.to_owned(), Bytes::copy_from_slice(content)));
        Ok(self)
    }

    /// The names of all fields, in their order.
    pub fn names(&self) -> Vec<&str> {
        self.fields.iter().map(|field| field.name.as_str()).collect()
    }

    /// What stands in a text field, hidden ones too.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|field| field.name == name).and_then(|field| match &field.value {
            Value::Text(text) => Some(text.as_str()),
            _ => None,
        })
    }

    /// The place to ask, and what to send there; nothing for a form that is sent by GET.
    pub(super) fn encode(&self) -> (String, Option<Content>) {
        if self.post && self.multipart {
            return (self.action.clone(), Some(self.encode_multipart()));
        }
        let mut query = form_urlencoded::Serializer::new(String::new());
        for field in &self.fields {
            match &field.value {
                Value::Text(text) => query.append_pair(&field.name, &newlines(text)),
                Value::Choice { value, taken: true, .. } => query.append_pair(&field.name, value),
                Value::Choice { .. } | Value::Files { .. } => &mut query,
            };
        }
        let query = query.finish();
        if self.post {
            let kind = "application/x-www-form-urlencoded".to_owned();
            (self.action.clone(), Some(Content { kind, body: query.into() }))
        } else {
            let path = self.action.split('?').next().unwrap_or_default();
            (format!("{path}?{query}"), None)
        }
    }

    /// As in the HTML standard, "multipart/form-data", with a boundary as Firefox draws it.
    fn encode_multipart(&self) -> Content {
        let boundary = format!("----geckoformboundary{}", HEXLOWER.encode(&rand::random::<[u8; 16]>()));
        let mut body = Vec::new();
        let mut part = |name: &str, rest: &str, content: &[u8]| {
            let head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"", quote(name));
            body.extend_from_slice(format!("{head}{rest}\r\n\r\n").as_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        };
        let file = |name: &str, kind: &str| format!("; filename=\"{}\"\r\nContent-Type: {kind}", quote(name));
        for Field { name, value } in &self.fields {
            match value {
                Value::Text(text) => part(name, "", newlines(text).as_bytes()),
                Value::Choice { value, taken: true, .. } => part(name, "", value.as_bytes()),
                Value::Choice { .. } => {}
                // A browser sends an empty file in place of none.
                Value::Files { chosen, .. } if chosen.is_empty() => {
                    part(name, &file("", "application/octet-stream"), b"");
                }
                Value::Files { chosen, .. } => {
                    chosen.iter().for_each(|(file_name, kind, content)| {
                        part(name, &file(file_name, kind), content);
                    });
                }
            }
        }
        body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        Content { kind: format!("multipart/form-data; boundary={boundary}"), body: body.into() }
    }
}

/// All forms of a page at `path`.
pub(super) fn read(html: &Html, path: &str) -> Result<Vec<Form>> {
    let (forms, fields) = (selector("form")?, selector("input, textarea, select, button")?);
    let form = |form: ElementRef<'_>| {
        Ok(Form {
            action: resolve(path, form.attr("action").unwrap_or_default())?,
            post: form.attr("method").is_some_and(|method| method.eq_ignore_ascii_case("post")),
            multipart: form.attr("enctype") == Some("multipart/form-data"),
            fields: form.select(&fields).map(read_field).collect::<Result<Vec<_>>>()?.concat(),
        })
    };
    html.select(&forms).map(form).collect()
}

/// One field; several for a `select`; none for what has no name or is switched off.
fn read_field(element: ElementRef<'_>) -> Result<Vec<Field>> {
    let Some(name) = element.attr("name").filter(|_| element.attr("disabled").is_none()) else {
        return Ok(Vec::new());
    };
    let field = |value| Field { name: name.to_owned(), value };
    let value = element.attr("value");
    let choice =
        |otherwise: &str, taken, alone| Value::Choice { value: value.unwrap_or(otherwise).to_owned(), taken, alone };
    let checked = element.attr("checked").is_some();
    Ok(match (element.value().name(), element.attr("type").unwrap_or_default()) {
        ("select", _) => read_options(element)?.into_iter().map(field).collect(),
        ("textarea", _) => vec![field(Value::Text(element.text().collect()))],
        ("button", "button" | "reset") | ("input", "button" | "reset") => Vec::new(),
        ("button", _) | ("input", "submit") => vec![field(choice("", false, true))],
        ("input", "radio") => vec![field(choice("on", checked, true))],
        ("input", "checkbox") => vec![field(choice("on", checked, false))],
        ("input", "file") => {
            let multiple = element.attr("multiple").is_some();
            vec![field(Value::Files { multiple, chosen: Vec::new() })]
        }
        _ => vec![field(Value::Text(value.unwrap_or_default().to_owned()))],
    })
}

fn read_options(select: ElementRef<'_>) -> Result<Vec<Value>> {
    let several = select.attr("multiple").is_some();
    let options = selector("option")?;
    let preset = select.select(&options).position(|option| option.attr("selected").is_some());
    let first = if several { None } else { Some(0) };
    Ok(select
        .select(&options)
        .enumerate()
        .map(|(index, option)| Value::Choice {
            value: option.attr("value").map_or_else(|| option.text().collect(), str::to_owned),
            taken: preset.or(first) == Some(index),
            alone: !several,
        })
        .collect())
}

fn selector(css: &str) -> Result<Selector> {
    Selector::parse(css).map_err(|error| anyhow!("{error}")).context(css.to_owned())
}

/// Browsers send every line end as CR LF.
fn newlines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\n', "\r\n")
}

fn quote(name: &str) -> String {
    name.replace('\r', "%0D").replace('\n', "%0A").replace('"', "%22")
}
