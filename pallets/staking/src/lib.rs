// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! One pooled stake per operator: roles, delegation, elections, rewards and slashes.
//!
//! # How the money moves
//!
//! - What operators and delegators stake moves to the pallet's own account, on hold under
//!   [`HoldReason::Stake`], and buys shares of the operator's [`Pool`](shares::Pool). Pools are
//!   accounted for inside the pallet: what is sent to the account otherwise changes no price.
//! - A reward raises a pool's stake and with it the price of every share; the operator's commission
//!   buys the operator shares first. A slash lowers the stake. Neither depends on how many delegators
//!   there are, and nobody has to claim.
//! - Rewards come from two accounts, never from minting: the stakers' pot, which fees flow to, and
//!   the incentive pot, which genesis filled and which pays by a schedule that halves, workers no
//!   more than a part of the fees that their receipts brought.
//! - Undelegating burns shares and moves their worth to the operator's unbonding pool of the present
//!   era, where a slash for that era or an earlier one still reaches it. `withdraw` pays it to the
//!   delegator once `BondingDuration` eras are over and no such slash is pending.
//! - Redelegating moves the worth to another pool at once. For `BondingDuration` eras it cannot
//!   leave that one, and slashes of the first pool follow it: what they cost is taken when the
//!   position is next touched, or when anyone asks for it.
//! - What is slashed goes to the treasury. Every quotient is rounded in favour of the pool.
//!
//! So what is on hold in the account is, to the planck: the stake of all pools and unbonding pools,
//! the rewards that are being handed out, and what the treasury could not take yet.

#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

use frame_support::pallet_macros::import_section;
use polkadot_sdk::*;

#[cfg(any(feature = "runtime-benchmarks", test))]
mod benchmarking;
mod delegations;
mod elections;
mod funds;
mod genesis;
mod interfaces;
mod operators;
mod outcomes;
mod redelegations;
mod rewards;
mod sessions;
pub mod shares;
mod slashing;
mod state;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "std", feature = "try-runtime"))]
mod try_state;
pub mod types;
mod unbonding;
mod views;
pub mod weights;

pub use genesis::GenesisOperator;
pub use interfaces::{ExposureOf, SessionInterface, SessionOf};
pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

#[import_section(genesis::genesis_config)]
#[import_section(outcomes::outcomes)]
#[import_section(state::state)]
#[frame_support::pallet]
pub mod pallet {
    use super::*;
    use crate::shares::Pool;
    use alloc::vec::Vec;
    use frame_support::{
        pallet_prelude::*,
        traits::{fungible, StorageVersion},
        PalletId,
    };
    use frame_system::pallet_prelude::*;
    use openledger_primitives::{traits::SlashReason, AccountId, Balance};
    use sp_runtime::Perbill;

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    #[pallet::config]
    pub trait Config: polkadot_sdk::frame_system::Config<AccountId = AccountId> {
        /// OPEN.
        type Currency: fungible::Mutate<AccountId, Balance = Balance>
            + fungible::MutateHold<AccountId, Reason = Self::RuntimeHoldReason>;

        /// The overarching hold reason.
        type RuntimeHoldReason: From<HoldReason>;

        /// Names the account that holds all stake, which must have the existential deposit from
        /// genesis on.
        #[pallet::constant]
        type PalletId: Get<PalletId>;

        /// Session keys, disabling, and what is known of past sessions.
        type Session: SessionInterface;

        /// Receives what is slashed.
        type Treasury: Get<AccountId>;

        /// Collects fees for operators and delegators; all of it above the existential deposit is
        /// shared at the end of an era.
        type StakersPot: Get<AccountId>;

        /// Pays the incentives.
        type IncentivePot: Get<AccountId>;

        /// Sets the number of validators and the split of rewards, and chills operators.
        type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

        /// Cancels slashes.
        type SlashCancelOrigin: EnsureOrigin<Self::RuntimeOrigin>;

        /// How many sessions an era has, at least one. It may change; it counts when the next era is
        /// planned.
        type SessionsPerEra: Get<u32>;

        /// Eras from leaving a pool to the withdrawal, and as long a redelegated position answers
        /// for the pool that it left. Offences older than this are not punished.
        #[pallet::constant]
        type BondingDuration: Get<EraIndex>;

        /// Eras from a report to its slash, in which it can be cancelled.
        #[pallet::constant]
        type SlashDeferral: Get<EraIndex>;

        /// The least self-bond of a validator, planck. Of several roles the highest minimum counts.
        #[pallet::constant]
        type ValidatorBond: Get<Balance>;

        /// The least self-bond of a worker, planck.
        #[pallet::constant]
        type WorkerBond: Get<Balance>;

        /// The least self-bond of an evaluator, planck.
        #[pallet::constant]
        type EvaluatorBond: Get<Balance>;

        /// The least that an account can delegate to an operator, planck.
        #[pallet::constant]
        type MinDelegation: Get<Balance>;

        /// The most operators that have not retired.
        #[pallet::constant]
        type MaxOperators: Get<u32>;

        /// The most validators of an era.
        #[pallet::constant]
        type MaxValidators: Get<u32>;

        /// An election that finds fewer validators than this leaves those of the last era. Not zero.
        #[pallet::constant]
        type MinValidators: Get<u32>;

        /// The most unbonding tickets that an account can have with one operator.
        #[pallet::constant]
        type MaxTickets: Get<u32>;

        /// The highest commission.
        #[pallet::constant]
        type MaxCommission: Get<Perbill>;

        /// By how much an operator can change its commission, once an era.
        #[pallet::constant]
        type MaxCommissionChange: Get<Perbill>;

        /// Eras for which an operator stays chilled that was chilled against its will.
        #[pallet::constant]
        type ChillDuration: Get<EraIndex>;

        /// Eras after its activation in which an operator that was chilled for missed blocks is
        /// slashed when it misses them again.
        #[pallet::constant]
        type ProbationEras: Get<EraIndex>;

        /// A validator that authors less than this part of its share of the blocks has missed them.
        #[pallet::constant]
        type OfflineThreshold: Get<Perbill>;

        /// Validators are judged by their blocks at the end of the session in which a validator's
        /// share of the blocks made since the last judgement comes to this many, however many
        /// validators there are and sessions it takes.
        #[pallet::constant]
        type OfflineMinBlocks: Get<u32>;

        /// What missing blocks on probation costs.
        #[pallet::constant]
        type OfflineSlash: Get<Perbill>;

        /// Planck that the incentive pot pays in each era before the first halving, at most.
        #[pallet::constant]
        type InitialIncentive: Get<Balance>;

        /// Planck of settled fees that are a worker's point, not zero: so few that no fee is rounded
        /// away, and so many that all OPEN there is makes fewer points than can be counted.
        #[pallet::constant]
        type WorkPoint: Get<Balance>;

        /// The part of an era's settled fees up to which the incentive pot pays workers. It must not
        /// exceed what of a fee is gone for one who is its consumer, developer, contributors, worker
        /// and staker at once: else settling jobs of one's own would pay.
        type MaxWorkerIncentive: Get<Perbill>;

        /// Eras from one halving to the next; never, when zero.
        #[pallet::constant]
        type HalvingPeriod: Get<EraIndex>;

        /// The most operators that are paid in one block.
        #[pallet::constant]
        type PayoutsPerBlock: Get<u32>;

        /// The most slashes that are applied in one block.
        #[pallet::constant]
        type SlashesPerBlock: Get<u32>;

        /// Weights of the calls.
        type WeightInfo: WeightInfo;
    }

    /// Why this pallet holds funds.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// In the pallet's account: stake, unbonding stake, and rewards on their way to pools.
        Stake,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        /// Applies slashes that are due and hands out rewards, a bounded number of each.
        fn on_initialize(_: BlockNumberFor<T>) -> Weight {
            Self::apply_due_slashes().saturating_add(Self::pay_out())
        }

        fn integrity_test() {
            assert!(
                T::PayoutsPerBlock::get() > 0 && T::SlashesPerBlock::get() > 0,
                "the queues must move"
            );
            assert!(T::WorkPoint::get() > 0, "a point has a worth");
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Makes the caller an operator with a self-bond of `bond` planck. An operator that has
        /// retired and still has delegators comes back to its pool; a commission that differs from the
        /// one before is then one that `set_commission` would allow, and its probation goes on.
        ///
        /// Emits [`Event::OperatorRegistered`] and [`Event::Delegated`].
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::register_operator())]
        pub fn register_operator(
            origin: OriginFor<T>,
            roles: Roles,
            commission: Perbill,
            #[pallet::compact] bond: Balance,
        ) -> DispatchResult {
            let operator = ensure_signed(origin)?;
            Self::do_register(operator, roles, commission, bond)
        }

        /// Changes what the caller does with its stake.
        ///
        /// Emits [`Event::RolesSet`].
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::set_roles())]
        pub fn set_roles(origin: OriginFor<T>, roles: Roles) -> DispatchResult {
            let operator = ensure_signed(origin)?;
            Self::do_set_roles(operator, roles)
        }

        /// Ends the caller's life as an operator: it acts in no role, its pool takes no stake, and
        /// its self-bond unbonds. A validator goes on authoring until the end of the last era that
        /// it is elected for. One that was chilled against its will has to wait for the end of that.
        ///
        /// Emits [`Event::OperatorRetired`] and [`Event::Undelegated`].
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::retire_operator())]
        pub fn retire_operator(origin: OriginFor<T>) -> DispatchResult {
            let operator = ensure_signed(origin)?;
            Self::do_retire(operator)
        }

        /// Adds `amount` planck to the caller's self-bond.
        ///
        /// Emits [`Event::Delegated`].
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::bond_more())]
        pub fn bond_more(
            origin: OriginFor<T>,
            #[pallet::compact] amount: Balance,
        ) -> DispatchResult {
            let operator = ensure_signed(origin)?;
            Self::do_bond_more(operator, amount)
        }

        /// Unbonds `amount` planck of the caller's self-bond, which stays at least what its roles
        /// ask for. One that has retired can take everything, such as commission that came later.
        ///
        /// Emits [`Event::Undelegated`].
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::bond_less())]
        pub fn bond_less(
            origin: OriginFor<T>,
            #[pallet::compact] amount: Balance,
        ) -> DispatchResult {
            let operator = ensure_signed(origin)?;
            Self::do_bond_less(operator, amount)
        }

        /// Bonds `amount` planck of the caller to `operator`.
        ///
        /// Emits [`Event::Delegated`].
        #[pallet::call_index(5)]
        #[pallet::weight(T::WeightInfo::delegate())]
        pub fn delegate(
            origin: OriginFor<T>,
            operator: AccountId,
            #[pallet::compact] amount: Balance,
        ) -> DispatchResult {
            let delegator = ensure_signed(origin)?;
            Self::do_delegate(delegator, operator, amount)
        }

        /// Unbonds `amount` planck of what the caller has with `operator`, or all that can leave if
        /// that is no more.
        ///
        /// Emits [`Event::Undelegated`].
        #[pallet::call_index(6)]
        #[pallet::weight(T::WeightInfo::undelegate().max(T::WeightInfo::undelegate_last()))]
        pub fn undelegate(
            origin: OriginFor<T>,
            operator: AccountId,
            #[pallet::compact] amount: Balance,
        ) -> DispatchResult {
            let delegator = ensure_signed(origin)?;
            Self::do_undelegate(delegator, operator, amount)
        }

        /// Moves `amount` planck of what the caller has with `from` to `to`, or all that can leave if
        /// that is no more. It cannot leave `to` for `BondingDuration` eras, and slashes of `from`
        /// for offences up to now follow it.
        ///
        /// Emits [`Event::Redelegated`].
        #[pallet::call_index(7)]
        #[pallet::weight(T::WeightInfo::redelegate())]
        pub fn redelegate(
            origin: OriginFor<T>,
            from: AccountId,
            to: AccountId,
            #[pallet::compact] amount: Balance,
        ) -> DispatchResult {
            let delegator = ensure_signed(origin)?;
            Self::do_redelegate(delegator, from, to, amount)
        }

        /// Pays the caller all that has been unbonding from `operator` for long enough.
        ///
        /// Emits [`Event::Withdrawn`].
        #[pallet::call_index(8)]
        #[pallet::weight(T::WeightInfo::withdraw(T::MaxTickets::get()))]
        pub fn withdraw(origin: OriginFor<T>, operator: AccountId) -> DispatchResultWithPostInfo {
            let delegator = ensure_signed(origin)?;
            let paid = Self::do_withdraw(delegator, operator)?;
            Ok(Some(T::WeightInfo::withdraw(paid)).into())
        }

        /// Changes the caller's commission, once an era and by a bounded step.
        ///
        /// Emits [`Event::CommissionSet`].
        #[pallet::call_index(9)]
        #[pallet::weight(T::WeightInfo::set_commission())]
        pub fn set_commission(origin: OriginFor<T>, commission: Perbill) -> DispatchResult {
            let operator = ensure_signed(origin)?;
            Self::do_set_commission(operator, commission)
        }

        /// Stops the caller from acting in its roles, from the next election on as a validator.
        ///
        /// Emits [`Event::Chilled`].
        #[pallet::call_index(10)]
        #[pallet::weight(T::WeightInfo::chill())]
        pub fn chill(origin: OriginFor<T>) -> DispatchResult {
            let operator = ensure_signed(origin)?;
            Self::do_chill(operator, ChillReason::Voluntary)
        }

        /// Lets the caller act in its roles again.
        ///
        /// Emits [`Event::Activated`].
        #[pallet::call_index(11)]
        #[pallet::weight(T::WeightInfo::activate())]
        pub fn activate(origin: OriginFor<T>) -> DispatchResult {
            let operator = ensure_signed(origin)?;
            Self::do_activate(operator)
        }

        /// Takes from a redelegated position what slashes of the pool that it left have cost it, and
        /// ends its cool-down if that is over. Anyone may call it.
        ///
        /// Emits [`Event::SlashRealised`] if something was taken.
        #[pallet::call_index(12)]
        #[pallet::weight(T::WeightInfo::realise_slash())]
        pub fn realise_slash(
            origin: OriginFor<T>,
            delegator: AccountId,
            operator: AccountId,
        ) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_realise_slash(delegator, operator)
        }

        /// Sets how many validators later elections elect. Needs `AdminOrigin`.
        ///
        /// Emits [`Event::ValidatorCountSet`].
        #[pallet::call_index(13)]
        #[pallet::weight(T::WeightInfo::set_validator_count())]
        pub fn set_validator_count(origin: OriginFor<T>, count: u32) -> DispatchResult {
            T::AdminOrigin::ensure_origin(origin)?;
            ensure!(
                (T::MinValidators::get()..=T::MaxValidators::get()).contains(&count),
                Error::<T>::ValidatorCountOutOfBounds
            );
            ValidatorCount::<T>::put(count);
            Self::deposit_event(Event::ValidatorCountSet { count });
            Ok(())
        }

        /// Sets the part of later rewards that is for validators. Needs `AdminOrigin`.
        ///
        /// Emits [`Event::RewardSplitSet`].
        #[pallet::call_index(14)]
        #[pallet::weight(T::WeightInfo::set_reward_split())]
        pub fn set_reward_split(origin: OriginFor<T>, validators: Perbill) -> DispatchResult {
            T::AdminOrigin::ensure_origin(origin)?;
            RewardSplit::<T>::put(validators);
            Self::deposit_event(Event::RewardSplitSet { validators });
            Ok(())
        }

        /// Cancels a slash that waits, which then counts as never reported. The operator stays chilled
        /// until it activates itself. Needs `SlashCancelOrigin`.
        ///
        /// Emits [`Event::SlashCancelled`].
        #[pallet::call_index(15)]
        // The offence came after the weights were last measured.
        #[pallet::weight(T::WeightInfo::cancel_slash()
            .saturating_add(T::DbWeight::get().reads_writes(1, 1)))]
        pub fn cancel_slash(origin: OriginFor<T>, id: SlashId) -> DispatchResult {
            T::SlashCancelOrigin::ensure_origin(origin)?;
            Self::do_cancel_slash(id)
        }

        /// Stops an operator from acting in its roles for at least `ChillDuration` eras. Needs
        /// `AdminOrigin`.
        ///
        /// Emits [`Event::Chilled`].
        #[pallet::call_index(16)]
        #[pallet::weight(T::WeightInfo::force_chill())]
        pub fn force_chill(origin: OriginFor<T>, operator: AccountId) -> DispatchResult {
            T::AdminOrigin::ensure_origin(origin)?;
            Self::do_chill(operator, ChillReason::Forced)
        }

        /// Queues a slash of `fraction` of all that stood behind an operator in block `at`, in which
        /// it was shown to have served or signed what it must not, and chills it at once. The slash is
        /// applied after the deferral and can be cancelled until then. Of several slashes for one era
        /// only the highest counts: one that adds nothing is refused, and so is one for an offence older
        /// than stake takes to unbond. Needs the root origin, as it can take all that somebody has.
        ///
        /// Emits [`Event::SlashQueued`] or [`Event::SlashRaised`].
        #[pallet::call_index(17)]
        #[pallet::weight(T::WeightInfo::queue_slash())]
        pub fn slash_operator(
            origin: OriginFor<T>,
            operator: AccountId,
            fraction: Perbill,
            at: BlockNumberFor<T>,
        ) -> DispatchResult {
            ensure_root(origin)?;
            Self::do_slash_operator(&operator, fraction, at)
        }
    }
}
