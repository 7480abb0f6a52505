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
        /// A worker registered.
        WorkerRegistered {
            /// Its account.
            worker: AccountId,
            /// The key that signs its receipts.
            receipt_key: ed25519::Public,
        },
        /// A worker changed its key or its capabilities.
        WorkerUpdated {
            /// Its account.
            worker: AccountId,
            /// The key that signs its receipts from now on.
            receipt_key: ed25519::Public,
        },
        /// A worker retired.
        WorkerRetired {
            /// Its account.
            worker: AccountId,
        },
        /// A job was opened and its escrow put on hold.
        InferenceRequested {
            /// The job.
            job: JobId,
            /// Who pays.
            consumer: AccountId,
            /// The adapter that is asked.
            adapter: AdapterId,
            /// blake2-256 of the input.
            input_hash: H256,
            /// Planck per unit.
            unit_price: Balance,
            /// The escrow, planck.
            max_fee: Balance,
            /// From this block on it can be cancelled.
            deadline: BlockNumber,
        },
        /// A job ended with an answer.
        JobSettled {
            /// The job.
            job: JobId,
            /// The worker that answered.
            worker: AccountId,
            /// What it cost, planck.
            fee: Balance,
            /// What went back to the consumer, planck.
            refunded: Balance,
        },
        /// A job was cancelled by its consumer.
        JobCancelled {
            /// The job.
            job: JobId,
            /// Who was to pay.
            consumer: AccountId,
            /// What went back, planck: all of the escrow.
            refunded: Balance,
        },
        /// A job was given up, because nobody answered it in time.
        JobRefunded {
            /// The job.
            job: JobId,
            /// Who was to pay.
            consumer: AccountId,
            /// What went back, planck: all of the escrow.
            refunded: Balance,
        },
        /// A job could not be refunded, because the consumer's account cannot take the release. The
        /// job stays open: the consumer can cancel it once its account exists again.
        JobRefundFailed {
            /// The job.
            job: JobId,
            /// Why.
            error: DispatchError,
        },
        /// A channel was opened and its deposit put on hold.
        ChannelOpened {
            /// The channel.
            channel: ChannelId,
            /// Who pays.
            consumer: AccountId,
            /// Who is paid.
            worker: AccountId,
            /// The deposit, planck.
            deposit: Balance,
        },
        /// A channel's deposit grew.
        ChannelToppedUp {
            /// The channel.
            channel: ChannelId,
            /// By how much, planck.
            amount: Balance,
            /// All that was put in so far, planck.
            deposit: Balance,
        },
        /// One request of a channel was settled.
        ChannelRequestSettled {
            /// The channel.
            channel: ChannelId,
            /// The request.
            sequence: u32,
            /// What it cost, planck.
            fee: Balance,
            /// What all settled requests have cost, planck.
            spent: Balance,
        },
        /// The consumer wants to close a channel. The worker has until `closes_at` to settle.
        ChannelClosing {
            /// The channel.
            channel: ChannelId,
            /// From this block on anyone can close it.
            closes_at: BlockNumber,
        },
        /// A channel was closed and the rest of its deposit given back.
        ChannelClosed {
            /// The channel.
            channel: ChannelId,
            /// What settled requests cost, planck.
            spent: Balance,
            /// What went back to the consumer, planck.
            refunded: Balance,
        },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// The account is registered as a worker. Use `update_worker`.
        AlreadyRegistered,
        /// No such worker. Register it first, or choose a registered one.
        UnknownWorker,
        /// Another worker has registered this receipt key. Create another.
        KeyTaken,
        /// The proof is not the receipt key's signature over the domain, this chain's genesis hash
        /// and this account. Make it again with the key that is being registered.
        BadKeyProof,
        /// The account cannot set that much aside: its existential deposit has to stay, and what is
        /// frozen or locked cannot be spent. Fund it or ask for less.
        InsufficientFunds,
        /// No such adapter.
        UnknownAdapter,
        /// The adapter takes no jobs: it or its base model is not published or no longer offered.
        AdapterNotServable,
        /// The input is empty.
        EmptyInput,
        /// The inline input is not UTF-8.
        InputNotUtf8,
        /// The maximum fee does not pay for one unit at the adapter's price.
        MaxFeeBelowUnitPrice,
        /// The maximum fee or the deposit is below `MinFee`, the least that an answer costs: set
        /// more aside.
        BelowMinFee,
        /// As many jobs are open as the chain can have at once. Try again later.
        TooManyOpenJobs,
        /// This block has opened as many jobs as it can. Try again in the next one.
        TooManyJobsThisBlock,
        /// There are no identifiers left.
        NoMoreIdentifiers,
        /// There is no such open job: it never was, or was settled, cancelled or refunded.
        UnknownOrEndedJob,
        /// The job or channel is another consumer's.
        NotConsumer,
        /// A job can be cancelled only from its deadline on.
        DeadlineNotReached,
        /// There is no such open channel: it never was, or was closed.
        UnknownChannel,
        /// The amount is zero.
        ZeroAmount,
        /// The channel is being closed and takes no more money. Open another.
        ChannelIsClosing,
        /// Only the channel's consumer or worker can close it before its closing time.
        NotPartyToChannel,
        /// The worker still has time to settle. Close the channel from `closes_at` on.
        ChannelClosesLater,
        /// A channel's request needs the consumer's voucher.
        VoucherMissing,
        /// A job with its own escrow takes no voucher.
        UnexpectedVoucher,
        /// The voucher names another chain's genesis hash.
        VoucherForAnotherChain,
        /// The voucher names another channel or another request of it.
        VoucherForAnotherRequest,
        /// The voucher is not signed by the channel's consumer.
        BadVoucherSignature,
        /// The channel pays another worker.
        WrongWorker,
        /// This request of the channel is settled.
        AlreadySettled,
        /// The request's sequence is beyond what a channel can have. Open another channel.
        SequenceTooHigh,
        /// The voucher's unit price is below what the adapter asks.
        PriceTooLow,
        /// What the consumer has signed for is used up. Ask for a voucher with a higher cumulative
        /// amount.
        VoucherExhausted,
        /// The channel's deposit is used up. It has to be topped up.
        ChannelExhausted,
        /// The fee is above what may be taken for the job.
        FeeAboveEscrow,
    }
}
