// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Datanets, an adapter and a settled job for the precompiles to speak of.

use super::*;

/// A policy that takes everything.
pub fn policy() -> IDatanets::Policy {
    IDatanets::Policy {
        open: true,
        minRows: 1,
        maxRows: 1_000,
        maxBytes: 1_000_000,
        similarity: 800_000,
    }
}

/// The input that creates a Datanet.
pub fn create_datanet() -> IDatanets::createDatanetCall {
    IDatanets::createDatanetCall {
        name: "law".into(),
        policy: policy(),
    }
}

/// The input that contributes rows whose hashes start with `salt`.
pub fn contribute(datanet: u32, salt: u8, rows: u32) -> IDatanets::contributeCall {
    IDatanets::contributeCall {
        datanetId: datanet,
        rowsRoot: [salt; 32].into(),
        rows,
        size: 100,
        content: [salt.wrapping_add(100); 32].into(),
        licence: "CC0-1.0".into(),
        uri: String::new(),
    }
}

/// Has `contributor` contribute to a Datanet of `owner`, who accepts it.
pub fn accepted(
    owner: &AccountId,
    contributor: &AccountId,
    datanet: u32,
    salt: u8,
    rows: u32,
) -> u64 {
    let number = crate::datanets::NUMBER;
    let contribution = done(contributor, number, &contribute(datanet, salt, rows));
    let accept = IDatanets::acceptContributionCall {
        contributionId: contribution,
        report: [9; 32].into(),
    };
    done(owner, number, &accept);
    contribution
}

/// A published version of a new Datanet of `person(1)`: 3 rows of `person(2)`, then 7 of `native`.
pub fn published() -> (u32, u32) {
    let number = crate::datanets::NUMBER;
    let owner = person(1);
    let datanet = done(&owner, number, &create_datanet());
    accepted(&owner, &person(2), datanet, 1, 3);
    accepted(&owner, &native(), datanet, 2, 7);
    let publish = IDatanets::publishVersionCall { datanetId: datanet };
    (datanet, done(&owner, number, &publish))
}

/// A base model that is listed.
pub fn base_model() -> u32 {
    let listing = BaseModelListing {
        hash: H256([30; 32]),
        name: b"MiniLM".to_vec().try_into().expect("short"),
        hidden_size: 384,
        layers: 6,
        licence: b"Apache-2.0".to_vec().try_into().expect("short"),
    };
    <Models as BaseModelAdmin>::list(listing).expect("listed").0
}

/// The input that registers an adapter on a version.
pub fn register_adapter(base_model: u32, versions: &[(u32, u32)]) -> IModels::registerAdapterCall {
    let version = |(datanet, number): &(u32, u32)| IModels::VersionRef {
        datanet: *datanet,
        number: *number,
    };
    IModels::registerAdapterCall {
        baseModelId: base_model,
        name: "tort".into(),
        versions: versions.iter().map(version).collect(),
        artifacts: IModels::Artifacts {
            artifact: [31; 32].into(),
            manifest: [32; 32].into(),
            influenceIndex: [33; 32].into(),
        },
        unitPrice: crate::frame::to_u256(PRICE),
        metrics: IModels::Metrics {
            accuracy: 900_000,
            baselineAccuracy: 820_000,
            heldOutRows: 300,
        },
    }
}

/// Planck per unit.
pub const PRICE: Balance = 7;

/// A published adapter of `person(3)` on [`published`].
pub fn adapter() -> u32 {
    let version = published();
    let number = crate::models::NUMBER;
    let developer = person(3);
    let adapter = done(
        &developer,
        number,
        &register_adapter(base_model(), &[version]),
    );
    done(
        &developer,
        number,
        &IModels::publishCall { adapterId: adapter },
    );
    adapter
}

/// A registered worker's key.
fn receipt_pair() -> ed25519::Pair {
    ed25519::Pair::from_seed(&[4; 32])
}

/// A receipt that settles a new job of `person(4)` for 100 units: of 700 planck, 420 go to the
/// contributions, 30 % to the first and 70 % to the second.
pub fn receipt(adapter: u32) -> SignedReceipt {
    let pair = receipt_pair();
    if pallet_inference::Workers::<Test>::get(worker()).is_none() {
        let proof = pair.sign(&registration_payload(&Inference::genesis(), &worker()));
        assert_ok!(Inference::register_worker(
            RuntimeOrigin::signed(worker()),
            pair.public(),
            proof,
            Default::default()
        ));
    }
    let question = JobInput::Inline(b"what is a tort?".to_vec().try_into().expect("short"));
    let job: JobId = pallet_inference::NextJob::<Test>::get();
    assert_ok!(Inference::request_inference(
        RuntimeOrigin::signed(person(4)),
        AdapterId(adapter),
        question.clone(),
        1_000
    ));
    let share = |(contribution, share): (u64, u32)| InfluenceShare {
        contribution: ContributionId(contribution),
        share: Ppm(share),
    };
    let shares = [(0, 300_000), (1, 700_000)].map(share).to_vec();
    let receipt = InferenceReceipt {
        version: RECEIPT_VERSION,
        genesis: Attribution::genesis(),
        job: JobRef::Escrowed(job),
        voucher: None,
        adapter: AdapterId(adapter),
        artifact: H256([31; 32]),
        input_hash: question.hash(),
        output_hash: H256([21; 32]),
        units: 100,
        influence: InfluenceVector::new(shares).expect("valid"),
        method: InfluenceMethod::UnitGradientsV1,
        evidence: H256([22; 32]),
        worker: worker(),
        seen_at: 1,
    };
    let signature = pair.sign(&receipt.payload());
    SignedReceipt {
        receipt,
        signature,
        voucher: None,
        output: None,
    }
}

/// Settles a receipt by an extrinsic, and gives the job.
pub fn settle(adapter: u32) -> u64 {
    let receipt = receipt(adapter);
    let JobRef::Escrowed(job) = receipt.receipt.job else {
        panic!("the job is escrowed");
    };
    assert_ok!(Attribution::submit_receipt(
        RuntimeOrigin::signed(native()),
        Box::new(receipt)
    ));
    job.0
}
