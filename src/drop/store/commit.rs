//! One thread makes every change of the records, and makes it durable before anyone hears of it.
//!
//! Protects "acknowledged means kept": bodies first, then records, then `flush` and `fdatasync`, then the answer.
//! Protects the time at which somebody reports: changes wait for the next beat, and a beat without any writes as much as
//! one with a report. After a failed write nothing is promised until the records were opened and written anew.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::body::Early;
use super::cabinet::Cabinet;
use super::fault::Fault;
use super::remove::Remains;
use super::shelf::Shelf;

/// When changes are made durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beat {
    /// At once: for commands while nothing serves, whose times are no source's.
    AtOnce,
    /// Each time this much has passed, whether or not there is anything to do.
    Every(Duration),
}

/// Slots that a beat without bodies writes: as many as a text report.
const REPORT: u32 = 2;

/// A change is made, then told whether it became durable.
type Change = Box<dyn FnOnce(&mut Round<'_>) -> Told + Send>;
type Told = Box<dyn FnOnce(bool) + Send>;

/// What one beat does to the records.
pub(super) struct Round<'a> {
    pub(super) cabinet: &'a Cabinet,
    /// What tombstones were laid for: overwritten and forgotten once those are durable.
    pub(super) buried: Vec<Remains>,
}

/// A change, and the bodies that have to be durable before it.
struct Job {
    change: Change,
    bodies: Option<Early>,
}

enum Work {
    Change(Job),
    Sweep(SyncSender<Result<(), Fault>>),
}

/// The committing thread; it ends when this is closed or dropped.
pub(super) struct Committer {
    work: Mutex<Option<Sender<Work>>>,
    failing: Arc<AtomicBool>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Committer {
    /// Starts the thread.
    pub(super) fn start(shelf: Arc<Shelf>, beat: Beat) -> Result<Self, Fault> {
        let (work, queue) = channel();
        let failing = Arc::new(AtomicBool::new(false));
        let keeper = Keeper { shelf, beat, failing: Arc::clone(&failing), unsure: false, told: false };
        let thread = std::thread::Builder::new().name("commit".to_owned()).spawn(move || keeper.run(&queue))?;
        Ok(Self { work: Mutex::new(Some(work)), failing, thread: Mutex::new(Some(thread)) })
    }

    /// Whether the last beat failed, so that it would be vain to send anything.
    pub(super) fn failing(&self) -> bool {
        self.failing.load(Ordering::SeqCst)
    }

    /// Makes a change and returns when it is durable, together with `bodies` if it names any. Changes never overlap, so
    /// each may read and write what it likes.
    ///
    /// # Errors
    /// What `change` refused, before it wrote anything; or the disk's fault, and then it is not known what was kept.
    pub(super) fn change<T, E>(
        &self,
        bodies: Option<Early>,
        change: impl FnOnce(&mut Round<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        let (tell, hear) = sync_channel(1);
        let change: Change = Box::new(move |round| {
            let changed = change(round);
            // Whoever asked may be gone; the change stands all the same.
            Box::new(move |durable| drop(tell.send(if durable { changed } else { Err(Fault::Stopped.into()) })))
        });
        self.send(Work::Change(Job { change, bodies }))?;
        hear.recv().unwrap_or_else(|_| Err(Fault::Stopped.into()))
    }

    /// Sweeps at the next beat, after its changes.
    pub(super) fn sweep(&self) -> Result<(), Fault> {
        let (tell, hear) = sync_channel(1);
        self.send(Work::Sweep(tell))?;
        hear.recv().unwrap_or(Err(Fault::Stopped))
    }

    /// Does what waits, and ends.
    pub(super) fn close(&self) {
        drop(self.work.lock().unwrap_or_else(PoisonError::into_inner).take());
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        // It catches its own panics.
        let _ = thread.map(JoinHandle::join);
    }

    fn send(&self, work: Work) -> Result<(), Fault> {
        let sender = self.work.lock().unwrap_or_else(PoisonError::into_inner).clone();
        sender.and_then(|sender| sender.send(work).ok()).ok_or(Fault::Stopped)
    }
}

impl Drop for Committer {
    fn drop(&mut self) {
        self.close();
    }
}

/// The thread's own side.
struct Keeper {
    shelf: Arc<Shelf>,
    beat: Beat,
    failing: Arc<AtomicBool>,
    /// Whether a write failed, so that the records have to be opened anew.
    unsure: bool,
    /// Whether the operator has heard that the disk fails.
    told: bool,
}

impl Keeper {
    fn run(mut self, queue: &Receiver<Work>) {
        let mut next = Instant::now();
        loop {
            let (group, goes_on) = self.gather(queue, &mut next);
            let (mut jobs, mut sweeps) = (Vec::new(), Vec::new());
            for work in group {
                match work {
                    Work::Change(job) => jobs.push(job),
                    Work::Sweep(tell) => sweeps.push(tell),
                }
            }
            let outcome = self.guarded(|keeper| keeper.round(jobs));
            self.tell_operator(outcome);
            for tell in sweeps {
                // Whoever asked may be gone.
                let _ = tell.send(self.guarded(Self::sweep));
            }
            if !goes_on {
                break;
            }
        }
        if !self.unsure {
            // What is not noted as closed in order is looked through at the next open.
            let _ = self.guarded(|keeper| keeper.shelf.close());
        }
    }

    /// What waits at the next beat, and whether there will be another.
    fn gather(&self, queue: &Receiver<Work>, next: &mut Instant) -> (Vec<Work>, bool) {
        let Beat::Every(interval) = self.beat else {
            let first = queue.recv();
            let goes_on = first.is_ok();
            return (first.into_iter().chain(queue.try_iter()).collect(), goes_on);
        };
        // Beats that a sweep or a slow disk took the time of are left out, and the others stay where they would be.
        while *next <= Instant::now() {
            *next += interval;
        }
        let mut group = Vec::new();
        loop {
            match queue.recv_timeout(next.saturating_duration_since(Instant::now())) {
                Ok(work) => group.push(work),
                Err(RecvTimeoutError::Timeout) => return (group, true),
                Err(RecvTimeoutError::Disconnected) => return (group, false),
            }
        }
    }

    /// Does work of which sled may panic when the disk fails.
    fn guarded(&mut self, work: impl FnOnce(&mut Self) -> Result<(), Fault>) -> Result<(), Fault> {
        catch_unwind(AssertUnwindSafe(|| work(self))).unwrap_or_else(|_| {
            self.unsure = true;
            Err(Fault::Stopped)
        })
    }

    /// One beat. Whoever's change was not even begun hears so when its job is dropped.
    fn round(&mut self, jobs: Vec<Job>) -> Result<(), Fault> {
        if self.unsure {
            self.shelf.recover()?;
            self.unsure = false;
        }
        let mut jobs = jobs;
        // Before anybody hears that nothing was kept: who asks next is told at once.
        self.write_bodies(&mut jobs).inspect_err(|_| self.failing.store(true, Ordering::SeqCst))?;
        let constant = self.beat != Beat::AtOnce;
        let shelf = Arc::clone(&self.shelf);
        let durable = shelf.look(|cabinet| {
            let mut round = Round { cabinet, buried: Vec::new() };
            let told: Vec<Told> = jobs.into_iter().map(|job| (job.change)(&mut round)).collect();
            let filled = if constant { cabinet.fill_beat() } else { Ok(()) };
            let durable = filled.and_then(|()| cabinet.fill_steps()).and_then(|()| cabinet.make_durable());
            let gone = durable.is_ok().then(|| round.forget(&shelf.vault));
            self.failing.store(durable.is_err(), Ordering::SeqCst);
            told.into_iter().for_each(|tell| tell(durable.is_ok()));
            durable.and(gone.unwrap_or(Ok(())))
        });
        self.unsure = durable.is_err();
        durable
    }

    /// Makes every body durable that a change names; a beat without any writes as much as a text report.
    fn write_bodies(&self, jobs: &mut [Job]) -> Result<(), Fault> {
        let vault = &self.shelf.vault;
        let constant = self.beat != Beat::AtOnce;
        let named = jobs.iter().any(|job| job.bodies.is_some());
        let mut written = 0;
        for (slot, bytes) in jobs.iter_mut().filter_map(|job| job.bodies.take()).flatten() {
            vault.write(slot, &bytes)?;
            written += 1;
        }
        if constant {
            vault.stir(REPORT.saturating_sub(written))?;
        }
        if named || constant {
            vault.sync()?;
        }
        Ok(())
    }

    fn sweep(&mut self) -> Result<(), Fault> {
        if self.unsure {
            return Err(Fault::Stopped);
        }
        let swept = self.shelf.sweep();
        self.unsure = !self.shelf.is_open();
        swept
    }

    /// A disk that fails is told of once, and once more when it works again: never what anybody did.
    fn tell_operator(&mut self, outcome: Result<(), Fault>) {
        match outcome {
            Ok(()) if self.told => tracing::warn!("the store: the disk works again, and reports are kept"),
            Err(ref fault) if !self.told => {
                tracing::error!("the store: {fault}; nothing is kept until the disk works again");
            }
            _ => {}
        }
        self.told = outcome.is_err();
        self.failing.store(self.told, Ordering::SeqCst);
    }
}

impl Round<'_> {
    /// Overwrites what was buried, durably, then forgets it, durably; then its slots are free.
    fn forget(self, vault: &super::vault::Vault) -> Result<(), Fault> {
        if self.buried.is_empty() {
            return Ok(());
        }
        let mut freed = Vec::new();
        for one in &self.buried {
            freed.extend(one.scrub(vault)?);
        }
        self.buried.iter().try_for_each(|one| one.forget(self.cabinet))?;
        self.cabinet.make_durable()?;
        vault.free(&freed);
        Ok(())
    }
}
