//! What takes longer than people wait for a page.

use super::*;

/// How long it may take to be heard on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Somebody who opens a bundle of which nothing comes yet: as from a pipe that nobody has written to.
struct Waiting {
    house: House,
    served: Served,
    bundle: std::path::PathBuf,
    pipe: std::path::PathBuf,
}

impl Waiting {
    fn set() -> Self {
        let house = House::new();
        let served = Served::on(&laid(&house));
        served.unlock_with(&house, "anna");
        let report = house.seal(&[], 1, "Så var det.", &[], &house.source());
        let out = Out { incarnation: 1, number: 1, submissions: &[&report], ..Out::default() };
        let (bundle, pipe) = (house.outbound("anna", &out), house.folder.path().join("pipe.sluss"));
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let sent = served.post("/en/exchange", "/en/exchange/open", &[("path", pipe.to_str().unwrap())]);
        assert_eq!(sent.location(), "/en/exchange/progress");
        Self { house, served, bundle, pipe }
    }

    /// What the page tells that goes on until the end, which comes when `hurry` has returned and the bundle is there.
    fn told(&self, hurry: impl FnOnce()) -> String {
        let asked = "Sec-Fetch-Site: same-origin\r\n";
        let telling = self.served.begin(&self.served.host, "GET", "/en/exchange/progress", asked, "");
        // It has begun.
        telling.peek(&mut [0]).unwrap();
        hurry();
        // Whoever has stopped reads it no further.
        let _ = std::fs::copy(&self.bundle, &self.pipe);
        Got::read(telling).body
    }
}

#[test]
fn a_page_tells_how_far_it_has_come_and_leads_on() {
    let waiting = Waiting::set();
    let served = &waiting.served;
    let told = waiting.told(|| {
        for page in ["/en", "/en/cases", "/en/exchange"] {
            assert_eq!(served.get(page).location(), "/en/exchange/progress", "{page} waits in silence");
        }
    });
    assert!(told.contains("<progress max=\"100\"") && told.contains("href=\"/en\">Go on"), "{told}");
    let page = served.get("/en").body;
    assert!(page.contains("New reports and messages: 1") && page.contains("box done"), "{page}");
    assert!(!served.get("/en").body.contains("box done"), "it is told twice");
}

#[test]
fn it_can_be_stopped_and_begun_again() {
    let waiting = Waiting::set();
    let served = &waiting.served;
    let told = waiting.told(|| {
        let stop = served.face.nonces.issue("exchange/stop", &mut rand::rng());
        assert_eq!(served.send("/en/exchange/stop", &stop, &[]).location(), "/en/exchange/progress");
    });
    assert!(told.contains("/en/exchange/stop") && told.contains("href=\"/en/exchange\">Go on"), "{told}");
    assert!(served.get("/en/exchange").errors().contains("Stopped"));
    assert!(!served.get("/en").body.contains("/en/case/"), "what was stopped was done");
    served.take_in(&waiting.bundle);
    assert!(served.get("/en").body.contains("/en/case/"), "it cannot be begun again");
}

#[test]
fn locking_does_not_wait_for_it() {
    let waiting = Waiting::set();
    let served = &waiting.served;
    let mut locked = None;
    let told = waiting.told(|| {
        let asked = "Sec-Fetch-Site: same-origin\r\n";
        locked = Some(served.begin(&served.host, "POST", "/en/lock", asked, ""));
        let stopped = || served.face.work.lock().unwrap().as_ref().is_some_and(|work| work.progress.is_stopped());
        let end = Instant::now() + PATIENCE;
        while !stopped() {
            assert!(Instant::now() < end, "it goes on");
            std::thread::yield_now();
        }
    });
    assert!(told.contains("/en/lock"), "{told}");
    assert_eq!(Got::read(locked.unwrap()).location(), "/en");
    assert!(served.get("/en").body.contains("/en/unlock"), "it is not locked");
    served.unlock_with(&waiting.house, "anna");
    assert!(!served.get("/en").body.contains("/en/case/"), "what was stopped was done");
}
