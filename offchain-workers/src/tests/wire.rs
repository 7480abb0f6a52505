// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The exact requests, checked by the SDK's own test externalities.

use openledger_primitives::pool::{
    DispatchRequest, DispatchResponse, DispatchStatus, DispatchedJob, ReceiptsResponse,
    CONTENT_TYPE,
};
use polkadot_sdk::sp_core::offchain::testing::PendingRequest;

use super::*;

#[test]
fn requests_should_be_what_the_worker_s_interface_defines() {
    let node = Node::new(&[A]);
    chain(|chain| chain.jobs = jobs(0..1));
    let scale = || CONTENT_TYPE.to_string();
    let response_headers = || vec![("content-type".to_string(), scale())];
    let offered = DispatchedJob {
        job: JobId(0),
        adapter: AdapterId(1),
        input: job(0).input,
        max_units: 100,
    };
    let jobs = vec![offered].try_into().unwrap();
    let statuses = vec![DispatchStatus::Queued].try_into().unwrap();
    let receipts = vec![receipt(escrowed(7), 1)].try_into().unwrap();
    {
        let mut state = node.offchain.0.write();
        state.expect_request(PendingRequest {
            method: "POST".into(),
            uri: "http://a:8600/v1/jobs".into(),
            headers: vec![("accept".into(), scale()), ("content-type".into(), scale())],
            body: DispatchRequest {
                genesis: GENESIS,
                jobs,
            }
            .encode(),
            sent: true,
            response: Some(DispatchResponse { statuses }.encode()),
            response_headers: response_headers(),
            ..Default::default()
        });
        state.expect_request(PendingRequest {
            method: "GET".into(),
            uri: "http://a:8600/v1/receipts".into(),
            headers: vec![("accept".into(), scale())],
            sent: true,
            response: Some(ReceiptsResponse { receipts }.encode()),
            response_headers: response_headers(),
            ..Default::default()
        });
    }
    let mut externalities = TestExternalities::default();
    externalities.register_extension(OffchainDbExt::new(node.offchain.clone()));
    externalities.register_extension(OffchainWorkerExt::new(node.offchain.clone()));
    externalities.execute_with(|| run::<TestChain>(1));
    assert_eq!(take_submitted(), vec![vec![escrowed(7)]]);
    assert_eq!(node.state().jobs.len(), 1);
}
