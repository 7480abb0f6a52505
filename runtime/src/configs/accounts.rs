// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What accounts can do: batches, proxies, multisigs; and sudo, which only development chains give
//! a key.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
    parameter_types,
    traits::{ConstU32, InstanceFilter},
};
use scale_info::TypeInfo;
use sp_runtime::traits::BlakeTwo256;

use crate::*;

impl pallet_utility::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type PalletsOrigin = OriginCaller;
    type WeightInfo = pallet_utility::weights::SubstrateWeight<Runtime>;
}

impl pallet_sudo::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type WeightInfo = pallet_sudo::weights::SubstrateWeight<Runtime>;
}

/// The planck held for `items` storage items of `bytes` bytes together.
pub(super) const fn deposit(items: u32, bytes: u32) -> Balance {
    items as Balance * 100 * MILLI_OPEN + bytes as Balance * MILLI_OPEN
}

parameter_types! {
    pub const MultisigDepositBase: Balance = deposit(1, 88);
    pub const MultisigDepositFactor: Balance = deposit(0, 32);
    pub const ProxyDepositBase: Balance = deposit(1, 8);
    pub const ProxyDepositFactor: Balance = deposit(0, 33);
    pub const AnnouncementDepositBase: Balance = deposit(1, 8);
    pub const AnnouncementDepositFactor: Balance = deposit(0, 66);
}

impl pallet_multisig::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type Currency = Balances;
    type DepositBase = MultisigDepositBase;
    type DepositFactor = MultisigDepositFactor;
    type MaxSignatories = ConstU32<100>;
    type WeightInfo = pallet_multisig::weights::SubstrateWeight<Runtime>;
    type BlockNumberProvider = System;
}

/// What a proxy may do for the account behind it.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub enum ProxyType {
    /// Everything.
    #[default]
    #[codec(index = 0)]
    Any,
    /// Everything that moves no OPEN away.
    #[codec(index = 1)]
    NonTransfer,
    /// Curate Datanets and contribute to them.
    #[codec(index = 2)]
    Data,
    /// Register and price models.
    #[codec(index = 3)]
    Models,
    /// Operate a worker: registration, channels, receipts, claims.
    #[codec(index = 4)]
    Worker,
    /// Take part in governance: proposals, votes, the committee, and the identity that voters see.
    #[codec(index = 5)]
    Governance,
    /// Act as an operator or a delegator: bonds, roles, session keys, and the reports of an
    /// evaluator, which the stake answers for.
    #[codec(index = 6)]
    Staking,
}

/// Whether a call is an evaluator's report.
fn is_report(call: &pallet_ai_governance::Call<Runtime>) -> bool {
    use pallet_ai_governance::Call;
    matches!(
        call,
        Call::submit_evaluation { .. } | Call::submit_score { .. }
    )
}

impl InstanceFilter<RuntimeCall> for ProxyType {
    fn filter(&self, call: &RuntimeCall) -> bool {
        match self {
            Self::Any => true,
            Self::NonTransfer => !matches!(
                call,
                RuntimeCall::Balances(..)
                    | RuntimeCall::Vesting(..)
                    | RuntimeCall::Revive(..)
                    | RuntimeCall::Sudo(..)
            ),
            Self::Data => matches!(call, RuntimeCall::Datanets(..)),
            Self::Models => matches!(call, RuntimeCall::Models(..)),
            Self::Governance => match call {
                RuntimeCall::AiGovernance(call) => !is_report(call),
                RuntimeCall::Preimage(..)
                | RuntimeCall::Referenda(..)
                | RuntimeCall::ConvictionVoting(..)
                | RuntimeCall::Whitelist(..)
                | RuntimeCall::TechnicalCommittee(..)
                | RuntimeCall::Treasury(..)
                | RuntimeCall::Bounties(..)
                | RuntimeCall::ChildBounties(..)
                | RuntimeCall::Identity(..)
                | RuntimeCall::Utility(..) => true,
                _ => false,
            },
            Self::Staking => match call {
                RuntimeCall::AiGovernance(call) => is_report(call),
                RuntimeCall::OperatorStaking(..)
                | RuntimeCall::Session(..)
                | RuntimeCall::Utility(..) => true,
                _ => false,
            },
            Self::Worker => matches!(
                call,
                RuntimeCall::Attribution(..)
                    | RuntimeCall::Inference(
                        pallet_inference::Call::register_worker { .. }
                            | pallet_inference::Call::update_worker { .. }
                            | pallet_inference::Call::retire_worker { .. }
                            | pallet_inference::Call::close_channel { .. }
                    )
            ),
        }
    }

    fn is_superset(&self, other: &Self) -> bool {
        match (self, other) {
            (a, b) if a == b => true,
            (Self::Any, _) => true,
            (_, Self::Any) => false,
            // Opening channels and escrow are not in `Worker`, transfers are in none of the rest.
            (Self::NonTransfer, _) => true,
            _ => false,
        }
    }
}

impl pallet_proxy::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type Currency = Balances;
    type ProxyType = ProxyType;
    type ProxyDepositBase = ProxyDepositBase;
    type ProxyDepositFactor = ProxyDepositFactor;
    type MaxProxies = ConstU32<32>;
    type WeightInfo = pallet_proxy::weights::SubstrateWeight<Runtime>;
    type MaxPending = ConstU32<32>;
    type CallHasher = BlakeTwo256;
    type AnnouncementDepositBase = AnnouncementDepositBase;
    type AnnouncementDepositFactor = AnnouncementDepositFactor;
    type BlockNumberProvider = System;
}
