//! The source's pages.

use std::io::Write as _;

use anyhow::{Context as _, Result};
use sluss_core::cert::Kind;
use sluss_core::lang::Lang;
use sluss_core::letter::LetterKind;
use sluss_core::limits;
use sluss_drop::source::{EN, SV};
use sluss_drop::store::{Guest, Permit, Pool};
use sluss_drop::visitor::Way;
use sluss_tests::house::{House, short_lived};
use sluss_tests::visitor::{Form, Page, Visitor};

use super::{Wall, judge};
use crate::source::find::many;
use crate::source::rig::{LIMITS, ORGANISATION, Rig, today};

/// What no page of this walk says, and why not.
const RARE: [(&str, &str); 13] = [
    ("another-first", "two messages would have to overtake each other, and the page is that of an old form"),
    ("beside-advice", "as above, or a circuit would have to break"),
    ("page-too-long", "no page is"),
    ("page-too-long-advice", "as above"),
    ("fault", "the disk would have to fail"),
    ("fault-advice", "as above"),
    ("progress-coming", "a frame passes over what changes within half a second"),
    ("progress-arrived", "as above"),
    ("progress-unseen", "two hundred frames would have to be open"),
    ("find-more", "more organisations would be needed than there are"),
    ("told-how", "it heads a part of the report"),
    ("told-evidence", "as above"),
    ("told-elsewhere", "as above"),
];

#[tokio::test(flavor = "multi_thread")]
async fn judges_find_nothing_in_the_sources_pages() -> Result<()> {
    judge("source", [(Lang::Sv, SV), (Lang::En, EN)], &RARE, async |wall| {
        let rig = Rig::new().await;
        to_the_codename(wall, &rig).await?;
        errors_of_the_form(wall, &rig).await?;
        errors_of_pages(wall, &rig).await?;
        without_tor(wall).await
    })
    .await
}

/// The way of a report and of the answers to it.
async fn to_the_codename(wall: &mut Wall<'_>, rig: &Rig) -> Result<()> {
    let mut source = rig.visitor();
    let home = wall.path(ORGANISATION);
    for (name, path) in [("find", wall.path("")), ("home", home.clone()), ("inbox", wall.path("inbox"))] {
        wall.hang(name, &source.open(&path).await?)?;
    }
    let page = source.open(&format!("{home}/report")).await?;
    wall.hang("form", &page)?;
    let page = source.submit(&page.form(&page.path)?.fill("text", "Någon byter fakturor.")?).await?;
    wall.hang("codename", &page)?;
    let codename = page.texts(".words li").join(" ");
    wall.hang("already-sent", &source.open(&format!("{home}/report")).await?)?;
    let page = source.open(&wall.path("inbox")).await?;
    wall.hang("type-the-codename", &page)?;
    let refused = source.submit(&page.form(&page.path)?.fill("codename", "inte de orden")?).await?;
    wall.hang("codename-unknown", &refused)?;
    let inbox = source.submit(&page.form(&page.path)?.fill("codename", &codename)?).await?;
    wall.hang("thread", &inbox)?;
    wall.hang("already-signed-in", &source.open(&format!("{home}/report")).await?)?;
    wall.hang("no-codename", &source.open(&wall.path("codename")).await?)?;

    let action = wall.path("inbox/message");
    let with_files = inbox.form(&action)?.fill("text", "Mer.")?.choose("next", "files")?;
    let page = source.submit(&with_files).await?;
    wall.hang("message-with-files", &page)?;
    let (sent, told) = source.submit_watched(&page.form(&action)?, rig.visitor(), &wall.path("progress")).await?;
    wall.hang("message-sent", &sent)?;
    wall.hang("progress", &told)?;
    wall.hang("message-empty", &source.submit(&inbox.form(&action)?).await?)?;
    let sent = source.submit(&inbox.form(&action)?.fill("text", "Mer.")?).await?;
    wall.hang("message-kept", &sent)?;
    let object = rig.objects("bertil").into_iter().find(|object| object.number == 1).context("no report")?;
    let report = rig.open("bertil", &object)?;
    let long = "Ett långt brev. ".repeat(1_300);
    for (number, kind, text) in [
        (1, LetterKind::Acknowledgement, "Tack."),
        (2, LetterKind::Question, "När?"),
        (3, LetterKind::Feedback, long.as_str()),
        (4, LetterKind::Feedback, long.as_str()),
        (5, LetterKind::Closing, "Klart."),
    ] {
        rig.answer(report.source(), "bertil", number, kind, text);
        if kind == LetterKind::Question {
            wall.hang("thread-asked", &source.open(&wall.path("inbox")).await?)?;
        }
    }
    rig.deliver(report.source().fingerprint(), "anna", 1, &[0; 1_000]);
    for page in 0..2 {
        let shown = source.open(&format!("{}?page={page}", wall.path("inbox"))).await?;
        wall.hang(&format!("thread-{page}"), &shown)?;
    }

    let message = sent.form(&action)?.fill("text", "Detta ska inte gå förlorat.")?;
    let left = source.submit(&sent.form(&wall.path("inbox/leave"))?).await?;
    wall.hang("left", &left)?;
    wall.hang("signed-out", &source.submit(&message).await?)?;

    // Two tabs are signed in when one of them erases.
    let mut other = rig.visitor();
    for visitor in [&mut source, &mut other] {
        let page = visitor.open(&wall.path("inbox")).await?;
        visitor.submit(&page.form(&page.path)?.fill("codename", &codename)?).await?;
    }
    let path = wall.path("inbox/erase");
    let page = source.open(&path).await?;
    wall.hang("erase", &page)?;
    wall.hang("erased", &source.submit(&page.form(&path)?.choose("what", "all")?).await?)?;
    wall.hang("erased-meanwhile", &other.open(&wall.path("inbox")).await?)
}

/// Everything for which the form comes back.
async fn errors_of_the_form(wall: &mut Wall<'_>, rig: &Rig) -> Result<()> {
    let mut source = rig.visitor();
    let text = |form: Form| form.fill("text", "Viktig text & <mer>");
    let alone = |form: Form| text(form)?.choose("without", "anna")?.choose("without", "bertil");
    wall.hang("empty", &send(wall, &mut source, Ok).await?)?;
    let long = "x".repeat(LIMITS.text + 1);
    wall.hang("text-too-long", &send(wall, &mut source, |form| form.fill("text", &long)).await?)?;
    let lost = "x".repeat(limits::TEXT_GIVEN_BACK + 1);
    wall.hang("text-lost", &send(wall, &mut source, |form| form.fill("text", &lost)).await?)?;
    // Only the line that such a key begins with.
    let pasted = ["-----BEGIN PGP ", "PRIVATE KEY ", "BLOCK-----"].concat();
    wall.hang("secret-key", &send(wall, &mut source, |form| form.fill("text", &pasted)).await?)?;
    let filled = text(form(wall, &mut source).await?)?;
    let page = source.submit(&filled.choose("next", "files")?).await?;
    wall.hang("form-with-files", &page)?;
    let filled = text(form(wall, &mut source).await?)?;
    wall.hang("report-sent", &send_files(&mut source, filled, &[1]).await?)?;
    let filled = text(form(wall, &mut source).await?)?;
    let old = with_files(&mut source, filled, &[1]).await?.fill("nonce", "00")?;
    wall.hang("beside-old-form", &source.submit(&old).await?)?;
    let filled = alone(form(wall, &mut source).await?)?;
    wall.hang("beside-too-few-left", &send_files(&mut source, filled, &[1]).await?)?;
    for (name, fill, sizes) in [
        ("beside-empty", "", &[1][..]),
        ("beside-text-too-long", &*long, &[1]),
        ("beside-too-many-files", "Viktig text", &[1; 4]),
        ("beside-files-too-large", "Viktig text", &[1_100_000]),
    ] {
        let form = form(wall, &mut source).await?.fill("text", fill)?;
        wall.hang(name, &send_files(&mut source, form, sizes).await?)?;
    }
    wall.hang("too-few-left", &send(wall, &mut source, alone).await?)?;
    let gateway = |form: Form| text(form)?.fill("address", "http://sss.onion.ly/");
    wall.hang("gateway", &send(wall, &mut source, gateway).await?)?;
    wall.hang("old-form", &send(wall, &mut source, |form| text(form)?.fill("nonce", "00")).await?)?;

    wall.hang("readers-changed", &send(wall, &mut source, |form| text(form)?.fill("readers", "x")).await?)?;
    let codename = send(wall, &mut source, |form| text(form)?.choose("without", "anna")).await?;
    let page = source.open(&wall.path("inbox")).await?;
    let words = page.form(&page.path)?.fill("codename", &codename.texts(".words li").join(" "))?;
    wall.hang("thread-left-out", &source.submit(&words).await?)?;

    let mut hasty = Visitor::as_if_over_tor(rig.circuit().await.0);
    let filled = text(form(wall, &mut hasty).await?)?;
    let first = with_files(&mut hasty, filled, &[20_000]).await?;
    let held = hasty.submit_part(&first, 10_000).await?;
    // Until that has come as far as its files, another from the same circuit is kept like any other.
    let busy = loop {
        let form = text(form(wall, &mut hasty).await?)?;
        let page = send_files(&mut hasty, form, &[1_000]).await?;
        if page.path.ends_with("/report") {
            break page;
        }
    };
    wall.hang("busy", &busy)?;
    drop(held);
    let mut hasty = Visitor::as_if_over_tor(rig.circuit().await.0);
    let often = loop {
        let page = hasty.open(&wall.path("inbox")).await?;
        let page = hasty.submit(&page.form(&page.path)?.fill("codename", "x")?).await?;
        if page.status.is_client_error() {
            break page;
        }
    };
    wall.hang("too-often", &often)?;

    let full = Rig::with(8 * 1024 * 1024, Way::Onion).await;
    let mut source = full.visitor();
    // Of the two mebibytes that a day has, strangers have three quarters.
    let mut spent = full.store.permit(1_200_000, Pool::Files(today()), Guest::Known)?.writer();
    spent.write_all(&[0; 1_200_000])?;
    let filled = text(form(wall, &mut source).await?)?;
    wall.hang("files-today", &send_files(&mut source, filled.clone(), &[900_000]).await?)?;
    drop(spent);
    let tomorrow = Pool::Files(today().plus_days(1));
    let files_full: Vec<Permit> = std::iter::from_fn(|| full.store.permit(1, tomorrow, Guest::Known).ok()).collect();
    wall.hang("files-full", &send_files(&mut source, filled, &[900_000]).await?)?;
    let everything = std::iter::from_fn(|| full.store.permit(1, Pool::Text, Guest::Stranger).ok());
    let _held: Vec<Permit> = files_full.into_iter().chain(everything).collect();
    wall.hang("full", &send(wall, &mut source, text).await?)
}

/// Everything for which a page of its own comes.
async fn errors_of_pages(wall: &mut Wall<'_>, rig: &Rig) -> Result<()> {
    let mut source = rig.visitor();
    wall.hang("not-found", &source.open(&wall.path("nowhere/at/all")).await?)?;
    let report = wall.path(&format!("{ORGANISATION}/report"));
    let multipart = "multipart/form-data; boundary=x";
    for (name, path, kind, site) in [
        ("wrong-method", wall.path("codename"), multipart, "same-origin"),
        ("other-site", report.clone(), multipart, "cross-site"),
        ("not-a-form", report.clone(), "text/plain", "same-origin"),
        ("broken", report, multipart, "same-origin"),
    ] {
        wall.hang(name, &source.post(&path, kind, "rubbish", site).await?)?;
    }
    let two = [("anna", Kind::PostQuantum), ("reserv", Kind::PostQuantum)];
    rig.reception.take_roster(House::new(&two, today())?.roster);
    wall.hang("form-nobody-without", &source.open(&wall.path(&format!("{ORGANISATION}/report"))).await?)?;
    rig.reception.take_roster(many(&rig.house, 290)?);
    wall.hang("find-many", &source.open(&wall.path("")).await?)?;
    // People with certs of the older kind, and then nobody who could read.
    let classic = ["anna", "bertil", "reserv"].map(|id| (id, Kind::Classic));
    rig.reception.take_roster(House::new(&classic, today())?.roster);
    wall.hang("home-classic", &source.open(&wall.path(ORGANISATION)).await?)?;
    let day = "2026-10-24".parse()?;
    let expired = ["anna", "bertil", "reserv"].map(|id| Ok((id, short_lived(day)?)));
    rig.reception.take_roster(House::of(expired.into_iter().collect::<Result<_>>()?, day)?.roster);
    wall.hang("home-closed", &source.open(&wall.path(ORGANISATION)).await?)?;
    wall.hang("form-closed", &source.open(&wall.path(&format!("{ORGANISATION}/report"))).await?)
}

/// A drop that is only being tried out, before it has a roster.
async fn without_tor(wall: &mut Wall<'_>) -> Result<()> {
    let rig = Rig::bare(Way::WithoutTor).await;
    let mut source = rig.visitor();
    wall.hang("not-open", &source.open(&wall.path(ORGANISATION)).await?)?;
    rig.reception.take_roster(rig.house.roster.file().verify()?);
    wall.hang("home-seven-days", &source.open(&wall.path(ORGANISATION)).await?)?;
    wall.hang("form-seven-days", &source.open(&wall.path(&format!("{ORGANISATION}/report"))).await?)?;
    // Received on a day whose seventh after is Christmas Eve.
    rig.turn_to("2026-12-17");
    let codename = send(wall, &mut source, |form| form.fill("text", "x")).await?;
    let page = source.open(&wall.path("inbox")).await?;
    let words = codename.texts(".words li").join(" ");
    wall.hang("thread-owed", &source.submit(&page.form(&page.path)?.fill("codename", &words)?).await?)?;
    rig.turn_to("2027-04-01");
    wall.hang("thread-late", &source.open(&wall.path("inbox")).await?)?;
    let declined = send(wall, &mut source, |form| form.fill("text", "x")?.choose("declined", "yes")).await?;
    wall.hang("codename-declined", &declined)?;
    let page = source.open(&wall.path("inbox")).await?;
    let words = declined.texts(".words li").join(" ");
    wall.hang("thread-declined", &source.submit(&page.form(&page.path)?.fill("codename", &words)?).await?)
}

async fn form(wall: &Wall<'_>, source: &mut Visitor) -> Result<Form> {
    let path = wall.path(&format!("{ORGANISATION}/report"));
    source.open(&format!("{path}?new=yes")).await?.form(&path)
}

/// The form with files of these sizes.
async fn with_files(source: &mut Visitor, form: Form, sizes: &[usize]) -> Result<Form> {
    let form = source.add_files(form).await?;
    sizes.iter().try_fold(form, |form, size| form.attach("files", "a.bin", "image/png", &vec![1; *size]))
}

/// What the frame shows that a form with files is sent to.
async fn send_files(source: &mut Visitor, form: Form, sizes: &[usize]) -> Result<Page> {
    let form = with_files(source, form, sizes).await?;
    source.submit(&form).await
}

/// The page that a filled form leads to.
async fn send(wall: &Wall<'_>, source: &mut Visitor, fill: impl FnOnce(Form) -> Result<Form>) -> Result<Page> {
    let form = fill(form(wall, source).await?)?;
    source.submit(&form).await
}
