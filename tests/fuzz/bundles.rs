//! Bundles: what verifies holds exactly what its manifest names, and the second pass hands out nothing else.

use std::io::Cursor;
use std::sync::LazyLock;

use arbitrary::Arbitrary;
use serde_json::{Value, json};
use sluss_core::bundle::{self, Desk, FORMAT, Item, Manifest, OpenError, Outbound, Return, Verified};
use sluss_core::digest::Digest;

use super::edit::{Edit, edited};
use super::few::{Bytes, Few};
use super::real::{PEOPLE, signed, vector};
use super::tweak::{Tweak, tweak};

/// A bundle that somebody carries in.
#[derive(Debug, Arbitrary)]
pub struct Carried {
    kind: Kind,
    tweaks: Few<Tweak>,
    bodies: Few<Bytes>,
    /// Bodies changed after the manifest named them.
    spoiled: Few<(u8, Few<Edit>)>,
    /// The archive's bytes, changed before it is signed.
    inside: Few<Edit>,
    /// The sealed bytes, changed on the way.
    outside: Few<Edit>,
}

/// The three kinds.
#[derive(Debug, Clone, Copy, Arbitrary)]
pub enum Kind {
    /// Drop → desk.
    Outbound,
    /// Desk → drop.
    Return,
    /// Desk ↔ desk.
    Desk,
}

/// A bundle that verifies is of the drop and of its kind, and unpacks to the bodies that its manifest names, in that
/// order, each under its own digest. One whose sealed bytes were changed verifies as what it was, or not at all.
pub fn holds(carried: &Carried) {
    let (kind, list) = carried.kind.vector();
    match carried.kind {
        Kind::Outbound => carried.holds::<Outbound>(kind, list),
        Kind::Return => carried.holds::<Return>(kind, list),
        Kind::Desk => carried.holds::<Desk>(kind, list),
    }
}

impl Kind {
    /// The kind's frozen manifest, and where its list of bodies stands.
    fn vector(self) -> (&'static Value, &'static str) {
        static MANIFESTS: LazyLock<[Value; 3]> = LazyLock::new(|| {
            [vector!("outbound.json"), vector!("return.json"), vector!("desk.json")]
                .map(|json| serde_json::from_slice(json).unwrap())
        });
        let list = ["submissions", "letters", "entries"];
        (&MANIFESTS[self as usize], list[self as usize])
    }
}

impl Carried {
    fn holds<M: Manifest + PartialEq>(&self, real: &Value, list: &str) {
        let archive = self.archive(real, list);
        let sealed = signed(&archive, &PEOPLE.reserve, &PEOPLE.anna.cert());
        let whole = verify::<M>(&sealed);
        if let Ok(Verified { manifest, signed }) = &whole {
            assert_eq!(signed.by, PEOPLE.reserve.fingerprint());
            assert_eq!(manifest.drop_id(), PEOPLE.roster.drop_id());
            assert_eq!(manifest.format(), FORMAT);
            assert!(unpacked::<M>(&sealed).is_ok());
        }
        let untouched = self.tweaks.is_empty() && self.spoiled.is_empty() && self.inside.is_empty();
        if untouched {
            let verified = whole.as_ref().expect("a good bundle was refused");
            let bodies = unpacked::<M>(&sealed).unwrap();
            assert!(bodies.iter().map(Vec::as_slice).eq(self.bodies.iter().map(|body| &**body)));
            assert_eq!(verified.manifest.items().len(), self.bodies.len());
        }
        if !self.outside.is_empty()
            && let Ok(after) = verify::<M>(&edited(&sealed, &self.outside))
        {
            assert!(whole.is_ok_and(|before| before.manifest == after.manifest), "damage made another bundle");
        }
    }

    /// The archive as a drop or desk would make it, then changed.
    fn archive(&self, real: &Value, list: &str) -> Vec<u8> {
        let mut manifest = real.clone();
        manifest["echoes"] = json!([]);
        let items = self.bodies.iter().map(|body| {
            let mut item = real[list][0].clone();
            (item["digest"], item["length"]) = (json!(Digest::of(body)), json!(body.len()));
            item
        });
        manifest[list] = items.collect();
        tweak(&mut manifest, &self.tweaks);
        let mut tar = tar::Builder::new(Vec::new());
        append(&mut tar, "manifest.json", &serde_json::to_vec(&manifest).unwrap());
        for (at, body) in self.bodies.iter().enumerate() {
            let spoiled = self.spoiled.iter().filter(|(place, _)| usize::from(*place) % self.bodies.len() == at);
            let carried = spoiled.fold(body.to_vec(), |body, (_, edits)| edited(&body, edits));
            append(&mut tar, &Digest::of(body).to_string(), &carried);
        }
        edited(&tar.into_inner().unwrap(), &self.inside)
    }
}

fn append(tar: &mut tar::Builder<Vec<u8>>, name: &str, content: &[u8]) {
    let mut header = tar::Header::new_ustar();
    header.set_size(content.len() as u64);
    header.set_mode(0o600);
    tar.append_data(&mut header, name, content).unwrap();
}

fn verify<M: Manifest>(sealed: &[u8]) -> Result<Verified<M>, OpenError> {
    bundle::verify(sealed, &PEOPLE.anna, &[&PEOPLE.reserve.cert()], PEOPLE.roster.drop_id())
}

/// All bodies, each compared with what its item says of it.
fn unpacked<M: Manifest>(sealed: &[u8]) -> Result<Vec<Vec<u8>>, OpenError> {
    let mut bodies = Vec::new();
    let take = |item: &Item, content: &mut dyn std::io::Read| {
        let mut body = Vec::new();
        content.read_to_end(&mut body).map_err(OpenError::Io)?;
        assert_eq!((Digest::of(&body), body.len() as u64), (item.digest, item.length));
        bodies.push(body);
        Ok(())
    };
    bundle::unpack::<M>(Cursor::new(sealed), &PEOPLE.anna, &[&PEOPLE.reserve.cert()], take)?;
    Ok(bodies)
}
