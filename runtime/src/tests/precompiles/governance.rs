// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! `IGovernance`: keys and contracts vote, delegate votes and propose.

use frame_support::{assert_ok, dispatch::RawOrigin};
use pallet_conviction_voting::{AccountVote, Conviction, Vote, Voting, VotingFor};
use pallet_precompiles::governance::{sol::IGovernance, ADDRESS};

use super::*;
use crate::tests::voters::submit;

/// The track of referenda for root.
const ROOT_TRACK: u16 = 0;

/// What Alith votes with.
const VOTE: Balance = 100 * OPEN;

/// A referendum that is voted on.
fn referendum() -> u32 {
    let remark = frame_system::Call::remark { remark: vec![7] };
    submit(RawOrigin::Root, remark.into())
}

fn aye(referendum: u32) -> IGovernance::voteCall {
    IGovernance::voteCall {
        referendum,
        aye: true,
        conviction: 2,
        amount: amount(VOTE),
    }
}

/// The votes of an account on root's track.
fn votes(who: &AccountId) -> Vec<(u32, AccountVote<Balance>)> {
    match VotingFor::<Runtime>::get(who, ROOT_TRACK) {
        Voting::Casting(casting) => casting.votes.into_inner(),
        Voting::Delegating(_) => Vec::new(),
    }
}

fn standard() -> AccountVote<Balance> {
    AccountVote::Standard {
        vote: Vote {
            aye: true,
            conviction: Conviction::Locked2x,
        },
        balance: VOTE,
    }
}

/// What the interface says of Alith's votes.
fn voting() -> IGovernance::Voting {
    let call = IGovernance::votingOfCall {
        account: sol(alith().address()),
        track: ROOT_TRACK,
    };
    view(ADDRESS, 0, &call).expect("it is a view")
}

#[test]
fn a_key_should_be_able_to_vote() {
    on_development_chain(|| {
        let referendum = referendum();
        done(ADDRESS, 0, &aye(referendum));
        assert_eq!(votes(&alith_account()), [(referendum, standard())]);
    });
}

#[test]
fn a_contract_should_be_able_to_vote() {
    on_development_chain(|| {
        let referendum = referendum();
        let prober = prober();
        assert_ok!(Balances::transfer_keep_alive(
            signed(CONSUMER),
            account(prober).into(),
            2 * VOTE
        ));
        let call = Prober::runCall {
            target: sol(ADDRESS),
            input: aye(referendum).abi_encode().into(),
        };
        done(prober, 0, &call);
        assert_eq!(votes(&account(prober)), [(referendum, standard())]);
    });
}

#[test]
fn vote_should_be_a_log_of_the_precompile() {
    on_development_chain(|| {
        let referendum = referendum();
        done(ADDRESS, 0, &aye(referendum));
        let [log] = &logs::<IGovernance::Voted>(ADDRESS)[..] else {
            panic!("one vote is one log");
        };
        assert_eq!((log.voter, log.referendum), (sol(alith().address()), 0));
        assert_eq!((log.conviction, log.amount), (2, amount(VOTE)));
    });
}

#[test]
fn vote_should_be_refused_where_nothing_may_change() {
    on_development_chain(|| {
        let call = aye(referendum());
        let refused = refusals_of_prober(prober(), ADDRESS, &call);
        assert_eq!(
            refused,
            ["Precompiles.StaticCall", "Precompiles.DelegateCall"]
        );
    });
}

#[test]
fn vote_in_a_frame_that_reverts_should_leave_nothing() {
    on_development_chain(|| {
        let referendum = referendum();
        let prober = prober();
        assert_ok!(Balances::transfer_keep_alive(
            signed(CONSUMER),
            account(prober).into(),
            2 * VOTE
        ));
        let call = Prober::attemptCall {
            target: sol(ADDRESS),
            input: aye(referendum).abi_encode().into(),
        };
        done(prober, 0, &call);
        assert_eq!(votes(&account(prober)), []);
    });
}

#[test]
fn vote_should_tell_the_pallets_error() {
    on_development_chain(|| {
        assert_eq!(refusal(ADDRESS, 0, &aye(7)), "ConvictionVoting.NotOngoing");
    });
}

#[test]
fn vote_should_refuse_a_conviction_that_there_is_not() {
    on_development_chain(|| {
        let call = IGovernance::voteCall {
            conviction: 7,
            ..aye(referendum())
        };
        assert_eq!(
            refusal(ADDRESS, 0, &call),
            "ConvictionVoting.UnknownConviction"
        );
    });
}

#[test]
fn vote_split_should_count_each_part() {
    on_development_chain(|| {
        let referendum = referendum();
        let call = IGovernance::voteSplitCall {
            referendum,
            aye: amount(3 * OPEN),
            nay: amount(2 * OPEN),
            abstain: amount(OPEN),
        };
        done(ADDRESS, 0, &call);
        let expected = AccountVote::SplitAbstain {
            aye: 3 * OPEN,
            nay: 2 * OPEN,
            abstain: OPEN,
        };
        assert_eq!(votes(&alith_account()), [(referendum, expected)]);
    });
}

#[test]
fn remove_vote_should_take_it_back() {
    on_development_chain(|| {
        let referendum = referendum();
        done(ADDRESS, 0, &aye(referendum));
        let call = IGovernance::removeVoteCall {
            track: ROOT_TRACK,
            referendum,
        };
        done(ADDRESS, 0, &call);
        assert_eq!(votes(&alith_account()), []);
    });
}

#[test]
fn unlock_should_release_what_votes_no_longer_lock() {
    on_development_chain(|| {
        let referendum = referendum();
        done(ADDRESS, 0, &aye(referendum));
        assert_eq!(voting().locked, amount(VOTE));
        let call = IGovernance::removeVoteCall {
            track: ROOT_TRACK,
            referendum,
        };
        done(ADDRESS, 0, &call);
        let call = IGovernance::unlockCall {
            track: ROOT_TRACK,
            account: sol(alith().address()),
        };
        done(ADDRESS, 0, &call);
        assert_eq!(voting().locked, U256::ZERO);
    });
}

#[test]
fn delegate_votes_should_let_another_vote() {
    on_development_chain(|| {
        let call = IGovernance::delegateVotesCall {
            track: ROOT_TRACK,
            target: sol(baltathar().address()),
            conviction: 1,
            amount: amount(VOTE),
        };
        done(ADDRESS, 0, &call);
        let voting = voting();
        assert!(voting.delegating);
        assert_eq!(voting.target, sol(baltathar().address()));
        assert_eq!((voting.conviction, voting.amount), (1, amount(VOTE)));
    });
}

#[test]
fn undelegate_votes_should_take_them_back() {
    on_development_chain(|| {
        let call = IGovernance::delegateVotesCall {
            track: ROOT_TRACK,
            target: sol(baltathar().address()),
            conviction: 0,
            amount: amount(VOTE),
        };
        done(ADDRESS, 0, &call);
        done(
            ADDRESS,
            0,
            &IGovernance::undelegateVotesCall { track: ROOT_TRACK },
        );
        assert!(!voting().delegating);
    });
}

#[test]
fn referendum_of_should_show_the_tally() {
    on_development_chain(|| {
        let index = referendum();
        done(ADDRESS, 0, &aye(index));
        let call = IGovernance::referendumOfCall { index };
        let shown = view(ADDRESS, 0, &call).expect("it is a view");
        assert_eq!(shown.status, IGovernance::ReferendumStatus::Ongoing);
        assert_eq!((shown.track, shown.ayes), (ROOT_TRACK, amount(2 * VOTE)));
        assert_eq!((shown.nays, shown.support), (U256::ZERO, amount(VOTE)));
    });
}

#[test]
fn referendum_of_should_say_that_there_is_none() {
    on_development_chain(|| {
        let call = IGovernance::referendumOfCall { index: 3 };
        let shown = view(ADDRESS, 0, &call).expect("it is a view");
        assert_eq!(shown.status, IGovernance::ReferendumStatus::Unknown);
    });
}

/// A bounty of ten OPEN for the Datanet of the test chain.
fn bounty() -> IGovernance::proposeBountyCall {
    IGovernance::proposeBountyCall {
        datanet: 0,
        pot: amount(10 * OPEN),
        pricePerRow: amount(OPEN),
        scored: true,
        minScore: 500_000,
        endsAt: 10_000,
    }
}

#[test]
fn a_key_should_be_able_to_propose_a_bounty() {
    on_development_chain(|| {
        publish_version();
        assert_eq!(view(ADDRESS, 0, &bounty()), Ok(0));
        done(ADDRESS, 0, &bounty());
        let call = IGovernance::proposalOfCall { proposal: 0 };
        let shown = view(ADDRESS, 0, &call).expect("it is a view");
        assert_eq!(shown.status, IGovernance::ProposalStatus::Submitted);
        assert_eq!(shown.kind, IGovernance::ProposalKind::DatanetBounty);
        assert_eq!(shown.proposer, sol(alith().address()));
        assert!(!shown.large && shown.deposit > U256::ZERO);
    });
}

#[test]
fn a_proposal_should_be_a_log_of_the_precompile() {
    on_development_chain(|| {
        publish_version();
        done(ADDRESS, 0, &bounty());
        let [log] = &logs::<IGovernance::ProposalSubmitted>(ADDRESS)[..] else {
            panic!("one proposal is one log");
        };
        assert_eq!((log.proposal, log.referendum), (0, 0));
        assert_eq!(log.kind, IGovernance::ProposalKind::DatanetBounty);
    });
}

#[test]
fn a_proposal_that_cannot_be_carried_out_should_be_refused() {
    on_development_chain(|| {
        assert_eq!(
            refusal(ADDRESS, 0, &bounty()),
            "AiGovernance.UnknownDatanet"
        );
    });
}

#[test]
fn a_proposal_should_be_refused_where_nothing_may_change() {
    on_development_chain(|| {
        publish_version();
        let refused = refusals_of_prober(prober(), ADDRESS, &bounty());
        assert_eq!(
            refused,
            ["Precompiles.StaticCall", "Precompiles.DelegateCall"]
        );
    });
}

/// A metric as Solidity writes it: zeros fill the word up.
fn metric(text: &[u8]) -> B256 {
    B256::right_padding_from(text)
}

/// A grant of five OPEN for each metric that is reached.
fn grant(metrics: &[B256]) -> IGovernance::proposeGrantCall {
    let milestone = |metric: &B256| IGovernance::Milestone {
        metric: *metric,
        atLeast: true,
        threshold: 900_000,
        datanet: 0,
        version: 1,
        payout: amount(5 * OPEN),
        deadline: 10_000,
    };
    IGovernance::proposeGrantCall {
        beneficiary: sol(baltathar().address()),
        milestones: metrics.iter().map(milestone).collect(),
    }
}

/// What the only proposal asks for.
fn proposed() -> pallet_ai_governance::Kind {
    let proposal = pallet_ai_governance::Proposals::<Runtime>::iter_values().next();
    proposal.expect("it was submitted").kind
}

#[test]
fn a_grant_should_be_proposed_with_its_milestones() {
    on_development_chain(|| {
        publish_version();
        done(ADDRESS, 0, &grant(&[metric(b"accuracy"), metric(b"f1")]));
        let kind = proposed();
        assert_eq!(kind.milestones(), 2);
        assert_eq!(kind.amount(), Some(10 * OPEN));
    });
}

#[test]
fn a_metric_should_be_what_stands_before_the_zeros() {
    on_development_chain(|| {
        publish_version();
        done(
            ADDRESS,
            0,
            &grant(&[metric(b"accuracy"), metric(&[b'x'; 32])]),
        );
        let pallet_ai_governance::Kind::ModelGrant(grant) = proposed() else {
            panic!("it is a grant");
        };
        let metrics: Vec<_> = grant
            .milestones
            .iter()
            .map(|step| &step.metric[..])
            .collect();
        assert_eq!(metrics, [&b"accuracy"[..], &[b'x'; 32]]);
    });
}

#[test]
fn a_metric_without_a_text_should_be_refused() {
    on_development_chain(|| {
        publish_version();
        for metric in [metric(b""), metric(b"\0accuracy"), metric(b"acc\0uracy")] {
            let refused = refusal(ADDRESS, 0, &grant(&[metric]));
            assert_eq!(refused, "AiGovernance.InvalidMetric");
        }
    });
}

#[test]
fn a_base_model_should_be_proposed() {
    on_development_chain(|| {
        let call = IGovernance::proposeBaseModelCall {
            hash: [5; 32].into(),
            name: "MiniLM-L6".into(),
            hiddenSize: 384,
            layers: 6,
            licence: "Apache-2.0".into(),
        };
        done(ADDRESS, 0, &call);
        let call = IGovernance::proposalOfCall { proposal: 0 };
        let shown = view(ADDRESS, 0, &call).expect("it is a view");
        assert_eq!(shown.kind, IGovernance::ProposalKind::ListBaseModel);
        assert!(shown.large);
    });
}

#[test]
fn a_fee_split_should_be_proposed() {
    on_development_chain(|| {
        let call = IGovernance::proposeFeeSplitCall {
            contributors: 700_000,
            developer: 100_000,
            worker: 100_000,
            stakers: 50_000,
            treasury: 50_000,
        };
        done(ADDRESS, 0, &call);
        let call = IGovernance::proposalOfCall { proposal: 0 };
        let shown = view(ADDRESS, 0, &call).expect("it is a view");
        assert_eq!(shown.kind, IGovernance::ProposalKind::AttributionParameters);
    });
}

#[test]
fn a_delisting_should_be_proposed() {
    on_development_chain(|| {
        let (version, _) = publish_version();
        publish_adapter(version);
        let call = IGovernance::proposeDelistingCall { baseModel: 0 };
        done(ADDRESS, 0, &call);
        let call = IGovernance::proposalOfCall { proposal: 0 };
        let shown = view(ADDRESS, 0, &call).expect("it is a view");
        assert_eq!(shown.kind, IGovernance::ProposalKind::DelistBaseModel);
    });
}

#[test]
fn proposal_of_should_say_that_there_is_none() {
    on_development_chain(|| {
        let call = IGovernance::proposalOfCall { proposal: 3 };
        let shown = view(ADDRESS, 0, &call).expect("it is a view");
        assert_eq!(shown.status, IGovernance::ProposalStatus::Unknown);
    });
}
