//! What the source's pages stand on: roster, store, limits, sessions, words; and the one door to them.
//!
//! Protects: whatever a source typed lives in a session that wipes itself, or is on its way to the sealer; nothing here
//! is written anywhere but into the store. It does not know how a stream came in, only whether that was through Tor.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};

use rand::rand_core::UnwrapErr;
use rand::rngs::SysRng;
use serde::Deserialize;
use sluss_core::codename::DrawnCodename;
use sluss_core::day::{Clock, Day};
use sluss_core::lang::Lang;
use sluss_core::limits::{self, Limits};
use sluss_core::roster::{LocalText, Roster};
use sluss_web::conn::{Answer, Bounds, Method, Request};
use sluss_web::say::{Speech, SpeechError};
use sluss_web::session::{Nonces, SessionId, Sessions};
use tokio::sync::Semaphore;

use crate::crest::Crest;
use crate::language::{self, Language};
use crate::source;
use crate::source::progress::Watched;
use crate::source::visit::Visit;
use crate::store::Store;
use crate::visitor::{Visitor, Way};

/// The cookie that carries a session. Its name tells nothing that the page does not.
const COOKIE: &str = "visit";
/// Sessions at one time; a loose one gives way first.
const SESSIONS: usize = 4_096;
/// Finished forms that are remembered, so that a resend finds its outcome.
const FORMS: usize = 16_384;
/// Kibibytes of what is typed that are held at one time, as it comes.
const READING: usize = 256 * 1024;
/// Submissions with files that are sealed at one time: each holds up to 5 MiB and a thread.
const UPLOADS: usize = 64;
/// Text-only submissions that are sealed, or wait for the beat, at one time: each holds 128 KiB and a thread.
const TEXTS: usize = 64;
/// Codenames that are derived at one time: each takes 19 MiB.
const DERIVATIONS: usize = 2;
/// Sign-ins that wait for a derivation, or have one; more are asked to come back.
const WAITING: usize = 256;

/// What the configuration says of one organisation, as its pages tell it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct House {
    /// Whether a report is acknowledged at once, on the codename page (lag 2021:890, 5 kap. 8 § 2).
    pub acknowledge: bool,
    /// The organisation's crest, beside its name.
    pub crest: Option<Crest>,
    /// How to reach the organisation with anything that is no report.
    pub contact: LocalText,
    /// How to report by voice or at a meeting: telephone, address, hours.
    pub other_ways: LocalText,
    /// Who is responsible for the personal data and who the data protection officer is, with ways to reach them.
    pub privacy: LocalText,
    /// Anything more that the organisation wants said before a report.
    pub more: LocalText,
    /// The day on which these texts were last changed.
    pub updated: Option<Day>,
}

impl Default for House {
    fn default() -> Self {
        Self {
            acknowledge: true,
            crest: None,
            contact: LocalText::new(),
            other_ways: LocalText::new(),
            privacy: LocalText::new(),
            more: LocalText::new(),
            updated: None,
        }
    }
}

/// One look at the clocks: the wall's for days, the steady one for how long ago.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// The time of day and year.
    pub wall: SystemTime,
    /// A clock that never jumps.
    pub steady: Instant,
}

impl Moment {
    /// This machine's clocks.
    pub fn now() -> Self {
        Self { wall: SystemTime::now(), steady: Instant::now() }
    }
}

/// What a reception is made of.
pub struct Setup {
    /// The roster in use; none before the first one came.
    pub roster: Option<Roster>,
    /// The open store.
    pub store: Arc<Store>,
    /// The operator's limits.
    pub limits: Limits,
    /// What the configuration says of organisations, by id.
    pub houses: BTreeMap<String, House>,
    /// The languages that the operator added.
    pub languages: BTreeMap<Lang, Language>,
    /// Whether this drop is for trying out: every page says so.
    pub demo: bool,
    /// How long the store's beat makes people wait, at most.
    pub wait: Duration,
    /// On what beat the inbox answers: [`source::pace::BEAT`].
    pub beat: Duration,
    /// Where the time comes from: [`Moment::now`].
    pub now: Arc<dyn Fn() -> Moment + Send + Sync>,
}

/// Where a finished form leads, and the session that it leads into.
#[derive(Clone)]
pub(crate) struct Outcome {
    pub(crate) place: String,
    pub(crate) session: SessionId,
}

/// The source's side of the drop.
pub struct Reception {
    roster: RwLock<Option<Arc<Roster>>>,
    pub(crate) store: Arc<Store>,
    pub(crate) limits: Limits,
    houses: BTreeMap<String, House>,
    languages: BTreeMap<Lang, Language>,
    pub(crate) demo: bool,
    pub(crate) wait: Duration,
    pub(crate) beat: Duration,
    now: Arc<dyn Fn() -> Moment + Send + Sync>,
    reading: Arc<Semaphore>,
    pub(crate) speech: Speech,
    pub(crate) sessions: Sessions<Visit>,
    pub(crate) nonces: Arc<Nonces<Outcome>>,
    pub(crate) watched: Watched,
    pub(crate) uploads: Arc<Semaphore>,
    pub(crate) texts: Arc<Semaphore>,
    pub(crate) derivations: Semaphore,
    pub(crate) waiting: Semaphore,
}

impl Reception {
    /// Opens the reception.
    ///
    /// # Errors
    /// If the program's own texts are damaged, or an added language's incomplete.
    pub fn new(setup: Setup) -> Result<Arc<Self>, SpeechError> {
        let Setup { roster, store, limits, houses, languages, demo, wait, beat, now } = setup;
        let limits = limits.lowered();
        Ok(Arc::new(Self {
            roster: RwLock::new(roster.map(|roster| ready(roster, now().wall))),
            store,
            limits,
            houses,
            demo,
            wait,
            beat,
            now,
            reading: Arc::new(Semaphore::new(READING)),
            speech: language::speech(&languages)?,
            languages,
            sessions: Sessions::new(COOKIE, limits.idle(), SESSIONS),
            nonces: Arc::new(Nonces::new(FORMS, &mut chance())),
            watched: Watched::default(),
            uploads: Arc::new(Semaphore::new(UPLOADS)),
            texts: Arc::new(Semaphore::new(TEXTS)),
            derivations: Semaphore::new(DERIVATIONS),
            waiting: Semaphore::new(WAITING),
        }))
    }

    /// Somebody who came this way; what they may ask for begins anew.
    pub fn visitor(&self, way: Way) -> Arc<Visitor> {
        let now = Arc::clone(&self.now);
        Arc::new(Visitor::new(way, Arc::new(move || now().steady)))
    }

    /// Answers one request, in its turn: the handler for [`sluss_web::conn::converse`].
    pub async fn answer(self: Arc<Self>, request: Request, visitor: Arc<Visitor>) -> Answer {
        visitor.may_ask().await;
        if *request.method() == Method::GET {
            return source::answer(self, request, &visitor).await;
        }
        let _turn = visitor.may_send().await;
        request.body().hold_in(Arc::clone(&self.reading), limits::TYPED);
        source::answer(self, request, &visitor).await
    }

    /// What one conversation may cost: who chose too many bytes is told so, up to twice the limit.
    pub fn bounds(&self) -> Bounds {
        let typed = 2 * limits::TEXT_GIVEN_BACK as u64;
        Bounds { body: self.limits.upload.saturating_mul(2).saturating_add(typed), ..Bounds::default() }
    }

    /// Takes a new roster into use, for every request from now on; it was judged before.
    pub fn take_roster(&self, roster: Roster) {
        let roster = ready(roster, (self.now)().wall);
        *self.roster.write().unwrap_or_else(PoisonError::into_inner) = Some(roster);
    }

    /// Ends sessions that were idle for too long, and draws the decoys that could not be drawn yet: to be called every few
    /// seconds, also when nobody comes.
    pub fn tidy(&self) {
        self.sessions.sweep(self.steady());
        if let (Some(roster), Some(clock)) = (self.roster(), self.clock()) {
            let _ = roster.draw_decoys(clock);
        }
    }

    /// The roster in use.
    pub(crate) fn roster(&self) -> Option<Arc<Roster>> {
        self.roster.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What the configuration says of an organisation; without a word, the defaults.
    pub(crate) fn house(&self, organisation: &str) -> House {
        self.houses.get(organisation).cloned().unwrap_or_default()
    }

    /// A codename in the words of `lang`, or in English ones where it has none.
    pub(crate) fn draw(&self, lang: Lang) -> DrawnCodename {
        let list = self.languages.get(&lang).and_then(Language::words);
        list.map_or_else(
            || DrawnCodename::draw(lang, &mut chance()),
            |list| DrawnCodename::draw_from(list, &mut chance()),
        )
    }

    /// The clock by which days are counted and certs judged; none while this machine's is beyond belief.
    pub(crate) fn clock(&self) -> Option<Clock> {
        Clock::new((self.now)().wall).ok()
    }

    /// The clock by which sessions end.
    pub(crate) fn steady(&self) -> Instant {
        (self.now)().steady
    }
}

/// A roster by which reports can be sealed at once, whoever is left out.
fn ready(roster: Roster, now: SystemTime) -> Arc<Roster> {
    // Without a believable clock nothing is sealed; without randomness whoever is the first to be left out is told.
    let _ = Clock::new(now).map(|clock| roster.draw_decoys(clock));
    Arc::new(roster)
}

/// The system's randomness, and no generator of our own: the state of one would give away, to whoever reads memory
/// later, every codename that it drew before.
pub(crate) fn chance() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}
