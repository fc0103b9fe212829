//! Going through a page by the Tab key, as people do who use no mouse: everything is reached, in the order in which it
//! stands, is seen to have the focus, is not hidden behind anything, and is large enough for a thumb (WCAG 2.2, 2.1.1,
//! 2.4.3, 2.4.7, 2.4.11 and 2.5.8).

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::Browser;

/// Finds everything that can be reached, once, and answers with how many there are.
const STOPS: &str = r#"
const shown = (element) => element.getClientRects().length > 0 && getComputedStyle(element).visibility === 'visible';
const all = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
// What is wider than its room is reached too, to be moved by the arrow keys.
const scrolls = (element) =>
    ['auto', 'scroll'].includes(getComputedStyle(element).overflowX) && element.scrollWidth > element.clientWidth;
// Of radio buttons only the one that is chosen, or the first; the arrow keys reach the others.
const chosen = ({ type, name, checked, form }) => {
    if (type !== 'radio' || checked) return true;
    return ![...form.elements].some((other) => other.type === 'radio' && other.name === name && other.checked);
};
window.stops = [...document.body.querySelectorAll('*')].filter(
    (element) => (element.matches(all) || scrolls(element)) && shown(element) && !element.disabled && chosen(element),
);
window.scrollTo(0, 0);
return window.stops.length;
"#;

/// Answers with whether a frame has the focus: its own page is judged alone.
const IN_FRAME: &str = "return document.activeElement.localName === 'iframe';";

/// Answers with what has the focus, by its number among the stops, and with what is wrong with how it is shown.
const HERE: &str = r"
const here = document.activeElement;
const wrong = [];
const style = getComputedStyle(here);
if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) wrong.push('nothing shows that it has the focus');
const [line] = here.getClientRects();
// The middle of what is in sight: what scrolls may be higher than the window.
const [x, y] = [line.left + line.width / 2, (Math.max(line.top, 0) + Math.min(line.bottom, innerHeight)) / 2];
const top = document.elementFromPoint(x, y);
if (!top || !(here.contains(top) || top.contains(here))) wrong.push(`${top ? `${top.localName} hides it` : 'it is out of sight'}`);
const box = (element) => element.getBoundingClientRect();
const [mine, least] = [box(here), 24];
const apart = (other) => {
    const near = (low, high, centre) => Math.max(low - centre, 0, centre - high);
    const rect = box(other);
    const [cx, cy] = [mine.left + mine.width / 2, mine.top + mine.height / 2];
    return Math.hypot(near(rect.left, rect.right, cx), near(rect.top, rect.bottom, cy)) >= least / 2;
};
const small = mine.width < least || mine.height < least;
const beside = window.stops.filter((other) => !other.contains(here) && !here.contains(other));
if (small && (style.display !== 'inline' || !beside.every(apart)))
    wrong.push(`it is ${mine.width} x ${mine.height} pixels`);
return [window.stops.indexOf(here), `${here.outerHTML.slice(0, 120)}: ${wrong.join(', ')}`, wrong.length];
";

/// Brings what has the focus into sight, by the page's own rules. Firefox 153 now and then scrolls on to somewhere else
/// after it has moved the focus (140 never does), which no page can help.
const INTO_SIGHT: &str = "document.activeElement.scrollIntoView({ block: 'nearest', inline: 'nearest' });";

/// What is wrong for somebody who goes through the page that is open by keyboard.
pub(super) fn walk(browser: &mut Browser) -> Result<Vec<String>> {
    let stops = browser.run_script(STOPS)?.as_u64().context("no number of stops")?;
    let mut found = Vec::new();
    for number in 0..stops {
        let here = next(browser)?;
        let (at, told) = (here.get(0).context("no stop")?, here.get(1).context("nothing told")?);
        if at.as_u64() != Some(number) {
            found.push(format!("by keyboard, stop {number} of {stops} is number {at}, {told}"));
            break;
        }
        if !is_fine(&here) {
            found.push(format!("by keyboard: {told}"));
        }
    }
    Ok(found)
}

fn next(browser: &mut Browser) -> Result<Value> {
    loop {
        browser.press_tab()?;
        if browser.run_script(IN_FRAME)? == Value::Bool(true) {
            continue;
        }
        let here = browser.run_script(HERE)?;
        if is_fine(&here) {
            return Ok(here);
        }
        browser.run_script(INTO_SIGHT)?;
        return browser.run_script(HERE);
    }
}

fn is_fine(here: &Value) -> bool {
    here.get(2).is_some_and(|wrong| wrong.as_u64() == Some(0))
}
