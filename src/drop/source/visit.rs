//! What a session holds of one source, until ten minutes after their last request.

use std::fmt;

use sluss_core::codename::{Codename, DrawnCodename, SourceKeys};
use sluss_core::secret::Secret;

use crate::store::Kept;

/// The codename page: it exists only for what is kept, and goes once the codename was typed.
#[derive(Clone)]
pub(crate) struct CodenamePage {
    kept: Kept,
    drawn: DrawnCodename,
}

impl CodenamePage {
    /// Shows `drawn`, the codename under which the report that `kept` stands for was kept.
    pub(crate) fn new(kept: Kept, drawn: DrawnCodename) -> Self {
        Self { kept, drawn }
    }

    /// What is kept.
    pub(crate) fn kept(&self) -> &Kept {
        &self.kept
    }

    /// The words to be written down.
    pub(crate) fn words(&self) -> &[String] {
        self.drawn.words()
    }

    /// Whether these words were typed.
    pub(crate) fn is(&self, typed: &Codename) -> bool {
        self.drawn.codename() == *typed
    }
}

/// A session's content; everything in it wipes itself.
#[derive(Clone, Default)]
pub(crate) struct Visit {
    /// The codename that still has to be written down and typed once.
    pub(crate) codename: Option<CodenamePage>,
    /// What the typed codename unlocked: there while the source is signed in.
    pub(crate) keys: Option<SourceKeys>,
    /// The last codename typed is nobody's.
    pub(crate) refused: bool,
    /// What was typed into a form that came when nobody was signed in.
    pub(crate) draft: Secret<String>,
    /// The message that was kept just now.
    pub(crate) kept: Option<Kept>,
}

impl fmt::Debug for Visit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Visit(…)")
    }
}
