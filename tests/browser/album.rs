//! Pictures of pages, at the widths that people have.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::Browser;

/// Names the folder that pictures are kept in.
const VARIABLE: &str = "SLUSS_SCREENSHOTS";
/// A telephone, half a screen, and the widest window that Tor Browser opens.
const WIDTHS: [u32; 3] = [320, 700, 1400];

/// Takes pictures, and looks that no page is wider than its window.
#[derive(Debug)]
pub struct Album {
    name: String,
    folder: PathBuf,
    _temporary: Option<tempfile::TempDir>,
}

impl Album {
    /// Keeps its pictures in the folder that the environment variable `SLUSS_SCREENSHOTS` names, by an absolute path;
    /// without it they are taken all the same, and thrown away. All their names begin with `name`.
    pub fn new(name: &str) -> Result<Self> {
        let name = name.to_owned();
        if let Some(folder) = std::env::var_os(VARIABLE).map(PathBuf::from) {
            fs::create_dir_all(&folder)?;
            return Ok(Self { name, folder, _temporary: None });
        }
        let temporary = tempfile::tempdir()?;
        Ok(Self { name, folder: temporary.path().to_owned(), _temporary: Some(temporary) })
    }

    /// Takes the page that `browser` shows, at each width.
    ///
    /// # Errors
    /// When the page is wider than its window.
    pub fn take(&self, browser: &mut Browser, page: &str) -> Result<()> {
        for width in WIDTHS {
            browser.set_width(width)?;
            browser.must_fit().with_context(|| page.to_owned())?;
            let file = self.folder.join(format!("{}-{page}-{width}.png", self.name));
            fs::write(file, browser.screenshot()?)?;
        }
        Ok(())
    }
}
