//! Opening and shutting hatches while the drop serves.
//!
//! Protects: what hinders one hatch hinders neither the others nor the sources; one that is shut has let go of its
//! circuits before the command says so.

use std::collections::BTreeMap;
use std::sync::Arc;

use sluss_web::conn::converse;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::hatch::Door;
use crate::office::hatches::{Hatch, Order};
use crate::office::problem::Problem;
use crate::office::{Office, chain};
use crate::onion::{Circuit, Onion};

/// Opens all hatches, then opens and shuts them as the office orders, for ever. Dropping the future shuts all.
pub(super) async fn tend(onion: &Onion, office: &Arc<Office>) {
    let (orders, mut asked) = mpsc::unbounded_channel();
    office.take_orders(orders);
    let mut doors = BTreeMap::new();
    for hatch in office.hatches() {
        if let Err(problem) = open(&mut doors, onion, office, &hatch) {
            tracing::error!("a hatch could not be opened ({}); restart, or remove it and add it anew", problem.id());
        }
    }
    while let Some((order, done)) = asked.recv().await {
        let outcome = match order {
            Order::Open(hatch) => open(&mut doors, onion, office, &hatch),
            Order::Shut(hatch) => {
                if let Some(mut door) = doors.remove(&hatch.nickname) {
                    door.shutdown().await;
                }
                Ok(())
            }
        };
        // Whoever asked may be gone; it was done all the same.
        let _ = done.send(outcome);
    }
}

/// Opens a hatch, unless it is open: one that was added while Tor started is both kept and ordered.
fn open(
    doors: &mut BTreeMap<String, JoinSet<()>>,
    onion: &Onion,
    office: &Arc<Office>,
    hatch: &Hatch,
) -> Result<(), Problem> {
    if doors.contains_key(&hatch.nickname) {
        return Ok(());
    }
    let door = Door::new(Arc::clone(office), hatch.clone())?;
    let service = onion.launch_hatch(&hatch.nickname, &hatch.client);
    let service = service.map_err(|error| Problem::new("tor").with("why", chain(&error)))?;
    let mut serving = JoinSet::new();
    serving.spawn(async move {
        service
            .serve(|| {
                let door = Arc::clone(&door);
                move |stream| {
                    let door = Arc::clone(&door);
                    async move {
                        let answer = |request| Arc::clone(&door).answer(request);
                        Circuit::after(converse(stream, door.bounds(), answer).await)
                    }
                }
            })
            .await;
    });
    doors.insert(hatch.nickname.clone(), serving);
    Ok(())
}
