//! Pictures of pages, at the widths that people have.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::Browser;
use crate::process::kept;

/// Names the folder that pictures are kept in.
const VARIABLE: &str = "SLUSS_SCREENSHOTS";
/// A telephone, half a screen, and the widest window that Tor Browser opens.
pub(super) const WIDTHS: [u32; 3] = [320, 700, 1400];

/// Takes pictures, and looks that no page is wider than its window.
#[derive(Debug)]
pub struct Album {
    name: String,
    folder: PathBuf,
}

impl Album {
    /// Keeps its pictures in the folder that the environment variable `SLUSS_SCREENSHOTS` names, by an absolute path;
    /// without it, in the folder `pictures` of cargo's target folder. All their names begin with `name`.
    pub fn new(name: &str) -> Result<Self> {
        let folder = std::env::var_os(VARIABLE).map_or_else(|| kept("pictures"), |named| Ok(PathBuf::from(named)))?;
        fs::create_dir_all(&folder)?;
        Ok(Self { name: name.to_owned(), folder })
    }

    /// Takes the page that `browser` shows, at each width.
    ///
    /// # Errors
    /// When the page is wider than its window.
    pub fn take(&self, browser: &mut Browser, page: &str) -> Result<()> {
        for width in WIDTHS {
            browser.set_width(width)?;
            browser.must_fit().with_context(|| page.to_owned())?;
            self.keep(browser, page, width)?;
        }
        Ok(())
    }

    /// Takes the page as it is shown, in a window of `width` pixels.
    pub(super) fn keep(&self, browser: &mut Browser, page: &str, width: u32) -> Result<()> {
        let file = self.folder.join(format!("{}-{page}-{width}.png", self.name));
        Ok(fs::write(file, browser.screenshot()?)?)
    }
}
