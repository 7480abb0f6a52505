// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! How fast a chain's governance, epochs and eras run: decided at genesis.
//!
//! A real network counts 43,200 blocks as a day. The development presets count fewer, so that a
//! referendum can be watched from submission to enactment, and `local_testnet` has short epochs and
//! eras. It is the chain's state that differs, not the runtime: the same WebAssembly runs all, and
//! no call changes what is kept here.

use core::marker::PhantomData;

use polkadot_sdk::{frame_support::traits::Get, *};

use crate::{
    configs::parameters::dynamic_params::staking, BlockNumber, Runtime, DAYS, SESSIONS_PER_ERA,
};

/// The pallet that keeps what genesis said of the pace.
#[frame_support::pallet]
pub mod pallet_pace {
    use crate::{BlockNumber, DAYS, EPOCH_DURATION, SESSIONS_PER_ERA};
    use frame_support::{pallet_prelude::*, traits::StorageVersion};
    use polkadot_sdk::*;

    #[pallet::config]
    pub trait Config: polkadot_sdk::frame_system::Config {}

    /// The rehearsal of an upgrade migrates this pallet.
    const STORAGE_VERSION: StorageVersion =
        StorageVersion::new(if cfg!(feature = "upgrade-rehearsal") {
            1
        } else {
            0
        });

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// The blocks that governance counts as a day. Written at genesis and never again.
    #[pallet::storage]
    pub type GovernanceDay<T> = StorageValue<_, BlockNumber, ValueQuery, RealDay>;

    /// The slots in an epoch. Written at genesis and never again.
    #[pallet::storage]
    pub type EpochSlots<T> = StorageValue<_, u64, ValueQuery, RealEpoch>;

    /// The sessions in an era as long as governance sets no other number. Written at genesis and
    /// never again.
    #[pallet::storage]
    pub type SessionsPerEra<T> = StorageValue<_, u32, ValueQuery, RealEra>;

    /// Eras from leaving a pool to the withdrawal. Written at genesis and never again.
    #[pallet::storage]
    pub type BondingDuration<T> = StorageValue<_, u32, ValueQuery, RealBonding>;

    /// Eras from the report of an offence to its slash. Written at genesis and never again.
    #[pallet::storage]
    pub type SlashDeferral<T> = StorageValue<_, u32, ValueQuery, RealDeferral>;

    /// The fewest validators of an era. Written at genesis and never again.
    #[pallet::storage]
    pub type MinValidators<T> = StorageValue<_, u32, ValueQuery, RealMinValidators>;

    /// A day of governance on a real network.
    #[pallet::type_value]
    pub fn RealDay() -> BlockNumber {
        DAYS
    }

    /// An epoch on a real network.
    #[pallet::type_value]
    pub fn RealEpoch() -> u64 {
        EPOCH_DURATION
    }

    /// An era on a real network.
    #[pallet::type_value]
    pub fn RealEra() -> u32 {
        SESSIONS_PER_ERA
    }

    /// The bonding duration of a real network, eras: seven days.
    #[pallet::type_value]
    pub fn RealBonding() -> u32 {
        28
    }

    /// The deferral of slashes on a real network, eras: three days, in which the voters of the
    /// track `staking_admin` can cancel one.
    #[pallet::type_value]
    pub fn RealDeferral() -> u32 {
        12
    }

    /// The fewest validators of a real network: with four, one can fail and the others still finalise.
    #[pallet::type_value]
    pub fn RealMinValidators() -> u32 {
        4
    }

    /// The pace as a preset gives it; that of a real network when it gives none.
    #[pallet::genesis_config]
    pub struct GenesisConfig<T: Config> {
        /// The blocks that governance counts as a day, 1 to 43,200.
        pub governance_day: BlockNumber,
        /// The slots in an epoch, at least 1.
        pub epoch_slots: u64,
        /// The sessions in an era, at least 1.
        pub sessions_per_era: u32,
        /// Eras from leaving a pool to the withdrawal, more than `slash_deferral`.
        pub bonding_duration: u32,
        /// Eras from the report of an offence to its slash.
        pub slash_deferral: u32,
        /// The fewest validators that an election may leave, at least 1.
        pub min_validators: u32,
        #[serde(skip)]
        pub _config: PhantomData<T>,
    }

    impl<T: Config> Default for GenesisConfig<T> {
        fn default() -> Self {
            Self {
                governance_day: DAYS,
                epoch_slots: EPOCH_DURATION,
                sessions_per_era: SESSIONS_PER_ERA,
                bonding_duration: RealBonding::get(),
                slash_deferral: RealDeferral::get(),
                min_validators: RealMinValidators::get(),
                _config: PhantomData,
            }
        }
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            assert!(
                (1..=DAYS).contains(&self.governance_day),
                "a day of governance has 1 to {DAYS} blocks"
            );
            assert!(self.epoch_slots > 0, "an epoch has slots");
            assert!(self.sessions_per_era > 0, "an era has sessions");
            assert!(
                self.bonding_duration > self.slash_deferral,
                "stake stays until the slashes of its time are applied"
            );
            assert!(self.min_validators > 0, "an era has validators");
            GovernanceDay::<T>::put(self.governance_day);
            EpochSlots::<T>::put(self.epoch_slots);
            SessionsPerEra::<T>::put(self.sessions_per_era);
            BondingDuration::<T>::put(self.bonding_duration);
            SlashDeferral::<T>::put(self.slash_deferral);
            MinValidators::<T>::put(self.min_validators);
        }
    }
}

impl pallet_pace::Config for Runtime {}

/// `blocks` of a real network at the pace at which `day` blocks are a day: at least one block.
pub fn at_pace(blocks: BlockNumber, day: BlockNumber) -> BlockNumber {
    let scaled = u64::from(blocks).saturating_mul(u64::from(day)) / u64::from(DAYS);
    BlockNumber::try_from(scaled)
        .unwrap_or(BlockNumber::MAX)
        .max(1)
}

/// A period of `Blocks` blocks of a real network, at this chain's pace of governance.
pub struct Paced<Blocks>(PhantomData<Blocks>);

impl<Blocks: Get<BlockNumber>> Get<BlockNumber> for Paced<Blocks> {
    fn get() -> BlockNumber {
        at_pace(Blocks::get(), pallet_pace::GovernanceDay::<Runtime>::get())
    }
}

/// The slots in an epoch of this chain.
pub struct EpochDuration;

impl Get<u64> for EpochDuration {
    fn get() -> u64 {
        pallet_pace::EpochSlots::<Runtime>::get()
    }
}

/// The fewest sessions in an era of a real network: two hours. Slashes are deferred and stake stays
/// for a number of eras: with these, the deferral is a day, in which a vote on the track
/// `staking_admin` (two hours to prepare, three to confirm) that many support can still cancel a
/// slash, and stake stays for more than two.
pub const FEWEST_SESSIONS: u32 = 12;

/// The most sessions in an era: a week.
pub const MOST_SESSIONS: u32 = 28 * SESSIONS_PER_ERA;

/// The sessions in an era: what governance set, else what genesis says, within the bounds. A genesis
/// with fewer than [`FEWEST_SESSIONS`] is that of a chain with a faster pace: those are its fewest.
pub struct EraSessions;

impl Get<u32> for EraSessions {
    fn get() -> u32 {
        let fewest = pallet_pace::SessionsPerEra::<Runtime>::get().min(FEWEST_SESSIONS);
        staking::SessionsPerEra::get().clamp(fewest, MOST_SESSIONS)
    }
}

/// The eras of this chain from leaving a pool to the withdrawal.
pub struct BondingEras;

impl Get<u32> for BondingEras {
    fn get() -> u32 {
        pallet_pace::BondingDuration::<Runtime>::get()
    }
}

/// The eras of this chain from the report of an offence to its slash.
pub struct DeferralEras;

impl Get<u32> for DeferralEras {
    fn get() -> u32 {
        pallet_pace::SlashDeferral::<Runtime>::get()
    }
}

/// The fewest validators of an era of this chain.
pub struct FewestValidators;

impl Get<u32> for FewestValidators {
    fn get() -> u32 {
        pallet_pace::MinValidators::<Runtime>::get()
    }
}
