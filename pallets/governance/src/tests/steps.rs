// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The steps that random interleavings are made of.

use frame_support::{
    storage::with_storage_layer,
    traits::{fungible::Mutate, tokens::Preservation, Hooks},
    weights::Weight,
};
use openledger_primitives::{
    AccountId, AdapterId, Balance, BaseModelId, BlockNumber, ContributionId, DatanetId, FeeSplit,
    Ppm, ProposalId, VersionRef,
};
use polkadot_sdk::*;
use proptest::prelude::*;
use sp_runtime::DispatchResult;
use std::collections::BTreeMap;

use super::{build::*, mock::*};
use crate::{
    Backings, Bounty, Grant, Kind, NextProposalId, Proposal, Proposals, QualityBar,
    ReferendumState, Status,
};

/// What a proposal asks for; times are counted from its submission.
#[derive(Clone, Debug)]
pub enum Ask {
    List {
        nth: u8,
    },
    Delist {
        base_model: u32,
    },
    Split,
    Bounty {
        datanet: u32,
        pot: Balance,
        price: Balance,
        score: Option<u32>,
        blocks: BlockNumber,
    },
    Grant {
        to: u8,
        milestones: Vec<(Balance, BlockNumber)>,
    },
}

/// One step. Most find what they name; some do not, and then nothing may change.
#[derive(Clone, Debug)]
pub enum Op {
    Submit {
        who: u8,
        ask: Ask,
    },
    Decide {
        proposal: u32,
        state: u8,
    },
    Enact {
        proposal: u32,
        root: bool,
    },
    /// What voters approve is enacted at once.
    Pass {
        ask: Ask,
    },
    Retry {
        proposal: u32,
    },
    Close {
        proposal: u32,
    },
    Contribute {
        who: u8,
        datanet: u32,
        rows: u32,
        accept: bool,
    },
    Accept {
        contribution: u32,
    },
    Evaluate {
        by: u8,
        proposal: u32,
        milestone: u8,
        adapter: u32,
        value: u64,
    },
    Score {
        by: u8,
        proposal: u32,
        contribution: u32,
        score: u32,
    },
    Conclude {
        proposal: u32,
    },
    Prune {
        proposal: u32,
    },
    /// An account becomes an evaluator with that stake, or is no longer one.
    Toggle {
        evaluator: u8,
        stake: Balance,
    },
    /// Somebody sends money to the pot.
    Donate {
        amount: Balance,
    },
    /// The treasury spends on something else.
    Spend {
        amount: Balance,
    },
    /// Time passes, with or without weight left for `on_idle`.
    Wait {
        blocks: BlockNumber,
        idle: bool,
    },
}

fn ask() -> impl Strategy<Value = Ask> {
    let milestones = prop::collection::vec((5u128..600, 3u32..30), 0..4);
    let datanet = prop_oneof![6 => 0u32..2, 1 => Just(2)];
    prop_oneof![
        1 => (1u8..4).prop_map(|nth| Ask::List { nth }),
        1 => any::<u32>().prop_map(|base_model| Ask::Delist { base_model }),
        1 => Just(Ask::Split),
        6 => (datanet, 1u128..1_500, 0u128..20, prop::option::weighted(0.6, 0u32..4), 5u32..30)
            .prop_map(|(datanet, pot, price, score, blocks)| {
                Ask::Bounty { datanet, pot, price, score, blocks }
            }),
        6 => (3u8..5, milestones).prop_map(|(to, milestones)| Ask::Grant { to, milestones }),
    ]
}

pub fn op() -> impl Strategy<Value = Op> {
    let id = any::<u32>;
    let points = prop_oneof![1 => 0u32..3, 8 => Just(3)];
    let value = prop_oneof![1 => Just(899_999u64), 8 => Just(900_000), 2 => Just(900_001)];
    prop_oneof![
        3 => (1u8..9, ask()).prop_map(|(who, ask)| Op::Submit { who, ask }),
        3 => (id(), 0u8..6).prop_map(|(proposal, state)| Op::Decide { proposal, state }),
        3 => (id(), any::<bool>()).prop_map(|(proposal, root)| Op::Enact { proposal, root }),
        8 => ask().prop_map(|ask| Op::Pass { ask }),
        1 => id().prop_map(|proposal| Op::Retry { proposal }),
        3 => id().prop_map(|proposal| Op::Close { proposal }),
        10 => (2u8..4, 0u32..2, 1u32..60, prop::bool::weighted(0.8))
            .prop_map(|(who, datanet, rows, accept)| {
                Op::Contribute { who, datanet, rows, accept }
            }),
        2 => id().prop_map(|contribution| Op::Accept { contribution }),
        16 => (0u8..5, id(), 0u8..2, 0u32..2, value)
            .prop_map(|(by, proposal, milestone, adapter, value)| {
                Op::Evaluate { by, proposal, milestone, adapter, value }
            }),
        20 => (0u8..5, id(), id(), points).prop_map(|(by, proposal, contribution, score)| {
            Op::Score { by, proposal, contribution, score }
        }),
        2 => id().prop_map(|proposal| Op::Conclude { proposal }),
        1 => id().prop_map(|proposal| Op::Prune { proposal }),
        1 => (0u8..5, 1u128..1_500).prop_map(|(evaluator, stake)| Op::Toggle { evaluator, stake }),
        1 => (1u128..500).prop_map(|amount| Op::Donate { amount }),
        1 => (1u128..400).prop_map(|amount| Op::Spend { amount }),
        4 => (1u32..6, any::<bool>()).prop_map(|(blocks, idle)| Op::Wait { blocks, idle }),
    ]
}

/// What every run starts from: two Datanets, a version to evaluate on, and an adapter of
/// [`BOB`] and one of [`DEVELOPER`].
pub struct Start {
    pub version: VersionRef,
    pub treasury: Balance,
}

pub fn start() -> Start {
    datanet();
    datanet();
    let version = version();
    adapter(&BOB);
    adapter(&DEVELOPER);
    // Little, so that it runs short at times.
    let treasury = 5_000;
    Balances::set_balance(&TREASURY, treasury);
    Balances::set_balance(&SINK, ED);
    // A quorum has less than some proposals pay.
    for index in 0..4 {
        EvaluatorTable::insert(evaluator(index), 400);
    }
    Start { version, treasury }
}

/// Where the treasury spends, and who donates to the pot.
pub const SINK: AccountId = AccountId::new([99; 32]);
pub const DONOR: AccountId = AccountId::new([6; 32]);

/// One of the `count` ids that are given out, the latest more often, or once in sixteen times the
/// one behind them.
fn id_at(number: u32, count: u32) -> u32 {
    let back = number / 16 % 4;
    match number % 16 {
        0 => count,
        1..=4 if count > 0 => number / 16 % count,
        _ => count.saturating_sub(1).saturating_sub(back),
    }
}

fn proposal_at(number: u32) -> ProposalId {
    ProposalId(id_at(number, NextProposalId::<Test>::get().0))
}

/// Mostly one of the proposals that `fits`, if there are any.
fn fitting(number: u32, fits: impl Fn(&Proposal) -> bool) -> ProposalId {
    let found: Vec<_> = (0..NextProposalId::<Test>::get().0)
        .map(ProposalId)
        .filter(|id| fits(&proposal(*id)))
        .collect();
    match number.checked_rem(found.len() as u32) {
        Some(nth) if !number.is_multiple_of(8) => found[nth as usize],
        _ => proposal_at(number),
    }
}

/// Mostly one of the last contributions to a bounty's Datanet.
fn contribution_to(id: ProposalId, number: u32) -> ContributionId {
    let bounty = Proposals::<Test>::get(id).and_then(|found| found.active_bounty().cloned());
    let last = bounty
        .and_then(|bounty| pallet_datanets::Datanets::<Test>::get(bounty.datanet).zip(Some(bounty)))
        .and_then(|(network, bounty)| {
            let back = network.accepted.checked_sub(number % 16 / 12 + 1)?;
            pallet_datanets::Accepted::<Test>::get(bounty.datanet, back)
        });
    match last {
        Some(leaf) if !number.is_multiple_of(8) => leaf.contribution,
        _ => contribution_at(number),
    }
}

fn contribution_at(number: u32) -> ContributionId {
    let count = pallet_datanets::NextContributionId::<Test>::get().0;
    ContributionId(id_at(number, u32::try_from(count).expect("there are few")).into())
}

fn kind(ask: Ask, start: &Start) -> Kind {
    let now = System::block_number();
    match ask {
        Ask::List { nth } => Kind::ListBaseModel(listing(nth)),
        Ask::Delist { base_model } => {
            let count = pallet_models::NextBaseModelId::<Test>::get().0;
            let base_model = BaseModelId(id_at(base_model, count));
            Kind::DelistBaseModel { base_model }
        }
        Ask::Split => Kind::AttributionParameters {
            split: FeeSplit::default(),
        },
        Ask::Bounty {
            datanet,
            pot,
            price,
            score,
            blocks,
        } => Kind::DatanetBounty(Bounty {
            datanet: DatanetId(if datanet == 2 { 77 } else { datanet }),
            pot,
            price_per_row: price,
            bar: score.map_or(QualityBar::Accepted, |score| QualityBar::Score(Ppm(score))),
            ends_at: now + blocks,
        }),
        Ask::Grant { to, milestones } => {
            let milestones: Vec<_> = milestones
                .into_iter()
                .map(|(payout, blocks)| milestone(start.version, payout, now + blocks))
                .collect();
            Kind::ModelGrant(Grant {
                beneficiary: account(to),
                milestones: milestones.try_into().expect("fewer than the bound"),
            })
        }
    }
}

/// Reports, and checks that where that pays, those who agree have at stake what the proposal has paid,
/// besides what their stake stands behind elsewhere.
fn with_stake_behind(id: ProposalId, report: impl FnOnce() -> DispatchResult) -> DispatchResult {
    let paid = || Proposals::<Test>::get(id).map_or(0, |found| found.funds.paid);
    let before = (paid(), Backings::<Test>::iter().collect::<BTreeMap<_, _>>());
    report()?;
    if paid() == before.0 {
        return Ok(());
    }
    let now = System::block_number();
    let mut behind: Balance = 0;
    for (evaluator, backings) in Backings::<Test>::iter() {
        let fresh = now + BACKING_PERIOD;
        let Some(own) = backings
            .iter()
            .find(|backing| backing.proposal == id && backing.until == fresh)
        else {
            continue;
        };
        behind += own.amount;
        if before.1.get(&evaluator) == Some(&backings) {
            continue;
        }
        let live = backings.iter().filter(|backing| now < backing.until);
        let all: Balance = live.map(|backing| backing.amount).sum();
        let stake = EvaluatorTable::get(evaluator).expect("only evaluators count");
        assert!(all <= stake, "{all} planck stand on a stake of {stake}");
    }
    assert!(behind >= paid(), "more was paid than is at stake");
    Ok(())
}

pub fn apply(op: Op, start: &Start, spent: &mut Spent) -> DispatchResult {
    with_storage_layer(|| match op {
        Op::Submit { who, ask } => {
            AiGovernance::submit(signed(account(who)), Box::new(kind(ask, start)))
        }
        Op::Decide { proposal, state } => {
            let id = fitting(proposal, |found| found.status == Status::Submitted);
            let Some(proposal) = Proposals::<Test>::get(id) else {
                return Ok(());
            };
            // What is decided stays so.
            let (_, _, _, before) =
                ReferendumTable::get(proposal.referendum).expect("it was opened");
            let after = match state {
                0 => ReferendumState::Approved {
                    at: System::block_number(),
                },
                1 => ReferendumState::Rejected,
                2 => ReferendumState::Cancelled,
                3 => ReferendumState::TimedOut,
                4 => ReferendumState::Killed,
                _ => ReferendumState::Ongoing,
            };
            if before == ReferendumState::Ongoing {
                decide(proposal.referendum, after);
            }
            Ok(())
        }
        Op::Enact { proposal, root } => {
            let origin = if root {
                RuntimeOrigin::root()
            } else {
                signed(SMALL_VOTE)
            };
            AiGovernance::enact(origin, proposal_at(proposal))
                .map(|_| ())
                .map_err(|e| e.error)
        }
        Op::Pass { ask } => {
            let id = NextProposalId::<Test>::get();
            AiGovernance::submit(signed(PROPOSER), Box::new(kind(ask, start)))?;
            enact(id);
            Ok(())
        }
        Op::Retry { proposal } => {
            let id = fitting(proposal, |found| found.deposit > 0);
            AiGovernance::retry(signed(STRANGER), id)
                .map(|_| ())
                .map_err(|e| e.error)
        }
        Op::Close { proposal } => {
            let id = fitting(proposal, |found| found.deposit > 0);
            AiGovernance::close(signed(STRANGER), id)
        }
        Op::Contribute {
            who,
            datanet,
            rows,
            accept: accepts,
        } => {
            let network = pallet_datanets::Datanets::<Test>::get(DatanetId(datanet));
            // The mock's Datanets are small.
            if network.is_some_and(|network| network.accepted + network.pending < 60) {
                let contribution = contribute(&account(who), DatanetId(datanet), rows);
                if accepts {
                    accept(contribution);
                }
            }
            Ok(())
        }
        Op::Accept { contribution } => Datanets::accept_contribution(
            signed(OWNER),
            contribution_at(contribution),
            Default::default(),
        ),
        Op::Evaluate {
            by,
            proposal,
            milestone,
            adapter,
            value,
        } => {
            let report = report(AdapterId(adapter), start.version, value);
            let id = fitting(proposal, |found| found.active_grant().is_some());
            with_stake_behind(id, || try_evaluate(by, id, milestone, report))
        }
        Op::Score {
            by,
            proposal,
            contribution,
            score: value,
        } => {
            let waits = |found: &Proposal| {
                found
                    .active_bounty()
                    .is_some_and(|bounty| bounty.bar != QualityBar::Accepted)
            };
            let id = fitting(proposal, waits);
            let contribution = contribution_to(id, contribution);
            with_stake_behind(id, || try_score(by, id, contribution, score(value)))
        }
        Op::Conclude { proposal } => {
            AiGovernance::conclude(signed(STRANGER), proposal_at(proposal))
        }
        Op::Prune { proposal } => {
            AiGovernance::prune_reports(signed(STRANGER), proposal_at(proposal), 2)
                .map(|_| ())
                .map_err(|e| e.error)
        }
        Op::Toggle {
            evaluator: index,
            stake,
        } => {
            let who = evaluator(index);
            if EvaluatorTable::take(&who).is_none() {
                EvaluatorTable::insert(who, stake);
            }
            Ok(())
        }
        Op::Donate { amount } => {
            let pot = AiGovernance::pot();
            Balances::transfer(&DONOR, &pot, amount, Preservation::Preserve)?;
            spent.donated += amount;
            Ok(())
        }
        Op::Spend { amount } => {
            Balances::transfer(&TREASURY, &SINK, amount, Preservation::Preserve)?;
            spent.by_treasury += amount;
            Ok(())
        }
        Op::Wait { blocks, idle } => {
            for _ in 0..blocks {
                let next = System::block_number() + 1;
                at(next);
                if idle {
                    AiGovernance::on_idle(next, Weight::MAX);
                }
            }
            Ok(())
        }
    })
}

/// Money that moved without this pallet.
#[derive(Default)]
pub struct Spent {
    pub by_treasury: Balance,
    pub donated: Balance,
}
