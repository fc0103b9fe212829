//! What the design asks of the sources and of what they link: who may know whom, and under which licences.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use sluss_core::digest::Digest;
use sluss_drop::source::told::UPDATED;
use sluss_drop::source::{EN, SV};
use sluss_tests::process::run;
use sluss_web::say;
use spdx::{Expression, LicenseReq, ParseMode};

/// Lines of a Rust file, at most.
const LINES: usize = 600;
/// Names that only the room of the onion service may use.
const TOR: [&str; 6] = ["arti_client", "tor_hsservice", "tor_proto", "tor_cell", "tor_keymgr", "tor_rtcompat"];
/// What the desk must not be able to do, by the crates that would do it.
const DEAF: [&str; 14] = [
    "arti",
    "tor-",
    "rustls",
    "native-tls",
    "reqwest",
    "ureq",
    "curl",
    "isahc",
    "hickory",
    "trust-dns",
    "h2",
    "tokio-socks",
    "hyper-tls",
    "socks",
];
/// Licences that an AGPL-3.0-or-later program may be combined with.
const LICENCES: [&str; 18] = [
    "0BSD",
    "AGPL-3.0-or-later",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "GPL-3.0-or-later",
    "ISC",
    "LGPL-2.0-or-later",
    "LGPL-2.1-or-later",
    "LGPL-3.0-only",
    "LGPL-3.0-or-later",
    "MIT",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn cargo(arguments: &[&str]) -> Result<String> {
    run(Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into())).current_dir(root()).args(arguments))
}

/// Every Rust file of the house, with its path from the root.
fn sources() -> Result<Vec<(String, String)>> {
    let sources = files("rs")?;
    ensure!(sources.len() > 50, "most sources were not found: {}", sources.len());
    Ok(sources)
}

/// Every file whose name ends in `.` and `extension`, with its path from the root.
fn files(extension: &str) -> Result<Vec<(String, String)>> {
    let (mut files, mut folders) = (Vec::new(), vec![root().join("src"), root().join("tests")]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == extension) {
                let name = path.strip_prefix(root())?.to_str().context("a path that is no text")?.to_owned();
                files.push((name, fs::read_to_string(&path)?));
            }
        }
    }
    Ok(files)
}

/// Files that use one of `names` though they do not lie in one of `rooms`.
fn strangers(names: &[&str], rooms: &[&str]) -> Result<Vec<String>> {
    let inside = |file: &str| rooms.iter().any(|room| file.starts_with(room));
    let uses = |text: &str| names.iter().any(|name| text.contains(name));
    Ok(sources()?.into_iter().filter(|(file, text)| !inside(file) && uses(text)).map(|(file, _)| file).collect())
}

#[test]
fn only_the_store_knows_sled() -> Result<()> {
    // Tests look into a store's files to see that they tell nothing.
    let strangers = strangers(&["sled::"], &["src/drop/store", "tests/journeys/"])?;
    ensure!(strangers.is_empty(), "{strangers:?}");
    Ok(())
}

#[test]
fn only_the_onion_knows_arti() -> Result<()> {
    let strangers = strangers(&TOR, &["src/drop/onion", "src/drop/hatch", "tests/journeys/house_rules"])?;
    ensure!(strangers.is_empty(), "{strangers:?}");
    Ok(())
}

#[test]
fn files_stay_small() -> Result<()> {
    let long: Vec<_> = sources()?.into_iter().filter(|(_, text)| text.lines().count() > LINES).collect();
    ensure!(long.is_empty(), "{:?}", long.iter().map(|(file, _)| file).collect::<Vec<_>>());
    Ok(())
}

#[test]
fn the_desk_is_deaf() -> Result<()> {
    let tree = cargo(&["tree", "--locked", "-p", "sluss-desk", "-e", "normal", "--prefix", "none", "-f", "{p} [{f}]"])?;
    ensure!(tree.lines().any(|line| line.starts_with("hyper v")), "this is not the desk's tree: {tree}");
    for line in tree.lines() {
        ensure!(!DEAF.iter().any(|name| line.starts_with(name)), "the desk links {line}");
        let features = line.split_once('[').map_or("", |(_, features)| features);
        let client = features.split([',', ']']).any(|feature| feature.starts_with("client"));
        ensure!(!(client && line.starts_with("hyper")), "the desk has an HTTP client: {line}");
    }
    Ok(())
}

#[test]
fn every_licence_goes_with_ours() -> Result<()> {
    let version = cargo(&["-vV"])?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).context("cargo tells no host")?;
    let told = cargo(&["metadata", "--format-version", "1", "--locked", "--filter-platform", host])?;
    // Cargo's own remarks follow what was asked for.
    let metadata = serde_json::Deserializer::from_str(&told).into_iter::<Value>().next().context("no metadata")??;
    let packages = metadata.get("packages").and_then(Value::as_array).context("no packages")?;
    ensure!(packages.len() > 100, "most packages are missing: {}", packages.len());
    for package in packages {
        let licence =
            package.get("license").and_then(Value::as_str).with_context(|| format!("no licence: {package}"))?;
        let expression = Expression::parse_mode(licence, ParseMode::LAX)?;
        ensure!(expression.evaluate(allowed), "{}: {licence}", package.get("name").unwrap_or_default());
    }
    Ok(())
}

fn allowed(licence: &LicenseReq) -> bool {
    // An exception only ever allows more.
    let name = licence.to_string();
    LICENCES.contains(&name.split(" WITH ").next().unwrap_or_default())
}

/// Both languages say the same, everything that is said exists, and nothing that exists is left unsaid. The texts of a
/// folder are said by the code in it; where it holds none, by the code around it.
#[test]
fn both_languages_say_everything_that_the_code_says() -> Result<()> {
    let (texts, sources) = (files("ftl")?, sources()?);
    let swedish: Vec<_> = texts.iter().filter(|(file, _)| file.ends_with("/sv.ftl")).collect();
    ensure!(swedish.len() >= 3 && 2 * swedish.len() == texts.len(), "texts without their other language: {texts:?}");
    for (file, sv) in swedish {
        let folder = file.trim_end_matches("sv.ftl");
        let (_, en) = texts.iter().find(|(other, _)| *other == format!("{folder}en.ftl")).context("no English")?;
        let within = |folder: &str| -> Vec<&str> {
            let inside = |file: &str| file.starts_with(folder) && !file.ends_with("tests.rs");
            sources.iter().filter(|(file, _)| inside(file)).map(|(_, text)| text.as_str()).collect()
        };
        let around = folder.trim_end_matches('/').rsplit_once('/').map_or("", |(around, _)| around);
        let code = Some(within(folder)).filter(|code| !code.is_empty()).unwrap_or_else(|| within(around));
        // Where advice is named after its cause, the cause stands for both.
        let named_after = code.iter().any(|code| code.contains("{}-advice") || code.contains("Problem::new("));
        let advice = |wrong: &str| {
            let cause = wrong.strip_prefix("never said: ").and_then(|id| id.strip_suffix("-advice"));
            named_after && cause.is_some_and(|id| code.iter().any(|code| code.contains(&format!("\"{id}\""))))
        };
        // The kit speaks with the source's texts too.
        let elsewhere = |wrong: &str| {
            let id = wrong.strip_prefix("no message: ").map(|id| format!("{id} ="));
            id.is_some_and(|id| texts.iter().any(|(_, text)| text.lines().any(|line| line.starts_with(&id))))
        };
        let wrong: Vec<_> = say::check(sv, en, &code);
        let wrong: Vec<_> = wrong.into_iter().filter(|wrong| !advice(wrong) && !elsewhere(wrong)).collect();
        ensure!(wrong.is_empty(), "{folder}: {wrong:#?}");
    }
    Ok(())
}

/// Every promise of the threat model names a test, as `file::test`; a name that no file has is a promise without one.
#[test]
fn promises_name_tests_that_exist() -> Result<()> {
    let sources = sources()?;
    let model = fs::read_to_string(root().join("THREAT_MODEL.md"))?;
    let named: Vec<(&str, &str)> =
        model.split('`').skip(1).step_by(2).filter_map(|name| name.split_once("::")).collect();
    ensure!(named.len() > 20, "only {} tests are named", named.len());
    for (place, test) in named {
        let within = |file: &str| file.split('/').any(|part| part.trim_end_matches(".rs") == place);
        let declared = format!("fn {test}(");
        let exists = sources.iter().any(|(file, text)| within(file) && text.contains(&declared));
        ensure!(exists, "THREAT_MODEL.md names {place}::{test}, which does not exist");
    }
    Ok(())
}

/// The digest of what sources are told, as it was on [`UPDATED`].
const TOLD: &str = "9a49a85965227c683cd9b5db40b0d1d305b78acecb2adf930ec03810dca5dfe6";

#[test]
fn the_pages_say_when_their_texts_were_last_changed() -> Result<()> {
    let digest = Digest::of([SV, EN].concat().as_bytes()).to_string();
    ensure!(digest == TOLD, "a text was changed: set UPDATED ({UPDATED:?}) to that day, and TOLD to {digest}");
    Ok(())
}
