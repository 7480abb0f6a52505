// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The constants that governance changes without an upgrade, and the bounds within which a vote can
//! move them.

use core::marker::PhantomData;

use frame_support::{
    dynamic_params::{dynamic_pallet_params, dynamic_params},
    traits::{EnsureOriginWithArg, Get},
};
use sp_runtime::Permill;

use super::governance::origins::{GeneralAdminOrRoot, StakingAdminOrRoot};
use crate::*;

/// The parameters by subject.
#[dynamic_params(RuntimeParameters, pallet_parameters::Parameters::<Runtime>)]
pub mod dynamic_params {
    use super::*;

    /// Transaction fees.
    #[dynamic_pallet_params]
    #[codec(index = 0)]
    pub mod fees {
        /// The stakers' part of every transaction fee; the treasury gets the rest.
        #[codec(index = 0)]
        pub static StakersShare: Permill = Permill::from_percent(50);
    }

    /// Windows of jobs, channels and prices, blocks.
    #[dynamic_pallet_params]
    #[codec(index = 1)]
    pub mod inference {
        /// After this a consumer can take back the escrow of a job that nobody answered.
        #[codec(index = 0)]
        pub static JobDeadline: BlockNumber = 5 * MINUTES;

        /// After this, counted from the deadline, the chain gives it back by itself.
        #[codec(index = 1)]
        pub static RefundDelay: BlockNumber = 5 * MINUTES;

        /// How long a worker has to settle what it served after a consumer asks to close a channel.
        #[codec(index = 2)]
        pub static ChannelCloseDelay: BlockNumber = 10 * MINUTES;

        /// How long an answer given at an adapter's old price can still be settled.
        #[codec(index = 3)]
        pub static PriceNotice: BlockNumber = 20 * MINUTES;

        /// How long receipts can be read from the chain's present state.
        #[codec(index = 4)]
        pub static ReceiptRetention: BlockNumber = 30 * DAYS;
    }

    /// Staking.
    #[dynamic_pallet_params]
    #[codec(index = 2)]
    pub mod staking {
        /// The sessions in an era; as genesis says, unless it is set.
        #[codec(index = 0)]
        pub static SessionsPerEra: u32 = pallet_pace::SessionsPerEra::<Runtime>::get();
    }
}

/// A parameter held between `MIN` and `MAX`: a vote that sets it beyond them sets it to the bound.
pub struct Within<Parameter, const MIN: u32, const MAX: u32>(PhantomData<Parameter>);

impl<Parameter: Get<u32>, const MIN: u32, const MAX: u32> Get<u32> for Within<Parameter, MIN, MAX> {
    fn get() -> u32 {
        Parameter::get().clamp(MIN, MAX)
    }
}

/// Whom a parameter obeys.
pub struct ParameterAdmin;

impl EnsureOriginWithArg<RuntimeOrigin, RuntimeParametersKey> for ParameterAdmin {
    type Success = ();

    fn try_origin(origin: RuntimeOrigin, key: &RuntimeParametersKey) -> Result<(), RuntimeOrigin> {
        use frame_support::traits::EnsureOrigin;
        match key {
            RuntimeParametersKey::Fees(_) | RuntimeParametersKey::Inference(_) => {
                GeneralAdminOrRoot::try_origin(origin)
            }
            RuntimeParametersKey::Staking(_) => StakingAdminOrRoot::try_origin(origin),
        }
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn try_successful_origin(_: &RuntimeParametersKey) -> Result<RuntimeOrigin, ()> {
        Ok(RuntimeOrigin::root())
    }
}

#[cfg(feature = "runtime-benchmarks")]
impl Default for RuntimeParameters {
    fn default() -> Self {
        Self::Inference(dynamic_params::inference::Parameters::ReceiptRetention(
            dynamic_params::inference::ReceiptRetention,
            Some(30 * DAYS),
        ))
    }
}

impl pallet_parameters::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeParameters = RuntimeParameters;
    type AdminOrigin = ParameterAdmin;
    // The pallet keeps the type that carries a chain's own database weights to itself.
    type WeightInfo = ();
}
