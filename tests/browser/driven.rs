//! A Firefox without a window that does what a test tells it, as somebody at the keyboard would.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use data_encoding::BASE64;
use serde_json::{Value, json};
use sluss_desk::face::Profile;

use super::lay_profile;
use super::marionette::Wire;
use crate::process::{Process, run, wait_for};

/// How long Firefox may take to start, and a page to come.
const PATIENCE: Duration = Duration::from_secs(90);
/// How often the mouse is led to something that moved away.
const TRIES: u32 = 5;
/// How long a page that Back leads to is waited for.
const SOON: Duration = Duration::from_secs(8);
/// The height of the window, in pixels of a page.
const HEIGHT: u32 = 900;
/// Pixels of the tallest picture that Firefox takes.
const TALLEST: u32 = 65_535;
/// Elements that hold running text.
const TEXTS: &str = "main p, main dd, main li";
/// Running text in less room than this, in pixels of a page, breaks within words.
const NARROWEST: u32 = 100;
/// The Tab key, as the protocol writes it.
const TAB: &str = "\u{e004}";
/// The name under which the protocol speaks of an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// What only a driven Firefox needs: a free port, which it writes into its profile, its own window's style, and scroll
/// bars that take no room, as on telephones.
const SETTINGS: &str = r#"
user_pref("marionette.port", 0);
user_pref("toolkit.legacyUserProfileCustomizations.stylesheets", true);
user_pref("ui.useOverlayScrollbars", 1);
"#;
/// What a browser keeps of its sessions it writes every fifth of a second, and not of a minute: so whoever looks need not wait.
const HASTE: &str = "user_pref(\"browser.sessionstore.interval\", 200);\n";
/// The style of the browser's window: it would be at least 500 pixels wide, and telephones are narrower.
const CHROME: &str = ":root, body, #browser, #navigator-toolbox { min-width: 0 !important; }";

/// What a browser has in which pages are judged: scripts, for the judge, and no disguise, which would always be light.
const JUDGES: &str = r#"
user_pref("javascript.enabled", true);
user_pref("privacy.resistFingerprinting", false);
"#;

/// Whether people like their pages dark on light, or light on dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// A running Firefox. Dropping it ends it. Elements are named by CSS selectors; what must be there is waited for.
#[derive(Debug)]
pub struct Browser {
    wire: Wire,
    _process: Process,
}

impl Browser {
    /// Starts one with a fresh profile in the folder `profile`, through the proxy `socks` or, without, on this machine.
    pub fn start(profile: &Path, socks: Option<SocketAddr>) -> Result<Self> {
        Self::launch(profile, socks, SETTINGS)
    }

    /// The same for judging pages that lie on the disk: with scripts on, so never for a journey.
    pub fn with_scripts(profile: &Path, scheme: Scheme) -> Result<Self> {
        let light = i32::from(scheme == Scheme::Light);
        let scheme = format!("user_pref(\"layout.css.prefers-color-scheme.content-override\", {light});");
        Self::launch(profile, None, &[SETTINGS, JUDGES, &scheme].concat())
    }

    /// One that a desk would open itself, in a profile that it laid.
    pub fn of_desk(profile: &Profile) -> Result<Self> {
        Self::drive(profile.folder(), profile.firefox(), &[SETTINGS, HASTE].concat())
    }

    fn launch(profile: &Path, socks: Option<SocketAddr>, settings: &str) -> Result<Self> {
        lay_profile(profile, socks)?;
        let mut firefox = Command::new("firefox-esr");
        firefox.args(["--no-remote", "--profile"]).arg(profile).env("HOME", profile);
        Self::drive(profile, firefox, settings)
    }

    fn drive(profile: &Path, mut firefox: Command, settings: &str) -> Result<Self> {
        OpenOptions::new().append(true).open(profile.join("user.js"))?.write_all(settings.as_bytes())?;
        fs::create_dir_all(profile.join("chrome"))?;
        fs::write(profile.join("chrome/userChrome.css"), CHROME)?;
        firefox.args(["--headless", "--marionette"]);
        let mut process = Process::start("firefox-esr", &mut firefox, &profile.join("log"))?;
        let wire = process.wait_for("the port", PATIENCE, |_| {
            let port = fs::read_to_string(profile.join("MarionetteActivePort")).unwrap_or_default();
            port.trim().parse().map_or(Ok(None), |port| Wire::connect(port).map(Some))
        })?;
        let mut browser = Self { wire, _process: process };
        browser.set_width(700)?;
        Ok(browser)
    }

    /// Opens an address, as if it were typed in.
    pub fn open(&mut self, address: &str) -> Result<()> {
        self.wire.ask("WebDriver:Navigate", json!({ "url": address }))?;
        Ok(())
    }

    /// The page's title.
    pub fn title(&mut self) -> Result<String> {
        self.word("WebDriver:GetTitle", json!({}))
    }

    /// The path of the page's address, from its first slash on.
    pub fn path(&mut self) -> Result<String> {
        let address = self.word("WebDriver:GetCurrentURL", json!({}))?;
        let rest = address.split_once("://").map_or(address.as_str(), |(_, rest)| rest);
        Ok(rest.find('/').and_then(|slash| rest.get(slash..)).unwrap_or_default().to_owned())
    }

    /// What an element shows.
    pub fn text(&mut self, css: &str) -> Result<String> {
        let element = self.wait_for(css)?;
        self.word("WebDriver:GetElementText", json!({ "id": element }))
    }

    /// What every element that `css` names shows; nothing if there is none.
    pub fn texts(&mut self, css: &str) -> Result<Vec<String>> {
        let elements = self.elements(css)?;
        elements.into_iter().map(|element| self.word("WebDriver:GetElementText", json!({ "id": element }))).collect()
    }

    /// What stands in a field.
    pub fn value(&mut self, css: &str) -> Result<String> {
        let element = self.wait_for(css)?;
        self.word("WebDriver:GetElementProperty", json!({ "id": element, "name": "value" }))
    }

    /// Whether a box is ticked.
    pub fn ticked(&mut self, css: &str) -> Result<bool> {
        let element = self.wait_for(css)?;
        let ticked = self.wire.ask("WebDriver:IsElementSelected", json!({ "id": element }))?;
        ticked.as_bool().context("neither ticked nor not")
    }

    /// The page as markup, what cannot be seen included.
    pub fn source(&mut self) -> Result<String> {
        self.word("WebDriver:GetPageSource", json!({}))
    }

    /// Runs a script in the page, waits for it, and answers what it returns.
    pub fn run_script(&mut self, script: &str) -> Result<Value> {
        self.wire.ask("WebDriver:ExecuteScript", json!({ "script": script, "args": [] }))
    }

    /// Types at the end of a field.
    pub fn type_into(&mut self, css: &str, text: &str) -> Result<()> {
        let element = self.wait_for(css)?;
        self.act("WebDriver:ElementSendKeys", json!({ "id": element, "text": text }), css)
    }

    /// Chooses files in a field for files.
    pub fn attach(&mut self, css: &str, files: &[&Path]) -> Result<()> {
        let names: Vec<&str> = files.iter().map(|file| file.to_str().context("no name")).collect::<Result<_>>()?;
        self.type_into(css, &names.join("\n"))
    }

    /// Clicks, and waits for the page that it leads to, if it leads to one.
    pub fn click(&mut self, css: &str) -> Result<()> {
        let element = self.wait_for(css)?;
        self.act("WebDriver:ElementClick", json!({ "id": element }), css)
    }

    /// Presses what leads to a page that goes on loading, or stands on one: there a click would never end.
    pub fn press(&mut self, css: &str) -> Result<()> {
        self.mouse(css, 1)
    }

    /// Clicks twice, faster than any answer comes.
    pub fn double_click(&mut self, css: &str) -> Result<()> {
        self.mouse(css, 2)
    }

    /// Presses the Tab key.
    pub fn press_tab(&mut self) -> Result<()> {
        let key = |kind| json!({ "type": kind, "value": TAB });
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": [key("keyDown"), key("keyUp")] });
        self.act("WebDriver:PerformActions", json!({ "actions": [keyboard] }), "Tab")
    }

    fn mouse(&mut self, css: &str, clicks: usize) -> Result<()> {
        let element = self.wait_for(css)?;
        let (down, up) = (json!({ "type": "pointerDown", "button": 0 }), json!({ "type": "pointerUp", "button": 0 }));
        let over = json!({ "type": "pointerMove", "duration": 0, "origin": { ELEMENT: element }, "x": 0, "y": 0 });
        let actions: Vec<Value> =
            std::iter::once(over).chain([down, up].into_iter().cycle().take(2 * clicks)).collect();
        let mouse = json!({
            "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" }, "actions": actions,
        });
        let mut tries = 0;
        loop {
            tries += 1;
            // The mouse reaches only what is in sight: a picture of the element scrolls it there.
            self.act("WebDriver:TakeScreenshot", json!({ "id": element, "full": false, "scroll": true }), css)?;
            match self.act("WebDriver:PerformActions", json!({ "actions": [&mouse] }), css) {
                // A page that was still being laid out may grow in between; then nothing was pressed yet.
                Err(error) if tries < TRIES && format!("{error:#}").contains("out of bounds") => {}
                done => return done,
            }
        }
    }

    /// Looks into a frame from now on.
    pub fn enter(&mut self, css: &str) -> Result<()> {
        let element = self.wait_for(css)?;
        self.act("WebDriver:SwitchToFrame", json!({ "element": element, "id": null, "focus": true }), css)
    }

    /// Looks at the whole page again.
    pub fn leave_frame(&mut self) -> Result<()> {
        self.act("WebDriver:SwitchToFrame", json!({ "id": null, "focus": true }), "out of the frame")
    }

    /// Goes back; also to a page that goes on loading, or that the browser has forgotten and says so.
    pub fn back(&mut self) -> Result<()> {
        self.wire.ask("WebDriver:SetTimeouts", json!({ "pageLoad": SOON.as_millis() as u64 }))?;
        let back = self.act("WebDriver:Back", json!({}), "Back");
        self.wire.ask("WebDriver:SetTimeouts", json!({ "pageLoad": PATIENCE.as_millis() as u64 }))?;
        let fine =
            |error: &anyhow::Error| ["timeout", "e=notCached"].iter().any(|why| format!("{error:#}").contains(why));
        back.or_else(|error| if fine(&error) { Ok(()) } else { Err(error) })
    }

    /// Loads the page again.
    pub fn reload(&mut self) -> Result<()> {
        self.act("WebDriver:Refresh", json!({}), "Reload")
    }

    /// Waits until the page at `path` is there.
    pub fn arrive(&mut self, path: &str) -> Result<()> {
        let came = wait_for(path, PATIENCE, || Ok((self.path()? == path).then_some(())));
        came.with_context(|| self.scene())
    }

    /// Waits until the page shows `text`.
    pub fn see(&mut self, text: &str) -> Result<()> {
        // While one page gives way to the next there is nothing to read.
        let said = |browser: &mut Self| browser.texts("body").unwrap_or_default().concat();
        let seen = wait_for(text, PATIENCE, || Ok(said(self).contains(text).then_some(())));
        seen.with_context(|| self.scene())
    }

    /// Waits until `text` stands in a field: a page that comes back is filled in a moment after it is there.
    pub fn see_value(&mut self, css: &str, text: &str) -> Result<()> {
        let seen = wait_for(text, PATIENCE / 6, || Ok((self.value(css).unwrap_or_default() == text).then_some(())));
        seen.with_context(|| self.scene())
    }

    /// Makes the window so wide that a page has `width` pixels.
    pub fn set_width(&mut self, width: u32) -> Result<()> {
        let rect = json!({ "x": 0, "y": 0, "width": width, "height": HEIGHT });
        self.wire.ask("WebDriver:SetWindowRect", rect)?;
        let inside = self.extent("clientWidth")?;
        ensure!(inside == width, "the window is {inside} wide instead of {width}");
        Ok(())
    }

    /// Fails unless the page fits the width of its window, so that nobody must scroll sideways, and its text has room.
    pub fn must_fit(&mut self) -> Result<()> {
        let (page, window) = (self.extent("scrollWidth")?, self.extent("clientWidth")?);
        ensure!(page <= window, "{} is {page} px wide in a window of {window}", self.path()?);
        for element in self.elements(TEXTS)? {
            let (width, height) = (self.extent_of(&element, "clientWidth")?, self.extent_of(&element, "clientHeight")?);
            // What is folded away has no height.
            ensure!(height == 0 || width >= NARROWEST, "{} has text {width} px wide", self.path()?);
        }
        Ok(())
    }

    /// A picture of the whole page, as PNG; of one that is too tall for that, what the window shows.
    pub fn screenshot(&mut self) -> Result<Vec<u8>> {
        let whole = self.extent("scrollHeight")? <= TALLEST;
        let picture = self.word("WebDriver:TakeScreenshot", json!({ "full": whole, "hash": false }))?;
        Ok(BASE64.decode(picture.as_bytes())?)
    }

    /// What the page says on paper.
    pub fn printed(&mut self) -> Result<String> {
        let page = BASE64.decode(self.word("WebDriver:Print", json!({}))?.as_bytes())?;
        let mut file = tempfile::NamedTempFile::new()?;
        file.write_all(&page)?;
        run(Command::new("pdftotext").arg(file.path()).arg("-"))
    }

    fn extent(&mut self, name: &str) -> Result<u32> {
        let element = self.wait_for("html")?;
        self.extent_of(&element, name)
    }

    fn extent_of(&mut self, element: &str, name: &str) -> Result<u32> {
        let extent = self.wire.ask("WebDriver:GetElementProperty", json!({ "id": element, "name": name }))?;
        Ok(extent.as_u64().with_context(|| format!("{name} is {extent}"))?.try_into()?)
    }

    fn elements(&mut self, css: &str) -> Result<Vec<String>> {
        let found = self.wire.ask("WebDriver:FindElements", json!({ "using": "css selector", "value": css }))?;
        let found = found.as_array().context("no list")?;
        Ok(found.iter().filter_map(|one| one.get(ELEMENT)?.as_str().map(str::to_owned)).collect())
    }

    fn wait_for(&mut self, css: &str) -> Result<String> {
        let found = wait_for(css, PATIENCE / 6, || Ok(self.elements(css)?.into_iter().next()));
        found.with_context(|| self.scene())
    }

    fn word(&mut self, command: &str, parameters: Value) -> Result<String> {
        let answer = self.wire.ask(command, parameters)?;
        Ok(answer.as_str().with_context(|| format!("{command}: {answer}"))?.to_owned())
    }

    fn act(&mut self, command: &str, parameters: Value, what: &str) -> Result<()> {
        let done = self.wire.ask(command, parameters);
        done.with_context(|| format!("{what}; {}", self.scene())).map(drop)
    }

    /// Where the browser stands and what it says there, for errors.
    fn scene(&mut self) -> String {
        let (path, said) = (self.path().unwrap_or_default(), self.texts("body").unwrap_or_default().concat());
        format!("the browser is at {path}, which says: {said}")
    }
}
