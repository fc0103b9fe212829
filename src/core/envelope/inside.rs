//! A sealed message without its seal: what its writer signed, for others to verify.

use openpgp::Packet;
use openpgp::armor;
use openpgp::packet::one_pass_sig::OnePassSig3;
use openpgp::packet::{Literal, OnePassSig};
use openpgp::serialize::Serialize as _;
use openpgp::types::DataFormat;
use sequoia_openpgp as openpgp;

use super::{OpenError, read_signed};
use crate::cert::{Cert, Tsk};
use crate::secret::Secret;

/// What [`super::seal_bytes`] made, at most `most` bytes of content, sealed no longer but still signed: an armored message
/// that stock tools verify. A signature covers the content, not the packets around it, which are therefore made anew.
pub(crate) fn signed_message(
    sealed: &[u8],
    keys: &Tsk,
    signers: &[&Cert],
    most: usize,
) -> Result<Secret<Vec<u8>>, OpenError> {
    let (mut content, message) = read_signed(sealed, keys, signers, most)?;
    message.signed()?;
    let signature = message.decryptor.helper_ref().good.clone().ok_or(OpenError::Unsigned)?;
    let mut one_pass = OnePassSig3::try_from(&signature).map_err(|_| OpenError::Damaged)?;
    one_pass.set_last(true);
    let mut literal = Literal::new(DataFormat::Binary);
    literal.set_body(std::mem::take(content.expose_mut()));
    let mut armored = armor::Writer::new(Vec::new(), armor::Kind::Message).map_err(OpenError::Io)?;
    for packet in [Packet::from(OnePassSig::from(one_pass)), literal.into(), signature.into()] {
        packet.serialize(&mut armored).map_err(|_| OpenError::Damaged)?;
    }
    armored.finalize().map(Secret::new).map_err(OpenError::Io)
}
