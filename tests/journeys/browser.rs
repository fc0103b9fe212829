//! A real Firefox with scripts off: what a source and an investigator see, click and get back.

mod desk;
mod journey;
mod left_behind;
mod mishaps;
#[cfg(feature = "tor")]
mod whole_way;

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sluss_core::lang::Lang;
use sluss_drop::source::{EN, SV};
use sluss_tests::browser::{Album, Browser};
use sluss_tests::process::wait_for;
use sluss_tests::visitor::ONION;
use sluss_web::say::Speech;

use crate::source::rig::{LIMITS, ORGANISATION};

/// The button that sends a report or a message.
const SEND: &str = "main form[enctype] button";
/// The box for free text.
const TEXT: &str = "textarea[name=text]";
/// The field for files.
const FILES: &str = "input[type=file]";
/// The button that asks for the form with files.
const ADD_FILES: &str = "main form[enctype] button[name=next]";
/// The link to a new form, for somebody who has sent one.
const ANOTHER: &str = "main a[href$='?new=yes']";
/// What can be done in the frame that a form with files is sent to.
const ON: &str = ".actions a, .actions button";
/// The button that signs in.
const SIGN_IN: &str = "main form button";

/// How long a frame may take to show what it is to show.
const PATIENCE: Duration = Duration::from_secs(60);

/// Somebody in front of a browser, in one language.
struct Seat {
    browser: Browser,
    album: Album,
    lang: Lang,
    host: String,
    folder: tempfile::TempDir,
}

impl Seat {
    /// Sits down at a browser of their own, before a drop on this machine, which has an onion's name there; pictures
    /// are named after `name` and the language.
    fn take(name: &str, lang: Lang, drop: SocketAddr) -> Self {
        Self::at(name, lang, &format!("{ONION}:{}", drop.port()), None)
    }

    /// The same, before `host`, through the Tor client at `socks`.
    fn at(name: &str, lang: Lang, host: &str, socks: Option<SocketAddr>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let browser = Browser::start(&folder.path().join("profile"), socks).unwrap();
        let album = Album::new(&format!("{name}-{}", lang.as_str())).unwrap();
        Self { browser, album, lang, host: host.to_owned(), folder }
    }

    fn path(&self, rest: &str) -> String {
        format!("/{}/{rest}", self.lang.as_str())
    }

    /// Opens a path below the language.
    fn go(&mut self, rest: &str) {
        let address = format!("http://{}{}", self.host, self.path(rest));
        self.browser.open(&address).unwrap();
    }

    /// Takes a picture of what is shown.
    fn picture(&mut self, page: &str) {
        self.album.take(&mut self.browser, page).unwrap();
    }

    /// What the source's pages say for a message.
    fn said(&self, id: &str) -> String {
        let speech = Speech::new(&[(Lang::Sv, SV), (Lang::En, EN)]).unwrap();
        let limits = [("files", LIMITS.files.into()), ("megabytes", (LIMITS.upload / 1_000_000).into())];
        speech.voice(self.lang).say_with(id, &limits).replace('\u{a0}', " ")
    }

    /// A file on the disk, to be chosen.
    fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, content).unwrap();
        path
    }

    /// Opens the report form and fills it in, without `person` among the readers.
    fn fill_in(&mut self, text: &str, without: &str, files: &[&Path]) {
        self.go(&format!("{ORGANISATION}/report"));
        if !self.browser.texts(ANOTHER).unwrap().is_empty() {
            self.browser.click(ANOTHER).unwrap();
        }
        self.browser.type_into(TEXT, text).unwrap();
        if !without.is_empty() {
            self.browser.click(&person(without)).unwrap();
        }
        if !files.is_empty() {
            self.add_files(files);
        }
    }

    /// Goes on to the form with files, and chooses some.
    fn add_files(&mut self, files: &[&Path]) {
        self.browser.press(ADD_FILES).unwrap();
        self.browser.attach(FILES, files).unwrap();
    }

    /// Sends a form with files, and goes on from its frame to the page at `rest`.
    fn send_files(&mut self, rest: &str) {
        self.browser.press(SEND).unwrap();
        self.go_on(rest);
    }

    /// Goes on from the frame that a form with files was sent to, to the page at `rest`.
    fn go_on(&mut self, rest: &str) {
        self.enter_when("iframe.sent", ON, |links| !links.is_empty());
        self.browser.press(ON).unwrap();
        self.browser.leave_frame().unwrap();
        self.arrive(rest);
    }

    /// Waits until a frame of the page shows the text of a message.
    fn see_in(&mut self, frame: &str, id: &str) {
        let text = self.said(id);
        self.enter_when(frame, "body", |said| said.concat().contains(&text));
        self.browser.leave_frame().unwrap();
    }

    /// Looks into a frame once what `css` names there is as wanted. A frame whose page was just replaced by another may be
    /// entered too early, and then stays empty for whoever looks: so it is entered anew each time.
    fn enter_when(&mut self, frame: &str, css: &str, wanted: impl Fn(&[String]) -> bool) {
        let there = wait_for(frame, PATIENCE, || {
            self.browser.enter(frame)?;
            if wanted(&self.browser.texts(css).unwrap_or_default()) {
                return Ok(Some(()));
            }
            self.browser.leave_frame()?;
            Ok(None)
        });
        there.unwrap();
    }

    /// Sends a form, and comes to the page at `rest`.
    fn send(&mut self, rest: &str) {
        self.browser.click(SEND).unwrap();
        self.arrive(rest);
    }

    fn arrive(&mut self, rest: &str) {
        let path = self.path(rest);
        self.browser.arrive(&path).unwrap();
    }

    /// The seven words on the codename page.
    fn words(&mut self) -> Vec<String> {
        // The last one first: it comes last.
        self.browser.text(".words li:nth-child(7)").unwrap();
        let words = self.browser.texts(".words li").unwrap();
        assert_eq!(words.len(), 7, "{}", self.browser.text("body").unwrap());
        words
    }

    /// Types a codename on the page that asks for it.
    fn sign_in(&mut self, codename: &str) {
        self.browser.type_into("input[name=codename]", codename).unwrap();
        self.browser.click(SIGN_IN).unwrap();
        self.arrive("inbox");
    }

    /// Opens everything on the page that can be opened.
    fn unfold(&mut self) {
        for number in 1..=self.browser.texts("main summary").unwrap().len() {
            self.browser.click(&format!("main details:nth-of-type({number}) > summary")).unwrap();
        }
    }
}

/// The box that leaves somebody out.
fn person(id: &str) -> String {
    format!("input[name=without][value={id}]")
}
