//! The whole way of a report, with the shipped programs. `deploy/demo --walk` shows the same.

use anyhow::Result;
use sluss_tests::journey::Scene;

#[tokio::test(flavor = "multi_thread")]
async fn a_report_goes_the_whole_way() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut tell = |step: &str| eprintln!("{step}");
    let scene = Scene::lay(folder.path(), &mut tell).await?;
    scene.walk(&folder.path().join("outside"), &mut tell).await
}
