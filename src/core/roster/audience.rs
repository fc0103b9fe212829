//! Who reads one submission.
//!
//! Protects: at least two people read it, the reserve cannot be left out, and whoever was left out has a slot that looks
//! like any other and opens for nobody.

use std::collections::BTreeSet;

use super::{Member, Roster};
use crate::cert::{Cert, Fingerprint, Kind, Slot};
use crate::day::Clock;
use crate::digest::Digest;

impl Roster {
    /// The ids of those of `organisation`'s recipients, in the edition with this digest, who were not in `audience`; none
    /// if there is no such edition.
    pub fn left_out(&self, organisation: &str, edition: Digest, audience: &[Fingerprint]) -> Option<BTreeSet<String>> {
        let at = self.digests.iter().position(|digest| *digest == edition)?;
        let edition = self.file.editions().ok()?.into_iter().nth(at)?;
        let recipients = edition.organisations.into_iter().find(|one| one.id == organisation)?.recipients;
        let reads = |id: &String| {
            let cert = edition.people.iter().find(|person| person.id == *id).map(|person| &person.cert);
            let cert = cert.and_then(|armored| Cert::from_bytes(armored.as_bytes()).ok());
            cert.is_some_and(|cert| audience.contains(&cert.fingerprint()))
        };
        Some(recipients.into_iter().filter(|id| !reads(id)).collect())
    }

    /// Who reads a submission to `organisation` when the people with ids `excluded` must not.
    pub fn audience(
        &self,
        organisation: &str,
        excluded: &BTreeSet<String>,
        clock: Clock,
    ) -> Result<Audience, AudienceError> {
        let organisation = self.organisation(organisation).ok_or(AudienceError::UnknownOrganisation)?;
        let clock = clock.not_before(self.edition.day);
        let members = self.recipients(organisation).into_iter();
        let usable: Vec<_> =
            members.filter_map(|member| member.cert.slot(clock).ok().map(|slot| (member, slot))).collect();
        let left_out = |member: &Member| excluded.contains(&member.person.id);
        if usable.iter().any(|(member, _)| left_out(member) && member.is_reserve()) {
            return Err(AudienceError::Reserve);
        }
        let readers: Vec<_> = usable.iter().filter(|(member, _)| !left_out(member)).collect();
        let readers: Vec<Fingerprint> = readers.iter().map(|(member, _)| member.cert.fingerprint()).collect();
        match (usable.len(), readers.len()) {
            (0 | 1, _) => Err(AudienceError::Closed),
            (_, 0 | 1) => Err(AudienceError::TooFew),
            _ => {
                let slot = |(member, slot): (&Member, Slot)| {
                    if left_out(member) { member.decoy(&slot) } else { Ok(slot) }
                };
                let slots = usable.into_iter().map(slot).collect::<Result<_, _>>();
                Ok(Audience {
                    drop_id: self.drop_id(),
                    roster: self.digest,
                    organisation: organisation.id.clone(),
                    slots: slots.map_err(|_| AudienceError::Closed)?,
                    readers,
                })
            }
        }
    }
}

/// Why a report has no audience.
#[derive(Debug, Clone, Copy, thiserror::Error, PartialEq, Eq)]
pub enum AudienceError {
    /// The drop does not serve it.
    #[error("no such organisation")]
    UnknownOrganisation,
    /// The reserve cannot be left out.
    #[error("the reserve cannot be left out")]
    Reserve,
    /// Fewer than two would remain.
    #[error("fewer than two recipients would remain")]
    TooFew,
    /// The organisation itself has fewer than two usable recipients.
    #[error("the organisation has fewer than two usable recipients")]
    Closed,
}

/// The recipients of one submission: at least two, the reserve among them, and a slot for each who was left out.
#[derive(Debug, Clone)]
pub struct Audience {
    pub(crate) drop_id: Digest,
    pub(crate) roster: Digest,
    pub(crate) organisation: String,
    pub(crate) slots: Vec<Slot>,
    pub(crate) readers: Vec<Fingerprint>,
}

impl Audience {
    /// The organisation it reads for.
    pub fn organisation(&self) -> &str {
        &self.organisation
    }

    /// Those who can open it.
    pub fn readers(&self) -> &[Fingerprint] {
        &self.readers
    }

    /// What kind of secrecy all slots together give: one classic slot makes all of it classic.
    pub fn kind(&self) -> Kind {
        if self.slots.iter().any(Slot::is_classic) { Kind::Classic } else { Kind::PostQuantum }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::fixture::{House, clock};

    /// An investigator must not learn by how long it takes whether somebody has left them out before.
    #[test]
    fn no_decoy_is_drawn_while_somebody_waits() {
        let house = House::new(&["bertil"]);
        let drawn = || house.roster.members().iter().filter(|member| member.decoy.get().is_some()).count();
        let too_few = BTreeSet::from(["anna", "bertil", "cilla"].map(str::to_owned));
        let refused = house.roster.audience("lillaedet", &too_few, clock());
        assert_eq!((refused.err(), drawn()), (Some(AudienceError::TooFew), 0), "whoever is refused had them drawn");
        house.roster.draw_decoys(clock()).unwrap();
        assert_eq!(drawn(), house.roster.members().len());
        let before: Vec<_> = house.roster.members().iter().map(|member| member.decoy.get().cloned()).collect();
        house.audience(&["anna"]);
        let after: Vec<_> = house.roster.members().iter().map(|member| member.decoy.get().cloned()).collect();
        assert!(before == after, "another one was drawn");
    }
}
