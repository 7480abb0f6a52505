// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The design's invariants over random interleavings of everything that moves money, with the real
//! inference pallet. After each operation:
//!
//! 1. Total issuance is constant, and the free and held balances of all accounts sum to it.
//! 2. A job ends exactly once: settled, cancelled or refunded. A channel's request settles at most
//!    once.
//! 3. What a settlement hands out equals its fee, to the planck, and so do the sums over all.
//! 4. An operation that fails changes nothing.
//! 5. Every `try_state` of both pallets holds.

use super::mock::*;
use crate::{Call, Event, TotalsStore};
use openledger_primitives::{AccountId, Balance, ChannelId, JobId, JobRef, SignedReceipt};
use pallet_inference::{Event as InferenceEvent, Jobs};
use polkadot_sdk::{
    frame_support::{assert_ok, traits::fungible::Inspect},
    sp_io::storage::root,
    sp_runtime::{traits::Dispatchable, StateVersion},
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What can happen. Places are taken modulo the number of jobs, channels or accounts there are.
#[derive(Clone, Debug)]
enum Op {
    /// An account asks for at most `fee`.
    Request { by: usize, fee: Balance },
    /// A consumer or a stranger cancels.
    Cancel { job: usize, by: usize },
    /// The worker answers an escrowed job.
    Settle {
        job: usize,
        units: u32,
        batched: bool,
    },
    /// A receipt that settled comes again.
    Replay { receipt: usize, batched: bool },
    /// A receipt is changed after it was signed.
    Forge {
        job: usize,
        units: u32,
        batched: bool,
    },
    /// Jobs are answered in one batch, with a forged receipt and a duplicate among them.
    Batch { jobs: [usize; 2], units: u32 },
    /// The consumer opens a channel.
    OpenChannel { deposit: Balance },
    /// The consumer puts more into it.
    TopUp { channel: usize, amount: Balance },
    /// Consumer, worker or stranger close it.
    Close { channel: usize, by: usize },
    /// The worker settles a request, in any order and any number of times.
    SettleRequest {
        channel: usize,
        sequence: u32,
        units: u32,
        signed: Balance,
        batched: bool,
    },
    /// An account claims.
    Claim { account: usize },
    /// An account is paid on another's behalf.
    ClaimFor { account: usize },
    /// Blocks pass, each with its idle work.
    Advance { blocks: u32 },
    /// The worker retires, or registers again.
    Toggle,
}

fn op() -> impl Strategy<Value = Op> {
    let place = 0usize..16;
    prop_oneof![
        4 => (0usize..4, 1u128..3_000).prop_map(|(by, fee)| Op::Request { by, fee }),
        1 => (place.clone(), 0usize..3).prop_map(|(job, by)| Op::Cancel { job, by }),
        4 => (place.clone(), 0u32..200, any::<bool>())
            .prop_map(|(job, units, batched)| Op::Settle { job, units, batched }),
        2 => (place.clone(), any::<bool>())
            .prop_map(|(receipt, batched)| Op::Replay { receipt, batched }),
        1 => (place.clone(), 1u32..200, any::<bool>())
            .prop_map(|(job, units, batched)| Op::Forge { job, units, batched }),
        2 => ([place.clone(), place.clone()], 1u32..100)
            .prop_map(|(jobs, units)| Op::Batch { jobs, units }),
        2 => (1u128..5_000).prop_map(|deposit| Op::OpenChannel { deposit }),
        1 => (place.clone(), 0u128..2_000)
            .prop_map(|(channel, amount)| Op::TopUp { channel, amount }),
        1 => (place.clone(), 0usize..3).prop_map(|(channel, by)| Op::Close { channel, by }),
        6 => (place.clone(), 0u32..6, 0u32..200, 1u128..5_000, any::<bool>()).prop_map(
            |(channel, sequence, units, signed, batched)| {
                Op::SettleRequest { channel, sequence, units, signed, batched }
            }
        ),
        2 => place.clone().prop_map(|account| Op::Claim { account }),
        1 => place.prop_map(|account| Op::ClaimFor { account }),
        3 => (1u32..8).prop_map(|blocks| Op::Advance { blocks }),
        1 => Just(Op::Toggle),
    ]
}

/// What the test remembers beside the chain.
#[derive(Default)]
struct World {
    issuance: Balance,
    jobs: Vec<JobId>,
    channels: Vec<ChannelId>,
    settled: Vec<SignedReceipt>,
    /// How often each job or request has ended.
    ends: BTreeMap<JobRef, u32>,
    /// The fees of all settlements.
    fees: Balance,
    /// The jobs that the treasury asked for, and what it has paid for them.
    treasury_jobs: BTreeSet<JobId>,
    treasury_paid: Balance,
}

impl World {
    fn job(&self, place: usize) -> Option<JobId> {
        self.jobs.get(place % self.jobs.len().max(1)).copied()
    }

    fn channel(&self, place: usize) -> Option<ChannelId> {
        self.channels
            .get(place % self.channels.len().max(1))
            .copied()
    }

    fn apply(&mut self, op: Op) {
        System::reset_events();
        match op {
            Op::Request { by, fee } => self.request(consumers()[by].clone(), fee),
            Op::Cancel { job, by } => {
                let Some(job) = self.job(job) else { return };
                let call = pallet_inference::Call::cancel { job };
                dispatch(consumers()[by].clone(), call.into());
            }
            Op::Settle {
                job,
                units,
                batched,
            } => {
                let Some(job) = self.job(job) else { return };
                self.submit(vec![receipt(job, units)], batched);
            }
            Op::Replay { receipt, batched } => {
                let place = receipt % self.settled.len().max(1);
                let Some(receipt) = self.settled.get(place).cloned() else {
                    return;
                };
                self.submit(vec![receipt], batched);
            }
            Op::Forge {
                job,
                units,
                batched,
            } => {
                let Some(job) = self.job(job) else { return };
                self.submit(vec![forged(job, units)], batched);
            }
            Op::Batch {
                jobs: [first, second],
                units,
            } => {
                let (Some(first), Some(second)) = (self.job(first), self.job(second)) else {
                    return;
                };
                let receipts = vec![
                    forged(first, units),
                    receipt(first, units),
                    receipt(second, units),
                    receipt(first, units),
                ];
                self.submit(receipts, true);
            }
            Op::OpenChannel { deposit } => {
                let next = pallet_inference::NextChannel::<Test>::get();
                let call = pallet_inference::Call::open_channel {
                    worker: worker(),
                    deposit,
                };
                if dispatch(consumer(), call.into()) {
                    self.channels.push(next);
                }
            }
            Op::TopUp { channel, amount } => {
                let Some(channel) = self.channel(channel) else {
                    return;
                };
                let call = pallet_inference::Call::top_up_channel { channel, amount };
                dispatch(consumer(), call.into());
            }
            Op::Close { channel, by } => {
                let Some(channel) = self.channel(channel) else {
                    return;
                };
                let call = pallet_inference::Call::close_channel { channel };
                dispatch(consumers()[by].clone(), call.into());
            }
            Op::SettleRequest {
                channel,
                sequence,
                units,
                signed,
                batched,
            } => {
                let Some(channel) = self.channel(channel) else {
                    return;
                };
                let receipt = channel_receipt(voucher(channel, sequence, signed), units);
                self.submit(vec![receipt], batched);
            }
            Op::Claim { account } => {
                dispatch(owner(account), Call::claim {}.into());
            }
            Op::ClaimFor { account } => {
                dispatch(
                    other(),
                    Call::claim_for {
                        account: owner(account),
                    }
                    .into(),
                );
            }
            Op::Advance { blocks } => go_to(System::block_number() + blocks),
            Op::Toggle => {
                let retire = pallet_inference::Call::retire_worker {};
                if !dispatch(worker(), retire.into()) {
                    register();
                }
            }
        }
    }

    fn request(&mut self, by: AccountId, fee: Balance) {
        let next = pallet_inference::NextJob::<Test>::get();
        let call = pallet_inference::Call::request_inference {
            adapter: ADAPTER,
            input: question(),
            max_fee: fee,
        };
        if dispatch(by.clone(), call.into()) {
            self.jobs.push(next);
            if by == treasury() {
                self.treasury_jobs.insert(next);
            }
        }
    }

    fn submit(&mut self, receipts: Vec<SignedReceipt>, batched: bool) {
        if batched {
            assert_ok!(submit_batch(receipts.clone()));
        } else {
            for receipt in receipts.clone() {
                let call = Call::submit_receipt {
                    receipt: Box::new(receipt),
                };
                dispatch(other(), call.into());
            }
        }
        let settled = |signed: &SignedReceipt| {
            let hash = signed.hash();
            events().iter().any(
                |event| matches!(event, Event::ReceiptSettled { hash: settled, .. } if *settled == hash),
            )
        };
        self.settled.extend(receipts.into_iter().filter(settled));
    }

    /// Takes note of what the last operation's events say, and checks what they say of each
    /// settlement.
    fn observe(&mut self) {
        let inference: Vec<InferenceEvent<Test>> = System::read_events_for_pallet();
        let mut fees = BTreeMap::new();
        for event in inference {
            let ended = match event {
                InferenceEvent::JobSettled { job, fee, .. } => {
                    fees.insert(JobRef::Escrowed(job), fee);
                    JobRef::Escrowed(job)
                }
                InferenceEvent::ChannelRequestSettled {
                    channel,
                    sequence,
                    fee,
                    ..
                } => {
                    fees.insert(JobRef::Channel { channel, sequence }, fee);
                    JobRef::Channel { channel, sequence }
                }
                InferenceEvent::JobCancelled { job, .. }
                | InferenceEvent::JobRefunded { job, .. } => JobRef::Escrowed(job),
                InferenceEvent::JobRefundFailed { .. } => panic!("every refund is possible"),
                _ => continue,
            };
            *self.ends.entry(ended).or_default() += 1;
        }
        for event in events() {
            match event {
                Event::ReceiptSettled { job, fee, .. } => {
                    assert_eq!(
                        fees.get(&job),
                        Some(&fee),
                        "the escrow released another fee"
                    );
                    self.fees += fee;
                    if matches!(job, JobRef::Escrowed(id) if self.treasury_jobs.contains(&id)) {
                        self.treasury_paid += fee;
                    }
                }
                Event::FeeDivided {
                    job,
                    contributors,
                    developer,
                    worker,
                    stakers,
                    treasury,
                } => {
                    let sum = contributors + developer + worker + stakers + treasury;
                    assert_eq!(fees.get(&job), Some(&sum), "the parts are not the fee");
                }
                _ => {}
            }
        }
    }

    fn check(&self) {
        // 1
        assert_eq!(Balances::total_issuance(), self.issuance);
        let owned: Balance = accounts()
            .iter()
            .map(<Balances as Inspect<_>>::total_balance)
            .sum();
        assert_eq!(owned, self.issuance, "money is where nobody owns it");
        // 2
        for (job, ends) in &self.ends {
            assert_eq!(*ends, 1, "{job:?} ended more than once");
        }
        for job in &self.jobs {
            let ended = self.ends.contains_key(&JobRef::Escrowed(*job));
            assert_ne!(
                ended,
                Jobs::<Test>::contains_key(job),
                "a job is lost, or not yet ended"
            );
        }
        // 3
        let totals = TotalsStore::<Test>::get();
        assert_eq!(totals.paid_in, self.fees);
        let pots = Balances::total_balance(&treasury()) + Balances::total_balance(&stakers());
        assert_eq!(
            pots + self.treasury_paid + pot_hold() + totals.claimed,
            self.fees + 2 * ED,
            "a fee is neither credited nor in the pots, which began with a deposit each"
        );
        // 5
        assert_ok!(Attribution::do_try_state());
        assert_ok!(Inference::do_try_state());
    }
}

/// Who requests, cancels and closes.
fn consumers() -> [AccountId; 4] {
    [consumer(), worker(), other(), treasury()]
}

/// An account that can have credits, or one that has none.
fn owner(place: usize) -> AccountId {
    let owners = [alice(), bob(), developer(), worker(), other()];
    owners[place % owners.len()].clone()
}

fn forged(job: JobId, units: u32) -> SignedReceipt {
    let mut receipt = receipt(job, units);
    receipt.receipt.output_hash.0[0] ^= 1;
    receipt
}

/// Dispatches a call and reports whether it succeeded; a failure must leave no trace.
fn dispatch(who: AccountId, call: RuntimeCall) -> bool {
    let before = root(StateVersion::V1);
    let succeeded = call.dispatch(RuntimeOrigin::signed(who)).is_ok();
    if !succeeded {
        assert_eq!(
            root(StateVersion::V1),
            before,
            "a call that failed changed something"
        );
    }
    succeeded
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn money_should_be_conserved_over_any_interleaving(
        ops in proptest::collection::vec(op(), 1..60),
    ) {
        new_test_ext().execute_with(|| {
            let mut world = World { issuance: Balances::total_issuance(), ..World::default() };
            for op in ops {
                world.apply(op);
                world.observe();
                world.check();
            }
        });
    }
}
