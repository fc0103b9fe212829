//! How arti is set: what is stricter here than by its own defaults, and what of that the operator is shown.
//!
//! Protects: nothing that the operator configures weakens what stands here, and `sluss check` tells what arti was really
//! given, not what somebody meant to give it.

use std::fs;
use std::path::Path;

use arti_client::TorClientConfig;
use arti_client::config::CfgPath;
use arti_client::config::onion_service::{OnionServiceConfig, OnionServiceConfigBuilder};
use arti_client::config::{ConfigBuildError, TorClientConfigBuilder};
use tor_guardmgr::VanguardConfig;
use tor_hsservice::config::TokenBucketConfig;

use super::OnionError;
use super::guests;
use crate::config::Tor;
use crate::defences::Defences;

/// What arti calls the service in its state folder.
pub(super) const NICKNAME: &str = "sluss";
/// What no override may weaken. arti's own defaults: vanguards in their lite form, and circuits to
/// the web kept ready that a service never uses.
const FIXED: &str = r#"
    vanguards.mode = "full"
    preemptive_circuits.initial_predicted_ports = []
"#;
/// Mebibytes that arti's queues may take; by default 8,192.
const MEMORY: u32 = 256;
/// Introductions that each introduction point hands on a second; arti's default leaves it to the network.
const INTRODUCTIONS: u32 = 25;
/// The same at once, after a quiet time.
const INTRODUCTIONS_AT_ONCE: u32 = 200;
/// Newcomers who may queue while a proof of work orders them: some 4 kB each.
const QUEUE: usize = 4_096;
/// Streams of one circuit at one time beyond which arti closes the circuit: an attack, since the drop itself lets
/// further ones wait long before.
const STREAMS: u32 = 512;

/// Reads back what the service would be given.
///
/// # Errors
/// As when it is launched.
pub fn defences(dir: &Path, tor: &Tor) -> Result<Defences, OnionError> {
    let (client, service) = (client(dir, tor)?, service()?);
    let vanguards: &VanguardConfig = client.as_ref();
    Ok(Defences {
        vanguards: vanguards.mode().to_string(),
        proof_of_work: *service.enable_pow(),
        newcomers: guests::NEWCOMERS,
        introductions: service.rate_limit_at_intro().as_ref().map(|_| INTRODUCTIONS),
        streams: guests::STREAMS,
        streams_at_most: *service.max_concurrent_streams_per_circuit(),
        memory: MEMORY,
        ports: tor.ports.clone(),
    })
}

/// arti's configuration: all it keeps lies under `dir`.
pub(super) fn client(dir: &Path, tor: &Tor) -> Result<TorClientConfig, OnionError> {
    let parse = |text: &str, path: &Path| {
        text.parse::<toml::Table>().map_err(|error| OnionError::Override(path.to_owned(), Box::new(error)))
    };
    let mut settings = toml::Table::new();
    if let Some(path) = &tor.network {
        let text = fs::read_to_string(path).map_err(|error| OnionError::Read(path.to_owned(), error))?;
        settings.extend(parse(&text, path)?);
    }
    if !tor.ports.is_empty() {
        let reachable: Vec<_> = tor.ports.iter().map(|port| format!("\"*:{port}\"")).collect();
        settings.extend(parse(&format!("path_rules.reachable_addrs = [{}]", reachable.join(", ")), dir)?);
    }
    settings.extend(parse(FIXED, dir)?);
    settings.extend(parse(&format!("system.memory.max = \"{MEMORY} MiB\""), dir)?);
    let mut config: TorClientConfigBuilder = settings.try_into().map_err(|error| {
        OnionError::Override(tor.network.clone().unwrap_or_else(|| dir.to_owned()), Box::new(error))
    })?;
    config
        .storage()
        .state_dir(CfgPath::new_literal(dir.join("state")))
        .cache_dir(CfgPath::new_literal(dir.join("cache")));
    Ok(config.build()?)
}

/// The service's configuration.
pub(super) fn service() -> Result<OnionServiceConfig, OnionError> {
    service_asking(0)
}

/// The same, asking introduction points for something a little different each time.
pub(super) fn service_asking(times: u32) -> Result<OnionServiceConfig, OnionError> {
    let mut service = bounded(NICKNAME, INTRODUCTIONS_AT_ONCE + times % 2)?;
    service
        .enable_pow(true)
        // Its compiler would write what it runs, which the drop gives up.
        .disable_pow_compilation(true)
        .pow_rend_queue_depth(QUEUE);
    Ok(service.build()?)
}

/// A hatch's configuration: nobody finds it but whoever holds the other half of `client`. Who cannot find it cannot flood
/// it, so that it asks for no work.
pub(super) fn hatch(nickname: &str, client: &str) -> Result<OnionServiceConfig, OnionError> {
    let mut service = bounded(nickname, INTRODUCTIONS_AT_ONCE)?;
    let restricted = service.restricted_discovery();
    restricted.enabled(true);
    let key = (nickname.parse().map_err(|_| invalid(nickname))?, client.parse().map_err(|_| invalid(client))?);
    restricted.static_keys().access().push(key);
    Ok(service.build()?)
}

fn bounded(nickname: &str, at_once: u32) -> Result<OnionServiceConfigBuilder, OnionError> {
    let mut service = OnionServiceConfigBuilder::default();
    service
        .nickname(nickname.parse().map_err(|_| invalid(nickname))?)
        .rate_limit_at_intro(Some(TokenBucketConfig::new(INTRODUCTIONS, at_once)))
        .max_concurrent_streams_per_circuit(STREAMS);
    Ok(service)
}

fn invalid(word: &str) -> OnionError {
    OnionError::Config(ConfigBuildError::Invalid { field: "onion_services".to_owned(), problem: word.to_owned() })
}
