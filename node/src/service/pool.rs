// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The transaction pool.

use std::sync::Arc;

use futures::{future::BoxFuture, FutureExt};
use polkadot_sdk::*;
use sc_service::{Configuration, SpawnEssentialTaskHandle, TaskManager};
use sp_core::traits::SpawnEssentialNamed;

use super::partial::{FullClient, FullPool};

/// By how much the pool's validation is nicer than the rest of the node: it gets a third of the time of what
/// it competes with.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 5;

/// The pool that `config` asks for.
pub fn new(config: &Configuration, client: Arc<FullClient>, tasks: &TaskManager) -> Arc<FullPool> {
    let pool = sc_transaction_pool::Builder::new(
        Nice(tasks.spawn_essential_handle()),
        client,
        config.role.is_authority().into(),
    )
    .with_options(config.transaction_pool.clone())
    .with_prometheus(config.prometheus_registry())
    .build();
    Arc::new(pool)
}

/// Spawns tasks whose blocking ones leave the processors to other threads of the node.
///
/// The pool validates whatever waits again after each block, with no limit but the next block. On a machine
/// with few cores that would take the time in which a block is made or imported.
#[derive(Clone)]
struct Nice(SpawnEssentialTaskHandle);

impl SpawnEssentialNamed for Nice {
    fn spawn_essential_blocking(
        &self,
        name: &'static str,
        group: Option<&'static str>,
        future: BoxFuture<'static, ()>,
    ) {
        // A blocking task has a thread for itself until it ends.
        let task = async move {
            be_nice();
            future.await;
        };
        self.0.spawn_essential_blocking(name, group, task.boxed());
    }

    fn spawn_essential(
        &self,
        name: &'static str,
        group: Option<&'static str>,
        future: BoxFuture<'static, ()>,
    ) {
        SpawnEssentialNamed::spawn_essential(&self.0, name, group, future);
    }
}

/// Lowers the priority of the thread. Other systems than Linux know only that of processes.
fn be_nice() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(NICENESS) {
        log::debug!("the transaction pool runs at ordinary priority: {error}");
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use futures::{channel::oneshot, executor::block_on, future};
    use rustix::process::getpriority_process;

    use super::*;

    #[test]
    fn blocking_tasks_should_be_nicer_than_the_node() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let tasks = TaskManager::new(runtime.handle().clone(), None).unwrap();
        let usual = getpriority_process(None).unwrap();
        let (sender, receiver) = oneshot::channel();
        let task = async move {
            sender.send(getpriority_process(None)).unwrap();
            future::pending().await
        };

        Nice(tasks.spawn_essential_handle()).spawn_essential_blocking("test", None, task.boxed());

        let nicer = block_on(receiver).unwrap().unwrap();
        assert_eq!(nicer, (usual + NICENESS).min(19));
        assert_eq!(getpriority_process(None).unwrap(), usual);
    }
}
