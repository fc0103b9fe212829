//! The order of a thread: what its writer had seen stands before what they wrote, whatever any clock said. Air-gapped
//! clocks stop and go wrong; what somebody names as seen was there.

use std::collections::{BTreeMap, BTreeSet};

use sluss_core::digest::Digest;

/// One thing to be put in order.
pub(super) struct Thing<'a, T> {
    pub(super) digest: Digest,
    /// What its writer had seen.
    pub(super) seen: &'a [Digest],
    pub(super) what: T,
}

/// All things in their order: each as soon as everything that its writer had seen stands, those with the least key first.
/// Things that claim to have seen each other, which no honest digests can, come by their keys.
pub(super) fn in_order<K: Ord + Copy, T>(mut things: BTreeMap<K, Thing<'_, T>>) -> Vec<T> {
    let keys: BTreeMap<Digest, K> = things.iter().map(|(key, thing)| (thing.digest, *key)).collect();
    let mut before: BTreeMap<K, BTreeSet<K>> = BTreeMap::new();
    let mut after: BTreeMap<K, Vec<K>> = BTreeMap::new();
    for (key, thing) in &things {
        let seen: BTreeSet<K> = thing.seen.iter().filter_map(|seen| keys.get(seen).copied()).collect();
        seen.iter().for_each(|seen| after.entry(*seen).or_default().push(*key));
        before.insert(*key, seen);
    }
    let mut ready: BTreeSet<K> = before.iter().filter(|(_, seen)| seen.is_empty()).map(|(key, _)| *key).collect();
    let mut order = Vec::new();
    while let Some(next) = ready.pop_first().or_else(|| things.keys().next().copied()) {
        let Some(thing) = things.remove(&next) else { continue };
        order.push(thing.what);
        for follower in after.remove(&next).into_iter().flatten() {
            let Some(waits) = before.get_mut(&follower) else { continue };
            waits.remove(&next);
            if waits.is_empty() {
                ready.insert(follower);
            }
        }
    }
    order
}
