// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Benchmarks of the calls and of what the pallet does when a contribution is accepted.

use crate::*;
use alloc::{boxed::Box, vec, vec::Vec};
use frame_benchmarking::v2::*;
use frame_support::{
    assert_ok,
    traits::{
        fungible::{Inspect, Mutate},
        Get,
    },
    BoundedVec,
};
use frame_system::RawOrigin;
use openledger_primitives::{
    traits::{AcceptedContribution, BaseModelListing, OnAccepted},
    AccountId, AdapterId, Balance, BlockNumber, ContributionId, DatanetId, FeeSplit, Ppm,
    ProposalId, VersionRef, H256,
};
use types::MAX_MILESTONES;

/// What the benchmarks need of the rest of the runtime.
pub trait Setup: Config {
    /// An origin that enacts everything.
    fn enact_origin() -> Self::RuntimeOrigin;

    /// Makes an account an active evaluator.
    fn evaluator(who: &AccountId);

    /// Kills a referendum.
    fn kill(referendum: u32);

    /// A published version of one contribution.
    fn version() -> (VersionRef, Vec<ContributionId>);

    /// An adapter of `developer`.
    fn adapter(developer: &AccountId) -> AdapterId;
}

#[cfg(feature = "runtime-benchmarks")]
impl<T: Config> Setup for T {
    fn enact_origin() -> Self::RuntimeOrigin {
        use frame_support::traits::EnsureOrigin;
        T::EnactOrigin::try_successful_origin().expect("some origin enacts everything")
    }

    fn evaluator(who: &AccountId) {
        use openledger_primitives::traits::{OperatorRole, OperatorRoles};
        T::Evaluators::benchmark_operator(who, OperatorRole::Evaluator);
    }

    fn kill(referendum: u32) {
        T::Referenda::benchmark_kill(referendum);
    }

    fn version() -> (VersionRef, Vec<ContributionId>) {
        use openledger_primitives::traits::Datanets;
        T::Datanets::benchmark_version(1)
    }

    fn adapter(developer: &AccountId) -> AdapterId {
        use openledger_primitives::traits::Models;
        T::Models::benchmark_adapter(developer, 1).0
    }
}

/// When benchmarks submit and enact.
const START: BlockNumber = 5;

/// When contributions come in.
const CONTRIBUTED: BlockNumber = 10;

/// When bounties and milestones end.
const END: BlockNumber = 1_000;

fn at<T: Config>(block: BlockNumber) {
    frame_system::Pallet::<T>::set_block_number(block.into());
}

/// A payout and a price per row.
fn amount<T: Config>() -> Balance {
    T::Currency::minimum_balance().max(1)
}

/// More than any benchmark spends.
fn fortune<T: Config>() -> Balance {
    amount::<T>()
        .saturating_add(T::ProposalDeposit::get())
        .saturating_mul(1_000_000)
        .saturating_add(1_000_000_000_000_000_000_000_000)
}

/// The proposer. The treasury has money and the pot exists.
fn proposer<T: Config>() -> AccountId {
    let who: AccountId = account("proposer", 0, 0);
    T::Currency::set_balance(&who, fortune::<T>());
    T::Currency::set_balance(&T::Treasury::get(), fortune::<T>());
    T::Currency::set_balance(&Pallet::<T>::pot(), T::Currency::minimum_balance());
    at::<T>(START);
    who
}

fn submitted<T: Config>(kind: Kind) -> ProposalId {
    Pallet::<T>::do_submit(proposer::<T>(), kind).expect("the proposal is valid")
}

fn enacted<T: Config>(kind: Kind) -> ProposalId {
    let id = submitted::<T>(kind);
    assert_ok!(Pallet::<T>::do_enact(id, Track::Large));
    assert_eq!(status::<T>(id), Status::Active);
    id
}

fn status<T: Config>(id: ProposalId) -> Status {
    Proposals::<T>::get(id)
        .expect("the proposal was submitted")
        .status
}

fn base_model() -> Kind {
    Kind::ListBaseModel(BaseModelListing {
        hash: H256::repeat_byte(77),
        name: BoundedVec::truncate_from(vec![b'x'; 64]),
        hidden_size: 4_096,
        layers: 32,
        licence: BoundedVec::truncate_from(vec![b'x'; 32]),
    })
}

fn bounty<T: Config>(datanet: DatanetId, bar: QualityBar) -> Kind {
    Kind::DatanetBounty(Bounty {
        datanet,
        pot: amount::<T>().saturating_add(1),
        price_per_row: amount::<T>(),
        bar,
        ends_at: END,
    })
}

fn beneficiary() -> AccountId {
    account("beneficiary", 0, 0)
}

fn grant<T: Setup>(milestones: u32) -> (Kind, VersionRef) {
    let (evaluation, _) = T::version();
    let milestone = Milestone {
        metric: BoundedVec::truncate_from(vec![b'x'; 32]),
        threshold: Threshold::AtLeast(1),
        evaluation,
        payout: amount::<T>(),
        deadline: END,
    };
    let milestones = BoundedVec::truncate_from(vec![milestone; milestones as usize]);
    let grant = Grant {
        beneficiary: beneficiary(),
        milestones,
    };
    (Kind::ModelGrant(grant), evaluation)
}

/// Waiting reports by active evaluators, all of which say `finding`: so many that with one more there are
/// `reports`, and a quorum. Every evaluator's stake stands behind as many other proposals as it can.
fn waiting<T: Setup>(
    id: ProposalId,
    subject: Subject,
    finding: Finding,
    reports: u32,
) -> AccountId {
    let quorum = T::EvaluatorQuorum::get().max(1);
    let waiting: Vec<SignedReport> = (0..reports.max(quorum) - 1)
        .map(|index| SignedReport {
            evaluator: backing_evaluator::<T>("evaluator", index),
            finding,
            revised: false,
        })
        .collect();
    if !waiting.is_empty() {
        Reports::<T>::insert(id, subject, BoundedVec::truncate_from(waiting));
    }
    backing_evaluator::<T>("last evaluator", 0)
}

fn backing_evaluator<T: Setup>(name: &'static str, index: u32) -> AccountId {
    let evaluator: AccountId = account(name, index, 0);
    T::evaluator(&evaluator);
    let backings = (1..T::MaxBackings::get()).map(|other| Backing {
        proposal: ProposalId(u32::MAX - other),
        amount: 1,
        until: END,
    });
    let mut backings: Vec<_> = backings.collect();
    backings.reverse();
    Backings::<T>::insert(&evaluator, BoundedVec::truncate_from(backings));
    evaluator
}

#[benchmarks(where T: Setup)]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn submit(m: Linear<0, MAX_MILESTONES>) {
        let kind = if m == 0 {
            base_model()
        } else {
            grant::<T>(m).0
        };
        let proposer = proposer::<T>();
        #[extrinsic_call]
        _(RawOrigin::Signed(proposer), Box::new(kind));
        assert_eq!(NextProposalId::<T>::get(), ProposalId(1));
    }

    #[benchmark]
    fn enact_base_model() {
        let id = submitted::<T>(base_model());
        let origin = T::enact_origin();
        #[extrinsic_call]
        enact(origin as T::RuntimeOrigin, id);
        assert_eq!(status::<T>(id), Status::Completed);
    }

    #[benchmark]
    fn enact_bounty() {
        let (version, _) = T::version();
        let id = submitted::<T>(bounty::<T>(version.datanet, QualityBar::Accepted));
        let origin = T::enact_origin();
        #[extrinsic_call]
        enact(origin as T::RuntimeOrigin, id);
        assert_eq!(status::<T>(id), Status::Active);
    }

    #[benchmark]
    fn enact_grant(m: Linear<1, MAX_MILESTONES>) {
        let id = submitted::<T>(grant::<T>(m).0);
        let origin = T::enact_origin();
        #[extrinsic_call]
        enact(origin as T::RuntimeOrigin, id);
        assert_eq!(status::<T>(id), Status::Active);
    }

    #[benchmark]
    fn enact_fee_split() {
        let split = FeeSplit::default();
        let id = submitted::<T>(Kind::AttributionParameters { split });
        let origin = T::enact_origin();
        #[extrinsic_call]
        enact(origin as T::RuntimeOrigin, id);
        assert_eq!(status::<T>(id), Status::Completed);
    }

    #[benchmark]
    fn close() {
        let id = submitted::<T>(grant::<T>(MAX_MILESTONES).0);
        let proposal = Proposals::<T>::get(id).expect("just submitted");
        T::kill(proposal.referendum);
        #[extrinsic_call]
        _(RawOrigin::Signed(beneficiary()), id);
        assert_eq!(status::<T>(id), Status::Closed(CloseReason::Killed));
    }

    #[benchmark]
    fn submit_evaluation(r: Linear<1, { T::MaxReports::get() }>) {
        let (kind, evaluation) = grant::<T>(MAX_MILESTONES);
        let adapter = T::adapter(&beneficiary());
        let id = enacted::<T>(kind);
        let report = MilestoneReport {
            adapter,
            evaluation,
            value: 1,
            report: H256::repeat_byte(1),
        };
        let evaluator = waiting::<T>(id, Subject::Milestone(0), Finding::Milestone(report), r);
        #[extrinsic_call]
        _(RawOrigin::Signed(evaluator), id, 0, report);
        let proposal = Proposals::<T>::get(id).expect("just submitted");
        assert_eq!(proposal.milestones[0], MilestoneState::Paid(report));
    }

    #[benchmark]
    fn submit_score(r: Linear<1, { T::MaxReports::get() }>) {
        at::<T>(CONTRIBUTED);
        let (version, contributions) = T::version();
        let contribution = contributions[0];
        let id = enacted::<T>(bounty::<T>(version.datanet, QualityBar::Score(Ppm(1))));
        at::<T>(CONTRIBUTED);
        let report = ScoreReport {
            score: Ppm(1),
            report: H256::repeat_byte(1),
        };
        let evaluator = waiting::<T>(
            id,
            Subject::Contribution(contribution),
            Finding::Score(report),
            r,
        );
        #[extrinsic_call]
        _(RawOrigin::Signed(evaluator), id, contribution, report);
        // The pot pays for one row, so that the bounty ends with it.
        assert_eq!(status::<T>(id), Status::Completed);
    }

    #[benchmark]
    fn conclude(m: Linear<1, MAX_MILESTONES>) {
        let id = enacted::<T>(grant::<T>(m).0);
        at::<T>(END);
        #[extrinsic_call]
        _(RawOrigin::Signed(beneficiary()), id);
        assert_eq!(status::<T>(id), Status::Completed);
    }

    /// A contribution is paid and empties the pot.
    #[benchmark]
    fn on_accepted() {
        let (version, _) = T::version();
        let id = enacted::<T>(bounty::<T>(version.datanet, QualityBar::Accepted));
        at::<T>(CONTRIBUTED);
        let accepted = AcceptedContribution {
            datanet: version.datanet,
            index: 0,
            contributor: beneficiary(),
            rows: u32::MAX,
            contributed_at: CONTRIBUTED,
        };
        #[block]
        {
            <Pallet<T> as OnAccepted>::on_accepted(ContributionId(u64::MAX), &accepted);
        }
        assert_eq!(status::<T>(id), Status::Completed);
    }

    #[benchmark]
    fn prune_reports(n: Linear<1, MAX_PRUNED>) {
        let id = submitted::<T>(base_model());
        Proposals::<T>::mutate(id, |proposal| {
            proposal.as_mut().expect("just submitted").status = Status::Completed;
        });
        let report = SignedReport {
            evaluator: beneficiary(),
            finding: Finding::Score(ScoreReport {
                score: Ppm(1),
                report: H256::repeat_byte(1),
            }),
            revised: false,
        };
        for contribution in 0..n {
            let subject = Subject::Contribution(ContributionId(contribution.into()));
            let reports = vec![report.clone(); T::MaxReports::get() as usize];
            Reports::<T>::insert(id, subject, BoundedVec::truncate_from(reports));
        }
        #[extrinsic_call]
        _(RawOrigin::Signed(beneficiary()), id, n);
        assert_eq!(Reports::<T>::iter_prefix(id).count(), 0);
    }

    impl_benchmark_test_suite!(
        Pallet,
        crate::tests::mock::new_test_ext(),
        crate::tests::mock::Test
    );
}
