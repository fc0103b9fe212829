//! What the law wants told and asked, paragraph by paragraph: each test names its own. L is lag (2021:890).

use std::collections::BTreeSet;

use sluss_core::lang::Lang;
use sluss_drop::source::{EN, SV};
use sluss_tests::visitor::Page;
use sluss_web::say::Speech;

use super::rig::{ORGANISATION, Rig, report_form, sign_in, words};

/// The page at `path` below each language, which says all of `messages`; in Swedish also the law's own `terms`.
async fn stands(path: &str, messages: &[&str], terms: &[&str]) {
    let rig = Rig::new().await;
    for lang in Lang::ALL {
        let page = rig.visitor().open(&format!("/{lang}/{path}")).await.unwrap();
        says(&page, lang, messages);
        if lang == Lang::Sv {
            let text = page.text();
            for term in terms {
                assert!(text.contains(term), "{path} never says «{term}»");
            }
        }
    }
}

fn says(page: &Page, lang: Lang, messages: &[&str]) {
    let speech = Speech::new(&[(Lang::Sv, SV), (Lang::En, EN)]).unwrap();
    let (text, mark) = (page.text(), "\u{1}");
    let values = ["organisation", "day", "months", "days", "assignments"].map(|name| (name, mark.into()));
    for message in messages {
        let said = speech.voice(lang).say_with(message, &values);
        let pieces: Vec<String> =
            said.split(mark).map(|piece| piece.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert!(pieces.iter().all(|piece| text.contains(piece)), "{} does not say {message}: {said}", page.path);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn l_1_kap_2_what_can_be_reported_and_what_cannot() {
    stands(
        ORGANISATION,
        &["what-misconduct", "what-not", "what-classified"],
        &["allmänintresse", "i arbetslivet", "säkerhetsskyddsklassificerade", "facket eller personalavdelningen"],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn l_3_kap_1_everybody_whom_the_law_protects() {
    stands(
        ORGANISATION,
        &[
            "protected-work",
            "protected-seek",
            "protected-learn",
            "protected-contract",
            "protected-board",
            "protected-after",
            "protected-near",
        ],
        &[
            "anställd",
            "inhyrd",
            "söker arbete eller frågar om det",
            "Praktikanter och volontärer",
            "egenföretagare",
            "ledning, styrelse eller annat organ för tillsyn",
            "delägare som är aktiva",
            "efteråt",
            "skyddsombud",
            "anhöriga och kollegor",
            "företag och föreningar som du äger",
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn l_3_kap_3_to_5_and_4_kap_2_to_3_when_one_is_protected_and_how() {
    stands(
        ORGANISATION,
        &["rights-conditions", "rights-reprisals", "rights-damages", "promise-proof"],
        &["skälig anledning", "mycket sannolikt", "begår ett brott", "skadestånd"],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn l_5_kap_8_p_1_in_writing_by_voice_and_at_a_meeting() {
    stands(ORGANISATION, &["home-report", "other-weaker"], &["muntligt", "möte inom rimlig tid"]).await;
    stands(&format!("{ORGANISATION}/report"), &["form-text", "ask-meeting"], &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn l_5_kap_8_p_2_and_3_acknowledgement_and_feedback() {
    stands(ORGANISATION, &["then-acknowledged", "then-feedback"], &["Inom tre månader"]).await;
    stands(&format!("{ORGANISATION}/report"), &["form-declined", "form-declined-why"], &[]).await;
    let rig = Rig::new().await;
    for lang in Lang::ALL {
        let mut visitor = rig.visitor();
        let form = report_form(&mut visitor, lang.as_str()).await.fill("text", "t").unwrap();
        let page = visitor.submit(&form).await.unwrap();
        says(&page, lang, &["codename-received", "codename-acknowledged"]);
        sign_in(&mut visitor, &words(&page).join(" ")).await;
        let inbox = visitor.open(&format!("/{lang}/inbox")).await.unwrap();
        says(&inbox, lang, &["duty-acknowledge", "duty-kept", "duty-feedback", "duty-feedback-by", "duties-law"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn l_5_kap_8_p_4_told_before_an_identity_is_disclosed() {
    stands(ORGANISATION, &["then-tell", "promise-secrecy"], &["tystnadsplikt"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn l_5_kap_9_p_1_how_one_reports_here() {
    stands(
        ORGANISATION,
        &["home-intro", "home-before", "then-codename", "then-investigated", "readers-intro", "readers-conflict"],
        &["interna rapporteringskanalen"],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn l_5_kap_9_p_2_how_one_reports_to_authorities_and_the_union() {
    stands(
        ORGANISATION,
        &["other-external", "other-authorities", "other-annex", "other-eu"],
        &["från början", "förordningen (2021:949)", "Olaf", "Arbetsmiljöverket", "Konkurrensverket", "IMY"],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn l_5_kap_9_p_3_freedom_to_tell_ban_on_searching_and_on_reprisals() {
    stands(
        ORGANISATION,
        &["rights-free", "rights-search", "rights-reprisals"],
        &["meddelar- och anskaffarfrihet", "efterforskningsförbud", "förbud mot repressalier och hindrande åtgärder"],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn l_7_kap_and_gdpr_13_what_becomes_of_personal_data() {
    stands(
        ORGANISATION,
        &["home-privacy", "privacy-law", "privacy-kept"],
        &[
            "Ansvarig: kommunen",
            "rättslig förpliktelse",
            "Bara utredarna",
            "få fel rättade",
            "klaga hos Integritetsskyddsmyndigheten",
            "två år efter att ärendet avslutades",
            "allmän handling",
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn l_8_kap_1_to_3_how_an_oral_report_is_recorded() {
    stands(ORGANISATION, &["other-oral"], &["om du går med på det", "läsa, rätta och skriva under"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn law_2018_1937_an_accessibility_statement() {
    stands(
        ORGANISATION,
        &["home-access", "access-goal", "access-tried", "access-known", "access-tell", "home-updated"],
        &["lagen (2018:1937)", "WCAG 2.2", "Känd brist", "tillsyn"],
    )
    .await;
}

/// The form asks this and nothing more: no name, number, address, title, health, union or motive.
#[tokio::test(flavor = "multi_thread")]
async fn the_form_asks_what_is_needed_and_nothing_else() {
    let asked = [
        // The only one that must be filled in.
        "text",
        "title",
        "place",
        "when",
        "who",
        "how",
        "evidence",
        "elsewhere",
        "ongoing",
        "relation",
        "urgent",
        "meeting",
        "language",
        "declined",
        "without",
    ];
    let carried = ["address", "nonce", "organisation", "readers", "next", "padding"];
    let rig = Rig::new().await;
    let mut visitor = rig.visitor();
    let page = visitor.open(&format!("/sv/{ORGANISATION}/report")).await.unwrap();
    let form = page.form(&page.path).unwrap();
    let names: BTreeSet<&str> = form.names().into_iter().collect();
    assert_eq!(names, asked.into_iter().chain(carried).collect());
    assert_eq!(page.texts("[required]").len(), 1, "only the text is required");
    assert!(page.source().contains("<option value=\"unsaid\">Vill inte säga</option>"));
    // Who would read, before anything is written.
    assert!(page.source().find("name=\"without\"") < page.source().find("name=\"text\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_warns_of_what_gives_people_away() {
    let before = ["before-device", "before-network", "before-history", "before-files", "before-few", "before-style"];
    stands(ORGANISATION, &before, &["arbetsgivarens", "VPN", "vattenmärken", "gula punkter", "Rensa historiken"]).await;
    stands(ORGANISATION, &["before-tor", "before-visits", "address-compare", "promise-address"], &["Tor"]).await;
}
