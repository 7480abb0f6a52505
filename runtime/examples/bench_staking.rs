// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What staking costs: the weight of every call, the election among 1,000 candidates, and a slash of
//! a pool with 1, with 10,000 and with 100,000 delegators. Prints one JSON object.
//!
//! Times are those of native code over a trie in memory: without the database and the WebAssembly
//! executor, so they bound a node from above. State is written to the trie before anything is timed.

use std::{collections::BTreeMap, time::Instant};

use frame_support::{
    dispatch::{DispatchClass, GetDispatchInfo},
    traits::{fungible::Mutate, tokens::Preservation, Get, GetCallName, Hooks},
    weights::Weight,
};
use openledger_primitives::{
    content_hash,
    traits::{SlashOperator, SlashReason},
};
use openledger_runtime::*;
use pallet_operator_staking::{
    ActiveEra, Call, Delegation, Delegations, EraBlocks, EraIndex, EraStart, Operators, PlannedEra,
    Roles, SlashQueueEnds, WeightInfo,
};
use polkadot_sdk::*;
use serde_json::{json, Value};
use sp_consensus_babe::{
    digests::{CompatibleDigestItem, PreDigest, SecondaryPlainPreDigest},
    Slot,
};
use sp_core::{ed25519, sr25519, H256};
use sp_io::TestExternalities;
use sp_runtime::{traits::Header as _, BuildStorage, Digest, DigestItem, Perbill};

#[allow(dead_code)]
#[path = "../src/tests/chain.rs"]
mod chain;

/// The candidates of the election.
const CANDIDATES: u32 = 1_000;
/// How often an election is timed.
const ELECTIONS: usize = 11;
/// The delegators of the pools that are slashed.
const POOLS: [u32; 3] = [1, 10_000, 100_000];
/// The delegators for which weights are told. Those in weights.rs were last measured with up to 10,000.
const DELEGATORS: u32 = 100_000;
/// How many slashes of each pool are timed, each of a percent for another era.
const SLASHES: u32 = 20;

type Staking = <Runtime as pallet_operator_staking::Config>::WeightInfo;

/// The development chain at its genesis.
fn externalities() -> TestExternalities {
    let storage = chain::genesis(sp_genesis_builder::DEV_RUNTIME_PRESET)
        .build_storage()
        .expect("the genesis builds");
    TestExternalities::new(storage)
}

/// Runs `work` and writes what it changed to the trie.
fn committed<R>(externalities: &mut TestExternalities, work: impl FnOnce() -> R) -> R {
    let result = externalities.execute_with(work);
    externalities.commit_all().expect("no transaction is open");
    result
}

/// Account number `index` of a group.
fn account(group: &str, index: u32) -> AccountId {
    AccountId::new(content_hash(format!("{group}/{index}").as_bytes()).0)
}

/// Account number `index` of a group, with `amount` planck out of the treasury.
fn funded(group: &str, index: u32, amount: Balance) -> AccountId {
    let account = account(group, index);
    let treasury = configs::TreasuryAccount::get();
    Balances::transfer(&treasury, &account, amount, Preservation::Preserve)
        .expect("the treasury has enough");
    account
}

/// Validator number `index` of a group, with session keys; each has another stake.
fn validator(group: &str, index: u32) -> AccountId {
    let bond = <Runtime as pallet_operator_staking::Config>::ValidatorBond::get()
        + Balance::from(index) * OPEN;
    let account = funded(group, index, bond + OPEN);
    let roles = Roles {
        validator: true,
        ..Default::default()
    };
    OperatorStaking::register_operator(
        RuntimeOrigin::signed(account.clone()),
        roles,
        Perbill::zero(),
        bond,
    )
    .expect("it can be registered");
    let key: [u8; 32] = *AsRef::<[u8; 32]>::as_ref(&account);
    let keys = SessionKeys {
        babe: sr25519::Public::from_raw(key).into(),
        grandpa: ed25519::Public::from_raw(key).into(),
    };
    pallet_session::NextKeys::<Runtime>::insert(&account, keys);
    account
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn milliseconds(since: Instant) -> f64 {
    (since.elapsed().as_secs_f64() * 1e6).round() / 1e3
}

/// A weight in microseconds of the reference machine, and as a part of what ordinary transactions
/// have of a block.
fn described(weight: Weight) -> Value {
    let weights = configs::RuntimeBlockWeights::get();
    let room = weights.get(DispatchClass::Normal).max_total;
    let room = room.unwrap_or(weights.max_block).ref_time();
    json!({
        "microseconds": weight.ref_time() as f64 / 1e6,
        "part_of_a_block": (weight.ref_time() as f64 / room as f64 * 1e6).round() / 1e6,
    })
}

/// The weight of each call, by its name.
fn call_weights() -> BTreeMap<&'static str, Value> {
    let account = || AccountId::new([0; 32]);
    let roles = Roles::default();
    let calls: Vec<Call<Runtime>> = vec![
        Call::register_operator {
            roles,
            commission: Perbill::zero(),
            bond: 0,
        },
        Call::set_roles { roles },
        Call::retire_operator {},
        Call::bond_more { amount: 0 },
        Call::bond_less { amount: 0 },
        Call::delegate {
            operator: account(),
            amount: 0,
        },
        Call::undelegate {
            operator: account(),
            amount: 0,
        },
        Call::redelegate {
            from: account(),
            to: account(),
            amount: 0,
        },
        Call::withdraw {
            operator: account(),
        },
        Call::set_commission {
            commission: Perbill::zero(),
        },
        Call::chill {},
        Call::activate {},
        Call::realise_slash {
            delegator: account(),
            operator: account(),
        },
        Call::set_validator_count { count: 1 },
        Call::set_reward_split {
            validators: Perbill::zero(),
        },
        Call::cancel_slash { id: 0 },
        Call::force_chill {
            operator: account(),
        },
        Call::slash_operator {
            operator: account(),
            fraction: Perbill::from_percent(10),
            at: 0,
        },
    ];
    let names: Vec<&str> = calls.iter().map(GetCallName::get_call_name).collect();
    assert_eq!(
        names,
        Call::<Runtime>::get_call_names(),
        "every call is listed"
    );
    calls
        .iter()
        .map(|call| {
            let weight = call.get_dispatch_info().call_weight;
            (call.get_call_name(), described(weight))
        })
        .collect()
}

/// The weights of what happens without a call.
fn other_weights() -> Value {
    json!({
        "elect_1_of_1000": described(Staking::elect(1)),
        "elect_1000_of_1000": described(Staking::elect(CANDIDATES)),
        "plan_an_era_of_1000": described(Staking::plan_era(CANDIDATES)),
        "judge_a_session_of_1000": described(Staking::judge_session(CANDIDATES)),
        "queue_a_slash": described(Staking::queue_slash()),
        "apply_a_slash_over_1_era": described(Staking::apply_slash(1)),
        "slash_with_1_delegator": described(Staking::slash_with_delegators(1)),
        "slash_with_100000_delegators": described(Staking::slash_with_delegators(DELEGATORS)),
        "reward_with_1_delegator": described(Staking::reward_with_delegators(1)),
        "reward_with_100000_delegators": described(Staking::reward_with_delegators(DELEGATORS)),
        "pay_an_operator": described(Staking::pay_operator()),
    })
}

/// Makes the blocks of a chain, each in the first slot of another epoch.
struct Blocks {
    parent: H256,
    number: BlockNumber,
    slot: u64,
}

impl Blocks {
    /// Makes the next block. Returns the milliseconds that its initialisation took, in which
    /// sessions and eras change, and those of all of it with the state's root.
    fn next(&mut self, epoch: u64) -> (f64, f64) {
        self.number += 1;
        self.slot += epoch;
        let slot = Slot::from(self.slot);
        let authority_index = 0;
        let mark = PreDigest::SecondaryPlain(SecondaryPlainPreDigest {
            authority_index,
            slot,
        });
        let digest = Digest {
            logs: vec![DigestItem::babe_pre_digest(mark)],
        };
        let header = Header::new(self.number, H256::zero(), H256::zero(), self.parent, digest);
        let started = Instant::now();
        Executive::initialize_block(&header);
        let initialised = milliseconds(started);
        Timestamp::set(RuntimeOrigin::none(), self.slot * SLOT_DURATION)
            .expect("the time fits the slot");
        self.parent = Executive::finalize_block().hash();
        (initialised, milliseconds(started))
    }
}

/// Elections among all candidates, and the blocks in which an era of as many validators is planned
/// and starts.
fn election() -> Value {
    let mut chain = externalities();
    committed(&mut chain, || {
        for index in 0..CANDIDATES {
            validator("candidate", index);
        }
    });
    let elect = |chain: &mut TestExternalities, count: u32| {
        committed(chain, || {
            OperatorStaking::set_validator_count(RuntimeOrigin::root(), count)
                .expect("the number is within its bounds");
        });
        let times = (0..ELECTIONS)
            .map(|_| {
                chain.execute_with(|| {
                    let started = Instant::now();
                    let elected = OperatorStaking::elect(1).len();
                    let time = milliseconds(started);
                    assert_eq!(elected, count as usize, "all have keys");
                    time
                })
            })
            .collect();
        median(times)
    };
    let hundred = elect(&mut chain, 100);
    let all = elect(&mut chain, CANDIDATES);

    let mut blocks = Blocks {
        parent: H256::zero(),
        number: 0,
        slot: 1_000_000,
    };
    let mut found = BTreeMap::new();
    let (mut planned, mut era) = (None, 0);
    // Two eras: the second changes from 1,000 validators to as many.
    while era < 2 {
        let (initialised, whole) = committed(&mut chain, || {
            let epoch = <Runtime as pallet_babe::Config>::EpochDuration::get();
            blocks.next(epoch)
        });
        let (now_planned, now) = chain.execute_with(|| {
            let planned = PlannedEra::<Runtime>::get().map(|era| era.index);
            (planned, ActiveEra::<Runtime>::get().index)
        });
        let what = if now > era {
            "era_starts"
        } else if now_planned > planned {
            "era_is_elected"
        } else {
            "session_changes"
        };
        (planned, era) = (now_planned, now);
        // The last of each kind, so that the validators of before are many, too.
        found.insert(
            what,
            json!({ "initialisation_ms": initialised, "whole_block_ms": whole }),
        );
    }
    json!({
        "candidates": CANDIDATES + 1,
        "elect_100_ms": hundred,
        "elect_1000_ms": all,
        "blocks_with_1000_validators": found,
    })
}

/// Lets `count` accounts have `each` planck with `operator`, as if each had delegated: one account
/// delegates for all, and its position is divided.
fn crowd(operator: &AccountId, count: u32, each: Balance) {
    let all = each * Balance::from(count);
    let source = funded("crowd", count, all + OPEN);
    let origin = RuntimeOrigin::signed(source.clone());
    OperatorStaking::delegate(origin, operator.clone(), all).expect("it can delegate");
    let position = Delegations::<Runtime>::take(&source, operator).expect("it has delegated");
    assert_eq!(position.shares, all, "of a new pool a share is a planck");
    let group = format!("delegator of {count}");
    for index in 0..count {
        let position = Delegation {
            shares: each,
            redelegated: None,
        };
        Delegations::<Runtime>::insert(account(&group, index), operator, position);
    }
}

/// Makes an era the active one, as if it began with the block of its number.
fn begin_era(index: EraIndex) {
    let now = ActiveEra::<Runtime>::get();
    ActiveEra::<Runtime>::put(EraStart { index, ..now });
    EraBlocks::<Runtime>::insert(index, index);
}

/// Slashes an operator for an offence of now. Returns the microseconds of the report, and those of
/// the initialisation of the block in which the slash is applied.
fn slash_once(chain: &mut TestExternalities, operator: &AccountId) -> (f64, f64) {
    let reported = committed(chain, || {
        let now = ActiveEra::<Runtime>::get().index;
        let percent = Perbill::from_percent(1);
        let started = Instant::now();
        OperatorStaking::slash(operator, percent, now, SlashReason::FalseWork)
            .expect("it is an operator");
        let time = milliseconds(started) * 1e3;
        begin_era(now + <Runtime as pallet_operator_staking::Config>::SlashDeferral::get());
        time
    });
    let applied = committed(chain, || {
        let started = Instant::now();
        OperatorStaking::on_initialize(1);
        let time = milliseconds(started) * 1e3;
        let (first, next) = SlashQueueEnds::<Runtime>::get();
        assert_eq!(first, next, "the slash was applied");
        time
    });
    (reported, applied)
}

/// Slashes of pools of one chain that differ in how many delegators they have.
fn slash() -> Value {
    let mut chain = externalities();
    let least = <Runtime as pallet_operator_staking::Config>::MinDelegation::get();
    let pools = committed(&mut chain, || {
        POOLS.map(|count| {
            let operator = validator("slashed", count);
            crowd(&operator, count, least);
            (count, operator)
        })
    });
    chain.execute_with(|| OperatorStaking::do_try_state().expect("each owns what it delegated"));
    let stake = |operator: &AccountId| {
        Operators::<Runtime>::get(operator)
            .expect("it is an operator")
            .pool
            .stake
    };
    let mut results = Vec::new();
    for (count, operator) in pools {
        let before = chain.execute_with(|| stake(&operator));
        let (reports, applications): (Vec<f64>, Vec<f64>) = (0..SLASHES)
            .map(|_| slash_once(&mut chain, &operator))
            .unzip();
        let kept = chain.execute_with(|| stake(&operator)) as f64 / before as f64;
        results.push(json!({
            "delegators": count,
            "slashes": SLASHES,
            "stake_kept": (kept * 1e4).round() / 1e4,
            "report_microseconds": median(reports),
            "apply_microseconds": (median(applications) * 10.0).round() / 10.0,
        }));
    }
    json!(results)
}

fn main() {
    let result = json!({
        "how": "native, over a trie in memory, without database and WebAssembly executor",
        "weights_of_calls": call_weights(),
        "weights_of_the_rest": other_weights(),
        "election": election(),
        "slash": slash(),
    });
    println!("{result:#}");
}
