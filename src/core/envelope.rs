//! OpenPGP messages: encrypted alone, or signed inside and encrypted outside, and detached signatures.
//!
//! Protects letters and bundles: what was changed, cut, forwarded to another reader or signed by a stranger is refused.
//! It does not decide who may sign: the caller names the certs. Bytes of a long message are released before its end has
//! been verified; whoever acts on them reads the message twice.

mod inside;

use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use openpgp::crypto::SessionKey;
use openpgp::packet::{PKESK, SKESK, Signature};
use openpgp::parse::Parse;
use openpgp::parse::buffered_reader::BufferedReader;
use openpgp::parse::stream::{
    DecryptionHelper, Decryptor, DecryptorBuilder, DetachedVerifierBuilder, MessageLayer, MessageStructure,
    VerificationError, VerificationHelper,
};
use openpgp::parse::{PacketParser, PacketParserResult};
use openpgp::serialize::stream::{Armorer, Encryptor, LiteralWriter, Message, Signer};
use openpgp::types::{CompressionAlgorithm, SymmetricAlgorithm};
use openpgp::{KeyHandle, Packet};
use sequoia_openpgp as openpgp;

use crate::cert::{Cert, CertError, Fingerprint, POLICY, Slot, Tsk};
use crate::day::{Clock, Day};
use crate::padding::{self, Container};
use crate::secret::Secret;
pub(crate) use inside::signed_message;

/// Bytes that Sequoia holds back and reads at a time; its default of 25 MiB would cost 170 MB a pass.
const BUFFER: usize = 64 * 1024;

/// Packets of one message that are looked at: the slots of a large audience, and the few of one layer. Empty ones,
/// compressed, could go on for hours.
const PACKETS: usize = 256;

/// Why a message was not sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// A cert or TSK cannot be used.
    #[error(transparent)]
    Cert(#[from] CertError),
    /// Writing failed: a full disk, a closed vault.
    #[error("the sealed bytes could not be written: {0}")]
    Io(#[from] io::Error),
    /// Too large to be sealed.
    #[error("it is larger than what can be sealed: split it")]
    TooLarge,
    /// More files than one submission takes.
    #[error("it holds too many files: send some of them later")]
    TooMany,
    /// The crypto library failed.
    #[error("sealing failed in the crypto library")]
    Failed,
}

/// Why a message was refused. Nothing of a refused one may be acted upon.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// No slot in it opens with this TSK.
    #[error("it is sealed to somebody else")]
    NotForUs,
    /// It is not an OpenPGP message, was changed, or ends too early.
    #[error("it is damaged or was cut short: fetch it again")]
    Damaged,
    /// It carries no signature.
    #[error("nobody signed it")]
    Unsigned,
    /// It is signed by a cert that may not sign it.
    #[error("it is signed by somebody who may not sign it")]
    ForeignSigner,
    /// Its signature names other readers, or none: it may have been forwarded by one of them.
    #[error("it was signed for somebody else")]
    NotAddressed,
    /// It is compressed or sealed in a way that nothing here opens.
    #[error("it is built in a way that this program does not open")]
    Unusual,
    /// It opens, but what it holds is not as the format says.
    #[error("what it holds does not follow its format: {0}")]
    Format(&'static str),
    /// It belongs to another drop.
    #[error("it belongs to another drop")]
    OtherDrop,
    /// Made by a newer Sluss.
    #[error("it was made by a newer version: update this program")]
    Newer,
    /// Reading or spooling failed.
    #[error("it could not be read: {0}")]
    Io(io::Error),
}

/// Who signed a verified message, and which day the signature carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signed {
    /// The signer's cert.
    pub by: Fingerprint,
    /// The signature's day.
    pub on: Day,
}

/// Starts an encrypted message over `sink`; what is written to it ends in one literal packet.
pub(crate) fn encrypt<'a>(sink: impl Write + Send + Sync + 'a, slots: &'a [Slot]) -> Result<Message<'a>, SealError> {
    let message = Encryptor::for_recipients(Message::new(sink), slots.iter().map(Slot::recipient));
    message.build().map_err(|_| SealError::Failed)
}

/// The container that [`encrypt`] chooses for these slots.
pub(crate) fn container(slots: &[Slot]) -> Container {
    if slots.iter().all(Slot::takes_v2) { Container::V2 } else { Container::V1 }
}

/// The literal packet of a message, with a constant time and no name.
pub(crate) fn literal(message: Message<'_>) -> Result<Message<'_>, SealError> {
    LiteralWriter::new(message).build().map_err(|_| SealError::Failed)
}

/// How long a signed and encrypted message becomes, by the length of its content.
pub(crate) struct Measure {
    head: u64,
    container: Container,
    signature: u64,
}

impl Measure {
    /// A one-pass signature packet (RFC 9580, 5.4), version 3.
    const ONE_PASS: u64 = 15;

    /// Bytes of the message around `content` bytes, give or take the few by which two signatures of one key differ.
    pub(crate) fn sealed(&self, content: u64) -> u64 {
        padding::sealed(self.head, self.container, Self::ONE_PASS + padding::literal(content) + self.signature)
    }
}

/// Signs what `write` writes, for `readers` alone, and encrypts it to them.
pub(crate) fn sign_and_encrypt(
    sink: impl Write + Send + Sync,
    signer: &Tsk,
    readers: &[&Cert],
    day: Day,
    clock: Clock,
    write: impl FnOnce(&mut dyn Write, &Measure) -> Result<(), SealError>,
) -> Result<(), SealError> {
    let slots = readers.iter().map(|cert| cert.slot(clock)).collect::<Result<Vec<_>, _>>()?;
    let head = Arc::new(AtomicU64::new(0));
    let message = encrypt(Counted { sink, written: Arc::clone(&head) }, &slots)?;
    let measure = Measure {
        head: head.load(Ordering::Relaxed),
        container: container(&slots),
        signature: signature_length(signer, readers, day)?,
    };
    let signing = signing(message, signer, readers, day)?;
    let mut message = literal(signing.build().map_err(|_| SealError::Failed)?)?;
    write(&mut message, &measure)?;
    message.finalize().map_err(|_| SealError::Failed)
}

fn signature_length(signer: &Tsk, readers: &[&Cert], day: Day) -> Result<u64, SealError> {
    let mut signature = Vec::new();
    let signing = signing(Message::new(&mut signature), signer, readers, day)?.detached();
    signing.build().and_then(Message::finalize).map_err(|_| SealError::Failed)?;
    Ok(signature.len() as u64)
}

struct Counted<W> {
    sink: W,
    written: Arc<AtomicU64>,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let n = self.sink.write(buf)?;
        self.written.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}

/// Signs and seals a short message: a letter, a casebook entry.
pub fn seal_bytes(
    content: &[u8],
    signer: &Tsk,
    readers: &[&Cert],
    day: Day,
    clock: Clock,
) -> Result<Vec<u8>, SealError> {
    let mut sealed = Vec::new();
    sign_and_encrypt(&mut sealed, signer, readers, day, clock, |sink, _| Ok(sink.write_all(content)?))?;
    Ok(sealed)
}

/// Opens what [`seal_bytes`] made, at most `most` bytes of content, and says which of `signers` signed it.
pub fn open_bytes(
    sealed: &[u8],
    keys: &Tsk,
    signers: &[&Cert],
    most: usize,
) -> Result<(Secret<Vec<u8>>, Signed), OpenError> {
    let (content, message) = read_signed(sealed, keys, signers, most)?;
    Ok((content, message.signed()?))
}

/// Reads what [`seal_bytes`] made to its end: the content, and the message, which knows who signed it.
fn read_signed<'a>(
    sealed: &'a [u8],
    keys: &'a Tsk,
    signers: &'a [&'a Cert],
    most: usize,
) -> Result<(Secret<Vec<u8>>, Opened<'a>), OpenError> {
    let mut message = decrypt_signed(sealed, keys, signers)?;
    let mut content = Secret::new(Vec::new());
    if let Err(error) = message.by_ref().take(most as u64 + 1).read_to_end(content.expose_mut()) {
        return Err(message.refused(error));
    }
    message.drain()?;
    if content.expose().len() > most {
        return Err(OpenError::Format("it is longer than allowed"));
    }
    Ok((content, message))
}

/// A detached signature of `data`, armored.
pub(crate) fn sign_detached(data: &[u8], signer: &Tsk, day: Day) -> Result<Vec<u8>, SealError> {
    let mut signature = Vec::new();
    let armor = Armorer::new(Message::new(&mut signature)).kind(openpgp::armor::Kind::Signature);
    let message = armor.build().map_err(|_| SealError::Failed)?;
    let mut message = signing(message, signer, &[], day)?.detached().build().map_err(|_| SealError::Failed)?;
    message.write_all(data)?;
    message.finalize().map_err(|_| SealError::Failed)?;
    Ok(signature)
}

/// Starts a signature for `readers` alone, dated `day` or the signer's newest binding.
pub(crate) fn signing<'a>(
    message: Message<'a>,
    signer: &Tsk,
    readers: &[&Cert],
    day: Day,
) -> Result<Signer<'a>, SealError> {
    let time = signer.signing_time(day);
    let mut signing = Signer::new(message, signer.signer(time)?).map_err(|_| SealError::Failed)?.creation_time(time);
    for reader in readers {
        signing = signing.add_intended_recipient(reader.inner());
    }
    Ok(signing)
}

/// Which of `certs` made a good detached signature of `data` in `signature`.
pub(crate) fn verify_detached(data: &[u8], signature: &[u8], certs: &[&Cert]) -> Vec<Signed> {
    let helper = Reader::new(None, certs, Wants::Signers);
    let Ok(builder) = DetachedVerifierBuilder::from_bytes(signature) else { return Vec::new() };
    let Ok(mut verifier) = builder.with_policy(&POLICY, any_time(), helper) else { return Vec::new() };
    if verifier.verify_bytes(data).is_err() {
        return Vec::new();
    }
    match verifier.into_helper().verdict {
        Some(Ok(signed)) => signed,
        _ => Vec::new(),
    }
}

/// Opens an encrypted message that must carry no signature of its own; the reader yields its plaintext.
pub(crate) fn decrypt<'a>(source: impl Read + Send + Sync + 'a, keys: &'a Tsk) -> Result<Opened<'a>, OpenError> {
    Opened::new(source, Reader::new(Some(keys), &[], Wants::NoSignature))
}

/// Opens a message that one of `signers` must have signed for the owner of `keys`. Read it to its end, then ask
/// [`Opened::signed`]: before that nothing is verified.
pub(crate) fn decrypt_signed<'a>(
    source: impl Read + Send + Sync + 'a,
    keys: &'a Tsk,
    signers: &'a [&'a Cert],
) -> Result<Opened<'a>, OpenError> {
    Opened::new(source, Reader::new(Some(keys), signers, Wants::SignedForUs))
}

/// Opens a message that any OpenPGP program made, one layer of it: it may be compressed once, and signed by anybody.
/// Read it to its end, then ask [`Opened::signatures`].
pub(crate) fn decrypt_any<'a>(
    source: impl Read + Send + Sync + 'a,
    keys: &'a Tsk,
    signers: &'a [&'a Cert],
) -> Result<Opened<'a>, OpenError> {
    Opened::new(source, Reader::new(Some(keys), signers, Wants::OneLayer))
}

/// The plaintext of a message, as a reader. Its end has been verified once `read` has returned 0.
pub(crate) struct Opened<'a> {
    decryptor: Decryptor<'a, Reader<'a>>,
    ended: bool,
}

impl<'a> Opened<'a> {
    fn new(mut source: impl Read + Send + Sync + 'a, helper: Reader<'a>) -> Result<Self, OpenError> {
        let mut head = Vec::new();
        source.by_ref().take(BUFFER as u64).read_to_end(&mut head).map_err(OpenError::Io)?;
        if !has_container(&head) {
            return Err(OpenError::Damaged);
        }
        let source = io::Cursor::new(head).chain(source);
        let builder = DecryptorBuilder::from_reader(source).map_err(|_| OpenError::Damaged)?;
        match builder.buffer_size(BUFFER).with_policy(&POLICY, any_time(), helper) {
            Ok(decryptor) => Ok(Self { decryptor, ended: false }),
            Err(error) => Err(refusal(&error)),
        }
    }

    /// Reads on to the end, handing what remains to nobody; then the message is verified or refused.
    pub(crate) fn drain(&mut self) -> Result<(), OpenError> {
        io::copy(self, &mut io::sink()).map(drop).map_err(|error| self.refused(error))
    }

    /// Who signed it; only after its end has been reached.
    pub(crate) fn signed(&self) -> Result<Signed, OpenError> {
        match (&self.decryptor.helper_ref().verdict, self.ended) {
            (Some(Ok(signed)), true) => signed.first().copied().ok_or(OpenError::Unsigned),
            (Some(Err(verdict)), _) => Err(verdict.refusal()),
            _ => Err(OpenError::Damaged),
        }
    }

    /// How many signatures a message from [`decrypt_any`] carries, and whether one of the signers made a good one; only
    /// after its end has been reached.
    pub(crate) fn signatures(&self) -> Result<(usize, bool), OpenError> {
        let reader = self.decryptor.helper_ref();
        match (&reader.verdict, self.ended) {
            (Some(Ok(signed)), true) => Ok((reader.signatures, !signed.is_empty())),
            (Some(Err(verdict)), _) => Err(verdict.refusal()),
            _ => Err(OpenError::Damaged),
        }
    }

    /// Why reading it failed.
    pub(crate) fn refused(&self, error: io::Error) -> OpenError {
        match (&self.decryptor.helper_ref().verdict, error.get_ref()) {
            (Some(Err(verdict)), _) => verdict.refusal(),
            (_, None) => OpenError::Io(error),
            (_, Some(_)) => OpenError::Damaged,
        }
    }
}

impl Read for Opened<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.decryptor.read(buf)?;
        self.ended |= n == 0 && !buf.is_empty() && self.decryptor.message_processed();
        Ok(n)
    }
}

/// Whether an encryption container begins within a message's `head`, and does not end before it can hold anything:
/// Sequoia 2.4.2 panics on a SEIPDv1 one without room for its prefix and checksum. Seventeen slots take 20 kB.
fn has_container(head: &[u8]) -> bool {
    /// Bytes of a prefix (one block and two bytes) and a checksum packet (RFC 9580, 5.13.1).
    const LEAST: usize = 18 + 22;
    let mut parsed = PacketParser::from_bytes(head);
    while let Ok(PacketParserResult::Some(mut packet)) = parsed {
        if matches!(packet.packet, Packet::SEIP(_)) {
            return packet.data(LEAST).is_ok_and(|content| content.len() >= LEAST);
        }
        parsed = packet.next().map(|(_, next)| next);
    }
    false
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wants {
    /// A detached signature by at least one of the signers.
    Signers,
    /// One encryption and nothing else.
    NoSignature,
    /// One encryption, and inside it one signature by one of the signers, for us.
    SignedForUs,
    /// One encryption, and inside it whatever belongs to one message: a compression, signatures by anybody.
    OneLayer,
}

/// Why a structure was refused, kept by the helper since Sequoia's own texts help nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    NotForUs,
    Unsigned,
    ForeignSigner,
    NotAddressed,
    Unusual,
    Damaged,
}

impl Refusal {
    fn refusal(self) -> OpenError {
        match self {
            Self::NotForUs => OpenError::NotForUs,
            Self::Unsigned => OpenError::Unsigned,
            Self::ForeignSigner => OpenError::ForeignSigner,
            Self::NotAddressed => OpenError::NotAddressed,
            Self::Unusual => OpenError::Unusual,
            Self::Damaged => OpenError::Damaged,
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.refusal())
    }
}

impl std::error::Error for Refusal {}

fn refusal(error: &openpgp::anyhow::Error) -> OpenError {
    match error.downcast_ref::<Refusal>() {
        Some(verdict) => verdict.refusal(),
        None => OpenError::Damaged,
    }
}

/// Signatures are judged as of the day they carry, whatever this machine's clock says: an air-gapped one may have stopped.
/// Whether that day is ahead of the clock is the caller's warning to give ([`Clock::is_behind`]).
fn any_time() -> SystemTime {
    Day::from_number(47_481).map_or(SystemTime::UNIX_EPOCH, Day::instant) // 2100-01-01
}

struct Reader<'a> {
    keys: Option<&'a Tsk>,
    signers: &'a [&'a Cert],
    wants: Wants,
    verdict: Option<Result<Vec<Signed>, Refusal>>,
    /// Packets seen so far.
    packets: usize,
    /// Compressions seen so far.
    compressions: usize,
    /// Encryptions opened so far.
    encryptions: usize,
    /// Signatures that a message with [`Wants::OneLayer`] carries.
    signatures: usize,
    /// The first good signature of a message with [`Wants::SignedForUs`].
    good: Option<Signature>,
}

impl<'a> Reader<'a> {
    fn new(keys: Option<&'a Tsk>, signers: &'a [&'a Cert], wants: Wants) -> Self {
        Self {
            keys,
            signers,
            wants,
            verdict: None,
            packets: 0,
            compressions: 0,
            encryptions: 0,
            signatures: 0,
            good: None,
        }
    }

    /// Keeps why a message is refused, since what reports it on the way keeps only a text.
    fn refuse(&mut self, refusal: Refusal) -> openpgp::anyhow::Error {
        self.verdict = Some(Err(refusal));
        refusal.into()
    }

    fn judge(&mut self, structure: MessageStructure) -> Result<Vec<Signed>, Refusal> {
        let mut layers = structure.into_iter();
        if self.wants != Wants::Signers && !matches!(layers.next(), Some(MessageLayer::Encryption { .. })) {
            return Err(Refusal::Damaged);
        }
        let results = match (layers.next(), layers.next()) {
            (None, None) if self.wants == Wants::NoSignature => return Ok(Vec::new()),
            (first, second) if self.wants == Wants::OneLayer => {
                return Ok(self.vouched([first, second].into_iter().flatten().chain(layers)));
            }
            (None, None) => return Err(Refusal::Unsigned),
            (Some(MessageLayer::SignatureGroup { results }), None) if self.wants != Wants::NoSignature => results,
            _ => return Err(Refusal::Damaged),
        };
        let mut good = Vec::new();
        let mut refused = Refusal::Unsigned;
        for result in results {
            match result {
                Ok(checked) => {
                    let by = Fingerprint::of(checked.ka.cert());
                    let known = self.signers.iter().any(|cert| cert.fingerprint() == by);
                    let addressed = self.keys.is_none_or(|keys| {
                        checked.sig.intended_recipients().any(|reader| *reader == keys.inner().fingerprint())
                    });
                    let on = checked.sig.signature_creation_time().and_then(|time| Day::of(time).ok());
                    match (known, addressed, on) {
                        (true, true, Some(on)) => {
                            good.push(Signed { by, on });
                            self.good.get_or_insert_with(|| checked.sig.clone());
                        }
                        (true, false, _) => refused = Refusal::NotAddressed,
                        _ => refused = Refusal::ForeignSigner,
                    }
                }
                Err(
                    VerificationError::MissingKey { .. }
                    | VerificationError::UnboundKey { .. }
                    | VerificationError::BadKey { .. },
                ) => {
                    refused = Refusal::ForeignSigner;
                }
                Err(VerificationError::BadSignature { sig, .. }) => {
                    let elsewhere = self.keys.is_some_and(|keys| {
                        let mut readers = sig.intended_recipients().peekable();
                        readers.peek().is_some() && !readers.any(|reader| *reader == keys.inner().fingerprint())
                    });
                    refused = if elsewhere { Refusal::NotAddressed } else { Refusal::Damaged };
                }
                Err(_) => refused = Refusal::Damaged,
            }
        }
        if good.is_empty() { Err(refused) } else { Ok(good) }
    }

    /// The good signatures by one of the signers among all that a message carries.
    fn vouched<'b>(&mut self, layers: impl Iterator<Item = MessageLayer<'b>>) -> Vec<Signed> {
        let mut good = Vec::new();
        for layer in layers {
            let MessageLayer::SignatureGroup { results } = layer else { continue };
            self.signatures += results.len();
            for checked in results.into_iter().flatten() {
                let by = Fingerprint::of(checked.ka.cert());
                let on = checked.sig.signature_creation_time().and_then(|time| Day::of(time).ok());
                good.extend(on.map(|on| Signed { by, on }));
            }
        }
        good
    }
}

impl VerificationHelper for Reader<'_> {
    /// Nothing is unfolded but once, in a message that may be compressed: a submission, letter or bundle never is.
    fn inspect(&mut self, packet: &PacketParser<'_>) -> openpgp::Result<()> {
        self.packets += 1;
        if self.packets > PACKETS {
            return Err(self.refuse(Refusal::Damaged));
        }
        let Packet::CompressedData(compressed) = &packet.packet else { return Ok(()) };
        self.compressions += 1;
        let unfolds = matches!(
            compressed.algo(),
            CompressionAlgorithm::Uncompressed | CompressionAlgorithm::Zip | CompressionAlgorithm::Zlib
        );
        match (self.wants == Wants::OneLayer, unfolds && self.compressions == 1) {
            (true, true) => Ok(()),
            (true, false) => Err(self.refuse(Refusal::Unusual)),
            (false, _) => Err(self.refuse(Refusal::Damaged)),
        }
    }

    fn get_certs(&mut self, _ids: &[KeyHandle]) -> openpgp::Result<Vec<openpgp::Cert>> {
        Ok(self.signers.iter().map(|cert| cert.inner().clone()).collect())
    }

    fn check(&mut self, structure: MessageStructure) -> openpgp::Result<()> {
        let verdict = self.judge(structure);
        self.verdict = Some(verdict.clone());
        verdict.map(drop).map_err(Into::into)
    }
}

impl DecryptionHelper for Reader<'_> {
    fn decrypt(
        &mut self,
        pkesks: &[PKESK],
        _skesks: &[SKESK],
        algorithm: Option<SymmetricAlgorithm>,
        decrypt: &mut dyn FnMut(Option<SymmetricAlgorithm>, &SessionKey) -> bool,
    ) -> openpgp::Result<Option<openpgp::Cert>> {
        let Some(keys) = self.keys else { return Err(Refusal::NotForUs.into()) };
        self.encryptions += 1;
        if self.encryptions > 1 {
            let refusal = if self.wants == Wants::OneLayer { Refusal::Unusual } else { Refusal::Damaged };
            return Err(self.refuse(refusal));
        }
        // A slot that opens, and a container that does not, is a message for us whose first bytes were changed or cut.
        let mut refusal = Refusal::NotForUs;
        for ka in keys.inner().keys().unencrypted_secret() {
            let mut pair = ka.key().clone().into_keypair()?;
            for pkesk in pkesks {
                let ours = pkesk.recipient().is_none_or(|id| id.aliases(ka.key().key_handle()));
                let Some((algorithm, key)) = ours.then(|| pkesk.decrypt(&mut pair, algorithm)).flatten() else {
                    continue;
                };
                if decrypt(algorithm, &key) {
                    return Ok(Some(keys.inner().clone().strip_secret_key_material()));
                }
                refusal = if self.wants == Wants::OneLayer { Refusal::Damaged } else { refusal };
            }
        }
        Err(self.refuse(refusal))
    }
}
