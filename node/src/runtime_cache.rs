// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Compiled runtimes, kept on disk.
//!
//! A runtime is compiled to machine code before a node can execute a block with it, which takes some
//! seconds of all cores. What was compiled once is kept, so that a node starts at once; and
//! `prepare-runtime` compiles the next runtime before it is enacted, so that no block waits for it.

use std::{
    fs::{self, DirBuilder},
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    time::Instant,
};

use codec::Decode;
use polkadot_sdk::*;
use sc_cli::{SharedParams, SubstrateCli};
use sc_executor::{HeapAllocStrategy, RuntimeVersion, WasmExecutor, DEFAULT_HEAP_ALLOC_STRATEGY};
use sc_service::{config::ExecutorConfiguration, BasePath};
use sp_core::traits::{CallContext, CodeExecutor, RuntimeCode, WrappedRuntimeCode};

/// What the runtime can call.
#[cfg(not(feature = "runtime-benchmarks"))]
pub type HostFunctions = sp_io::SubstrateHostFunctions;

/// What the runtime can call, benchmarks included.
#[cfg(feature = "runtime-benchmarks")]
pub type HostFunctions = (
    sp_io::SubstrateHostFunctions,
    frame_benchmarking::benchmarking::HostFunctions,
);

/// Executes the runtime.
pub type Executor = WasmExecutor<HostFunctions>;

/// Where compiled runtimes are kept.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct RuntimeCacheParams {
    /// Where compiled runtimes are kept, instead of `runtime-cache` in the chain's folder below the
    /// base path.
    ///
    /// What lies there is executed: nobody else may write to it. Nodes of one user and machine can
    /// share it.
    #[arg(long, value_name = "DIR")]
    pub runtime_cache: Option<PathBuf>,
}

impl RuntimeCacheParams {
    /// The folder, for the chain whose own folder is `chain`.
    pub fn folder(&self, chain: &Path) -> PathBuf {
        self.runtime_cache
            .clone()
            .unwrap_or_else(|| chain.join("runtime-cache"))
    }
}

/// The executor that `config` asks for, which keeps what it compiles in `folder`.
///
/// # Errors
/// When the folder cannot be made.
pub fn executor(config: &ExecutorConfiguration, folder: &Path) -> io::Result<Executor> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let heap = config
        .default_heap_pages
        .map_or(DEFAULT_HEAP_ALLOC_STRATEGY, |pages| {
            HeapAllocStrategy::Static {
                extra_pages: u32::try_from(pages).unwrap_or(u32::MAX),
            }
        });
    Ok(WasmExecutor::builder()
        .with_execution_method(config.wasm_method)
        .with_onchain_heap_alloc_strategy(heap)
        .with_offchain_heap_alloc_strategy(heap)
        .with_max_runtime_instances(config.max_runtime_instances)
        .with_runtime_cache_size(config.runtime_cache_size)
        .with_cache_path(fs::canonicalize(folder)?)
        .build())
}

/// Compile a runtime before a running node needs it.
///
/// To be done before an upgrade is enacted: the node then goes on without waiting for the
/// compilation. It can run meanwhile. Use the same --chain, --base-path and --runtime-cache as for
/// the node.
#[derive(Debug, Clone, clap::Parser)]
pub struct PrepareRuntimeCmd {
    /// The runtime, as it is brought on chain: `openledger_runtime.compact.compressed.wasm`.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// Which chain, and where its data lies.
    #[clap(flatten)]
    pub shared_params: SharedParams,

    /// Where the compiled runtime is kept.
    #[clap(flatten)]
    pub cache: RuntimeCacheParams,
}

impl PrepareRuntimeCmd {
    /// Compiles the runtime, and prints its version and the time it took.
    pub fn run<C: SubstrateCli>(&self, cli: &C) -> sc_cli::Result<()> {
        let spec = cli.load_spec(&self.shared_params.chain_id(self.shared_params.is_dev()))?;
        let base_path = self
            .shared_params
            .base_path()?
            .unwrap_or_else(|| BasePath::from_project("", "", &C::executable_name()));
        let folder = self.cache.folder(&base_path.config_dir(spec.id()));
        let code = fs::read(&self.file)
            .map_err(|error| format!("{} cannot be read: {error}", self.file.display()))?;
        let started = Instant::now();
        let version = compile(&code, &folder)
            .map_err(|error| format!("{} is no runtime: {error}", self.file.display()))?;
        println!(
            "{} {} is ready in {}, after {:.1} s",
            version.spec_name,
            version.spec_version,
            folder.display(),
            started.elapsed().as_secs_f32()
        );
        Ok(())
    }
}

/// Compiles `code` into `folder` and asks it for its version.
fn compile(code: &[u8], folder: &Path) -> Result<RuntimeVersion, String> {
    let executor = executor(&ExecutorConfiguration::default(), folder)
        .map_err(|error| format!("{} cannot be used: {error}", folder.display()))?;
    let mut state = sp_io::TestExternalities::default();
    let code = RuntimeCode {
        code_fetcher: &WrappedRuntimeCode(code.into()),
        heap_pages: None,
        hash: sp_io::hashing::blake2_256(code).to_vec(),
    };
    let (version, _) = executor.call(
        &mut state.ext(),
        &code,
        "Core_version",
        &[],
        CallContext::Offchain,
    );
    let version = version.map_err(|error| error.to_string())?;
    RuntimeVersion::decode(&mut &version[..]).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("openledger-{name}-{}", std::process::id()))
    }

    #[test]
    fn the_cache_should_lie_in_the_chains_folder() {
        let params = RuntimeCacheParams::default();
        let folder = params.folder(Path::new("/data/chains/openledger"));
        assert_eq!(folder, Path::new("/data/chains/openledger/runtime-cache"));
    }

    #[test]
    fn the_operators_folder_should_be_used() {
        let params = RuntimeCacheParams {
            runtime_cache: Some("/cache".into()),
        };
        let folder = params.folder(Path::new("/data/chains/openledger"));
        assert_eq!(folder, Path::new("/cache"));
    }

    #[test]
    fn what_is_no_runtime_should_be_refused() {
        let folder = folder("no-runtime");
        compile(b"not WebAssembly", &folder).expect_err("it is text");
        let _ = fs::remove_dir_all(folder);
    }

    #[test]
    fn the_folder_should_be_closed_to_others() {
        use std::os::unix::fs::PermissionsExt;
        let folder = folder("closed");
        executor(&ExecutorConfiguration::default(), &folder).expect("it can be made");
        let mode = fs::metadata(&folder)
            .expect("it is there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0);
        let _ = fs::remove_dir_all(folder);
    }
}
