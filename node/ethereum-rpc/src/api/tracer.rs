// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Which tracer a request asks for, in go-ethereum's form.

use pallet_revive::pallet_revive_types::runtime_api::{
    CallTracerConfigV1, ExecutionTracerConfigV1, PrestateTracerConfigV1, TracerTypeV1,
};
use polkadot_sdk::*;
use serde::Deserialize;
use serde_json::Value;

use super::overrides::StateOverrides;
use crate::error::{Error, Result};

/// The most steps of struct logs in an answer; more do not fit into it.
const MAX_STEPS: u64 = 20_000;

/// What a trace shall show.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct TraceOptions {
    /// The tracer's name; none for struct logs.
    pub tracer: Option<String>,
    /// The tracer's own options.
    pub tracer_config: Option<Value>,
    /// Struct logs: with memory.
    pub enable_memory: bool,
    /// Struct logs: without stack.
    pub disable_stack: bool,
    /// Struct logs: without storage.
    pub disable_storage: bool,
    /// Struct logs: with return data.
    pub enable_return_data: bool,
    /// Struct logs: the most steps, zero for as many as there are.
    pub limit: u64,
    /// For calls: what replaces the state.
    pub state_overrides: Option<StateOverrides>,
    /// For calls: what replaces the block's own data, which the runtime's tracer does not take.
    pub block_overrides: Option<Value>,
    /// For calls: after how many transactions of the block it runs, which the runtime's tracer does
    /// not take.
    pub tx_index: Option<Value>,
}

/// Options of `callTracer`.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct CallTracerOptions {
    only_top_call: bool,
    with_log: bool,
}

/// Options of `prestateTracer`.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct PrestateTracerOptions {
    diff_mode: bool,
    disable_code: bool,
    disable_storage: bool,
}

impl TraceOptions {
    /// The tracer in the runtime's form.
    pub fn tracer(&self) -> Result<TracerTypeV1> {
        match self.tracer.as_deref() {
            None | Some("" | "structLogger") => Ok(self.struct_logger()),
            Some("callTracer") => {
                let options: CallTracerOptions = self.config()?;
                Ok(TracerTypeV1::CallTracer(Some(CallTracerConfigV1 {
                    with_logs: options.with_log,
                    only_top_call: options.only_top_call,
                })))
            }
            Some("prestateTracer") => {
                let options: PrestateTracerOptions = self.config()?;
                Ok(TracerTypeV1::PrestateTracer(Some(PrestateTracerConfigV1 {
                    diff_mode: options.diff_mode,
                    disable_storage: options.disable_storage,
                    disable_code: options.disable_code,
                })))
            }
            Some(other) => Err(Error::InvalidParams(format!(
                "tracer {other:?} is not known here: use callTracer, prestateTracer, or none for \
                 struct logs"
            ))),
        }
    }

    /// Fails for a call that shall run elsewhere than at the end of its block: the trace would be that
    /// of another call.
    pub fn ensure_at_the_blocks_end(&self) -> Result<()> {
        let asked = |option: &Option<Value>| option.as_ref().is_some_and(|value| !value.is_null());
        if asked(&self.block_overrides) {
            return Err(Error::InvalidParams(
                "blockOverrides are not supported in traces: use eth_call, which takes the time"
                    .into(),
            ));
        }
        if asked(&self.tx_index) {
            return Err(Error::InvalidParams(
                "txIndex is not supported in traces: a call runs after all transactions of its \
                 block"
                    .into(),
            ));
        }
        Ok(())
    }

    fn struct_logger(&self) -> TracerTypeV1 {
        let limit = match self.limit {
            0 => MAX_STEPS,
            limit => limit.min(MAX_STEPS),
        };
        TracerTypeV1::ExecutionTracer(Some(ExecutionTracerConfigV1 {
            enable_memory: self.enable_memory,
            disable_stack: self.disable_stack,
            disable_storage: self.disable_storage,
            enable_return_data: self.enable_return_data,
            limit: Some(limit),
            ..Default::default()
        }))
    }

    /// The options of the named tracer.
    fn config<T: Default + for<'a> Deserialize<'a>>(&self) -> Result<T> {
        match &self.tracer_config {
            None | Some(Value::Null) => Ok(T::default()),
            Some(config) => T::deserialize(config)
                .map_err(|error| Error::InvalidParams(format!("tracerConfig: {error}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tracer(json: Value) -> Result<TracerTypeV1> {
        let options: TraceOptions = serde_json::from_value(json).expect("the options are valid");
        options.tracer()
    }

    #[test]
    fn no_name_should_mean_struct_logs() {
        assert!(matches!(
            tracer(serde_json::json!({})),
            Ok(TracerTypeV1::ExecutionTracer(_))
        ));
    }

    #[test]
    fn struct_logs_should_be_bounded() {
        let Ok(TracerTypeV1::ExecutionTracer(Some(config))) =
            tracer(serde_json::json!({ "limit": u64::MAX }))
        else {
            panic!("struct logs were asked for");
        };
        assert_eq!(config.limit, Some(MAX_STEPS));
    }

    #[test]
    fn the_call_tracer_should_leave_logs_out_by_default() {
        assert_eq!(
            tracer(serde_json::json!({ "tracer": "callTracer" })),
            Ok(TracerTypeV1::CallTracer(Some(CallTracerConfigV1 {
                with_logs: false,
                only_top_call: false
            })))
        );
    }

    #[test]
    fn the_call_tracer_should_take_its_options() {
        assert_eq!(
            tracer(serde_json::json!({
                "tracer": "callTracer",
                "tracerConfig": { "withLog": true, "onlyTopCall": true },
            })),
            Ok(TracerTypeV1::CallTracer(Some(CallTracerConfigV1 {
                with_logs: true,
                only_top_call: true
            })))
        );
    }

    #[test]
    fn the_prestate_tracer_should_take_its_options() {
        let Ok(TracerTypeV1::PrestateTracer(Some(config))) = tracer(serde_json::json!({
            "tracer": "prestateTracer",
            "tracerConfig": { "diffMode": true },
        })) else {
            panic!("the prestate was asked for");
        };
        assert!(config.diff_mode);
    }

    #[test]
    fn an_unknown_tracer_should_be_refused_by_name() {
        let Err(Error::InvalidParams(text)) =
            tracer(serde_json::json!({ "tracer": "4byteTracer" }))
        else {
            panic!("there is no such tracer");
        };
        assert!(text.contains("4byteTracer"), "{text}");
    }

    fn ensured(json: Value) -> Result<()> {
        let options: TraceOptions = serde_json::from_value(json).expect("the options are valid");
        options.ensure_at_the_blocks_end()
    }

    #[test]
    fn block_overrides_should_be_refused() {
        assert!(matches!(
            ensured(serde_json::json!({ "blockOverrides": { "time": "0x5" } })),
            Err(Error::InvalidParams(_))
        ));
    }

    #[test]
    fn a_place_within_the_block_should_be_refused() {
        assert!(matches!(
            ensured(serde_json::json!({ "txIndex": "0x1" })),
            Err(Error::InvalidParams(_))
        ));
    }

    #[test]
    fn options_that_change_no_trace_should_be_taken() {
        assert_eq!(
            ensured(serde_json::json!({ "timeout": "10s", "blockOverrides": null })),
            Ok(())
        );
    }

    #[test]
    fn options_of_the_wrong_kind_should_be_refused() {
        assert!(matches!(
            tracer(serde_json::json!({ "tracer": "callTracer", "tracerConfig": 5 })),
            Err(Error::InvalidParams(_))
        ));
    }
}
