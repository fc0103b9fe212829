//! The judges of pages: axe-core, for people who see, hear or reach a page in other ways than most, and the Nu HTML
//! checker, for the markup itself. `tests/run` installs both, in the versions that `tests/browser/gates` pins.
//!
//! What stands here is what was served, byte for byte. axe-core needs scripts, so it sees the pages in a browser of its
//! own, and no page's policy is weakened for it: the pages are files by then, without headers.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::album::WIDTHS;
use super::driven::Scheme;
use super::{Album, Browser, keyboard};
use crate::process::{kept, run};
use crate::visitor::Page;

/// The width at which pages are gone through by keyboard, in pixels: there most is in the way.
const NARROW: u32 = 320;
/// All rules of axe-core.
const ALL: &str = "{}";
/// Those that a width can break: no page shows other things in a wider window.
const LAYOUT: &str = "{ runOnly: ['color-contrast', 'scrollable-region-focusable'] }";
/// Those that colours can break.
const COLOURS: &str = "{ runOnly: ['color-contrast'] }";
/// Unfolds the page and answers with what axe-core finds wrong by `rules`, and what is wider than the window, a line each.
const LOOK: &str = r"
const { documentElement: page } = document;
document.querySelectorAll('details').forEach((details) => { details.open = true; });
const wide = page.scrollWidth > page.clientWidth ? [`the page is ${page.scrollWidth} px wide`] : [];
return axe.run(document, { ...rules, resultTypes: ['violations'] }).then(({ violations }) => wide.concat(
    violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} at ${target}: ${failureSummary}`))));
";

/// Pages as they were served, by their names.
#[derive(Debug)]
pub struct Exhibition {
    folder: tempfile::TempDir,
    pages: BTreeMap<String, Page>,
}

impl Exhibition {
    /// One without pages.
    pub fn new() -> Result<Self> {
        Ok(Self { folder: tempfile::tempdir()?, pages: BTreeMap::new() })
    }

    /// Hangs a page up under `name`, which no other has.
    pub fn hang(&mut self, name: &str, page: Page) -> Result<()> {
        ensure!(page.body.starts_with(b"<!DOCTYPE html>"), "{name} is no page: {}", page.status);
        fs::write(self.folder.path().join(format!("{name}.html")), &page.body)?;
        ensure!(self.pages.insert(name.to_owned(), page).is_none(), "{name} hangs there twice");
        Ok(())
    }

    /// Its pages.
    pub fn pages(&self) -> &BTreeMap<String, Page> {
        &self.pages
    }

    /// Everything that the Nu HTML checker says, information too.
    pub fn read_markup(&self) -> Result<Vec<String>> {
        let checker = installed("vnu-jar/build/dist/vnu.jar")?;
        let mut java = Command::new("java");
        java.arg("-jar")
            .arg(checker)
            .args(["--format", "json", "--stdout", "--exit-zero-always"])
            .arg(self.folder.path());
        let told = run(&mut java)?;
        let mut values = serde_json::Deserializer::from_str(&told).into_iter::<Value>();
        let told = values.next().with_context(|| format!("no JSON: {told}"))??;
        let messages = told.get("messages").and_then(Value::as_array).context("no messages")?;
        let word = |message: &Value, name| message.get(name).map(ToString::to_string).unwrap_or_default();
        Ok(messages
            .iter()
            .map(|message| ["url", "lastLine", "message", "extract"].map(|name| word(message, name)).join(" "))
            .collect())
    }

    /// Everything that axe-core finds, pages wider than their window at each width of an album, and what is wrong by
    /// keyboard; in wider windows only what a width can change, in a dark one only what colours can. Leaves pictures of the
    /// light ones.
    pub fn look(&self) -> Result<Vec<String>> {
        let (axe, album) = (fs::read_to_string(installed("axe-core/axe.min.js")?)?, Album::new("every")?);
        let mut found = BTreeMap::<String, Vec<String>>::new();
        let light = WIDTHS.map(|width| (width, if width == NARROW { ALL } else { LAYOUT }));
        for (scheme, windows) in [(Scheme::Light, &light[..]), (Scheme::Dark, &[(NARROW, COLOURS)])] {
            let mut browser = Browser::with_scripts(&self.folder.path().join(format!("{scheme:?}")), scheme)?;
            for name in self.pages.keys() {
                browser.open(&format!("file://{}", self.folder.path().join(format!("{name}.html")).display()))?;
                browser.run_script(&axe)?;
                for (width, rules) in windows {
                    browser.set_width(*width)?;
                    let told = browser.run_script(&format!("const rules = {rules}; {LOOK}"))?;
                    for what in told.as_array().with_context(|| format!("{name}: {told}"))? {
                        found.entry(what.to_string()).or_default().push(format!("{name} ({width} px, {scheme:?})"));
                    }
                    if scheme == Scheme::Light {
                        album.keep(&mut browser, name, *width)?;
                    }
                }
                if scheme == Scheme::Light {
                    browser.set_width(NARROW)?;
                    for what in keyboard::walk(&mut browser)? {
                        found.entry(what).or_default().push(name.clone());
                    }
                }
            }
        }
        Ok(found.into_iter().map(|(what, places)| format!("{what} on {}", places.join(", "))).collect())
    }
}

/// A file of what `tests/run` installs.
fn installed(file: &str) -> Result<PathBuf> {
    let path = kept("gates")?.join("node_modules").join(file);
    ensure!(path.is_file(), "{file} is not installed; run tests/run first");
    Ok(path)
}
