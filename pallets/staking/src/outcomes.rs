// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What calls end in, events and errors: a part of the pallet's module.

use polkadot_sdk::frame_support::pallet_macros::pallet_section;

/// What is told to indexers, wallets and callers.
#[pallet_section]
mod outcomes {
    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// An operator registered.
        OperatorRegistered {
            /// Its account.
            operator: AccountId,
            /// What it does.
            roles: Roles,
            /// What it keeps of rewards.
            commission: Perbill,
        },
        /// An operator changed its roles.
        RolesSet {
            /// Its account.
            operator: AccountId,
            /// What it does from now on.
            roles: Roles,
        },
        /// An operator retired. Its self-bond unbonds.
        OperatorRetired {
            /// Its account.
            operator: AccountId,
        },
        /// A retired operator's last share was burnt and its record deleted.
        OperatorRemoved {
            /// Its account.
            operator: AccountId,
        },
        /// Stake was bonded: by the operator itself, or by somebody who delegates to it.
        Delegated {
            /// Whose stake it is.
            delegator: AccountId,
            /// Whose pool it joined.
            operator: AccountId,
            /// Planck.
            amount: Balance,
            /// The shares that it bought.
            shares: Balance,
        },
        /// Stake left a pool and unbonds.
        Undelegated {
            /// Whose stake it is.
            delegator: AccountId,
            /// Whose pool it left.
            operator: AccountId,
            /// Planck.
            amount: Balance,
            /// The era from which it can be withdrawn.
            withdrawable_at: EraIndex,
        },
        /// Stake moved from one pool to another.
        Redelegated {
            /// Whose stake it is.
            delegator: AccountId,
            /// Whose pool it left.
            from: AccountId,
            /// Whose pool it joined.
            to: AccountId,
            /// Planck.
            amount: Balance,
            /// The era from which it can leave again.
            frozen_until: EraIndex,
        },
        /// Unbonded stake was paid back.
        Withdrawn {
            /// Who was paid.
            delegator: AccountId,
            /// Whose pool it had left.
            operator: AccountId,
            /// Planck, after slashes.
            amount: Balance,
        },
        /// An operator changed its commission.
        CommissionSet {
            /// Its account.
            operator: AccountId,
            /// What it keeps of rewards from now on.
            commission: Perbill,
        },
        /// An operator does not act any more.
        Chilled {
            /// Its account.
            operator: AccountId,
            /// Why.
            reason: ChillReason,
            /// The first era in which it can be activated.
            until: EraIndex,
        },
        /// An operator acts again.
        Activated {
            /// Its account.
            operator: AccountId,
        },
        /// More than a third of the validators missed their blocks at once, as in an outage of the
        /// network: none is chilled for it.
        OutageSpared {
            /// How many missed theirs.
            absent: u32,
            /// How many validators there are.
            validators: u32,
        },
        /// A slash was queued.
        SlashQueued {
            /// Its number, by which it can be cancelled.
            id: SlashId,
            /// Who is to be slashed.
            operator: AccountId,
            /// The era of the offence.
            era: EraIndex,
            /// The fraction, on top of earlier ones for that era.
            fraction: Perbill,
            /// Why.
            reason: SlashReason,
            /// The era from which it is applied.
            apply_at: EraIndex,
        },
        /// An offence is too old to be punished.
        OffenceOutdated {
            /// Who offended.
            operator: AccountId,
            /// The era of the offence.
            era: EraIndex,
        },
        /// A slash was applied.
        Slashed {
            /// Its number.
            id: SlashId,
            /// Whose pools were slashed.
            operator: AccountId,
            /// Planck that the pool and the unbonding pools lost.
            amount: Balance,
        },
        /// A slash was cancelled.
        SlashCancelled {
            /// Its number.
            id: SlashId,
            /// Who was to be slashed.
            operator: AccountId,
        },
        /// A slash of a pool that a position had left was taken from the position.
        SlashRealised {
            /// Whose position it is.
            delegator: AccountId,
            /// In whose pool it is.
            operator: AccountId,
            /// Planck that it lost.
            amount: Balance,
        },
        /// The validators of the next era were elected.
        EraPlanned {
            /// The era.
            era: EraIndex,
            /// How many validators it has.
            validators: u32,
        },
        /// An election found too few validators; those of the last era stay.
        ElectionFailed {
            /// The era.
            era: EraIndex,
            /// How many it found.
            found: u32,
        },
        /// An era started.
        EraStarted {
            /// The era.
            era: EraIndex,
        },
        /// An era is over and its rewards are handed out.
        EraClosed {
            /// The era.
            era: EraIndex,
            /// For validators, planck.
            validators: Balance,
            /// For workers, planck.
            workers: Balance,
        },
        /// A pool was paid for an era.
        Rewarded {
            /// Whose pool.
            operator: AccountId,
            /// For which era.
            era: EraIndex,
            /// Planck, with the commission.
            amount: Balance,
            /// Planck of it that are commission.
            commission: Balance,
        },
        /// The number of validators was changed.
        ValidatorCountSet {
            /// How many are elected from now on.
            count: u32,
        },
        /// The split of rewards was changed.
        RewardSplitSet {
            /// The part for validators from now on.
            validators: Perbill,
        },
        /// A slash that waits was raised by another report for the same era.
        SlashRaised {
            /// Its number.
            id: SlashId,
            /// Who is to be slashed.
            operator: AccountId,
            /// Its fraction from now on.
            fraction: Perbill,
            /// Why it was raised.
            reason: SlashReason,
        },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// The account is an operator. Use `set_roles` and `bond_more`.
        AlreadyRegistered,
        /// No such operator.
        UnknownOperator,
        /// An operator has at least one role. Use `retire_operator` to leave.
        NoRoles,
        /// The self-bond is, or would be, below what the roles ask for. Bond more, or retire.
        BelowSelfBond,
        /// There are as many operators as there can be.
        TooManyOperators,
        /// The operator has retired: its pool takes no stake, and it acts in no role.
        OperatorRetiring,
        /// The operator is registered as an inference worker. Retire the worker first.
        StillServing,
        /// The account is no active operator with the role of a worker. Register it, or activate it.
        NotAWorker,
        /// The commission is above `MaxCommission`.
        CommissionTooHigh,
        /// The commission may change by at most `MaxCommissionChange`.
        CommissionChangeTooLarge,
        /// The commission was changed in this era. Try again in the next one.
        CommissionChangedThisEra,
        /// The operator does not act already.
        AlreadyChilled,
        /// The operator is not chilled.
        NotChilled,
        /// The operator was chilled until a later era.
        ChilledUntilLater,
        /// The account cannot bond that much: its existential deposit stays, and what is on hold,
        /// locked or frozen cannot be bonded.
        InsufficientFunds,
        /// The operator is the caller itself. Use `bond_more` and `bond_less`.
        OwnPool,
        /// The delegation would be below `MinDelegation`.
        BelowMinDelegation,
        /// What stays would be below `MinDelegation`. Take less, or all.
        RemainderBelowMinDelegation,
        /// The account has nothing in that operator's pool.
        NotDelegated,
        /// The amount is zero or does not buy one share.
        AmountTooSmall,
        /// The pool was slashed to nothing and takes no stake.
        PoolWiped,
        /// The pool has so many shares that no more can be counted.
        PoolExhausted,
        /// All of the position came by redelegation and cannot leave yet.
        PositionFrozen,
        /// The position at the new operator has a redelegated part that cannot leave yet: there can
        /// be only one.
        RedelegationOpen,
        /// Both operators are the same.
        SameOperator,
        /// There are as many unbonding tickets as there can be. Withdraw, or wait until it is
        /// possible.
        TooManyTickets,
        /// There is nothing unbonding.
        NothingToWithdraw,
        /// Nothing has been unbonding for long enough.
        NotMatured,
        /// A slash of the operator is pending, on which this has to wait.
        SlashPending,
        /// The account does not exist and the amount is below the existential deposit.
        BelowExistentialDeposit,
        /// No slash has to be taken from the position, and it is not over its cool-down either.
        NothingToRealise,
        /// No such slash waits: it was applied, cancelled, or never queued.
        UnknownSlash,
        /// The number of validators is below `MinValidators` or above `MaxValidators`.
        ValidatorCountOutOfBounds,
        /// The operator was chilled against its will until a later era, and leaving would end that.
        /// Retire in that era or later.
        StillChilled,
        /// A slash of nothing. To stop an operator from acting, use `force_chill`.
        NothingToSlash,
        /// The block of the offence is later than this one.
        OffenceInFuture,
        /// The offence is older than stake takes to unbond: what stood behind the operator then may
        /// have been withdrawn.
        OffenceOutdated,
        /// A slash of that much or more was applied for that era already, or waits. Name a larger
        /// fraction.
        AlreadySlashed,
    }
}
