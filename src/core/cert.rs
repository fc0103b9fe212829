//! Certs, TSKs and their fingerprints: the only place that makes or judges keys.
//!
//! Protects: keys are made one way, secret keys never leave unlocked and never print, and a key is used only while its
//! cert is valid. It does not decide whom to trust: the roster does.

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use data_encoding::{HEXLOWER, HEXUPPER};
use openpgp::Packet;
use openpgp::cert::{CertBuilder, CipherSuite, Preferences};
use openpgp::crypto::{Password, S2K};
use openpgp::packet::key::{Key4, PublicParts, SecretParts, UnspecifiedRole};
use openpgp::packet::{Key, key};
use openpgp::parse::Parse;
use openpgp::policy::StandardPolicy;
use openpgp::serialize::MarshalInto;
use openpgp::serialize::stream::Recipient;
use openpgp::types::{
    AEADAlgorithm, Features, HashAlgorithm, KeyFlags, PublicKeyAlgorithm, PublicKeyAlgorithmSpecification,
    SymmetricAlgorithm,
};
use openpgp::{KeyHandle, Profile};
use rand::{CryptoRng, RngExt};
use sequoia_openpgp as openpgp;
use serde::{Deserialize, Serialize};

use crate::day::{Clock, Day};
use crate::secret::Secret;

/// What Sequoia accepts as sound: its standard policy, unchanged.
pub(crate) static POLICY: StandardPolicy<'static> = StandardPolicy::new();

/// A v4 fingerprint: 20 bytes, written as 40 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Fingerprint([u8; 20]);

impl Fingerprint {
    /// The fingerprint with these bytes.
    pub fn from_bytes(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// The fingerprint of Sequoia's cert, which must be v4.
    pub(crate) fn of(cert: &openpgp::Cert) -> Self {
        let mut bytes = [0; 20];
        for (to, from) in bytes.iter_mut().zip(cert.fingerprint().as_bytes()) {
            *to = *from;
        }
        Self(bytes)
    }

    /// Its 20 bytes.
    pub fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }

    /// In groups of four digits, for comparing by eye; over the telephone its [`words`](Self::words) are easier.
    pub fn grouped(&self) -> String {
        let digits = HEXUPPER.encode(&self.0);
        let groups: Vec<&str> = (0..digits.len()).step_by(4).filter_map(|at| digits.get(at..at + 4)).collect();
        groups.join(" ")
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXUPPER.encode(&self.0))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Fingerprint {
    type Err = CertError;

    fn from_str(text: &str) -> Result<Self, CertError> {
        let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let bytes = HEXLOWER.decode(digits.to_ascii_lowercase().as_bytes()).map_err(|_| CertError::Malformed)?;
        Ok(Self(bytes.try_into().map_err(|_| CertError::Malformed)?))
    }
}

impl TryFrom<String> for Fingerprint {
    type Error = CertError;

    fn try_from(text: String) -> Result<Self, CertError> {
        text.parse()
    }
}

impl From<Fingerprint> for String {
    fn from(fingerprint: Fingerprint) -> Self {
        fingerprint.to_string()
    }
}

/// Which keys a cert has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Ed25519 signs, ML-KEM-768+X25519 encrypts: what is sealed stays sealed to a quantum computer, signatures do not.
    PostQuantum,
    /// Ed25519 signs, Curve25519 encrypts: stock gpg opens it too.
    Classic,
}

/// Why a cert or TSK cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum CertError {
    /// Not an OpenPGP cert or fingerprint.
    #[error("not an OpenPGP v4 cert: export it again")]
    Malformed,
    /// A secret key where a cert belongs.
    #[error("this holds a secret key: export the cert alone, and treat the key as seen by others")]
    Secret,
    /// A cert where a TSK belongs.
    #[error("this holds no secret key: the TSK is needed")]
    NoSecret,
    /// Revoked, expired, or without a key to sign or encrypt.
    #[error("the cert is expired or revoked, or has no key to sign and encrypt: renew it")]
    Unusable,
    /// The passphrase or key does not unlock the TSK.
    #[error("the passphrase does not fit: try again")]
    Passphrase,
    /// The crypto library failed.
    #[error("the key could not be made: the system's randomness or memory failed")]
    Failed,
}

/// A cert: public keys alone. In JSON it is armored.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cert(openpgp::Cert);

impl Cert {
    /// Reads one cert, armored or binary; refuses a TSK.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CertError> {
        let cert = parse_v4(bytes)?;
        if cert.is_tsk() { Err(CertError::Secret) } else { Ok(Self(cert)) }
    }

    /// The cert, armored, without comments.
    pub fn armored(&self) -> String {
        let bytes = self.0.armored().to_vec().unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        text.lines().filter(|line| !line.starts_with("Comment:")).map(|line| format!("{line}\n")).collect()
    }

    /// The cert's fingerprint.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.0)
    }

    /// Post-quantum if its newest encryption key is.
    pub fn kind(&self) -> Kind {
        let hybrid = self.0.keys().subkeys().any(|ka| ka.key().pk_algo() == PublicKeyAlgorithm::MLKEM768_X25519);
        if hybrid { Kind::PostQuantum } else { Kind::Classic }
    }

    /// Whether it can sign and be sealed to at `clock`.
    pub fn usable(&self, clock: Clock) -> Result<(), CertError> {
        let valid = self.0.with_policy(&POLICY, clock.latest()).map_err(|_| CertError::Unusable)?;
        valid.alive().map_err(|_| CertError::Unusable)?;
        let signs = valid.keys().supported().alive().revoked(false).for_signing().next().is_some();
        if signs { self.slot(clock).map(drop) } else { Err(CertError::Unusable) }
    }

    /// The last whole day on which it can be used, if it has one: its primary key, all that sign or all that open end on the
    /// next. One that has ended tells it too; one without a sound binding at `clock` tells none.
    pub fn expires(&self, clock: Clock) -> Option<Day> {
        let valid = self.0.with_policy(&POLICY, clock.latest()).ok()?;
        let keys = || valid.keys().supported().revoked(false);
        let signing = last(keys().for_signing().map(|ka| ka.key_expiration_time()));
        let opening = keys().for_transport_encryption().for_storage_encryption();
        let opening = last(opening.map(|ka| ka.key_expiration_time()));
        let ends = [valid.primary_key().key_expiration_time(), signing, opening].into_iter().flatten().min()?;
        Some(Day::of(ends).ok()?.plus_days(-1))
    }

    /// The user id that a person would call it by, if it has one.
    pub fn label(&self) -> Option<String> {
        self.0.userids().next().map(|user| String::from_utf8_lossy(user.userid().value()).into_owned())
    }

    /// Sequoia's cert.
    pub(crate) fn inner(&self) -> &openpgp::Cert {
        &self.0
    }

    /// The one key to seal to at `clock`: the newest encryption key that is valid.
    pub(crate) fn slot(&self, clock: Clock) -> Result<Slot, CertError> {
        let valid = self.0.with_policy(&POLICY, clock.latest()).map_err(|_| CertError::Unusable)?;
        valid.alive().map_err(|_| CertError::Unusable)?;
        if matches!(valid.revocation_status(), openpgp::types::RevocationStatus::Revoked(_)) {
            return Err(CertError::Unusable);
        }
        let newest = valid
            .keys()
            .supported()
            .alive()
            .revoked(false)
            .for_transport_encryption()
            .for_storage_encryption()
            .max_by_key(|ka| ka.key().creation_time())
            .ok_or(CertError::Unusable)?;
        let features = valid.features().unwrap_or_else(Features::empty);
        let handle =
            if features.supports_seipdv2() { newest.key().fingerprint().into() } else { newest.key().keyid().into() };
        Ok(Slot { key: newest.key().clone().role_into_unspecified(), handle, features })
    }
}

impl From<Cert> for String {
    fn from(cert: Cert) -> Self {
        cert.armored()
    }
}

impl TryFrom<String> for Cert {
    type Error = CertError;

    fn try_from(armored: String) -> Result<Self, CertError> {
        Self::from_bytes(armored.as_bytes())
    }
}

impl fmt::Debug for Cert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cert({})", self.fingerprint())
    }
}

/// One PKESK to be made: the key it is sealed to and the id it carries. For one who is left out they differ.
#[derive(Debug, Clone)]
pub(crate) struct Slot {
    pub(crate) key: Key<PublicParts, UnspecifiedRole>,
    handle: KeyHandle,
    features: Features,
}

impl Slot {
    /// Sequoia's recipient for it.
    pub(crate) fn recipient(&self) -> Recipient<'_> {
        Recipient::new(self.features.clone(), self.handle.clone(), &self.key)
    }

    /// Whether its owner's software knows SEIPDv2.
    pub(crate) fn takes_v2(&self) -> bool {
        self.features.supports_seipdv2()
    }

    /// Whether stock gpg's algorithms suffice for it.
    pub(crate) fn is_classic(&self) -> bool {
        self.key.pk_algo() != PublicKeyAlgorithm::MLKEM768_X25519
    }

    /// The same slot sealed to `decoy`: it looks the same and opens for nobody.
    pub(crate) fn sealed_to(&self, decoy: &Key<PublicParts, UnspecifiedRole>) -> Self {
        Self { key: decoy.clone(), handle: self.handle.clone(), features: self.features.clone() }
    }

    /// A throw-away key of the same algorithm and size, whose secret half is gone at return. RSA takes 0.3 s: keep it.
    pub(crate) fn decoy(&self) -> Result<Key<PublicParts, UnspecifiedRole>, CertError> {
        #[allow(deprecated, reason = "v4 certs carry these algorithms")]
        let made: openpgp::Result<Key4<SecretParts, UnspecifiedRole>> = match self.key.pk_algo() {
            PublicKeyAlgorithm::MLKEM768_X25519 => Key4::generate_mlkem768_x25519(),
            PublicKeyAlgorithm::X25519 => Key4::generate_x25519(),
            PublicKeyAlgorithm::X448 => Key4::generate_x448(),
            PublicKeyAlgorithm::RSAEncryptSign | PublicKeyAlgorithm::RSAEncrypt => {
                Key4::generate_rsa(self.key.mpis().bits().unwrap_or(3072))
            }
            PublicKeyAlgorithm::ECDH => match self.key.mpis() {
                openpgp::crypto::mpi::PublicKey::ECDH { curve, .. } => Key4::generate_ecc(false, curve.clone()),
                _ => return Err(CertError::Unusable),
            },
            _ => return Err(CertError::Unusable),
        };
        let key: Key<SecretParts, UnspecifiedRole> = made.map_err(|_| CertError::Failed)?.into();
        Ok(key.take_secret().0)
    }
}

/// A cert with its secret keys, unlocked. Never serialised but locked.
#[derive(Clone)]
pub struct Tsk(openpgp::Cert);

impl Tsk {
    /// Makes a TSK as of the first instant of `day`. Without `user_id` stock gpg cannot import its cert.
    pub fn generate(kind: Kind, user_id: Option<&str>, day: Day) -> Result<Self, CertError> {
        let mut features = Features::empty().set_seipdv1();
        let mut builder = CertBuilder::new()
            .set_profile(Profile::RFC4880)
            .map_err(|_| CertError::Failed)?
            .set_cipher_suite(CipherSuite::Cv25519);
        if kind == Kind::PostQuantum {
            features = features.set_seipdv2();
            builder = builder.set_encryption_algorithm(PublicKeyAlgorithmSpecification::mlkem768_x25519());
        }
        builder = builder
            .set_features(features)
            .map_err(|_| CertError::Failed)?
            .set_primary_key_flags(KeyFlags::empty().set_certification().set_signing())
            .set_creation_time(day.instant())
            .add_subkey(KeyFlags::empty().set_transport_encryption().set_storage_encryption(), None, None);
        if let Some(user_id) = user_id {
            builder = builder.add_userid(user_id);
        }
        builder.generate().map(|(cert, _)| Self(cert)).map_err(|_| CertError::Failed)
    }

    /// Its cert.
    pub fn cert(&self) -> Cert {
        Cert(self.0.clone().strip_secret_key_material())
    }

    /// Its fingerprint.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.0)
    }

    /// Whether it has the same cert and, unlocked, the same secret keys.
    pub fn equals(&self, other: &Self) -> bool {
        let secrets = |tsk: &Self| -> Vec<_> {
            tsk.0.keys().secret().map(|ka| (ka.key().fingerprint(), ka.key().secret().clone())).collect()
        };
        self.cert() == other.cert() && secrets(self) == secrets(other)
    }

    /// Locks it with 256 bits that need no stretching: iterated S2K at its minimum, AES-256-OCB. Binary.
    pub fn lock(&self, key: &Secret<[u8; 32]>) -> Result<Vec<u8>, CertError> {
        let s2k = S2K::new_iterated(HashAlgorithm::SHA256, 1024).map_err(|_| CertError::Failed)?;
        self.locked(&key_password(key), &s2k, Some(AEADAlgorithm::OCB), false)
    }

    /// Locks it with a passphrase: Argon2id (RFC 9106's first choice scaled to 512 MiB, t = 3, p = 4), AES-256-OCB. Armored.
    pub fn lock_with_passphrase(
        &self,
        passphrase: &Secret<String>,
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<u8>, CertError> {
        let s2k = S2K::Argon2 { salt: rng.random(), t: 3, p: 4, m: 19 };
        self.locked(&Password::from(passphrase.expose().as_str()), &s2k, Some(AEADAlgorithm::OCB), true)
    }

    /// Locks it so that stock gpg imports it: iterated S2K at its maximum, CFB. Armored. Only classic keys are of use there.
    pub fn lock_for_gpg(&self, passphrase: &Secret<String>) -> Result<Vec<u8>, CertError> {
        let s2k = S2K::new_iterated(HashAlgorithm::SHA256, 0x3e0_0000).map_err(|_| CertError::Failed)?;
        self.locked(&Password::from(passphrase.expose().as_str()), &s2k, None, true)
    }

    /// Unlocks what [`Tsk::lock`] made.
    pub fn unlock(bytes: &[u8], key: &Secret<[u8; 32]>) -> Result<Self, CertError> {
        Self::unlocked(bytes, &key_password(key))
    }

    /// Unlocks a TSK, armored or binary, locked with a passphrase by us or by gpg; one that is not locked at all is refused.
    pub fn unlock_with_passphrase(bytes: &[u8], passphrase: &Secret<String>) -> Result<Self, CertError> {
        Self::unlocked(bytes, &Password::from(passphrase.expose().as_str()))
    }

    /// The newest instant among its bindings: nothing signed may carry an earlier one, or it verifies nowhere.
    pub(crate) fn signing_time(&self, day: Day) -> SystemTime {
        let newest = self.0.keys().flat_map(|ka| {
            let bindings: Vec<SystemTime> =
                ka.self_signatures().filter_map(|sig| sig.signature_creation_time()).collect();
            bindings
        });
        newest.fold(day.instant(), SystemTime::max)
    }

    /// A signing key that is valid at `time`.
    pub(crate) fn signer(&self, time: SystemTime) -> Result<openpgp::crypto::KeyPair, CertError> {
        let ka = self
            .0
            .keys()
            .with_policy(&POLICY, time)
            .supported()
            .alive()
            .revoked(false)
            .for_signing()
            .unencrypted_secret()
            .next()
            .ok_or(CertError::Unusable)?;
        ka.key().clone().into_keypair().map_err(|_| CertError::Unusable)
    }

    /// Sequoia's cert.
    pub(crate) fn inner(&self) -> &openpgp::Cert {
        &self.0
    }

    fn locked(
        &self,
        password: &Password,
        s2k: &S2K,
        aead: Option<AEADAlgorithm>,
        armored: bool,
    ) -> Result<Vec<u8>, CertError> {
        let cert = self.map_secrets(|key, secret| {
            secret
                .encrypt_with(key, s2k.clone(), SymmetricAlgorithm::AES256, aead, password)
                .map_err(|_| CertError::Failed)
        })?;
        let tsk = cert.as_tsk();
        if armored { tsk.armored().to_vec() } else { tsk.to_vec() }.map_err(|_| CertError::Failed)
    }

    fn unlocked(bytes: &[u8], password: &Password) -> Result<Self, CertError> {
        let cert = parse_v4(bytes)?;
        if !cert.is_tsk() {
            return Err(CertError::NoSecret);
        }
        Self(cert)
            .map_secrets(|key, secret| match secret {
                // What lay about unlocked was nobody's secret.
                key::SecretKeyMaterial::Unencrypted(_) => Err(CertError::Passphrase),
                locked @ key::SecretKeyMaterial::Encrypted(_) => {
                    locked.decrypt(key, password).map_err(|_| CertError::Passphrase)
                }
            })
            .map(Self)
    }

    /// The cert with each secret key replaced by what `change` makes of it.
    fn map_secrets(
        &self,
        change: impl Fn(
            &Key<SecretParts, UnspecifiedRole>,
            key::SecretKeyMaterial,
        ) -> Result<key::SecretKeyMaterial, CertError>,
    ) -> Result<openpgp::Cert, CertError> {
        let mut packets: Vec<Packet> = Vec::new();
        for ka in self.0.keys().secret() {
            let key = ka.key().clone();
            let changed = change(&key, key.secret().clone())?;
            let (public, _) = key.take_secret();
            let (key, _) = public.add_secret(changed);
            packets.push(if ka.key().fingerprint() == self.0.fingerprint() {
                key.role_into_primary().into()
            } else {
                key.role_into_subordinate().into()
            });
        }
        self.0.clone().insert_packets(packets).map(|(cert, _)| cert).map_err(|_| CertError::Failed)
    }
}

impl fmt::Debug for Tsk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tsk({})", self.fingerprint())
    }
}

/// The day before `day`: a drop's birthday, on which every source's cert is created, for "now" would date the source.
pub fn birthday_before(day: Day) -> Day {
    day.plus_days(-1)
}

/// When the last of several ends; none, if one of them does not, or there are none.
fn last(ends: impl Iterator<Item = Option<SystemTime>>) -> Option<SystemTime> {
    ends.collect::<Option<Vec<_>>>()?.into_iter().max()
}

fn key_password(key: &Secret<[u8; 32]>) -> Password {
    Password::from(key.expose().as_slice())
}

fn parse_v4(bytes: &[u8]) -> Result<openpgp::Cert, CertError> {
    let cert = openpgp::Cert::from_bytes(bytes).map_err(|_| CertError::Malformed)?;
    let v4 = matches!(cert.fingerprint(), openpgp::Fingerprint::V4(_));
    if v4 { Ok(cert) } else { Err(CertError::Malformed) }
}
