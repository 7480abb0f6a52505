// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! `IGovernance`: votes in referenda, and AI proposals.

use alloc::{boxed::Box, vec::Vec};
use core::marker::PhantomData;
use openledger_primitives::{
    traits::BaseModelListing, AccountId, Balance, BaseModelId, DatanetId, FeeSplit, Ppm,
    ProposalId, VersionRef, H256,
};
use polkadot_sdk::*;

use frame_support::traits::{Currency, Polling};
use pallet_ai_governance::{
    Bounty, Grant, Kind, Milestone, ProposalReferenda, QualityBar, ReferendumState, Status,
    Threshold, Track,
};
use pallet_conviction_voting::{AccountVote, Conviction, TallyOf, Vote, Voting};
use pallet_revive::precompiles::{
    alloy::{primitives::Address, sol_types::SolValue},
    AddressMatcher, Error, Ext, Precompile, H160,
};
use sp_runtime::traits::StaticLookup;

use crate::{
    frame::{self, charge_reads, revert, to_account, to_balance, to_u256},
    logs, Config,
};

#[allow(missing_docs)]
pub mod sol {
    //! The interface, as its Solidity file says it.
    use polkadot_sdk::pallet_revive::precompiles::alloy;
    alloy::sol!(
        #![sol(all_derives)]
        "interfaces/IGovernance.sol"
    );
}

use sol::IGovernance::{self, IGovernanceCalls};

/// The number in its address.
pub const NUMBER: u16 = 0x0806;

/// Where it answers.
pub const ADDRESS: H160 = frame::address(NUMBER);

/// `IGovernance`.
pub struct Governance<T>(PhantomData<T>);

/// Calls of the voting pallet.
type VotingCall<T> = pallet_conviction_voting::Call<T>;

/// What the voting and the proposals have to be, for Solidity's types to fit.
pub trait Governed:
    Config
    + pallet_ai_governance::Config
    + pallet_conviction_voting::Config<
        Currency: Currency<AccountId, Balance = Balance>,
        Polls: Polling<TallyOf<Self>, Index = u32, Class = u16>,
    > + polkadot_sdk::frame_system::Config<
        RuntimeCall: From<VotingCall<Self>> + From<pallet_ai_governance::Call<Self>>,
    >
{
}

impl<T> Governed for T where
    T: Config
        + pallet_ai_governance::Config
        + pallet_conviction_voting::Config<
            Currency: Currency<AccountId, Balance = Balance>,
            Polls: Polling<TallyOf<Self>, Index = u32, Class = u16>,
        > + polkadot_sdk::frame_system::Config<
            RuntimeCall: From<VotingCall<Self>> + From<pallet_ai_governance::Call<Self>>,
        >
{
}

impl<T> Precompile for Governance<T>
where
    T: Governed,
{
    type T = T;
    type Interface = IGovernanceCalls;
    const MATCHER: AddressMatcher = frame::matcher(NUMBER);
    const HAS_CONTRACT_INFO: bool = false;

    fn call(
        _: &[u8; 20],
        input: &IGovernanceCalls,
        env: &mut impl Ext<T = T>,
    ) -> Result<Vec<u8>, Error> {
        use IGovernanceCalls as Calls;
        match input {
            Calls::vote(call) => vote(env, call),
            Calls::voteSplit(call) => vote_split(env, call),
            Calls::removeVote(call) => {
                let action = VotingCall::<T>::remove_vote {
                    class: Some(call.track),
                    index: call.referendum,
                };
                frame::dispatch(env, action)?;
                let event = IGovernance::VoteRemoved {
                    voter: caller(env)?,
                    referendum: call.referendum,
                };
                logs::emit(env, &event)?;
                Ok(Vec::new())
            }
            Calls::unlock(call) => {
                let target = T::Lookup::unlookup(to_account::<T>(&call.account));
                let action = VotingCall::<T>::unlock {
                    class: call.track,
                    target,
                };
                frame::dispatch(env, action)?;
                Ok(Vec::new())
            }
            Calls::delegateVotes(call) => delegate(env, call),
            Calls::undelegateVotes(call) => {
                let action = VotingCall::<T>::undelegate { class: call.track };
                frame::dispatch(env, action)?;
                let event = IGovernance::VotesUndelegated {
                    voter: caller(env)?,
                    track: call.track,
                };
                logs::emit(env, &event)?;
                Ok(Vec::new())
            }
            Calls::proposeBaseModel(call) => {
                let invalid = || revert("AiGovernance.InvalidListing");
                let listing = BaseModelListing {
                    hash: H256(call.hash.0),
                    name: bounded(&call.name).ok_or_else(invalid)?,
                    hidden_size: call.hiddenSize,
                    layers: call.layers,
                    licence: bounded(&call.licence).ok_or_else(invalid)?,
                };
                propose(env, Kind::ListBaseModel(listing))
            }
            Calls::proposeDelisting(call) => {
                let base_model = BaseModelId(call.baseModel);
                propose(env, Kind::DelistBaseModel { base_model })
            }
            Calls::proposeBounty(call) => {
                let bar = if call.scored {
                    QualityBar::Score(Ppm(call.minScore))
                } else {
                    QualityBar::Accepted
                };
                let bounty = Bounty {
                    datanet: DatanetId(call.datanet),
                    pot: to_balance(&call.pot)?,
                    price_per_row: to_balance(&call.pricePerRow)?,
                    bar,
                    ends_at: call.endsAt,
                };
                propose(env, Kind::DatanetBounty(bounty))
            }
            Calls::proposeGrant(call) => {
                let milestones: Vec<Milestone> = call
                    .milestones
                    .iter()
                    .map(milestone)
                    .collect::<Result<_, _>>()?;
                let grant = Grant {
                    beneficiary: to_account::<T>(&call.beneficiary),
                    milestones: milestones
                        .try_into()
                        .map_err(|_| revert("AiGovernance.TooManyMilestones"))?,
                };
                propose(env, Kind::ModelGrant(grant))
            }
            Calls::proposeFeeSplit(call) => {
                let split = FeeSplit {
                    contributors: Ppm(call.contributors),
                    developer: Ppm(call.developer),
                    worker: Ppm(call.worker),
                    stakers: Ppm(call.stakers),
                    treasury: Ppm(call.treasury),
                };
                propose(env, Kind::AttributionParameters { split })
            }
            Calls::referendumOf(call) => referendum_of(env, call.index),
            Calls::votingOf(call) => voting_of(env, &call.account, call.track),
            Calls::proposalOf(call) => proposal_of(env, ProposalId(call.proposal)),
        }
    }
}

/// The caller's address.
fn caller<E: Ext<T: Config>>(env: &E) -> Result<Address, Error> {
    Ok(frame::to_address::<E::T>(&frame::caller(env)?))
}

/// A text within a bound.
fn bounded<Bound: frame_support::traits::Get<u32>>(
    text: &str,
) -> Option<frame_support::BoundedVec<u8, Bound>> {
    text.as_bytes().to_vec().try_into().ok()
}

/// A conviction by its number.
fn conviction(number: u8) -> Result<Conviction, Error> {
    Conviction::try_from(number).map_err(|()| revert("ConvictionVoting.UnknownConviction"))
}

fn vote<T, E>(env: &mut E, call: &IGovernance::voteCall) -> Result<Vec<u8>, Error>
where
    T: Governed,
    E: Ext<T = T>,
{
    let vote = Vote {
        aye: call.aye,
        conviction: conviction(call.conviction)?,
    };
    let action = VotingCall::<T>::vote {
        poll_index: call.referendum,
        vote: AccountVote::Standard {
            vote,
            balance: to_balance(&call.amount)?,
        },
    };
    frame::dispatch(env, action)?;
    let event = IGovernance::Voted {
        voter: caller(env)?,
        referendum: call.referendum,
        aye: call.aye,
        conviction: call.conviction,
        amount: call.amount,
    };
    logs::emit(env, &event)?;
    Ok(Vec::new())
}

fn vote_split<T, E>(env: &mut E, call: &IGovernance::voteSplitCall) -> Result<Vec<u8>, Error>
where
    T: Governed,
    E: Ext<T = T>,
{
    let action = VotingCall::<T>::vote {
        poll_index: call.referendum,
        vote: AccountVote::SplitAbstain {
            aye: to_balance(&call.aye)?,
            nay: to_balance(&call.nay)?,
            abstain: to_balance(&call.abstain)?,
        },
    };
    frame::dispatch(env, action)?;
    let event = IGovernance::VotedSplit {
        voter: caller(env)?,
        referendum: call.referendum,
        aye: call.aye,
        nay: call.nay,
        abstain: call.abstain,
    };
    logs::emit(env, &event)?;
    Ok(Vec::new())
}

fn delegate<T, E>(env: &mut E, call: &IGovernance::delegateVotesCall) -> Result<Vec<u8>, Error>
where
    T: Governed,
    E: Ext<T = T>,
{
    let action = VotingCall::<T>::delegate {
        class: call.track,
        to: T::Lookup::unlookup(to_account::<T>(&call.target)),
        conviction: conviction(call.conviction)?,
        balance: to_balance(&call.amount)?,
    };
    frame::dispatch(env, action)?;
    let event = IGovernance::VotesDelegated {
        voter: caller(env)?,
        target: call.target,
        track: call.track,
        conviction: call.conviction,
        amount: call.amount,
    };
    logs::emit(env, &event)?;
    Ok(Vec::new())
}

/// The text in a word that zeros fill up on the right. `None` when a zero stands within it: two
/// words would mean what reads alike.
fn text(word: &[u8; 32]) -> Option<&[u8]> {
    let end = word.iter().position(|byte| *byte == 0);
    let (text, rest) = word.split_at_checked(end.unwrap_or(word.len()))?;
    rest.iter().all(|byte| *byte == 0).then_some(text)
}

/// A milestone as the pallet has it.
fn milestone(step: &IGovernance::Milestone) -> Result<Milestone, Error> {
    Ok(Milestone {
        metric: text(&step.metric.0)
            .and_then(|text| text.to_vec().try_into().ok())
            .ok_or_else(|| revert("AiGovernance.InvalidMetric"))?,
        threshold: if step.atLeast {
            Threshold::AtLeast(step.threshold)
        } else {
            Threshold::AtMost(step.threshold)
        },
        evaluation: VersionRef {
            datanet: DatanetId(step.datanet),
            number: step.version,
        },
        payout: to_balance(&step.payout)?,
        deadline: step.deadline,
    })
}

/// Submits a proposal of the caller.
fn propose<T: Governed, E: Ext<T = T>>(env: &mut E, kind: Kind) -> Result<Vec<u8>, Error> {
    charge_reads(env, 2)?;
    let told = tell(&kind);
    let id = pallet_ai_governance::NextProposalId::<T>::get();
    let kind = Box::new(kind);
    frame::dispatch(env, pallet_ai_governance::Call::<T>::submit { kind })?;
    let referendum = pallet_ai_governance::Proposals::<T>::get(id)
        .map(|proposal| proposal.referendum)
        .ok_or_else(|| revert("AiGovernance.UnknownProposal"))?;
    let event = IGovernance::ProposalSubmitted {
        proposal: id.0,
        proposer: caller(env)?,
        referendum,
        kind: told,
    };
    logs::emit(env, &event)?;
    Ok(id.0.abi_encode())
}

/// What a proposal asks for, for Solidity.
fn tell(kind: &Kind) -> IGovernance::ProposalKind {
    match kind {
        Kind::ListBaseModel(_) => IGovernance::ProposalKind::ListBaseModel,
        Kind::DelistBaseModel { .. } => IGovernance::ProposalKind::DelistBaseModel,
        Kind::DatanetBounty(_) => IGovernance::ProposalKind::DatanetBounty,
        Kind::ModelGrant(_) => IGovernance::ProposalKind::ModelGrant,
        Kind::AttributionParameters { .. } => IGovernance::ProposalKind::AttributionParameters,
    }
}

fn referendum_of<T, E>(env: &mut E, index: u32) -> Result<Vec<u8>, Error>
where
    T: Governed,
    E: Ext<T = T>,
{
    charge_reads(env, 2)?;
    let status = match <T as pallet_ai_governance::Config>::Referenda::state(index) {
        None => IGovernance::ReferendumStatus::Unknown,
        Some(ReferendumState::Ongoing) => IGovernance::ReferendumStatus::Ongoing,
        Some(ReferendumState::Approved { .. }) => IGovernance::ReferendumStatus::Approved,
        Some(ReferendumState::Rejected) => IGovernance::ReferendumStatus::Rejected,
        Some(ReferendumState::Cancelled) => IGovernance::ReferendumStatus::Cancelled,
        Some(ReferendumState::TimedOut) => IGovernance::ReferendumStatus::TimedOut,
        Some(ReferendumState::Killed) => IGovernance::ReferendumStatus::Killed,
    };
    let mut answer = IGovernance::Referendum {
        status,
        track: 0,
        ayes: Default::default(),
        nays: Default::default(),
        support: Default::default(),
    };
    if let Some((tally, class)) = <T as pallet_conviction_voting::Config>::Polls::as_ongoing(index)
    {
        answer.track = class;
        answer.ayes = to_u256(tally.ayes);
        answer.nays = to_u256(tally.nays);
        answer.support = to_u256(tally.support);
    }
    Ok(answer.abi_encode())
}

fn voting_of<T, E>(env: &mut E, account: &Address, track: u16) -> Result<Vec<u8>, Error>
where
    T: Governed,
    E: Ext<T = T>,
{
    // The votes of a track are one item, of up to `MaxVotes` entries of some sixty bytes: as much
    // to decode as several dozen small ones.
    charge_reads(env, 64)?;
    let account = to_account::<T>(account);
    let locked = pallet_conviction_voting::ClassLocksFor::<T>::get(&account)
        .into_iter()
        .fold(0, |most: Balance, (_, amount)| most.max(amount));
    let mut answer = IGovernance::Voting {
        delegating: false,
        target: Default::default(),
        conviction: 0,
        amount: Default::default(),
        votes: 0,
        locked: to_u256(locked),
    };
    match pallet_conviction_voting::VotingFor::<T>::get(&account, track) {
        Voting::Casting(casting) => {
            answer.votes = u32::try_from(casting.votes.len()).unwrap_or(u32::MAX);
        }
        Voting::Delegating(delegating) => {
            answer.delegating = true;
            answer.target = frame::to_address::<T>(&delegating.target);
            answer.conviction = delegating.conviction.into();
            answer.amount = to_u256(delegating.balance);
        }
    }
    Ok(answer.abi_encode())
}

fn proposal_of<T: Governed, E: Ext<T = T>>(env: &mut E, id: ProposalId) -> Result<Vec<u8>, Error> {
    // One item with up to sixteen milestones.
    charge_reads(env, 4)?;
    let answer = match pallet_ai_governance::Proposals::<T>::get(id) {
        Some(proposal) => IGovernance::Proposal {
            status: match proposal.status {
                Status::Submitted => IGovernance::ProposalStatus::Submitted,
                Status::EnactmentFailed { .. } => IGovernance::ProposalStatus::EnactmentFailed,
                Status::Active => IGovernance::ProposalStatus::Active,
                Status::Completed => IGovernance::ProposalStatus::Completed,
                Status::Closed(_) => IGovernance::ProposalStatus::Closed,
            },
            kind: tell(&proposal.kind),
            proposer: frame::to_address::<T>(&proposal.proposer),
            referendum: proposal.referendum,
            large: proposal.track == Track::Large,
            deposit: to_u256(proposal.deposit),
            granted: to_u256(proposal.funds.granted),
            paid: to_u256(proposal.funds.paid),
            refunded: to_u256(proposal.funds.refunded),
        },
        None => IGovernance::Proposal {
            status: IGovernance::ProposalStatus::Unknown,
            kind: IGovernance::ProposalKind::ListBaseModel,
            proposer: Default::default(),
            referendum: 0,
            large: false,
            deposit: Default::default(),
            granted: Default::default(),
            paid: Default::default(),
            refunded: Default::default(),
        },
    };
    Ok(answer.abi_encode())
}
