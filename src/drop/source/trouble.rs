//! Everything that can go wrong for a source, each with its sentence: cause, then advice.

use sluss_core::codename::UnlockError;
use sluss_core::roster::AudienceError;
use sluss_core::seal::SealError;
use sluss_web::conn::StatusCode;
use sluss_web::form::FormError;

use crate::store::{CommitError, Fault, PermitError, ReadError, RemoveError};

/// Why a source did not get what they asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Trouble {
    #[error("no such page")]
    NotFound,
    #[error("the page does not take this method")]
    WrongMethod,
    #[error("another site sent this")]
    OtherSite,
    #[error("this came through a gateway from the web")]
    Gateway,
    #[error("there is no roster yet")]
    NotOpen,
    #[error("the organisation has too few recipients")]
    Closed,
    #[error("the form is from before a restart, or not from here")]
    OldForm,
    #[error("not a form")]
    NotAForm,
    #[error("the form arrived damaged")]
    Broken,
    #[error("the text is empty")]
    Empty,
    #[error("a secret key was pasted")]
    SecretKey,
    #[error("the text is too long")]
    TextTooLong,
    #[error("the text is too long to be given back")]
    TextLost,
    #[error("too many files")]
    TooManyFiles,
    #[error("the files are too large")]
    FilesTooLarge,
    #[error("too few recipients would remain")]
    TooFewLeft,
    #[error("the recipients have changed")]
    ReadersChanged,
    #[error("there is no room")]
    Full,
    #[error("there is no room for files")]
    FilesFull,
    #[error("there is no room for files today")]
    FilesToday,
    #[error("too much is going on")]
    Busy,
    #[error("this visitor asks too often")]
    TooOften,
    #[error("another message came first")]
    AnotherFirst,
    #[error("the session has ended")]
    SignedOut,
    #[error("no codename is shown")]
    NoCodename,
    #[error("the inbox does not exist any more")]
    Erased,
    #[error("the page would be too long")]
    PageTooLong,
    #[error("the drop failed")]
    Fault,
}

impl Trouble {
    /// The messages that tell it: cause, advice.
    pub(super) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::NotFound => ("not-found", "not-found-advice"),
            Self::WrongMethod => ("wrong-method", "wrong-method-advice"),
            Self::OtherSite => ("other-site", "other-site-advice"),
            Self::Gateway => ("gateway", "gateway-advice"),
            Self::NotOpen => ("not-open", "not-open-advice"),
            Self::Closed => ("closed", "closed-advice"),
            Self::OldForm => ("old-form", "old-form-advice"),
            Self::NotAForm => ("not-a-form", "not-a-form-advice"),
            Self::Broken => ("broken", "broken-advice"),
            Self::Empty => ("empty", "empty-advice"),
            Self::SecretKey => ("secret-key", "secret-key-advice"),
            Self::TextTooLong => ("text-too-long", "text-too-long-advice"),
            Self::TextLost => ("text-lost", "text-lost-advice"),
            Self::TooManyFiles => ("too-many-files", "beside-less-advice"),
            Self::FilesTooLarge => ("files-too-large", "beside-less-advice"),
            Self::TooFewLeft => ("too-few-left", "too-few-left-advice"),
            Self::ReadersChanged => ("readers-changed", "readers-changed-advice"),
            Self::Full => ("full", "full-advice"),
            Self::FilesFull => ("files-full", "beside-alone-advice"),
            Self::FilesToday => ("files-today", "beside-alone-advice"),
            Self::Busy => ("busy", "busy-advice"),
            Self::TooOften => ("too-often", "too-often-advice"),
            Self::AnotherFirst => ("another-first", "another-first-advice"),
            Self::SignedOut => ("signed-out", "signed-out-advice"),
            Self::NoCodename => ("no-codename", "no-codename-advice"),
            Self::Erased => ("erased", "erased-advice"),
            Self::PageTooLong => ("page-too-long", "page-too-long-advice"),
            Self::Fault => ("fault", "fault-advice"),
        }
    }

    /// The advice where the form still stands beside this, with all that was typed and chosen.
    pub(super) fn advice_beside_the_form(self) -> &'static str {
        match self {
            Self::Empty => "beside-empty-advice",
            Self::TextTooLong => "beside-text-too-long-advice",
            Self::TooFewLeft => "beside-too-few-left-advice",
            Self::OldForm | Self::ReadersChanged | Self::SignedOut => "beside-again-advice",
            Self::Broken | Self::AnotherFirst | Self::Full | Self::Fault => "beside-advice",
            other => other.words().1,
        }
    }

    /// Whether the text alone would have been taken.
    pub(super) fn is_of_files_alone(self) -> bool {
        matches!(self, Self::FilesFull | Self::FilesToday)
    }

    pub(super) fn status(self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::OtherSite | Self::Gateway | Self::SignedOut => StatusCode::FORBIDDEN,
            Self::TooOften => StatusCode::TOO_MANY_REQUESTS,
            Self::NotOpen | Self::Closed | Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::OldForm | Self::AnotherFirst | Self::ReadersChanged => StatusCode::CONFLICT,
            Self::NotAForm => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Broken => StatusCode::BAD_REQUEST,
            Self::Empty | Self::SecretKey | Self::TooFewLeft => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TextTooLong | Self::TextLost | Self::TooManyFiles | Self::FilesTooLarge => {
                StatusCode::PAYLOAD_TOO_LARGE
            }
            Self::Full | Self::FilesFull | Self::FilesToday => StatusCode::INSUFFICIENT_STORAGE,
            Self::NoCodename | Self::Erased => StatusCode::GONE,
            Self::PageTooLong | Self::Fault => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl From<FormError> for Trouble {
    fn from(error: FormError) -> Self {
        match error {
            FormError::NotAForm => Self::NotAForm,
            FormError::TextTooLong => Self::TextLost,
            FormError::TooManyFiles => Self::TooManyFiles,
            FormError::TooLarge => Self::FilesTooLarge,
            // After a body's end nobody reads the answer.
            FormError::Broken | FormError::Body(_) => Self::Broken,
        }
    }
}

impl From<AudienceError> for Trouble {
    fn from(error: AudienceError) -> Self {
        match error {
            AudienceError::UnknownOrganisation => Self::NotFound,
            AudienceError::Reserve | AudienceError::TooFew => Self::TooFewLeft,
            AudienceError::Closed => Self::Closed,
        }
    }
}

impl From<Fault> for Trouble {
    /// The log says nothing: a line would date the visit. The operator hears of a failing disk from the beat, and of
    /// damage from a sweep and from `sluss fsck`.
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::DiskFull => Self::Full,
            Fault::OverBudget => Self::FilesToday,
            _ => Self::Fault,
        }
    }
}

impl From<PermitError> for Trouble {
    fn from(error: PermitError) -> Self {
        match error {
            PermitError::Full => Self::Full,
            PermitError::FilesFull => Self::FilesFull,
            PermitError::FilesToday => Self::FilesToday,
            PermitError::Fault(fault) => fault.into(),
        }
    }
}

impl From<CommitError> for Trouble {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::NoSource => Self::Erased,
            CommitError::OutOfTurn => Self::AnotherFirst,
            CommitError::Taken => Self::Fault,
            CommitError::Fault(fault) => fault.into(),
        }
    }
}

impl From<RemoveError> for Trouble {
    fn from(RemoveError::Fault(fault): RemoveError) -> Self {
        fault.into()
    }
}

impl From<ReadError> for Trouble {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Gone => Self::Erased,
            ReadError::Fault(fault) => fault.into(),
        }
    }
}

impl From<SealError> for Trouble {
    fn from(error: SealError) -> Self {
        match error {
            SealError::TooMany => Self::TooManyFiles,
            SealError::TooLarge => Self::FilesTooLarge,
            SealError::Io(error) => error.into(),
            SealError::Cert(_) | SealError::Failed => Self::Fault,
        }
    }
}

impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Self {
        Fault::from(error).into()
    }
}

impl From<UnlockError> for Trouble {
    fn from(error: UnlockError) -> Self {
        match error {
            UnlockError::Memory => Self::Busy,
            UnlockError::Kdf => Self::Fault,
        }
    }
}
