use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::*;
use crate::testing::{ask, get};

const IDLE: Duration = Duration::from_secs(600);

fn rng() -> StdRng {
    StdRng::seed_from_u64(7)
}

#[test]
fn a_session_lives_until_it_was_idle() {
    let sessions = Sessions::new("visit", IDLE, 10);
    let start = Instant::now();
    let id = sessions.open(1, Hold::Firm, start, &mut rng());
    let later = start + IDLE - Duration::from_secs(1);
    assert_eq!(sessions.with(&id, later, |n| std::mem::replace(n, 2)), Some(1));
    assert_eq!(sessions.with(&id, later + IDLE - Duration::from_secs(1), |n| *n), Some(2));
    assert_eq!(sessions.with(&id, later + IDLE * 2, |n| *n), None);
}

#[test]
fn content_is_dropped_when_its_session_ends() {
    let sessions = Sessions::new("visit", IDLE, 2);
    let start = Instant::now();
    let mut rng = rng();
    let content = Arc::new(());
    let first = sessions.open(Arc::clone(&content), Hold::Firm, start, &mut rng);
    let second = sessions.open(Arc::clone(&content), Hold::Firm, start + Duration::from_secs(1), &mut rng);
    sessions.with(&first, start + Duration::from_secs(2), |_| ());
    sessions.open(Arc::clone(&content), Hold::Firm, start + Duration::from_secs(3), &mut rng);
    assert_eq!(Arc::strong_count(&content), 3, "the one that was idle longest gives way");
    assert!(sessions.with(&second, start + Duration::from_secs(3), |_| ()).is_none());
    drop(sessions.end(&first));
    assert_eq!(Arc::strong_count(&content), 2);
    sessions.sweep(start + IDLE * 2);
    assert_eq!(Arc::strong_count(&content), 1);
}

#[tokio::test]
async fn the_cookie_names_the_session() {
    let sessions = Arc::new(Sessions::new("visit", IDLE, 10));
    let id = sessions.open(5, Hold::Loose, Instant::now(), &mut rng());
    let (giving, given) = (Arc::clone(&sessions), id.clone());
    let answer = ask(&get("/", ""), move |_| {
        let answer = giving.give(Answer::see_other("/"), &given);
        async { answer }
    })
    .await;
    let cookie = answer.split("set-cookie: ").nth(1).unwrap().split(';').next().unwrap().to_owned();
    assert_eq!(cookie.len(), "visit=".len() + 64);
    for (cookie, known) in [(cookie.as_str(), true), ("visit=00", false), ("visit=\u{ff}", false), ("", false)] {
        let (sessions, id) = (Arc::clone(&sessions), id.clone());
        ask(&get("/", &format!("Cookie: {cookie}\r\n")), move |request| {
            assert_eq!(sessions.id(&request) == Some(id.clone()), known);
            async { Answer::see_other("/") }
        })
        .await;
    }
    assert_eq!(format!("{id:?}"), "SessionId(…)");
}

#[test]
fn loose_sessions_give_way_first() {
    let sessions = Sessions::new("visit", IDLE, 2);
    let start = Instant::now();
    let mut rng = rng();
    let firm = sessions.open("firm", Hold::Firm, start, &mut rng);
    for second in 1..10 {
        sessions.open("loose", Hold::Loose, start + Duration::from_secs(second), &mut rng);
    }
    assert_eq!(sessions.with(&firm, start + Duration::from_secs(10), |content| *content), Some("firm"));
}

fn nonces() -> Arc<Nonces<&'static str>> {
    Arc::new(Nonces::new(2, &mut rng()))
}

async fn turn(nonces: &Arc<Nonces<&'static str>>, nonce: &str) -> Turn<&'static str> {
    match nonces.claim("report", nonce).await {
        Claim::Turn(turn) => turn,
        Claim::Done(_) | Claim::Unknown => panic!("no turn"),
    }
}

#[tokio::test]
async fn a_form_is_taken_once() {
    let nonces = nonces();
    let nonce = nonces.issue("report", &mut rng());
    turn(&nonces, &nonce).await.finish("/place");
    assert!(matches!(nonces.claim("report", &nonce).await, Claim::Done("/place")));
}

#[tokio::test]
async fn an_unfinished_turn_leaves_the_form_fresh() {
    let nonces = nonces();
    let nonce = nonces.issue("report", &mut rng());
    drop(turn(&nonces, &nonce).await);
    turn(&nonces, &nonce).await.finish("/place");
}

#[tokio::test]
async fn two_at_once_get_one_outcome() {
    let nonces = nonces();
    let nonce = nonces.issue("report", &mut rng());
    let first = turn(&nonces, &nonce).await;
    let (also, again) = (Arc::clone(&nonces), nonce.clone());
    let second = tokio::spawn(async move { matches!(also.claim("report", &again).await, Claim::Done("/place")) });
    tokio::task::yield_now().await;
    assert!(!second.is_finished(), "the second must wait for the first");
    first.finish("/place");
    assert!(second.await.unwrap());
}

#[tokio::test]
async fn the_second_takes_over_when_the_first_breaks() {
    let nonces = nonces();
    let nonce = nonces.issue("report", &mut rng());
    let first = turn(&nonces, &nonce).await;
    let (also, again) = (Arc::clone(&nonces), nonce.clone());
    let second = tokio::spawn(async move { turn(&also, &again).await.finish("/second") });
    tokio::task::yield_now().await;
    drop(first);
    second.await.unwrap();
    assert!(matches!(nonces.claim("report", &nonce).await, Claim::Done("/second")));
}

#[tokio::test]
async fn a_foreign_nonce_is_unknown() {
    let nonces = nonces();
    let nonce = nonces.issue("report", &mut rng());
    let restarted = Arc::new(Nonces::<&str>::new(2, &mut StdRng::seed_from_u64(8)));
    assert!(matches!(restarted.claim("report", &nonce).await, Claim::Unknown), "another process");
    assert!(matches!(nonces.claim("message", &nonce).await, Claim::Unknown), "another form");
    for made_up in ["", "zz", "00", &"0".repeat(nonce.len()), &nonce[1..], &format!("{nonce}00")] {
        assert!(matches!(nonces.claim("report", made_up).await, Claim::Unknown), "{made_up}");
    }
}

#[tokio::test]
async fn finished_forms_are_forgotten_oldest_first() {
    let nonces = nonces();
    let mut rng = rng();
    let issued: Vec<String> = (0..3).map(|_| nonces.issue("report", &mut rng)).collect();
    for nonce in &issued {
        turn(&nonces, nonce).await.finish("/place");
    }
    assert!(matches!(nonces.claim("report", &issued[0]).await, Claim::Turn(_)));
    assert!(matches!(nonces.claim("report", &issued[1]).await, Claim::Done(_)));
    assert_eq!(nonces.used().states.len(), 2);
}

#[test]
fn one_visitor_does_not_take_everybodys_places() {
    let sessions = Sessions::new("visit", IDLE, 100);
    let (start, mut rng) = (Instant::now(), rng());
    let mut opened = Vec::new();
    for (whose, after) in [(1, 0), (2, 1), (1, 2), (1, 3), (2, 4)] {
        opened.push(sessions.open(whose, Hold::Firm, start + Duration::from_secs(after), &mut rng));
    }
    sessions.end_surplus(2, |whose| *whose == 1);
    let lives = |id| sessions.with(id, start + Duration::from_secs(5), |_| ()).is_some();
    assert_eq!(opened.iter().map(lives).collect::<Vec<_>>(), [false, true, true, true, true]);
}
