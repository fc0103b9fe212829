//! Bad input: each gets its sentence in both languages, nothing is lost, nothing is kept twice or by half.

use std::time::Duration;

use sluss_core::lang::Lang;
use sluss_core::limits;
use sluss_drop::source::{EN, SV};
use sluss_drop::store::{Guest, Permit, Pool};
use sluss_drop::visitor::Way;
use sluss_tests::visitor::{Form, Page, Visitor};
use sluss_web::say::Speech;

use super::rig::{LIMITS, ORGANISATION, Rig, VAULT, report, report_form, sign_in, today, words};

fn said(lang: &str, id: &str) -> String {
    let speech = Speech::new(&[(Lang::Sv, SV), (Lang::En, EN)]).unwrap();
    let values = [
        ("files", 3.into()),
        ("megabytes", 1.into()),
        ("characters", "100\u{a0}000".into()),
        ("pages", 40.into()),
        ("minutes", 10.into()),
    ];
    // As a page's text has it: white space folded.
    speech.voice(Lang::parse(lang).unwrap()).say_with(id, &values).replace('\u{a0}', " ")
}

/// The page must tell cause and advice, in its language, and give back what was typed.
fn told(page: &Page, lang: &str, trouble: &str) {
    let text = page.text();
    assert!(text.contains(&said(lang, trouble)), "{trouble} in {lang}: {}", &text[..text.len().min(2_000)]);
    assert!(text.contains(&said(lang, &format!("{trouble}-advice"))), "{trouble} in {lang}");
    assert!(page.status.is_client_error() || page.status.is_server_error(), "{trouble}: {}", page.status);
}

fn typed(page: &Page) -> String {
    page.form(&page.path).unwrap().value("text").unwrap().trim_start_matches('\n').to_owned()
}

const FILE: (&str, &str) = ("a.bin", "application/octet-stream");

/// The form with files of these sizes.
async fn with_files(visitor: &mut Visitor, form: Form, sizes: &[usize]) -> Form {
    let form = visitor.add_files(form).await.unwrap();
    sizes.iter().fold(form, |form, size| form.attach("files", FILE.0, FILE.1, &vec![1; *size]).unwrap())
}

/// The frame must tell the cause and advice that fits a form which still stands beside it.
fn told_beside(page: &Page, lang: &str, trouble: &str, advice: &str) {
    let text = page.text();
    assert!(text.contains(&said(lang, trouble)), "{trouble} in {lang}: {text}");
    assert!(text.contains(&said(lang, advice)), "{trouble} in {lang}: {text}");
    assert!(page.status.is_client_error() || page.status.is_server_error(), "{trouble}: {}", page.status);
    assert!(page.headers["content-security-policy"].to_str().unwrap().contains("frame-ancestors 'self'"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_report_is_told_and_given_back() {
    let rig = Rig::new().await;
    let fine = "Viktig text & <mer>\r\nrad två";
    // Only the line that such a key begins with.
    let secret = ["-----BEGIN PGP ", "PRIVATE KEY ", "BLOCK-----\r\n\r\nabc"].concat();
    for lang in ["sv", "en"] {
        for (trouble, text, without, nonce) in [
            ("empty", "  \r\n ", vec![], None),
            ("text-too-long", &*"x".repeat(LIMITS.text + 1), vec![], None),
            ("text-too-long", &*"\"".repeat(900_000), vec![], None),
            ("secret-key", &*secret, vec![], None),
            ("too-few-left", fine, vec!["anna", "bertil"], None),
            ("old-form", fine, vec![], Some("")),
            ("old-form", fine, vec![], Some("00112233")),
        ] {
            let mut visitor = rig.visitor();
            let mut form = report_form(&mut visitor, lang).await.fill("text", text).unwrap();
            for id in &without {
                form = form.choose("without", id).unwrap();
            }
            if let Some(nonce) = nonce {
                form = form.fill("nonce", nonce).unwrap();
            }
            let before = form.value("nonce").unwrap().to_owned();
            let page = visitor.submit(&form).await.unwrap();
            told(&page, lang, trouble);
            assert_eq!(
                typed(&page).trim_end(),
                text.replace("\r\n", "\n").trim_end().trim_start_matches('\n'),
                "{trouble}"
            );
            let again = page.form(&page.path).unwrap();
            assert_eq!(again.value("nonce") == Some(before.as_str()), trouble != "old-form", "{trouble}");
            assert!(page.body.len() == limits::PAGE || page.body.len() == limits::PAGE_LARGE);
            // What is given back can be sent.
            if trouble == "old-form" {
                assert_eq!(visitor.submit(&again).await.unwrap().path, format!("/{lang}/codename"));
            }
        }
    }
    assert_eq!(rig.objects("reserv").len(), 4, "nothing but the four that were sent again is kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_report_with_files_is_told_beside_its_form() {
    let rig = Rig::new().await;
    let fine = "Viktig text & <mer>\r\nrad två";
    for lang in ["sv", "en"] {
        for (trouble, advice, text, files, without) in [
            ("empty", "beside-empty-advice", "", vec![10], vec![]),
            ("text-too-long", "beside-text-too-long-advice", &*"x".repeat(LIMITS.text + 1), vec![10], vec![]),
            ("too-many-files", "beside-less-advice", fine, vec![1; 4], vec![]),
            ("files-too-large", "beside-less-advice", fine, vec![600_000, 500_000], vec![]),
            ("files-too-large", "beside-less-advice", fine, vec![2_400_000], vec![]),
            ("too-few-left", "beside-too-few-left-advice", fine, vec![10], vec!["anna", "bertil"]),
        ] {
            let mut visitor = rig.visitor();
            let mut form = report_form(&mut visitor, lang).await.fill("text", text).unwrap();
            for id in &without {
                form = form.choose("without", id).unwrap();
            }
            let form = with_files(&mut visitor, form, &files).await;
            told_beside(&visitor.submit(&form).await.unwrap(), lang, trouble, advice);
        }
    }
    assert_eq!(rig.objects("reserv").len(), 0, "something is kept of what was refused");
}

/// Where the form is of no more use its text comes along into a new one.
#[tokio::test(flavor = "multi_thread")]
async fn a_form_with_files_that_has_grown_old_gives_its_text_to_a_new_one() {
    let mut rig = Rig::new().await;
    let text = "Viktig text & <mer>\r\nrad \"två\"";
    let mut visitor = rig.visitor();
    let form = report_form(&mut visitor, "sv").await.fill("text", text).unwrap().choose("without", "anna").unwrap();
    let form = with_files(&mut visitor, form, &[10]).await;
    rig.restart().await;
    let mut visitor = rig.visitor();
    let page = visitor.submit(&form).await.unwrap();
    told_beside(&page, "sv", "old-form", "beside-again-advice");
    let page = visitor.submit(&page.form(&page.path).unwrap()).await.unwrap();
    assert_eq!(typed(&page), text.replace("\r\n", "\n"));
    let form = page.form(&page.path).unwrap().attach("files", FILE.0, FILE.1, b"igen").unwrap();
    let page = visitor.submit_in_frame(&form).await.unwrap();
    assert_eq!(page.path, "/sv/codename", "{}", page.text());
    assert_eq!((rig.objects("anna").len(), rig.objects("bertil").len()), (0, 1), "the tick was lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn text_beyond_what_can_be_given_back_says_so() {
    let rig = Rig::new().await;
    let mut visitor = rig.visitor();
    let form = report_form(&mut visitor, "sv").await.fill("text", &"x".repeat(1_000_001)).unwrap();
    told(&visitor.submit(&form).await.unwrap(), "sv", "text-lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_from_before_a_restart_keeps_its_text() {
    let mut rig = Rig::new().await;
    let form = report_form(&mut rig.visitor(), "en").await.fill("text", "kept").unwrap();
    rig.restart().await;
    let mut visitor = rig.visitor();
    let page = visitor.submit(&form).await.unwrap();
    told(&page, "en", "old-form");
    assert_eq!(typed(&page), "kept");
    let page = visitor.submit(&page.form(&page.path).unwrap()).await.unwrap();
    assert_eq!(page.path, "/en/codename", "{}", page.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_form_twice_is_one_report_with_one_codename() {
    let rig = Rig::new().await;
    let (mut one, mut two, mut later) = (rig.visitor(), rig.visitor(), rig.visitor());
    let form = report_form(&mut one, "sv").await.fill("text", "en gång").unwrap();
    let form = with_files(&mut one, form, &[50_000]).await;
    let (first, second) = tokio::join!(one.submit_in_frame(&form), two.submit_in_frame(&form));
    let third = later.submit_in_frame(&form).await.unwrap();
    let codename = words(&first.unwrap());
    assert_eq!(words(&second.unwrap()), codename);
    assert_eq!(words(&third), codename);
    assert_eq!(rig.objects("anna").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_upload_leaves_nothing_and_the_form_fresh() {
    let mut rig = Rig::new().await;
    let mut visitor = rig.visitor();
    let form = report_form(&mut visitor, "sv").await.fill("text", "hel").unwrap();
    let form = with_files(&mut visitor, form, &[400_000]).await;
    let form_bytes = 300_000;
    let stopped = visitor.submit_part(&form, form_bytes).await.unwrap();
    drop(stopped);
    while rig.endings.recv().await.unwrap() != sluss_web::conn::Ending::Broken {}
    assert!(rig.objects("anna").is_empty());
    let page = visitor.submit_in_frame(&form).await.unwrap();
    assert_eq!(page.path, "/sv/codename", "{}", page.text());
    assert_eq!(rig.objects("anna").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_vault_is_told_before_anything_is_read() {
    let rig = Rig::with(16 * 1024 * 1024, Way::Onion).await;
    let mut visitor = rig.visitor();
    let form = report_form(&mut visitor, "sv").await.fill("text", "sparad text").unwrap();
    let tomorrow = Pool::Files(today().plus_days(1));
    // Files that came on another day fill what is theirs.
    let mut files = vec![rig.store.permit(3 * 1024 * 1024, tomorrow, Guest::Known).unwrap()];
    files.extend(std::iter::from_fn(|| rig.store.permit(1, tomorrow, Guest::Known).ok()));
    let form = with_files(&mut visitor, form, &[900_000]).await;
    let page = visitor.submit(&form).await.unwrap();
    told_beside(&page, "sv", "files-full", "beside-alone-advice");
    // The text is there, and the frame offers to send it alone.
    let alone = page.form(&page.path).unwrap();
    assert!(!alone.names().contains(&"files") && page.text().contains(&said("sv", "form-send-alone")));
    assert_eq!(typed(&page), "sparad text");
    assert_eq!(visitor.submit(&alone).await.unwrap().path, "/sv/codename");
    assert_eq!(rig.objects("anna").len(), 1);

    // Not even text has room.
    let rest: Vec<Permit> = std::iter::from_fn(|| rig.store.permit(1, Pool::Text, Guest::Stranger).ok()).collect();
    let form = report_form(&mut visitor, "sv").await.fill("text", "också sparad").unwrap();
    let page = visitor.submit(&form).await.unwrap();
    told(&page, "sv", "full");
    assert_eq!(typed(&page), "också sparad");
    drop(rest);
    assert_eq!(visitor.submit(&page.form(&page.path).unwrap()).await.unwrap().path, "/sv/codename");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_a_day_that_is_used_up_wait_and_their_text_does_not() {
    let rig = Rig::with(16 * 1024 * 1024, Way::Onion).await;
    let mut visitor = rig.visitor();
    // A quarter of the vault a day, and of that three quarters for strangers: 3 MiB.
    for _ in 0..3 {
        let form = report_form(&mut visitor, "sv").await.fill("text", "fyller").unwrap();
        let form = with_files(&mut visitor, form, &[900_000]).await;
        assert_eq!(visitor.submit_in_frame(&form).await.unwrap().path, "/sv/codename");
    }
    let form = report_form(&mut visitor, "sv").await.fill("text", "sparad text").unwrap();
    let form = with_files(&mut visitor, form, &[900_000]).await;
    let page = visitor.submit(&form).await.unwrap();
    told_beside(&page, "sv", "files-today", "beside-alone-advice");
    let page = visitor.submit(&page.form(&page.path).unwrap()).await.unwrap();
    assert_eq!(page.path, "/sv/codename");
    // Whoever is signed in has the rest of the day.
    let inbox = sign_in(&mut visitor, &words(&page).join(" ")).await;
    let message = with_files(&mut visitor, inbox.form("/sv/inbox/message").unwrap(), &[500_000]).await;
    let page = visitor.submit_in_frame(&message).await.unwrap();
    assert_eq!(page.path, "/sv/inbox", "{}", page.text());
    assert_eq!(rig.objects("anna").len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_messages_at_once_are_both_kept_or_one_is_told() {
    let rig = Rig::new().await;
    let mut visitor = rig.visitor();
    let page = report(&mut visitor, "t").await;
    let inbox = sign_in(&mut visitor, &words(&page).join(" ")).await;
    let first = inbox.form("/sv/inbox/message").unwrap().fill("text", "ett").unwrap();
    let second =
        visitor.open("/sv/inbox").await.unwrap().form("/sv/inbox/message").unwrap().fill("text", "två").unwrap();
    let slow = with_files(&mut visitor, first, &[900_000]).await;
    let mut twin = sharing(&rig, &visitor);
    // The first has its number, and then the second overtakes it.
    let (one, two) = tokio::join!(visitor.submit_in_frame(&slow), twin.submit(&second));
    let (one, two) = (one.unwrap(), two.unwrap());
    // Either form is sent again as it is: the one beside its frame, the other as it came back.
    if one.path == "/sv/inbox/message" {
        told_beside(&one, "sv", "another-first", "beside-advice");
        assert_eq!(visitor.submit_in_frame(&slow).await.unwrap().path, "/sv/inbox");
    }
    if two.path == "/sv/inbox/message" {
        told(&two, "sv", "another-first");
        twin.submit(&two.form("/sv/inbox/message").unwrap()).await.unwrap();
    }
    assert_eq!(rig.objects("anna").len(), 3);
}

/// Another tab of the same browser.
fn sharing(rig: &Rig, visitor: &Visitor) -> Visitor {
    let mut twin = rig.visitor();
    twin.take_cookies(visitor);
    twin
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_message_is_told_and_a_file_alone_is_enough() {
    let rig = Rig::new().await;
    let mut visitor = rig.visitor();
    let page = report(&mut visitor, "t").await;
    let inbox = sign_in(&mut visitor, &words(&page).join(" ")).await;
    let form = inbox.form("/sv/inbox/message").unwrap();
    told(&visitor.submit(&form).await.unwrap(), "sv", "empty");
    let form = with_files(&mut visitor, form, &[0]).await;
    let sent = visitor.submit_in_frame(&form).await.unwrap();
    assert_eq!(sent.path, "/sv/inbox", "{}", sent.text());
    assert_eq!(rig.objects("anna").len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_that_are_not_there_say_so() {
    let rig = Rig::new().await;
    for (path, trouble) in [
        ("/nowhere", "not-found"),
        ("/sv/nowhere", "not-found"),
        ("/sv/nowhere/report", "not-found"),
        ("/sv/lillaedet/../../etc/passwd", "not-found"),
        ("/sv/codename", "no-codename"),
    ] {
        told(&rig.visitor().open(path).await.unwrap(), "sv", trouble);
    }
    told(&rig.visitor().open("/en/nowhere").await.unwrap(), "en", "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_codename_and_a_right_one_look_alike() {
    let rig = Rig::new().await;
    let mut visitor = rig.visitor();
    let page = report(&mut visitor, "t").await;
    visitor.forget();
    let right = sign_in(&mut visitor, &words(&page).join(" ")).await;
    let mut stranger = rig.visitor();
    let wrong = sign_in(&mut stranger, "abc def").await;
    assert_eq!(right.hops, wrong.hops);
    assert_eq!((right.body.len(), right.status), (wrong.body.len(), wrong.status));
    let shape = |page: &Page| page.headers.iter().map(|(name, value)| (name.clone(), value.len())).collect::<Vec<_>>();
    assert_eq!(shape(&right), shape(&wrong));
    let cookie = |visitor: &Visitor| {
        visitor.cookies().iter().map(|(name, value)| (name.clone(), value.len())).collect::<Vec<_>>()
    };
    assert_eq!(cookie(&visitor), cookie(&stranger));
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_codename_finds_nothing() {
    let rig = Rig::new().await;
    let mut visitor = rig.visitor();
    let page = report(&mut visitor, "t").await;
    let half = words(&page)[..4].join(" ");
    let page = sign_in(&mut visitor, &half).await;
    assert!(page.text().contains(&said("sv", "codename-unknown-advice")), "{}", page.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_tor_every_page_warns() {
    let rig = Rig::with(VAULT, Way::WithoutTor).await;
    for path in ["/", "/en/lillaedet", "/sv/lillaedet/report", "/sv/inbox", "/nowhere"] {
        let page = rig.visitor().open(path).await.unwrap();
        let lang = if path.starts_with("/en") { "en" } else { "sv" };
        assert!(page.texts(".banner").contains(&said(lang, "banner-without-tor")), "{path}");
        assert!(page.texts(".banner").contains(&said(lang, "banner-demo")), "{path}");
    }
    let onion = Rig::new().await;
    let page = onion.visitor().open(&format!("/sv/{ORGANISATION}")).await.unwrap();
    assert!(!page.text().contains(&said("sv", "banner-without-tor")));
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_codenames_at_once_are_asked_to_wait() {
    let rig = Rig::new().await;
    let tries = (0..60).map(|number| {
        let mut visitor = rig.visitor();
        tokio::spawn(async move { sign_in(&mut visitor, &format!("fel {number}")).await })
    });
    let mut busy = 0;
    for page in tries.collect::<Vec<_>>() {
        let page = tokio::time::timeout(Duration::from_secs(60), page).await.unwrap().unwrap();
        let refused = page.text().contains(&said("sv", "codename-unknown"));
        assert!(refused || page.text().contains(&said("sv", "busy")), "{}", page.text());
        busy += usize::from(!refused);
    }
    assert!(busy < 60, "some must get through");
}
