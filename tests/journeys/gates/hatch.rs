//! The hatch's pages.

use anyhow::Result;
use sluss_core::lang::Lang;
use sluss_drop::hatch::{EN, SV};

use super::judge;
use crate::hatch::rig::{HatchRig, fetch_from, hand_in, hand_in_nothing};

/// What no page of this walk says, and why not.
const RARE: [(&str, &str); 3] = [
    ("hatch-language", "it leads there from the other language"),
    ("too-large-to-hand-in", "a file of 256 MiB would have to be sent"),
    ("too-large-to-hand-in-advice", "as above"),
];

#[tokio::test(flavor = "multi_thread")]
async fn judges_find_nothing_in_the_hatchs_pages() -> Result<()> {
    judge("hatch", [(Lang::Sv, SV), (Lang::En, EN)], &RARE, async |wall| {
        let rig = HatchRig::lay(&[]).await?;
        let mut anna = rig.visitor();
        let front = anna.open(&wall.path("")).await?;
        wall.hang("front", &front)?;
        wall.hang("no-number", &anna.submit(&fetch_from(&front, "x")?).await?)?;
        wall.hang("refused", &anna.submit(&hand_in(&front, b"no bundle")?).await?)?;
        wall.hang("nothing-chosen", &anna.submit(&hand_in_nothing(&front)?).await?)?;
        let broken = anna.post(&wall.path("hand-in"), "multipart/form-data; boundary=x", "x", "same-origin").await?;
        wall.hang("broken", &broken)?;
        let bundle = rig.drop.seal_return("anna", rig.drop.returning("anna"), &[])?;
        wall.hang("accepted", &anna.submit(&hand_in(&front, &std::fs::read(bundle)?)?).await?)?;
        wall.hang("not-found", &anna.open(&wall.path("elsewhere")).await?)?;
        // Without the folder in which a bundle is laid for a moment.
        let (state, away) = (rig.drop.dir().join("state"), rig.drop.dir().join("away"));
        std::fs::rename(&state, &away)?;
        let fault = anna.submit(&hand_in(&front, b"no bundle")?).await?;
        std::fs::rename(&away, &state)?;
        anyhow::ensure!(!fault.text().contains("state"), "it names a folder: {}", fault.text());
        wall.hang("fault", &fault)?;
        let mut page = front.clone();
        for _ in 0..10 {
            page = anna.submit(&hand_in(&front, b"no bundle")?).await?;
        }
        wall.hang("too-often", &page)
    })
    .await
}
