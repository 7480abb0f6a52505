// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What tests build on the mock's chain, and what they look at.

use codec::Encode;
use frame_support::{assert_ok, traits::fungible::InspectHold, BoundedVec};
use openledger_primitives::{
    content_hash, traits::BaseModelListing, views::AdapterMetrics, AccountId, AdapterId, Balance,
    BaseModelId, BlockNumber, ContributionId, DatanetId, Ppm, ProposalId, VersionRef, H256,
};
use polkadot_sdk::*;
use sp_core::ConstU32;
use sp_runtime::DispatchResult;

use super::mock::*;
use crate::{
    Bounty, Grant, HoldReason, Kind, Milestone, MilestoneReport, Proposal, QualityBar,
    ReferendumState, ScoreReport, Threshold,
};

/// A bounded text.
pub fn text<const BOUND: u32>(bytes: &[u8]) -> BoundedVec<u8, ConstU32<BOUND>> {
    bytes
        .to_vec()
        .try_into()
        .expect("the text is within its bound")
}

/// A Datanet of [`OWNER`].
pub fn datanet() -> DatanetId {
    let datanet = pallet_datanets::NextDatanetId::<Test>::get();
    let policy = pallet_datanets::Policy {
        open: true,
        min_rows: 1,
        max_rows: u32::MAX,
        max_bytes: 10_000,
        similarity: Ppm(800_000),
    };
    let name = text(b"law");
    assert_ok!(Datanets::create_datanet(signed(OWNER), name, policy));
    datanet
}

/// Contributes `rows` rows.
pub fn contribute(who: &AccountId, datanet: DatanetId, rows: u32) -> ContributionId {
    let contribution = pallet_datanets::NextContributionId::<Test>::get();
    let hash = |what: &str| content_hash(&(what, contribution).encode());
    assert_ok!(Datanets::contribute(
        signed(who.clone()),
        datanet,
        hash("rows"),
        rows,
        500,
        hash("content"),
        text(b"CC-BY-4.0"),
        text(b""),
    ));
    contribution
}

/// Accepts a contribution as [`OWNER`].
pub fn accept(contribution: ContributionId) {
    let report = H256::repeat_byte(7);
    assert_ok!(Datanets::accept_contribution(
        signed(OWNER),
        contribution,
        report
    ));
}

/// Contributes and accepts.
pub fn accepted(who: &AccountId, datanet: DatanetId, rows: u32) -> ContributionId {
    let contribution = contribute(who, datanet, rows);
    accept(contribution);
    contribution
}

/// A published version of a new Datanet.
pub fn version() -> VersionRef {
    let datanet = datanet();
    accepted(&BOB, datanet, 10);
    assert_ok!(Datanets::publish_version(signed(OWNER), datanet));
    VersionRef { datanet, number: 1 }
}

/// What lists base model `nth`.
pub fn listing(nth: u8) -> BaseModelListing {
    BaseModelListing {
        hash: H256::repeat_byte(nth),
        name: text(b"MiniLM"),
        hidden_size: 384,
        layers: 6,
        licence: text(b"MIT"),
    }
}

/// Base model `nth`, listed by root.
pub fn base_model(nth: u8) -> BaseModelId {
    let base_model = pallet_models::NextBaseModelId::<Test>::get();
    let listing = listing(nth);
    assert_ok!(Models::register_base_model(
        RuntimeOrigin::root(),
        listing.hash,
        listing.name,
        listing.hidden_size,
        listing.layers,
        listing.licence,
    ));
    base_model
}

/// A new adapter of `developer`.
pub fn adapter(developer: &AccountId) -> AdapterId {
    let adapter = pallet_models::NextAdapterId::<Test>::get();
    let nth = u8::try_from(adapter.0).expect("tests register few adapters");
    let hash = |what: &str| content_hash(&(what, adapter).encode());
    assert_ok!(Models::register_adapter(
        signed(developer.clone()),
        base_model(200 + nth),
        text(b"topics"),
        vec![version()].try_into().expect("one is within the bound"),
        pallet_models::Artifacts {
            artifact: hash("artifact"),
            manifest: hash("manifest"),
            influence_index: hash("index"),
        },
        1,
        AdapterMetrics {
            accuracy: Ppm(900_000),
            baseline_accuracy: Ppm(820_000),
            held_out_rows: 300,
        },
    ));
    adapter
}

/// 500 planck at 5 a row until block 50.
pub fn bounty(datanet: DatanetId, bar: QualityBar) -> Bounty {
    Bounty {
        datanet,
        pot: 500,
        price_per_row: 5,
        bar,
        ends_at: 50,
    }
}

/// Accuracy of at least 0.9 on `evaluation`, for `payout` planck until `deadline`.
pub fn milestone(evaluation: VersionRef, payout: Balance, deadline: BlockNumber) -> Milestone {
    Milestone {
        metric: text(b"accuracy"),
        threshold: Threshold::AtLeast(900_000),
        evaluation,
        payout,
        deadline,
    }
}

/// A grant to [`DEVELOPER`].
pub fn grant(milestones: Vec<Milestone>) -> Kind {
    Kind::ModelGrant(Grant {
        beneficiary: DEVELOPER,
        milestones: milestones.try_into().expect("tests make few milestones"),
    })
}

/// Submits as [`PROPOSER`].
pub fn submit(kind: Kind) -> ProposalId {
    let id = crate::NextProposalId::<Test>::get();
    assert_ok!(AiGovernance::submit(signed(PROPOSER), Box::new(kind)));
    id
}

/// A proposal that must exist.
pub fn proposal(id: ProposalId) -> Proposal {
    crate::Proposals::<Test>::get(id).expect("the proposal exists")
}

/// Sets where a referendum stands.
pub fn decide(referendum: u32, state: ReferendumState) {
    ReferendumTable::mutate(referendum, |entry| {
        entry.as_mut().expect("the referendum exists").3 = state;
    });
}

/// Sets where the referendum of a proposal stands.
pub fn decide_on(id: ProposalId, state: ReferendumState) {
    decide(proposal(id).referendum, state);
}

/// Approves a proposal's referendum and enacts it as it would.
pub fn enact(id: ProposalId) {
    let now = System::block_number();
    decide_on(id, ReferendumState::Approved { at: now });
    assert_ok!(AiGovernance::enact(RuntimeOrigin::root(), id));
}

/// Submits and enacts.
pub fn enacted(kind: Kind) -> ProposalId {
    let id = submit(kind);
    enact(id);
    id
}

/// An active bounty of a new Datanet. The next block begins, so that contributions count.
pub fn active_bounty(bar: QualityBar) -> (ProposalId, DatanetId) {
    let datanet = datanet();
    let id = enacted(Kind::DatanetBounty(bounty(datanet, bar)));
    at(System::block_number() + 1);
    (id, datanet)
}

/// A score of `score` ppm.
pub fn score(score: u32) -> ScoreReport {
    ScoreReport {
        score: Ppm(score),
        report: H256::repeat_byte(9),
    }
}

/// Scores a contribution as evaluator `by`.
pub fn try_score(
    by: u8,
    id: ProposalId,
    contribution: ContributionId,
    report: ScoreReport,
) -> DispatchResult {
    AiGovernance::submit_score(signed(evaluator(by)), id, contribution, report)
}

/// A report that `adapter` came to `value` millionths on `evaluation`.
pub fn report(adapter: AdapterId, evaluation: VersionRef, value: u64) -> MilestoneReport {
    MilestoneReport {
        adapter,
        evaluation,
        value,
        report: H256::repeat_byte(9),
    }
}

/// Reports on a milestone as evaluator `by`.
pub fn try_evaluate(
    by: u8,
    id: ProposalId,
    milestone: u8,
    report: MilestoneReport,
) -> DispatchResult {
    AiGovernance::submit_evaluation(signed(evaluator(by)), id, milestone, report)
}

/// What is on hold from an account for `reason`, planck.
pub fn held(reason: HoldReason, who: &AccountId) -> Balance {
    Balances::balance_on_hold(&reason.into(), who)
}

/// What is on hold in the pot, planck.
pub fn pot() -> Balance {
    held(HoldReason::Funding, &AiGovernance::pot())
}

/// What an account can spend, planck.
pub fn free(who: &AccountId) -> Balance {
    Balances::free_balance(who)
}

/// This pallet's events.
pub fn events() -> Vec<crate::Event<Test>> {
    System::events()
        .into_iter()
        .filter_map(|record| match record.event {
            RuntimeEvent::AiGovernance(event) => Some(event),
            _ => None,
        })
        .collect()
}

/// Whether this pallet's last event is `event`.
pub fn assert_last(event: crate::Event<Test>) {
    assert_eq!(events().last(), Some(&event));
}
