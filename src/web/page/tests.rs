use super::*;
use crate::testing::{ask, body, get};

fn page(main: Markup) -> Page {
    Page {
        lang: Lang::Sv,
        title: "Rubrik <1>".to_owned(),
        site: "Sluss".to_owned(),
        skip: "Till innehållet".to_owned(),
        banners: vec!["Öva & prova".to_owned()],
        switches: vec![Switch { lang: Lang::En, label: "English".to_owned(), href: "/en".to_owned() }],
        head: html! {},
        nav: html! {},
        main,
        footer: html! { p { "fot" } },
    }
}

async fn shown(page: Page, status: StatusCode, size: Size, keeping: Keeping) -> String {
    let page = std::sync::Arc::new(page);
    ask(&get("/", ""), move |_| {
        let answer = page.answer(status, size, keeping).unwrap();
        async { answer }
    })
    .await
}

#[tokio::test]
async fn every_page_has_one_length() {
    for (main, status) in [
        (html! {}, StatusCode::OK),
        (html! { p { (&"å".repeat(20_000)) } }, StatusCode::OK),
        (html! { p { "saknas" } }, StatusCode::NOT_FOUND),
    ] {
        let answer = shown(page(main.clone()), status, Size::Usual, Keeping::Typed).await;
        assert_eq!(body(&answer).len(), limits::PAGE);
        let answer = shown(page(main), status, Size::Large, Keeping::Nothing).await;
        assert_eq!(body(&answer).len(), limits::PAGE_LARGE);
    }
}

#[tokio::test]
async fn headers_are_exact_and_in_order() {
    let answer = shown(page(html! {}), StatusCode::OK, Size::Usual, Keeping::Typed).await;
    let style = BASE64.encode(&Sha256::digest(STYLE));
    let expected = format!(
        "HTTP/1.1 200 OK\r\n\
         content-type: text/html; charset=utf-8\r\n\
         cache-control: no-cache\r\n\
         content-security-policy: default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
         style-src 'sha256-{style}'; img-src data:; frame-src 'self'\r\n\
         cross-origin-opener-policy: same-origin\r\n\
         cross-origin-resource-policy: same-origin\r\n\
         permissions-policy: camera=(), geolocation=(), microphone=()\r\n\
         referrer-policy: no-referrer\r\n\
         x-content-type-options: nosniff\r\n\
         connection: close\r\n\
         content-length: 65536\r\n\r\n"
    );
    assert_eq!(answer.strip_suffix(body(&answer)), Some(expected.as_str()));
    let secret = shown(page(html! {}), StatusCode::OK, Size::Usual, Keeping::Nothing).await;
    assert!(secret.contains("cache-control: no-store\r\n"));
}

#[tokio::test]
async fn what_was_typed_is_only_text() {
    let answer =
        shown(page(html! { p { ("<script>alert(1)</script>") } }), StatusCode::OK, Size::Usual, Keeping::Typed).await;
    assert!(!answer.contains("<script"));
    assert!(answer.contains("<title>Rubrik &lt;1&gt; – Sluss</title>"));
    assert_eq!(answer.matches("<style>").count(), 1);
    assert!(!answer.contains("style=") && !answer.contains("src="), "a page is one response");
}

#[tokio::test]
async fn a_secret_is_followed_by_padding() {
    let mut fullest = 0;
    while page(html! { p { (&"x".repeat(fullest + 500)) } }).filled(Size::Usual).is_ok() {
        fullest += 500;
    }
    let fullest_page = page(html! { p { (&"x".repeat(fullest)) } });
    let document = shown(fullest_page, StatusCode::OK, Size::Usual, Keeping::Nothing).await;
    let after = document.len() - document.find("</main>").unwrap();
    assert!(after > 1_100 && document.ends_with(".-->"), "{after}");
    let over = page(html! { p { (&"x".repeat(fullest + 1_000)) } }).filled(Size::Usual).unwrap_err().over;
    assert!((501..=1_000).contains(&over), "{over}");
}

#[test]
fn a_megabyte_fits_the_large_page_however_it_is_escaped() {
    let worst = page(html! { textarea { (&"\"".repeat(limits::TEXT_GIVEN_BACK)) } });
    assert!(worst.filled(Size::Large).is_ok() && worst.filled(Size::Usual).is_err());
}

/// Whoever asks for many large pages and reads none would else fill the memory.
#[test]
fn padding_is_not_held_in_memory() {
    let (filled, padding) = page(html! { p { "x" } }).filled(Size::Large).unwrap();
    assert!(filled.len() < limits::PAGE && padding > limits::PAGE_LARGE - limits::PAGE, "{}", filled.len());
}

#[test]
fn the_style_needs_nothing_from_elsewhere() {
    for forbidden in ["url(", "@import", "@font-face", "animation", "http"] {
        assert!(!STYLE.contains(forbidden), "{forbidden}");
    }
}

#[test]
fn debug_shows_nothing_of_a_page() {
    let page = Page { title: "canary".to_owned(), ..page(html! { p { "canary" } }) };
    assert!(!format!("{page:?}").contains("canary"));
}
