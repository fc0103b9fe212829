//! Whose cert will soon be of no use: said in time for a new key and a new edition.
//!
//! Protects against a form that closes because nobody renewed a cert. Certs that a desk makes never expire; those brought
//! along may. It goes by this machine's clock, or the roster's day if that is later: a clock that stopped reminds too late.

use sluss_core::cert::{Cert, Fingerprint};
use sluss_core::day::{Clock, Day};
use sluss_core::roster::Roster;

/// Days ahead of a cert's last one from which it is told: a new edition takes people weeks.
const AHEAD: i32 = 60;

/// A cert of the roster that soon ends, or has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// Whose it is.
    pub whose: Whose,
    /// The last day on which it can be used.
    pub last: Day,
}

/// Whose cert it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// The desk's owner's.
    Own,
    /// That of another person in the roster, the reserve too; their name.
    Person(String),
    /// The drop's.
    Drop,
}

/// The certs of `roster` that end within 60 days or have ended, the soonest first. `own` is the owner's.
pub fn ending(roster: &Roster, own: Fingerprint, clock: Clock) -> Vec<Ending> {
    // A clock that stopped is at least as late as the roster.
    let (clock, today) = (clock.not_before(roster.edition().day), clock.today().max(roster.edition().day));
    let people = roster.members().iter().map(|member| {
        let is_own = member.cert().fingerprint() == own;
        (member.cert(), if is_own { Whose::Own } else { Whose::Person(member.person().name.clone()) })
    });
    let soon = |(cert, whose): (&Cert, Whose)| {
        let last = cert.expires(clock)?;
        (last.since(today) <= AHEAD).then_some(Ending { whose, last })
    };
    let mut ending: Vec<Ending> = people.chain([(roster.drop_cert(), Whose::Drop)]).filter_map(soon).collect();
    ending.sort_by_key(|ending| ending.last);
    ending
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::testing::{House, day, with_ending_certs};

    fn clock(day: &str) -> Clock {
        Clock::new(day.parse::<Day>().unwrap().instant() + Duration::from_secs(12 * 3600)).unwrap()
    }

    #[test]
    fn sixty_days_ahead_it_is_told_whose_cert_ends() {
        let house = House::new();
        let own = house.tsk("anna").fingerprint();
        assert_eq!(ending(&house.roster, own, clock("2099-12-31")), [], "certs that a desk makes never expire");

        let roster = with_ending_certs(&house, day());
        assert_eq!(ending(&roster, own, clock("2026-12-29")), []);
        let last = "2027-02-28".parse().unwrap();
        let person = Ending { whose: Whose::Person("cilla Ek".to_owned()), last };
        let drop = Ending { whose: Whose::Drop, last };
        for day in ["2026-12-30", "2027-02-28", "2028-01-01"] {
            assert_eq!(ending(&roster, own, clock(day)), [person.clone(), drop.clone()], "{day}");
        }
        let theirs = roster.member("cilla").unwrap().cert().fingerprint();
        assert_eq!(ending(&roster, theirs, clock("2027-01-01")), [Ending { whose: Whose::Own, last }, drop.clone()]);

        // The clock stopped before anything was made; the roster did not.
        let roster = with_ending_certs(&house, "2027-01-15".parse().unwrap());
        assert_eq!(ending(&roster, own, clock("2020-01-01")), [person, drop]);
    }
}
