//! Hatches: which investigators have a way of their own to fetch and hand in bundles over Tor.
//!
//! Protects: a hatch is added and removed by the operator alone; its access key is drawn by the command that shows it
//! once, and the drop keeps the public half; a removed one is shut, its onion key overwritten, and never comes back. What
//! is kept tells which investigators have one, never when one was used.

use std::sync::{MutexGuard, PoisonError};

use data_encoding::{BASE32_NOPAD, HEXLOWER};
use rand::{CryptoRng, RngExt};
use serde::{Deserialize, Serialize};
use sluss_core::secret::Secret;
use tokio::sync::{mpsc, oneshot};
use x25519_dalek::{PublicKey, StaticSecret};

use super::problem::Problem;
use super::{Office, write_durably};
use crate::config::Config;

/// How C tor marks such keys (rend-spec, "Client authorization").
const KIND: &str = "descriptor:x25519:";

/// One investigator's hatch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hatch {
    /// The investigator's short name on the roster.
    pub name: String,
    /// Its onion address.
    pub address: String,
    /// What Tor calls it here: drawn, so that the same person's next one shares nothing with it.
    pub(crate) nickname: String,
    /// The public half of its access key.
    pub(crate) client: String,
}

/// The key without which Tor finds no hatch.
pub struct AccessKey(StaticSecret);

impl AccessKey {
    /// Draws one.
    pub fn draw(rng: &mut impl CryptoRng) -> Self {
        Self(StaticSecret::from(rng.random::<[u8; 32]>()))
    }

    /// Its public half, as C tor writes it.
    pub fn client(&self) -> String {
        format!("{KIND}{}", BASE32_NOPAD.encode(PublicKey::from(&self.0).as_bytes()))
    }

    /// The one line of the file that C tor and Tor Browser read in their `ClientOnionAuthDir`, for a hatch at `address`.
    pub fn file(&self, address: &str) -> Secret<String> {
        let site = address.trim_end_matches(".onion");
        let key = Secret::new(BASE32_NOPAD.encode(self.0.as_bytes()));
        Secret::new(format!("{site}:{KIND}{}\n", key.expose()))
    }
}

/// What whoever serves is asked to do with a hatch.
#[derive(Debug)]
pub enum Order {
    /// To open it.
    Open(Hatch),
    /// To shut it; it is shut when the answer comes.
    Shut(Hatch),
}

/// An order, and where its outcome is waited for.
pub type Asked = (Order, oneshot::Sender<Result<(), Problem>>);

impl Office {
    /// All hatches.
    pub fn hatches(&self) -> Vec<Hatch> {
        self.held().clone()
    }

    /// Lays a hatch for the person called `name`, and opens it where somebody serves. `client` is the public half of the
    /// access key that was drawn for it.
    pub fn add_hatch(&self, name: &str, client: &str) -> Result<Hatch, Problem> {
        let _turn = self.turn();
        let known = self.roster()?.member(name).is_some();
        if !known {
            return Err(Problem::new("no-person").with("name", name));
        }
        if self.held().iter().any(|hatch| hatch.name == name) {
            return Err(Problem::new("hatch-exists").with("name", name));
        }
        let nickname = format!("hatch-{}", HEXLOWER.encode(&rand::rng().random::<[u8; 8]>()));
        let address = draw(&self.config, &nickname, client)?;
        let hatch = Hatch { name: name.to_owned(), address, nickname, client: client.to_owned() };
        self.keep_hatches(|hatches| hatches.push(hatch.clone()))?;
        self.order(Order::Open(hatch.clone()))?;
        Ok(hatch)
    }

    /// Shuts the hatch of the person called `name` for good.
    pub fn remove_hatch(&self, name: &str) -> Result<Hatch, Problem> {
        let _turn = self.turn();
        let hatch = self.held().iter().find(|hatch| hatch.name == name).cloned();
        let hatch = hatch.ok_or_else(|| Problem::new("no-hatch").with("name", name))?;
        self.order(Order::Shut(hatch.clone()))?;
        forget(&self.config, &hatch.nickname)?;
        // Last, so that whatever hinders it is tried again by the same command.
        self.keep_hatches(|hatches| hatches.retain(|other| other.name != name))?;
        Ok(hatch)
    }

    /// Whoever runs the onion services takes orders from now on.
    #[cfg(feature = "tor")]
    pub(crate) fn take_orders(&self, orders: mpsc::UnboundedSender<Asked>) {
        // There is one, from the start to the end.
        let _ = self.orders.set(orders);
    }

    /// Waits until an order is carried out. Where nobody serves, or no more, the next one who does opens what is kept.
    fn order(&self, order: Order) -> Result<(), Problem> {
        let (done, told) = oneshot::channel();
        let sent = self.orders.get().is_some_and(|orders| orders.send((order, done)).is_ok());
        if sent { told.blocking_recv().unwrap_or(Ok(())) } else { Ok(()) }
    }

    fn held(&self) -> MutexGuard<'_, Vec<Hatch>> {
        self.hatches.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes what is kept: durable first.
    fn keep_hatches(&self, change: impl FnOnce(&mut Vec<Hatch>)) -> Result<(), Problem> {
        let mut held = self.held();
        let mut hatches = held.clone();
        change(&mut hatches);
        let json = serde_json::to_vec_pretty(&hatches).map_err(|error| Problem::new("program").with("why", error))?;
        write_durably(&self.config.hatches(), &json)?;
        *held = hatches;
        Ok(())
    }
}

/// Reads which hatches there are.
pub(crate) fn read(config: &Config) -> Result<Vec<Hatch>, Problem> {
    let path = config.hatches();
    if !path.exists() {
        return Ok(Vec::new());
    }
    let bytes = std::fs::read(&path).map_err(|error| Problem::file(&path, &error))?;
    serde_json::from_slice(&bytes).map_err(|_| Problem::new("bad-hatches").with("path", path.display()))
}

#[cfg(feature = "tor")]
fn draw(config: &Config, nickname: &str, client: &str) -> Result<String, Problem> {
    let address = crate::onion::draw_hatch(&config.onion(), nickname, client);
    address.map_err(|error| Problem::new("tor").with("why", super::chain(&error)))
}

#[cfg(not(feature = "tor"))]
fn draw(_: &Config, _: &str, _: &str) -> Result<String, Problem> {
    Err(Problem::new("tor").with("why", "built without it"))
}

#[cfg(feature = "tor")]
fn forget(config: &Config, nickname: &str) -> Result<(), Problem> {
    let folder = config.onion();
    crate::onion::forget_hatch(&folder, nickname).map_err(|error| Problem::file(&folder, &error))
}

#[cfg(not(feature = "tor"))]
fn forget(_: &Config, _: &str) -> Result<(), Problem> {
    Ok(())
}
