//! Walks a machine, prints how far it went, and asserts what was or was not found. Spec: model/README.md.

use stateright::{Checker, HasDiscoveries, Model};
use std::fmt::Debug;
use std::hash::Hash;

/// The whole machine was explored, everything that must hold holds, and what must be possible is.
pub fn holds<M>(name: &str, model: M)
where
    M: Model + Send + Sync + 'static,
    M::State: Clone + Debug + Hash + PartialEq + Send + Sync,
    M::Action: Debug + Clone + PartialEq + Send + Sync,
{
    let checker = model.checker().spawn_bfs().join();
    println!(
        "{name:<28} holds  {:>8} states, all; at most {} steps",
        checker.unique_state_count(),
        checker.max_depth()
    );
    assert!(checker.is_done(), "stopped before the end");
    checker.assert_properties();
}

/// The machine breaks `property`, and a way there is printed: not quite the shortest, states are taken in batches.
pub fn fails<M>(name: &str, model: M, property: &'static str)
where
    M: Model + Send + Sync + 'static,
    M::State: Clone + Debug + Hash + PartialEq + Send + Sync,
    M::Action: Debug + Clone + PartialEq + Send + Sync,
{
    let found = HasDiscoveries::AllOf(std::iter::once(property).collect());
    let checker = model.checker().finish_when(found).spawn_bfs().join();
    let path = checker.discovery(property);
    let way = path.map(|path| path.into_actions()).unwrap_or_default();
    println!("{name:<28} FAILS  {:>8} states; \"{property}\" after {way:?}", checker.unique_state_count());
    assert!(!way.is_empty(), "{name}: nothing breaks \"{property}\"");
}
