// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What the pallet stores: a part of the pallet's module.

use polkadot_sdk::frame_support::pallet_macros::pallet_section;

/// What is stored. Each item says when it is created and deleted.
#[pallet_section]
mod state {
    /// The operators. Created by `register_operator`; deleted when a retiring one's last share is
    /// burnt.
    #[pallet::storage]
    pub type Operators<T: Config> = StorageMap<_, Blake2_128Concat, AccountId, Operator>;

    /// How many operators have not retired.
    #[pallet::storage]
    pub type OperatorCount<T: Config> = StorageValue<_, u32, ValueQuery>;

    /// The operators that can be elected, sorted by stake: role validator, active, and with the
    /// self-bond that it takes. Written with [`Operators`].
    #[pallet::storage]
    pub type Candidates<T: Config> = StorageMap<_, Identity, SortKey, ()>;

    /// Delegator, operator → what it has in the operator's pool. Created by `delegate` and
    /// `redelegate`, deleted with its last share.
    #[pallet::storage]
    pub type Delegations<T: Config> = StorageDoubleMap<
        _,
        Blake2_128Concat,
        AccountId,
        Blake2_128Concat,
        AccountId,
        Delegation,
        OptionQuery,
    >;

    /// Operator, era → what left its pool in that era and has not been withdrawn. Created by the
    /// first to leave, deleted by the last to withdraw.
    #[pallet::storage]
    pub type Unbonding<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, AccountId, Twox64Concat, EraIndex, Pool, OptionQuery>;

    /// Delegator, operator → its shares of unbonding pools, oldest first. Created by leaving,
    /// deleted by the last withdrawal.
    #[pallet::storage]
    pub type Tickets<T: Config> = StorageDoubleMap<
        _,
        Blake2_128Concat,
        AccountId,
        Blake2_128Concat,
        AccountId,
        BoundedVec<Ticket, T::MaxTickets>,
        ValueQuery,
    >;

    /// Operator, era → what slashes have left of what was redelegated from it in that era. Created by
    /// the first redelegation, deleted when no position answers for it any more.
    #[pallet::storage]
    pub type Trails<T: Config> = StorageDoubleMap<
        _,
        Blake2_128Concat,
        AccountId,
        Twox64Concat,
        EraIndex,
        Trail,
        OptionQuery,
    >;

    /// How many validators are elected. Set by genesis and `set_validator_count`.
    #[pallet::storage]
    pub type ValidatorCount<T: Config> = StorageValue<_, u32, ValueQuery>;

    /// The part of rewards that is for validators; the rest is for workers. Set by genesis and
    /// `set_reward_split`.
    #[pallet::storage]
    pub type RewardSplit<T: Config> = StorageValue<_, Perbill, ValueQuery>;

    /// The era whose validators author.
    #[pallet::storage]
    pub type ActiveEra<T: Config> = StorageValue<_, EraStart, ValueQuery>;

    /// The era that is elected and has not started. Created by the election, deleted by its start.
    #[pallet::storage]
    pub type PlannedEra<T: Config> = StorageValue<_, EraStart>;

    /// The first session of the eras that offences can still come from. Created by an era's start,
    /// deleted `BondingDuration` eras later.
    #[pallet::storage]
    pub type EraSessions<T: Config> = StorageMap<_, Twox64Concat, EraIndex, u32>;

    /// The block from which on stake counts for an era: that of its election, not of its start.
    /// Created by the election, deleted with the era's entry of [`EraSessions`].
    #[pallet::storage]
    pub type EraBlocks<T: Config> = StorageMap<_, Twox64Concat, EraIndex, BlockNumberFor<T>>;

    /// The validators of the active and the planned era. Created by the election, deleted by the
    /// start of the next era.
    #[pallet::storage]
    pub type EraValidators<T: Config> =
        StorageMap<_, Twox64Concat, EraIndex, BoundedVec<AccountId, T::MaxValidators>, ValueQuery>;

    /// Era, validator → what stood behind it at the election. An entry per entry of
    /// [`EraValidators`], created and deleted with it.
    #[pallet::storage]
    pub type Exposures<T: Config> = StorageDoubleMap<
        _,
        Twox64Concat,
        EraIndex,
        Blake2_128Concat,
        AccountId,
        Exposure,
        OptionQuery,
    >;

    /// Blocks of the present session. Reset by its end.
    #[pallet::storage]
    pub type SessionBlocks<T: Config> = StorageValue<_, u32, ValueQuery>;

    /// What each validator's share of blocks has come to since validators were last judged, in parts
    /// of [`WHOLE_BLOCK`]. Created by a session's end, deleted by a judgement.
    #[pallet::storage]
    pub type UnjudgedShare<T: Config> = StorageValue<_, u64, ValueQuery>;

    /// What validators did of their shares since they were last judged. Created by a block or by a
    /// session's end. Deleted by the judgement; by activation after a chill against its will; and with
    /// the operator, or, of a validator that is none, by the era's end.
    #[pallet::storage]
    pub type Attendances<T: Config> =
        StorageMap<_, Blake2_128Concat, AccountId, Attendance, ValueQuery>;

    /// Era, operator → its points. Created by its first point, deleted when it is paid for them.
    #[pallet::storage]
    pub type OperatorPoints<T: Config> = StorageDoubleMap<
        _,
        Twox64Concat,
        EraIndex,
        Blake2_128Concat,
        AccountId,
        Points,
        ValueQuery,
    >;

    /// All points of the active era. Created by its first point, deleted by its end.
    #[pallet::storage]
    pub type TotalPoints<T: Config> = StorageMap<_, Twox64Concat, EraIndex, Points, ValueQuery>;

    /// The rewards of eras that are over. Created by an era's end, deleted when all its points are
    /// paid.
    #[pallet::storage]
    pub type Payouts<T: Config> = StorageMap<_, Twox64Concat, EraIndex, Payout>;

    /// The first era whose points may not all be paid.
    #[pallet::storage]
    pub type NextPayout<T: Config> = StorageValue<_, EraIndex, ValueQuery>;

    /// Rewards that rounding left or nobody was there to take, planck: on hold, and shared again
    /// with the next era's.
    #[pallet::storage]
    pub type Reserve<T: Config> = StorageValue<_, Balance, ValueQuery>;

    /// Slashed OPEN that the treasury's account could not take, planck: on hold, and sent with the
    /// next slash. Deleted then.
    #[pallet::storage]
    pub type TreasuryOwed<T: Config> = StorageValue<_, Balance, ValueQuery>;

    /// Era, operator → what it is slashed for. Created by a report, deleted when no report for the
    /// era can come any more.
    #[pallet::storage]
    pub type Offences<T: Config> = StorageDoubleMap<
        _,
        Twox64Concat,
        EraIndex,
        Blake2_128Concat,
        AccountId,
        EraOffence,
        ValueQuery,
    >;

    /// The slashes that wait, in order; one for each operator, era of its offence and era in which it
    /// is due. Created by a report, raised by later ones, deleted when applied or cancelled.
    #[pallet::storage]
    pub type SlashQueue<T: Config> = StorageMap<_, Twox64Concat, SlashId, UnappliedSlash>;

    /// The first and the next free place of [`SlashQueue`].
    #[pallet::storage]
    pub type SlashQueueEnds<T: Config> = StorageValue<_, (SlashId, SlashId), ValueQuery>;

    /// The operators with slashes in [`SlashQueue`]. Created by the first, deleted with the last.
    #[pallet::storage]
    pub type Pending<T: Config> = StorageMap<_, Blake2_128Concat, AccountId, PendingSlashes>;
}
