//! One thread makes every change of the records, and makes it durable before anyone hears of it.
//!
//! Protects "acknowledged means kept": bodies first, then records, then `flush` and `fdatasync`, then the answer.
//! After a failed write nothing more is promised: what a disk holds then is not known until the store opens again.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;

use super::cabinet::Cabinet;
use super::fault::Fault;
use super::vault::Vault;

/// A change is made, then told whether it became durable.
type Change = Box<dyn FnOnce(&Cabinet) -> Told + Send>;
type Told = Box<dyn FnOnce(bool) + Send>;

/// A change and whether it names bodies that have to be durable before it.
struct Job {
    change: Change,
    bodies: bool,
}

/// The committing thread; it ends when this is dropped.
pub(super) struct Committer {
    jobs: Mutex<Option<Sender<Job>>>,
    stopped: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Committer {
    /// Starts the thread.
    pub(super) fn start(cabinet: Arc<RwLock<Cabinet>>, vault: Arc<Vault>) -> Result<Self, Fault> {
        let (jobs, queue) = channel();
        let stopped = Arc::new(AtomicBool::new(false));
        let stop = StopFlag(Arc::clone(&stopped));
        let thread = std::thread::Builder::new().name("commit".to_owned()).spawn(move || {
            let _stop = stop;
            run(&queue, &cabinet, &vault);
        })?;
        Ok(Self { jobs: Mutex::new(Some(jobs)), stopped, thread: Some(thread) })
    }

    /// Whether a write failed, so that nothing more can be kept.
    pub(super) fn stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    /// Makes a change and returns when it is durable. Changes never overlap, so each may read and write what it likes.
    ///
    /// # Errors
    /// What `change` refused, before it wrote anything; or the disk's fault, and then it is not known what was kept:
    /// the value that `change` returned is forgotten rather than dropped, so that its slots are not given to others.
    pub(super) fn change<T, E>(
        &self,
        bodies: bool,
        change: impl FnOnce(&Cabinet) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        let (tell, hear) = sync_channel(1);
        let change: Change = Box::new(move |cabinet| {
            let changed = change(cabinet);
            Box::new(move |durable| tell_outcome(&tell, changed, durable))
        });
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner).clone();
        jobs.and_then(|jobs| jobs.send(Job { change, bodies }).ok()).ok_or(Fault::Stopped)?;
        hear.recv().unwrap_or_else(|_| Err(Fault::Stopped.into()))
    }
}

/// Says that the thread is gone, however it went.
struct StopFlag(Arc<AtomicBool>);

impl Drop for StopFlag {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl Drop for Committer {
    fn drop(&mut self) {
        drop(self.jobs.lock().unwrap_or_else(PoisonError::into_inner).take());
        self.thread.take().map(JoinHandle::join);
    }
}

fn tell_outcome<T, E: From<Fault>>(tell: &SyncSender<Result<T, E>>, changed: Result<T, E>, durable: bool) {
    let outcome = match changed {
        Ok(value) if !durable => {
            std::mem::forget(value);
            Err(Fault::Stopped.into())
        }
        other => other,
    };
    // Whoever asked may be gone; the change stands all the same.
    let _ = tell.send(outcome);
}

/// Takes whatever waits as one group, until nobody can send any more or a write fails.
fn run(queue: &Receiver<Job>, cabinet: &RwLock<Cabinet>, vault: &Vault) {
    while let Ok(first) = queue.recv() {
        let group: Vec<Job> = std::iter::once(first).chain(queue.try_iter()).collect();
        let cabinet = cabinet.read().unwrap_or_else(PoisonError::into_inner);
        if group.iter().any(|job| job.bodies) && vault.sync().is_err() {
            return;
        }
        let told: Vec<Told> = group.into_iter().map(|job| (job.change)(&cabinet)).collect();
        let durable = cabinet.make_durable().is_ok();
        told.into_iter().for_each(|tell| tell(durable));
        if !durable {
            return;
        }
    }
}
