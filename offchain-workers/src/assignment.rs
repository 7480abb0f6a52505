// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Who does what: rendezvous hashing of jobs over validators and endpoints.
//!
//! Every validator and job give a score that every node computes alike; a job falls to the
//! validator with the highest score, and when that one is late, to those that follow. Nobody has
//! to agree on anything, the load is even, and a validator that leaves moves only its own jobs.
//!
//! How many validators a job falls to doubles with each window of blocks that passes without it
//! being done. Most validators may run without a pool; counting up one by one would reach the first
//! that has one too late, and what two validators do twice costs little: a worker serves a job
//! once, and the transaction pool keeps one of two equal receipts.

use alloc::vec::Vec;

use codec::Encode;
use openledger_primitives::{BlockNumber, JobRef};
use polkadot_sdk::sp_io::hashing::blake2_256;

/// Keeps the scores of jobs apart from any other use of the hash.
const JOB_DOMAIN: &[u8] = b"openledger/assignment/v1";

/// A hash's first 64 bits, which is what scores are made of. Collisions need no care: ties are
/// broken by the keys themselves.
pub(crate) fn digest(bytes: &[u8]) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = blake2_256(bytes);
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}

/// What a job contributes to its scores.
pub fn seed(job: &JobRef) -> u64 {
    digest(&(JOB_DOMAIN, job).encode())
}

/// The score of a pair: the splitmix64 finalizer over the two hashes.
///
/// Both are already uniform, so a mixer is enough; a cryptographic hash for each pair of 512 jobs
/// and a thousand validators would take longer than the run has.
fn score(seed: u64, member: u64) -> u64 {
    let mut z = seed ^ member;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The indices of `members`, the highest score first.
pub fn ranking(seed: u64, members: &[u64]) -> Vec<usize> {
    let mut order: Vec<(u64, usize)> = members
        .iter()
        .enumerate()
        .map(|(index, member)| (score(seed, *member), index))
        .collect();
    order.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    order.into_iter().map(|(_, index)| index).collect()
}

/// How many validators a piece of work falls to when it is `age` blocks old: 1, then twice as many
/// after each `window` of blocks.
pub fn responsible(age: BlockNumber, window: BlockNumber) -> u32 {
    let windows = age.checked_div(window).unwrap_or(0);
    1u32.checked_shl(windows).unwrap_or(u32::MAX)
}

/// The session's validators, seen from one of them.
#[derive(Clone, Debug)]
pub struct Committee {
    others: Vec<(u64, [u8; 32])>,
    local: (u64, [u8; 32]),
}

impl Committee {
    /// `None` when `local` is not among `validators`.
    pub fn new(validators: &[[u8; 32]], local: &[u8; 32]) -> Option<Self> {
        validators.contains(local).then(|| Self {
            others: validators
                .iter()
                .filter(|key| *key != local)
                .map(|key| (digest(key), *key))
                .collect(),
            local: (digest(local), *local),
        })
    }

    /// How many validators come before the local one for a job with this seed.
    pub fn rank(&self, seed: u64) -> u32 {
        let local = (score(seed, self.local.0), self.local.1);
        let before = self
            .others
            .iter()
            .filter(|(member, key)| (score(seed, *member), *key) > local)
            .count();
        u32::try_from(before).unwrap_or(u32::MAX)
    }

    /// Whether work on `job` that is `age` blocks old falls to the local validator.
    pub fn is_assigned(&self, job: &JobRef, age: BlockNumber, window: BlockNumber) -> bool {
        self.rank(seed(job)) < responsible(age, window)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use openledger_primitives::{ChannelId, JobId};
    use proptest::prelude::*;

    fn keys(count: u8, salt: u64) -> Vec<[u8; 32]> {
        (0..count)
            .map(|index| blake2_256(&(index, salt).encode()))
            .collect()
    }

    fn first(validators: &[[u8; 32]], seed: u64) -> [u8; 32] {
        let firsts: Vec<_> = validators
            .iter()
            .filter(|key| Committee::new(validators, key).is_some_and(|c| c.rank(seed) == 0))
            .collect();
        assert_eq!(firsts.len(), 1, "exactly one validator is first");
        *firsts[0]
    }

    #[test]
    fn committee_should_not_exist_for_a_key_outside_the_session() {
        assert!(Committee::new(&keys(3, 0), &[7; 32]).is_none());
    }

    #[test]
    fn responsible_should_double_with_each_window() {
        let counts: Vec<_> = [0, 14, 15, 29, 30, 45]
            .map(|age| responsible(age, 15))
            .to_vec();
        assert_eq!(counts, vec![1, 1, 2, 2, 4, 8]);
    }

    #[test]
    fn responsible_should_include_everyone_when_very_late() {
        assert_eq!(responsible(u32::MAX, 1), u32::MAX);
    }

    #[test]
    fn is_assigned_should_pass_to_the_next_in_line_after_the_window() {
        let validators = keys(5, 1);
        let job = JobRef::Escrowed(JobId(9));
        for key in &validators {
            let committee = Committee::new(&validators, key).unwrap();
            let rank = committee.rank(seed(&job));
            assert_eq!(committee.is_assigned(&job, 14, 15), rank == 0);
            assert_eq!(committee.is_assigned(&job, 15, 15), rank <= 1);
            assert_eq!(committee.is_assigned(&job, 30, 15), rank <= 3);
        }
    }

    #[test]
    fn seed_should_tell_requests_of_a_channel_apart() {
        let request = |sequence| {
            seed(&JobRef::Channel {
                channel: ChannelId(1),
                sequence,
            })
        };
        assert_ne!(request(0), request(1));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        /// Six standard deviations around the mean: 3,000 jobs over up to ten validators.
        #[test]
        fn jobs_should_spread_evenly_over_validators(count in 2u8..=10, salt: u64) {
            let validators = keys(count, salt);
            let committees: Vec<_> =
                validators.iter().filter_map(|key| Committee::new(&validators, key)).collect();
            let mut shares = vec![0u32; validators.len()];
            for job in 0..3_000u64 {
                let seed = seed(&JobRef::Escrowed(JobId(job ^ salt)));
                for (share, committee) in shares.iter_mut().zip(&committees) {
                    *share += u32::from(committee.rank(seed) == 0);
                }
            }
            let mean = 3_000.0 / f64::from(count);
            for share in shares {
                prop_assert!((f64::from(share) - mean).abs() < 6.0 * mean.sqrt());
            }
        }

        /// Only the jobs of the validator that left move.
        #[test]
        fn jobs_should_stay_when_another_validator_leaves(
            count in 2u8..=10, salt: u64, gone: prop::sample::Index, job: u64,
        ) {
            let validators = keys(count, salt);
            let gone = *gone.get(&validators);
            let rest: Vec<_> = validators.iter().copied().filter(|key| *key != gone).collect();
            let seed = seed(&JobRef::Escrowed(JobId(job)));
            let before = first(&validators, seed);
            if before != gone {
                prop_assert_eq!(first(&rest, seed), before);
            }
        }

        /// The ranks that the validators see of themselves are 0, 1, 2, …, each once.
        #[test]
        fn validators_should_agree_on_the_order(count in 1u8..=10, salt: u64, job: u64) {
            let validators = keys(count, salt);
            let seed = seed(&JobRef::Escrowed(JobId(job)));
            let mut ranks: Vec<u32> = validators
                .iter()
                .filter_map(|key| Committee::new(&validators, key))
                .map(|committee| committee.rank(seed))
                .collect();
            ranks.sort_unstable();
            prop_assert_eq!(ranks, (0..u32::from(count)).collect::<Vec<_>>());
        }

        /// Every endpoint has its place, and one that leaves does not change the others' order.
        #[test]
        fn ranking_should_keep_its_order_when_a_member_leaves(
            members in prop::collection::btree_set(any::<u64>(), 1..12), job: u64,
        ) {
            let members: Vec<u64> = members.into_iter().collect();
            let of = |members: &[u64]| -> Vec<u64> {
                ranking(job, members).into_iter().map(|index| members[index]).collect()
            };
            let all = of(&members);
            let without: Vec<u64> = all.iter().copied().filter(|m| *m != members[0]).collect();
            prop_assert_eq!(of(&members[1..]), without);
        }
    }
}
