//! A drop with reports, and the door of anna's hatch on a loopback address, as if it were reached over Tor.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::SystemTime;

use anyhow::{Context as _, Result};
use serde_json::json;
use sluss_core::day::Day;
use sluss_drop::config::Config;
use sluss_drop::hatch::Door;
use sluss_drop::office::Office;
use sluss_drop::store::Settings;
use sluss_tests::visitor::{Form, ONION, Page, Visitor};
use sluss_web::conn::converse;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::operator::rig::{Rig, Source};

pub struct HatchRig {
    pub drop: Rig,
    pub sources: Vec<Source>,
    pub today: Day,
    pub address: SocketAddr,
    serving: JoinSet<()>,
}

impl HatchRig {
    pub async fn lay(reports: &[&str]) -> Result<Self> {
        let drop = Rig::with_roster()?;
        let sources = reports.iter().map(|text| drop.report(text)).collect::<Result<_>>()?;
        let config = Config::read(&drop.config())?;
        let office = Arc::new(Office::open(config, Box::new(SystemTime::now), Settings::default())?);
        let hatch = json!({ "name": "anna", "address": ONION, "nickname": "hatch-1", "client": "" });
        let door = Door::new(office, serde_json::from_value(hatch)?)?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (address, mut serving) = (listener.local_addr()?, JoinSet::new());
        serving.spawn(async move {
            let mut conversations = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let door = Arc::clone(&door);
                conversations.spawn(async move {
                    converse(stream, door.bounds(), |request| Arc::clone(&door).answer(request)).await;
                });
            }
        });
        Ok(Self { drop, sources, today: Day::of(SystemTime::now())?, address, serving })
    }

    pub fn visitor(&self) -> Visitor {
        Visitor::as_if_over_tor(self.address)
    }

    /// Shuts the door and lets go of the store.
    pub async fn close(mut self) -> (Rig, Vec<Source>) {
        self.serving.shutdown().await;
        (self.drop, self.sources)
    }
}

/// The form that fetches the next bundle.
pub fn fetch(front: &Page) -> Result<Form> {
    front.forms()?.into_iter().find(|form| form.action.ends_with("/fetch")).context("no form to fetch with")
}

/// The form that fetches everything from a bundle on.
pub fn fetch_from(front: &Page, number: &str) -> Result<Form> {
    let forms = front.forms()?.into_iter().filter(|form| form.action.ends_with("/fetch"));
    forms.last().context("no form to fetch again with")?.fill("from", number)
}

/// The form that hands a file in, with this one chosen.
pub fn hand_in(front: &Page, bundle: &[u8]) -> Result<Form> {
    hand_in_nothing(front)?.attach("bundle", "return.sluss", "application/octet-stream", bundle)
}

/// The same form as it stands on the page.
pub fn hand_in_nothing(front: &Page) -> Result<Form> {
    let form = front.forms()?.into_iter().find(|form| form.action.ends_with("/hand-in"));
    form.context("no form to hand in with")
}
