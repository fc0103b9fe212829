//! Registering a report that was told, and showing its source's codename once.

use sluss_core::day::Day;
use sluss_core::lang::Lang;
use sluss_core::limits;
use sluss_core::roster::in_lang;
use sluss_core::secret::Secret;
use sluss_web::conn::Answer;
use sluss_web::form::Fields;
use sluss_web::maud::{Markup, html};
use sluss_web::page::Keeping;

use super::letter::WORD;
use super::shell::{Asked, Place, Visit};
use super::{case, clock, key};
use crate::asked::{TOLD, WAYS, answer_of};
use crate::desk::Office;
use crate::oral::{self, OralError, Record};
use crate::say::Explain as _;

/// What the form offers: organisations and people, by their ids.
struct Offered {
    organisations: Vec<(String, String)>,
    people: Vec<(String, String)>,
}

impl Offered {
    /// Whoever writes it down reads it, and so does the reserve.
    fn of(office: &Office, own: &str, lang: Lang) -> Self {
        let edition = office.roster.edition();
        let organisations = edition.organisations.iter().filter(|known| known.recipients.iter().any(|id| id == own));
        let members = office.roster.members().iter().filter(|member| !member.is_reserve());
        let people = members.map(|member| member.person()).filter(|person| person.id != own);
        Self {
            organisations: organisations
                .map(|known| (known.id.clone(), in_lang(&known.name, lang).to_owned()))
                .collect(),
            people: people.map(|person| (person.id.clone(), format!("{}, {}", person.name, person.firm))).collect(),
        }
    }
}

/// The page on which a report is written down.
pub(super) async fn write(visit: &Visit, typed: &Fields, trouble: Option<&str>) -> Answer {
    let offered = visit.face.with_desk(visit.lang(), |desk, voice| {
        let office = desk.office().map_err(|error| error.explain(voice))?;
        let own = office.roster.writer(desk.tsk().fingerprint()).map_or("", |person| person.id.as_str());
        Ok::<_, String>(Offered::of(office, own, voice.lang()))
    });
    let (voice, title) = (visit.voice(), visit.voice().say("oral-title"));
    let offered = match offered.await {
        None => return key::locked(visit, &key::carried(typed, "", "oral"), None),
        Some(Err(trouble)) => {
            return visit.shown(&title, Some(Place::Cases), Some(&trouble), &html! {}, Keeping::Nothing);
        }
        Some(Ok(offered)) => offered,
    };
    let main = html! {
        p { (voice.say("oral-what")) }
        p { (voice.say("oral-consent")) }
        (visit.form("oral/keep", &form(visit, &offered, typed)))
    };
    visit.shown(&title, Some(Place::Cases), trouble, &main, Keeping::Typed)
}

fn form(visit: &Visit, offered: &Offered, typed: &Fields) -> Markup {
    let voice = visit.voice();
    let fresh = typed.iter().next().is_none();
    let today = clock(voice).map(|clock| clock.today().to_string()).unwrap_or_default();
    let day = if fresh { &today } else { typed.one("day") };
    let language = Lang::own(typed.one("language")).unwrap_or_else(|| visit.lang());
    let most = [("most", limits::TEXT.into()), ("words", (limits::TEXT / WORD / 1_000 * 1_000).into())];
    html! {
        label for="oral-organisation" { (voice.say("column-organisation")) }
        select id="oral-organisation" name="organisation" {
            @for (id, name) in &offered.organisations {
                option value=(id) selected[typed.one("organisation") == id] { (name) }
            }
        }
        fieldset {
            legend { (voice.say("asked-told")) }
            @for way in WAYS {
                label.tick { input type="radio" name="way" value=(way) checked[typed.one("way") == way || (fresh && Some(&way) == WAYS.first())]; span { (answer_of(TOLD, way, voice)) } }
            }
        }
        label for="oral-day" { (voice.say("oral-day")) }
        span.hint id="oral-day-hint" { (voice.say("oral-day-hint")) }
        input type="text" id="oral-day" name="day" value=(day) aria-describedby="oral-day-hint" autocomplete="off" spellcheck="false";
        fieldset {
            legend { (voice.say("oral-language")) }
            @for (lang, id) in [(Lang::Sv, "language-sv"), (Lang::En, "language-en")] {
                label.tick { input type="radio" name="language" value=(lang) checked[lang == language]; span { (voice.say(id)) } }
            }
        }
        @if !offered.people.is_empty() {
            fieldset {
                legend { (voice.say("oral-excluded")) }
                span.hint { (voice.say("oral-excluded-hint")) }
                @for (id, name) in &offered.people {
                    label.tick { input type="checkbox" name="excluded" value=(id) checked[typed.all("excluded").any(|one| one == id)]; span { (name) } }
                }
            }
        }
        label for="oral-text" { (voice.say("oral-text")) }
        span.hint id="oral-text-hint" { (voice.say_with("oral-text-hint", &most)) }
        textarea.long id="oral-text" name="text" aria-describedby="oral-text-hint" dir="auto" { "\n" (typed.one("text")) }
        label.tick { input type="checkbox" name="acknowledged" value="yes" checked[fresh || typed.one("acknowledged") == "yes"]; span { (voice.say("oral-acknowledged")) } }
        p.actions {
            button { (voice.say("oral-keep")) }
            a href=(visit.href("cases")) { (voice.say("back")) }
        }
    }
}

fn record(typed: &Fields, lang: Lang) -> Result<Record, OralError> {
    Ok(Record {
        organisation: typed.one("organisation").to_owned(),
        way: typed.one("way").to_owned(),
        day: typed.one("day").trim().parse::<Day>().map_err(|_| OralError::Day)?,
        language: Lang::own(typed.one("language")).unwrap_or(lang),
        excluded: typed.all("excluded").map(str::to_owned).collect(),
        acknowledged: typed.one("acknowledged") == "yes",
        text: Secret::new(typed.one("text").to_owned()),
    })
}

/// Registers it, and leads to the codename.
pub(super) async fn keep(visit: &Visit) -> Answer {
    let taken = match visit.take("oral/keep").await {
        Ok(taken) => taken,
        Err(answer) => return answer,
    };
    let (voice, lang) = (visit.voice(), visit.lang());
    let asked = match (taken.fresh(voice), clock(voice)) {
        (Err(trouble), _) | (_, Err(trouble)) => Err(trouble),
        (Ok(()), Ok(clock)) => {
            let record = record(&taken.fields, lang);
            let registered = visit.face.with_desk(lang, move |desk, voice| {
                let registered = record.and_then(|record| oral::register(desk, &record, clock, &mut rand::rng()));
                registered.map_err(|error| error.explain(voice))
            });
            match registered.await {
                None => return key::locked(visit, &key::carried(&taken.fields, "", "oral"), None),
                Some(registered) => registered,
            }
        }
    };
    match taken.settle(asked.map(|case| visit.href(&format!("case/{case}/codename")))) {
        Ok(answer) => answer,
        Err((typed, trouble)) => write(visit, &typed, Some(&trouble)).await,
    }
}

/// Shows the codename, as long as nobody said that its source has it.
pub(super) async fn codename(visit: &Visit, number: &str) -> Answer {
    let asked = number.to_owned();
    let told = visit.face.with_desk(visit.lang(), move |desk, voice| {
        let office = desk.office().map_err(|error| error.explain(voice))?;
        let case = office.casebook.case(&asked).map_err(|error| error.explain(voice))?;
        let words = oral::codename(desk, &case.number()).map(|codename| Secret::new(codename.words().join(" ")));
        Ok::<_, String>((words, office.roster.edition().onion.first().cloned().unwrap_or_default()))
    });
    let (words, onion) = match told.await {
        None => return key::locked(visit, &Fields::default(), None),
        Some(Err(trouble)) => return case::show(visit, number, &Fields::default(), Some(&trouble)).await,
        Some(Ok(told)) => told,
    };
    let voice = visit.voice();
    let address = format!("http://{onion}/{}/inbox", visit.lang().as_str());
    let main = html! {
        @if let Some(words) = &words {
            ol.words translate="no" { @for word in words.expose().split(' ') { li { (word) } } }
            p { strong { (voice.say("codename-once")) } }
            p { (voice.say("codename-how")) }
            p { (voice.say("codename-where")) " " span.mono { (address) } }
            (visit.form(&format!("case/{number}/codename"), &html! { p.actions { button { (voice.say("codename-handed")) } } }))
        } @else {
            p { (voice.say("codename-gone")) }
            p { a.button href=(visit.href(&format!("case/{number}"))) { (voice.say("back")) } }
        }
    };
    let title = voice.say_with("codename-title", &[("number", number.into())]);
    visit.shown(&title, Some(Place::Cases), None, &main, Keeping::Nothing)
}

/// Forgets a codename that its source has.
pub(super) async fn handed_over(visit: &Visit, number: &str) -> Answer {
    let (action, next, case) = (format!("case/{number}/codename"), format!("case/{number}"), number.to_owned());
    let asked = visit.ask(&action, &next, |_| {
        move |desk, voice, _| {
            oral::forget_codename(desk, &case);
            Ok(vec![voice.say("codename-forgotten")])
        }
    });
    match asked.await {
        Asked::Answered(answer) => answer,
        Asked::Locked(_) => key::locked(visit, &Fields::default(), None),
        Asked::Refused(_, trouble) => case::show(visit, number, &Fields::default(), Some(&trouble)).await,
    }
}
